"""审查。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines
from approvals.models import Case, Review
from approvals.rules import chairs, not_held, reviews_complete, stays_out
from approvals.states import CaseState
from office.journal import actions as journal
from office.steps import NotNow, take


def begin(case: Case, *, by: User, at: datetime.datetime) -> Case:
    """开始审查:交给承办科室提出意见。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        take(case, "begin_review", by=by, at=at)
        Review.objects.create(case=case, unit=case.section, asked_at=at)
    return case


def give_opinion(case: Case, *, opinion: str, text: str, by: User, at: datetime.datetime) -> Case:
    """提出审查意见:意见交齐即审查完毕。审查人不能是申请人本人(回避)。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if case.state != CaseState.REVIEWING:
            raise NotNow("这件申请现在不在审查中。")
        if not not_held(case):
            raise NotNow(not_held.reason)
        review = next((r for r in case.reviews.select_for_update(of=("self",)) if by.may("review_case", r.unit)), None)
        if review is None or stays_out(case, by):
            raise PermissionDenied("您不是这件申请的审查人。")
        if chairs(case, by):
            raise PermissionDenied("听证的主持人不审查。")
        review.reviewer, review.opinion, review.text, review.given_at = by, opinion, text, at
        review.save(update_fields=["reviewer", "opinion", "text", "given_at"])
        journal.record(
            "approvals.case.give_opinion",
            about=case, by=by, at=at, before=case.state, after=case.state, facts={"opinion": opinion, "text": text},
        )  # fmt: skip
        if reviews_complete(case):
            take(case, "finish_review", by=by, at=at)
    return case
