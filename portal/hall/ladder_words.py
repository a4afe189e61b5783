"""提请审定时给申请人看的话：此刻谁在定、最迟什么时候答复；误了时候的、定为可以办的，也照实说。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.models import Case
from denials.states import OPEN, ReportState
from office.workdays.rules import local

WHO = {
    ReportState.WITH_CHIEF: gettext_noop("科室负责人正在审核；到时没有审，自动转分管副局长"),
    ReportState.WITH_DEPUTY: gettext_noop("分管副局长正在审定；到时没有定，自动转局长"),
    ReportState.WITH_DIRECTOR: gettext_noop("局长正在审定"),
    ReportState.RETURNED: gettext_noop("领导要求补充情况，经办人正在补充"),
    ReportState.STUDYING: gettext_noop("规定不明确，正在研究，已经承诺答复的时间"),
}


@dataclass(frozen=True)
class LadderWords:
    """since 报请的时刻；who 此刻谁在定、然后怎样；answer_by 最迟答复的时刻；missed 误了的那一刻，没有误就是 None。"""

    since: datetime.datetime
    who: str
    answer_by: datetime.datetime
    missed: datetime.datetime | None


def ladder_words(case: Case, report: Any) -> LadderWords | None:
    """正在逐级审定就说清楚；没有就是 None。report 由 telling.report_of 取来。"""
    if case.held_at is None or report is None or report.state not in OPEN:
        return None
    missed = report.missed and local(report.missed)
    return LadderWords(case.held_at, _(WHO[ReportState(report.state)]), local(report.answer_by), missed)


def how_to(report: Any) -> str:
    """审定为可以办的，如何行。"""
    return str(report.how_to) if report and report.state == ReportState.OVERTURNED else ""
