"""征求意见：承办科室请别的单位提意见，同时问或依次问；到时没有答复的记为逾期，不当作同意；办件的期限照走。"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Post, Unit, User
from agencies.states import Role
from approvals import rules as case_rules
from approvals.actions import deadlines, telling
from approvals.models import Case, Slip, SlipClock
from approvals.rules import slips as rules
from approvals.states import CaseState
from office import clocks
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays


def consult(
    case: Case, *, units: Sequence[Unit], question: str, days: int, in_turn: bool, by: User, at: datetime.datetime
) -> list[Slip]:
    """发征求意见单：in_turn 依次问，前一家答复或逾期了再问后一家；否则同时问。全部问完要在办理期限以前。

    Raises: NotNow（不在审查中、没有选单位、问过了、来不及、那里没有在岗的人）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not case_rules.may_review(case, by):
            raise PermissionDenied("征求意见由承办科室的审查人发出。")
        if not case_rules.not_elsewhere(case):
            raise NotNow(case_rules.not_elsewhere.reason)
        if case.state != CaseState.REVIEWING or not case_rules.not_held(case):
            raise NotNow("审查中、没有在提请审定的办件，才能征求别的单位的意见。")
        _fits(case, units, question, days, in_turn, at)
        last = max((slip.turn for slip in case.slips.all()), default=0)
        made = [
            Slip(case=case, unit=unit, turn=last + 1 + place * in_turn, question=question.strip(), days=days,
                 asked_at=at, asked_by=by)
            for place, unit in enumerate(units)
        ]  # fmt: skip
        for slip in made:
            slip.save()
            facts = {"unit": slip.unit, "turn": slip.turn, "days": days}
            journal.record("approvals.slip.ask", about=slip, by=by, at=at, after=slip.state, facts=facts)
        names = "、".join(str(unit) for unit in units)
        facts = {"units": names, "in_turn": in_turn, "days": days, "question": question.strip()}
        _note(case, "consult", facts, by=by, at=at)
        _open_next(case, by=by, at=at)
    return list(Slip.objects.filter(pk__in=[slip.pk for slip in made]).order_by("pk"))


def _fits(case: Case, units: Sequence[Unit], question: str, days: int, in_turn: bool, at: datetime.datetime) -> None:
    if not units or not question.strip():
        raise NotNow("请选要征求意见的单位，写明请他们看什么。")
    asked = {slip.unit_id for slip in case.slips.all()} | {case.section_id}
    if again := [str(unit) for unit in units if unit.pk in asked]:
        raise NotNow(f"{'、'.join(again)}已经问过，或者就是承办科室，不必再问。")
    if not 1 <= days <= rules.MOST_DAYS:
        raise NotNow(f"答复的时间在 1 到 {rules.MOST_DAYS} 个工作日之间。")
    if empty := [str(unit) for unit in units if owner_in(unit, at) is None]:
        raise NotNow(f"{'、'.join(empty)}现在没有能答复的人在岗，请先与那里联系。")
    rounds = len(units) if in_turn else 1
    calendar = workdays.calendar_for(case.agency.code)
    until, _provisional = workdays.due(at, days * rounds, "wd", calendar=calendar)
    limit = case_rules.limit_clock(case.clocks.running())
    if limit is not None and until > limit.due_at:
        raise NotNow(
            f"全部答复要到{last_day_words(until)}，晚于办理期限({last_day_words(limit.due_at)})；征求意见不停期限。"
        )


def owner_in(unit: Unit, at: datetime.datetime) -> User | None:
    """这个单位此刻由谁答复：审查人在岗的是审查人，否则是负责人。"""
    posts = Post.objects.filter(unit=unit, role__in=[Role.REVIEWER, Role.CHIEF]).order_by("-role", "code")
    return next((standing.user for post in posts if (standing := post.holder_at(at))), None)


def _open_next(case: Case, *, by: User, at: datetime.datetime) -> None:
    """轮到谁就问谁，起答复的时间，告诉责任人；此刻没有人在岗的也照问，责任人空着，记在单位名下。"""
    for slip in rules.next_turn(case.slips.select_related("unit")):
        owner = owner_in(slip.unit, at)
        take(slip, "open", by=by, at=at, owner=owner)
        due = slip.clocks.running().get().due_at
        body = f"{slip.question}请{last_day_words(due)}前答复。不答复不算同意，逾期会记在名下。"
        telling.tell_staff(case, [owner] if owner else [], "slip.asked", f"请提意见：{case.number}", body, by=by, at=at)


def answer(slip: Slip, *, opinion: str, text: str, by: User, at: datetime.datetime) -> Slip:
    """答复征求意见：审查完毕以前都收，逾期的仍记逾期。Raises: NotNow、PermissionDenied。"""
    if not text.strip():
        raise NotNow("请写明意见。")
    deadlines.settle(slip.case, at=at)
    settle(slip, at=at)
    with transaction.atomic():
        take(slip, "answer", by=by, at=at, opinion=opinion, text=text.strip())
        case = slip.case
        facts = {"unit": slip.unit, "opinion": opinion, "late": slip.late}
        _note(case, "answer_slip", facts, by=by, at=at)
        _open_next(case, by=by, at=at)
        subject = f"{slip.unit}答复了：{case.number}"
        body = f"{slip.get_opinion_display()}。{slip.text}"
        telling.tell_staff(case, [slip.asked_by], "slip.answered", subject, body, by=by, at=at)
    return slip


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    return clocks.sweep(SlipClock, fire, at=at, limit=limit)


def settle(slip: Slip, *, at: datetime.datetime) -> None:
    """动手之前先把这一张已经到期的结清。"""
    with transaction.atomic():
        slip.lock()
        clocks.sweep(SlipClock, fire, at=at, only=slip)
        slip.lock()


def fire(clock: SlipClock, *, at: datetime.datetime) -> None:
    """到时没有答复：记逾期，记在那个单位和责任人名下，告诉发单的人和那里的负责人，再轮到下一家。"""
    slip, system = clock.slip, User.objects.system()
    take(slip, "expire", by=system, at=at)
    case = slip.case
    owner = slip.owner.full_name if slip.owner else "当时没有人在岗"
    _note(case, "slip_due", {"unit": slip.unit, "owner": owner, "due_at": clock.due_at}, by=system, at=at)
    chief = telling.chief_for(slip.unit, at)
    people = [one for one in (slip.owner, chief, slip.asked_by) if one]
    subject = f"征求意见逾期没有答复：{case.number}"
    body = f"{slip.unit}（{owner}）到时没有答复。没有答复不算同意，仍可以补答。"
    telling.tell_staff(case, people, "slip.late", subject, body, by=system, at=at)
    _open_next(case, by=system, at=at)


def _note(case: Case, verb: str, facts: dict[str, object], *, by: User, at: datetime.datetime) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
