"""提请审定时给申请人看的话：谁在定、最迟什么时候答复；到点没有答复的、定为可以办的，也照实说。"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.models import Case
from approvals.states import WAITING
from denials.models import Report
from denials.states import ClockKind, ReportState
from office.journal.models import Entry
from office.workdays.rules import local

ANSWERS = (ClockKind.ANSWER, ClockKind.STUDY, ClockKind.PROMISE)
RELEASED = "approvals.case.release"


@dataclass(frozen=True)
class LadderWords:
    """who 由谁定；answer_by 最迟答复的时刻；missed 原来该答复而没有答复的时刻，没有误期就是 None。"""

    who: str
    answer_by: datetime.datetime
    missed: datetime.datetime | None


def ladder_words(case: Case, at: datetime.datetime) -> LadderWords | None:
    """正在逐级审定就说清楚；没有就是 None。答复的时刻取自还在走的钟，不另算。"""
    if case.held_at is None or case.state not in WAITING:
        return None
    report = Report.objects.select_related("agency", "director_post").open_for(case)
    clocks = [] if report is None else list(report.clocks.filter(kind__in=ANSWERS).order_by("due_at"))
    running = [clock for clock in clocks if clock.ended_at is None]
    if report is None or not running:
        return None
    who, missed = _("科室负责人、分管副局长、局长逐级审定"), None
    if running[0].kind == ClockKind.PROMISE:
        who = _("%s局长") % report.agency.short_name
        standing = report.director_post.holder_at(at) if report.director_post else None
        who += f"（{standing.user.full_name}）" if standing else ""
        missed = max((clock.due_at for clock in clocks if clock.ended_at), default=None)
    return LadderWords(who, local(running[0].due_at), missed and local(missed))


def possible_words(case: Case, entries: Iterable[Entry]) -> str:
    """审定为可以办、还在接着办的：如何行。没有审定过就不去查。"""
    if case.state not in WAITING or not any(entry.verb == RELEASED for entry in entries):
        return ""
    told = Report.objects.filter(case=case, state=ReportState.OVERTURNED).order_by("-decided_at")
    return told.values_list("how_to", flat=True).first() or ""
