"""分级审查：指南写明先镇后县、几个单位同时审的，一级一级轮到谁；一级各有自己的期限，办件对外的期限照走。

件交到轮到的单位手里，那一级才开始（县级全程受理制二㈡：件任何时候恰在一个单位手里）。
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from agencies.models import Unit, User
from agencies.states import Level
from approvals import rules
from approvals.models import Case, Clock, Review
from approvals.states import REVIEW, CaseState
from catalog.rules import review_steps
from catalog.rules.review_steps import Step
from catalog.states import ReviewedBy
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.workdays import calendar as workdays

Turn = list[tuple[Step, Unit]]  # 一级：每一行由哪个单位审


def following(case: Case) -> Turn:
    """下一级是谁：第一级，或者交办过的最后一级的后一级。都审过了、没有分级的是空的。

    “收件地的镇”只有镇、村收的件才有，点名的单位要还在；没有的那一行跳过，它的事由后面的一级办。
    """
    asked = max((review.order for review in case.reviews.all()), default=0)
    for level in review_steps.in_order(case.guide.review_steps):
        if level[0]["level"] > asked and (found := [(row, unit) for row in level if (unit := _unit_of(case, row))]):
            return found
    return []


def _unit_of(case: Case, row: Step) -> Unit | None:
    if row["unit"] == ReviewedBy.SECTION:
        return case.section
    if row["unit"] == ReviewedBy.TOWN:
        return town_of(case.town or case.intake_unit)
    return Unit.objects.filter(code=row["unit"]).first()


def town_of(desk: Unit) -> Unit | None:
    """收件的受理点自己是镇级的，或者它的上级里的那个镇。"""
    unit: Unit | None = desk
    while unit is not None and unit.level != Level.TOWN:
        unit = unit.parent
    return unit


def assign(case: Case, level: Turn) -> None:
    """轮到这一级：件该在其中一个单位手里（有承办科室的在承办科室，否则在写在前面的那一个）。调用者随后存。"""
    units = [unit for _row, unit in level]
    case.examiner = case.section if case.section in units else units[0]
    case.examiners = [*case.examiners, *(unit.pk for unit in units if unit.pk not in case.examiners)]


def _assigned_anew(case: Case, level: Turn) -> bool:
    """交办以后归属变了的(受理点划给了别的镇)，照现在的重新交办；返回件是不是另有去处。一级也没有了的，由承办科室审。"""
    units = [unit for _row, unit in level]
    if case.examiner in units and all(unit.pk in case.examiners for unit in units):
        return False
    before = case.examiner_id
    if level:
        assign(case, level)
    else:
        case.examiner = None
    case.save(update_fields=["examiner", "examiners"])
    return bool((case.examiner_id or case.section_id) != before)


def open_level(case: Case, *, by: User, at: datetime.datetime) -> bool:
    """这一级开始：每个单位一行，有期限的起它自己的时钟。第一级从受理算起，后面的从件到手算起。

    件另有去处、到那里才开始的，返回假，由调用者送去。
    """
    level = following(case)
    elsewhere = _assigned_anew(case, level)
    if not level:
        last = max((one.order for one in case.reviews.all()), default=0)
        opened(case, case.section, order=last + 1, at=at)
    if elsewhere:
        return False
    first = not case.reviews(manager="every").exists()
    for row, unit in level:
        since = case.accepted_at if first and case.accepted_at else at
        _open_row(case, row, unit, since=since, by=by, at=at)
    return True


def _open_row(case: Case, row: Step, unit: Unit, *, since: datetime.datetime, by: User, at: datetime.datetime) -> None:
    told = {"key": row["key"], "name": row["name"], "clock": _clock(case, row, since, at)}
    opened(case, unit, order=row["level"], at=at, **told)
    _note(case, "begin_step", {"step": row["name"], "unit": str(unit)}, by=by, at=at)


def again(case: Case, voided: Iterable[Review], *, by: User, at: datetime.datetime) -> None:
    """还没有走完的一级里作废了的几行，原地另起：件不动，期限从现在另算。"""
    rows = {row["key"]: row for row in case.guide.review_steps}
    for one in voided:
        if one.key in rows:
            _open_row(case, rows[one.key], one.unit, since=at, by=by, at=at)
        else:
            opened(case, one.unit, order=one.order, at=at)


def opened(case: Case, unit: Unit, *, order: int, at: datetime.datetime, key: str = "", **told: Any) -> Review:
    """一个单位的一行；这一行退回过的，带着退回时的要求。领导审定了可以办的，以后各级都照办。"""
    every = case.reviews(manager="every")
    returned = every.filter(key=key).exclude(voided_at=None).order_by("-voided_at", "-pk").first()
    settled = every.filter(bound=True).order_by("-pk").first()
    if returned is not None:
        told["instruction"] = returned.voided_why
    elif settled is not None:
        told["instruction"] = settled.instruction or settled.voided_why
    return Review.objects.create(
        case=case, unit=unit, key=key, order=order, asked_at=at, bound=settled is not None, **told
    )


def arrived(cases: Iterable[Case], *, by: User, at: datetime.datetime) -> None:
    """件到了轮到的单位手里：审查中的，那一级从这时开始。"""
    for one in cases:
        if one.examiner_id and one.examiner_id == one.unit_id and one.state == CaseState.REVIEWING:
            case = Case.objects.select_related("guide", "section", "intake_unit", "examiner").get(pk=one.pk)
            if case.reviews.filter(opinion="").exists():
                continue
            if not open_level(case, by=by, at=at):
                one.examiner, one.examiners = case.examiner, case.examiners  # 调用者接着往下送


def _clock(case: Case, row: Step, since: datetime.datetime, at: datetime.datetime) -> Clock | None:
    if not row.get("value"):
        return None
    calendar = workdays.calendar_for(case.agency.code)
    due_at, provisional = workdays.due(since, row["value"], row["time_unit"], calendar=calendar)
    term = Term(row["value"], row["time_unit"], row["basis"][:200], due_at, provisional, since)
    clock: Clock = clocks.start(case, f"{REVIEW}{row['key']}", term, at=at)
    for stopped_at, resumed_at in _stopped(case, since):
        clock.pause(stopped_at)
        if resumed_at is not None:
            clock.resume(resumed_at)
    clock.save(update_fields=["paused_at", "due_at", "provisional"])
    return clock


def _stopped(case: Case, since: datetime.datetime) -> list[tuple[datetime.datetime, datetime.datetime | None]]:
    """since 以后不计时限的程序停过的几段，重叠的并成一段；还在进行的没有尾。"""
    spans: list[tuple[datetime.datetime, datetime.datetime | None]] = []
    for one in case.procedures.excluded().order_by("started_at", "pk"):
        if one.ended_at is not None and one.ended_at <= since:
            continue
        start, end = max(one.started_at, since), one.ended_at
        if spans and (spans[-1][1] is None or start < spans[-1][1]):
            start, before = spans.pop()
            end = None if before is None or end is None else max(before, end)
        spans.append((start, end))
    return spans


def stop_clock(review: Review, *, at: datetime.datetime) -> None:
    """提出意见，这一级的时钟停下；逾期的记着。"""
    if review.clock_id is None:
        return
    clock = Clock.objects.select_for_update().get(pk=review.clock_id)
    clock.stop(at)
    clock.save(update_fields=["ended_at", "late"])


def pause(case: Case, *, at: datetime.datetime) -> None:
    """不计时限的特别程序：这一级的时钟同法定、承诺时限一起停。"""
    for clock in _running(case):
        clock.pause(at)
        clock.save(update_fields=["paused_at"])


def resume(case: Case, *, at: datetime.datetime) -> None:
    for clock in _running(case):
        clock.resume(at)
        clock.save(update_fields=["paused_at", "due_at", "provisional"])


def _running(case: Case) -> Sequence[Clock]:
    return list(case.clocks.running().filter(kind__startswith=REVIEW).select_for_update(of=("self",)))


def runs_now(case: Case, procedure: str) -> bool:
    """这种特别程序现在该不该由审查的单位办：没有归哪一级、那一级跳过了的，谁审谁办；归了的，轮到那一级才办。"""
    rows = [row for row in case.guide.review_steps if procedure in review_steps.procedures_of(row)]
    mine = next((unit for row in rows if (unit := _unit_of(case, row))), None)
    return mine is None or case.examiner_id is None or mine in rules.examining(case)


def _note(case: Case, verb: str, facts: dict[str, str], *, by: User, at: datetime.datetime) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
