"""检验、检测、检疫：受理时请承办科室指派人员(行政许可法第五十五条第二款)，期限在 Case.term。"""

import datetime

from agencies.models import User
from approvals import rules
from approvals.actions import telling
from approvals.models import Case
from approvals.states import ClockKind
from office.papers.words import last_day_words


def ask_for(case: Case, *, by: User, at: datetime.datetime) -> None:
    """告诉承办科室的负责人最迟哪天指派；指南没有列检验、检测、检疫的不做什么。在受理的事务里调用。"""
    if not rules.needs_testers(case.guide):
        return
    clock = case.clocks.running().get(kind=ClockKind.ASSIGN)
    chief = telling.chief_for(case.section, at)
    body = f"最迟{last_day_words(clock.due_at)}指派两名以上工作人员，从“特别程序”启动，写明时间地点（{clock.basis}）。"
    subject = f"请指派检验、检测、检疫人员：{case.number}"
    telling.tell_staff(case, [chief or case.responsible], "case.testers_wanted", subject, body, by=by, at=at)
