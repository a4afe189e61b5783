"""提请审定时给申请人看的话：谁在定、最迟什么时候答复。"""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.models import Case
from approvals.states import WAITING
from denials.rules import DEFAULT_POLICY
from office.workdays import calendar as workdays


@dataclass(frozen=True)
class LadderWords:
    """since 报请的时刻；who 由谁定；answer_by 最迟答复的时刻。"""

    since: datetime.datetime
    who: str
    answer_by: datetime.datetime


def ladder_words(case: Case) -> LadderWords | None:
    """正在逐级审定就说清楚；没有就是 None。"""
    if case.held_at is None or case.state not in WAITING:
        return None
    calendar = workdays.calendar_for(case.agency.code)
    answer_by, _provisional = workdays.due(
        case.held_at, DEFAULT_POLICY.answer_hours, "h", calendar=calendar, policy=DEFAULT_POLICY.hours_policy
    )
    return LadderWords(case.held_at, _("科室负责人、分管副局长、局长逐级审定"), answer_by)
