"""审查。指南写了分级审查的，一级一级审（turns）；没有写的，承办科室审一次。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, handover, telling, turns
from approvals.models import Case, Review
from approvals.rules import (
    chairs,
    due_in,
    in_the_examiners_hands,
    not_elsewhere,
    not_held,
    reviews_agree,
    reviews_complete,
    stays_out,
)
from approvals.rules.slips import slips_settled
from approvals.states import CaseState, Opinion
from catalog.rules import review_steps
from office.journal import actions as journal
from office.steps import NotNow, take


def begin(case: Case, *, by: User, at: datetime.datetime) -> Case:
    """开始审查:交给承办科室，分级审查的交给第一级的单位，提出意见。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        take(case, "begin_review", by=by, at=at)
        if case.examiner_id:
            if not turns.open_level(case, by=by, at=at):
                handover.onward(case, by=by, at=at)
        else:
            turns.opened(case, case.section, order=1, at=at)
    return case


def give_opinion(case: Case, *, opinion: str, text: str, by: User, at: datetime.datetime) -> Case:
    """提出审查意见:这一级的意见交齐，转到后一级；都交齐即审查完毕。审查人不能是申请人本人(回避)。

    意见是“有疑问”的也照样往后走，由后一级复核；要说“不”只能提出拟否定报告。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if case.state != CaseState.REVIEWING:
            raise NotNow("这件申请现在不在审查中。")
        if not not_held(case):
            raise NotNow(not_held.reason)
        if not not_elsewhere(case):
            raise NotNow(not_elsewhere.reason)
        waiting = case.reviews.filter(opinion="").select_related("unit").select_for_update(of=("self",)).order_by("pk")
        review = next((r for r in waiting if by.may("review_case", r.unit)), None)
        if review is None or stays_out(case, by):
            raise PermissionDenied("您不是这件申请的审查人。")
        if review.unit_id == due_in(case).pk and case.unit_id != review.unit_id:
            raise NotNow(in_the_examiners_hands.reason)
        if chairs(case, by):
            raise PermissionDenied("听证的主持人不审查。")
        _own_procedures_over(case, review)
        review.reviewer, review.opinion, review.text, review.given_at = by, opinion, text, at
        review.save(update_fields=["reviewer", "opinion", "text", "given_at"])
        turns.stop_clock(review, at=at)
        if review.bound and opinion == Opinion.DOUBT:
            raise NotNow("领导已经审定可以办，请照他的指示办；有新的情况的，另提拟否定报告。")
        facts = {"opinion": opinion, "text": text, "unit": str(review.unit), "step": review.name}
        journal.record(
            "approvals.case.give_opinion", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )
        if reviews_complete(case):
            _go_on(case, by=by, at=at)
    return case


def return_for_review(case: Case, *, reason: str, by: User, at: datetime.datetime, bound: bool = False) -> Case:
    """退回重审：最后一级的意见作废(留着，写明为什么)，照要求重新提；决定的人退回，或者领导审定了可以办(bound)。

    对外的期限照走；这一级有自己期限的，从退回起另算一次。
    Raises: NotNow(没有写要求、不在审查完毕)、PermissionDenied。
    """
    if not reason.strip():
        raise NotNow("请写明退回重审的要求：看什么、改什么。")
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        take(case, "return_for_review", by=by, at=at, reason=reason)
        last = max((one.order for one in case.reviews.all()), default=0)
        voided = case.reviews.filter(order=last)
        told = list(User.objects.filter(pk__in=voided.values("reviewer")))
        if bound:
            voided.update(bound=True)
        voided.update(voided_at=at, voided_why=reason)
        case.endorsements.update(voided_at=at, voided_why=reason)
        getattr(case, "_prefetched_objects_cache", {}).pop("reviews", None)
        level = turns.following(case) if case.examiner_id else []
        if level:
            turns.assign(case, level)
            case.save(update_fields=["examiner", "examiners"])
            handover.onward(case, by=by, at=at)
            turns.arrived([case], by=by, at=at)
        else:
            turns.opened(case, case.section, order=max(last, 1), at=at)
        _tell_again(case, told, reason, by=by, at=at)
    return case


def heed(case: Case, *, instruction: str, by: User, at: datetime.datetime) -> None:
    """领导审定了可以办：还没有提意见的照办；有疑问、挡着决定的意见作废，照指示重新提。在审定的那一步里做。"""
    if case.state == CaseState.REVIEWED and not reviews_agree(case):
        return_for_review(case, reason=instruction, bound=True, by=by, at=at)
    elif case.state == CaseState.REVIEWING:
        waiting = case.reviews.filter(opinion="")
        waiting.update(bound=True, instruction=instruction)
        doubting = list(case.reviews.filter(order__in=waiting.values("order"), opinion=Opinion.DOUBT))
        case.reviews.filter(pk__in=[one.pk for one in doubting]).update(
            voided_at=at, voided_why=instruction, bound=True
        )
        turns.again(case, doubting, by=by, at=at)
        told = list(User.objects.filter(pk__in=[one.reviewer_id for one in doubting]))
        _tell_again(case, told, instruction, by=by, at=at)


def _tell_again(case: Case, told: list[User], why: str, *, by: User, at: datetime.datetime) -> None:
    telling.tell_staff(case, told, "case.review_again", f"退回重审：{case.number}", why, by=by, at=at)


def _own_procedures_over(case: Case, review: Review) -> None:
    """归这一级办的特别程序（公示、入户调查）办完了，才提这一级的意见。Raises: NotNow。"""
    row = next((one for one in case.guide.review_steps if one["key"] == review.key), None) if review.key else None
    running = case.procedures.running().filter(key__in=review_steps.procedures_of(row)).first() if row else None
    if running is not None:
        raise NotNow(f"“{running.name}”还没有结束：结束了再提出意见。")


def _go_on(case: Case, *, by: User, at: datetime.datetime) -> None:
    """这一级的意见都交齐了：有后一级的转过去，件在别处的排进待交出；没有的，审查完毕。Raises: NotNow。"""
    level = turns.following(case) if case.examiner_id else []
    if not level:
        take(case, "finish_review", by=by, at=at)
        if case.examiner_id:
            handover.onward(case, by=by, at=at)
        return
    if not slips_settled(case):
        raise NotNow(slips_settled.reason)
    turns.assign(case, level)
    case.save(update_fields=["examiner", "examiners"])
    handover.onward(case, by=by, at=at)
    turns.arrived([case], by=by, at=at)
