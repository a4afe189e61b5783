"""审查：承办科室审一次；指南写了分级审查的，一级一级审，件跟着送。"""

import datetime

from agencies.models import User
from agencies.states import Role
from approvals import rules
from approvals.actions import handlers, review
from approvals.models import Case
from approvals.states import CaseState, TransferState
from office.sure import sure
from portal.demonstration import carrying, people

MINUTE = datetime.timedelta(minutes=1)


def reviewer(case: Case, at: datetime.datetime) -> User:
    """此刻审查这一件的人。"""
    return people.on_duty(rules.examining(case)[0], Role.REVIEWER, at)


def begun(case: Case, at: datetime.datetime) -> None:
    """开始审查；承办科室的人审的，随手领办。"""
    by = reviewer(case, at)
    review.begin(case, by=by, at=at)
    if case.handler_id is None and rules.may_be_handler(case, by):
        handlers.assign(case, to=by, by=by, at=at)


def this_level(case: Case, at: datetime.datetime, *, text: str, opinion: str = "pass") -> None:
    """轮到的这一级提意见。"""
    review.give_opinion(case, opinion=opinion, text=text, by=reviewer(case, at), at=at)


def examined(case: Case, at: datetime.datetime, *, text: str, opinion: str = "pass") -> None:
    """提意见；还有后一级的，送到了接着提，直到审查完毕。"""
    this_level(case, at, text=text, opinion=opinion)
    while case.state == CaseState.REVIEWING:
        carrying.all_the_way(case, at)
        last = case.transfers.filter(state=TransferState.SIGNED_IN).latest("signed_in_at")
        at = max(at, sure(last.signed_in_at)) + MINUTE
        this_level(case, at, text=text, opinion=opinion)
