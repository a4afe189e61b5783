"""提请审定时给申请人看的话：此刻谁在定、最迟什么时候答复；误了时候的、定为可以办的，也照实说。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from denials.models import Clock, Report
from denials.states import OPEN, ClockKind, ReportState
from office.workdays.rules import local

WHO = {
    ReportState.WITH_CHIEF: gettext_noop("科室负责人正在审核；到时没有审，自动转分管副局长"),
    ReportState.WITH_DEPUTY: gettext_noop("分管副局长正在审定；到时没有定，自动转局长"),
    ReportState.WITH_DIRECTOR: gettext_noop("局长正在审定"),
    ReportState.RETURNED: gettext_noop("领导要求补充情况，经办人正在补充"),
    ReportState.STUDYING: gettext_noop("规定不明确，正在研究，已经承诺答复的时间"),
}
PROMISES = (ClockKind.ANSWER, ClockKind.PROMISE, ClockKind.STUDY)


@dataclass(frozen=True)
class LadderWords:
    """since 报请的时刻；who 此刻谁在定、然后怎样；answer_by 最迟答复的时刻；missed 误了的那一刻，没有误就是 None。"""

    since: datetime.datetime
    who: str
    answer_by: datetime.datetime
    missed: datetime.datetime | None


def with_ladder(cases: QuerySet[Any]) -> QuerySet[Any]:
    """取办件时一并取出正在审定的报告在哪一级、最迟何时答复、误了哪一刻，和定为可以办的如何行，不多一条查询。"""
    reports = Report.objects.open().filter(case=OuterRef("pk"))
    overturned = Report.objects.filter(case=OuterRef("pk"), state=ReportState.OVERTURNED).order_by("-decided_at")
    promises = Clock.objects.filter(report__case=OuterRef("pk"), report__state__in=OPEN, kind__in=PROMISES)
    return cases.annotate(
        ladder_state=Subquery(reports.values("state")[:1]),
        ladder_due=Subquery(promises.running().order_by("due_at").values("due_at")[:1]),
        ladder_missed=Subquery(promises.filter(late=True).order_by("-due_at").values("due_at")[:1]),
        how_to=Subquery(overturned.values("how_to")[:1]),
    )


def ladder_words(case: Any) -> LadderWords | None:
    """正在逐级审定就说清楚；没有就是 None。case 由 with_ladder 取来。"""
    if case.held_at is None or case.ladder_state is None:
        return None
    missed = case.ladder_missed and local(case.ladder_missed)
    return LadderWords(case.held_at, _(WHO[ReportState(case.ladder_state)]), local(case.ladder_due), missed)
