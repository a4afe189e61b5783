"""放假通知到了：办件这边照工作日历算好、存着的到期时刻，跟着重算。

时钟由 `manage.py recompute_deadlines` 逐个重算；抄着时钟到期时刻的几栏(copies)一起改；
不是时钟、自己算好的几种(COUNTED)在这里算。哪一栏为什么不动，写在 docs/operations.md“每年十一月”。
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from agencies.models import Agency, User
from approvals.actions import differences, parties
from approvals.models import Case, Clock, CorrectionNotice, Difference, Party, Publication, Transfer
from approvals.states import PLEDGE, PROCEDURE, REVOKED, ClockKind, HearingState
from office.journal import actions as journal
from office.workdays import calendar as workdays
from office.workdays.rules import local

Copy = tuple[QuerySet[Any], str]
RETRACTION = (
    ClockKind.RETRACTION_HEAR, ClockKind.RETRACTION_DECIDE, ClockKind.RETRACTION_MEND, ClockKind.RETRACTION_SERVE,
)  # fmt: skip


def copies(clock: Clock) -> list[Copy]:
    """这个时钟的到期时刻还抄在哪里：(那几行，哪一栏)；只改与时钟原来一样的。"""
    case, (kind, _colon, key) = clock.case, clock.kind.partition(":")
    if clock.kind == ClockKind.SUPPLEMENT:
        return [(CorrectionNotice.objects.filter(case=case), "due_at")]
    if clock.kind == ClockKind.HEARING_REQUEST:
        told = case.hearings.filter(state=HearingState.TOLD)
        return [(told, "request_due_at"), (case.parties.all(), "request_due_at")]
    if clock.kind in RETRACTION:
        return [(case.retractions.all(), "hear_due_at"), (case.retractions.all(), "due_at")]
    if f"{kind}:" == PROCEDURE:
        return [(Publication.objects.filter(procedure__clock=clock), "to_at")]
    if f"{kind}:" in (PLEDGE, REVOKED):
        mine = case.pledges.filter(case_material__material__key=key)
        return [(mine, "due_at"), (mine, "mend_due_at")]
    return []


@dataclass(frozen=True)
class Counted:
    """一种自己算好的期限：rows 是还没有了结的；从 since 那一栏起 value 个工作日，存在 due 那一栏。"""

    name: str
    rows: Callable[[], QuerySet[Any]]
    since: str
    due: str
    value: Callable[[Any], int]
    agency: Callable[[Any], Agency]
    then: Callable[[Any, datetime.datetime], None] | None = None  # 改了以后跟着要做的


def _hearing_waits(party: Party, due_at: datetime.datetime) -> None:
    """还没有人要求的听证，等到利害关系人的五日满(同告知他的时候)；等过他的时钟，看不出是几个工作日，重算会停在原处。"""
    case, late = party.case, {"due_at__lt": due_at, "fired_at": None}
    case.hearings.filter(state=HearingState.TOLD, request_due_at__lt=due_at).update(request_due_at=due_at)
    case.clocks.running().filter(kind=ClockKind.HEARING_REQUEST, **late).update(due_at=due_at)


COUNTED = (
    Counted(
        "移交签收", lambda: Transfer.objects.on_the_road().select_related("from_unit__agency"), "sent_at", "due_at",
        lambda one: int(one.from_unit.agency.sign_in_days), lambda one: one.from_unit.agency,
    ),
    Counted(
        "差异处理", lambda: Difference.objects.open().filter(climbed_at=None), "noted_at", "due_at",
        lambda _one: differences.SETTLE_DAYS, lambda one: one.ends[0].agency,
    ),
    Counted(
        "利害关系人提意见", lambda: Party.objects.filter(case__decided_at=None), "told_at", "request_due_at",
        lambda _one: parties.DAYS, lambda one: one.case.agency, _hearing_waits,
    ),
)  # fmt: skip


def recount(*, by: User, at: datetime.datetime) -> Iterator[tuple[str, str]]:
    """重算还没有到的各种期限，改了的记一笔；逐个给出(哪一种，怎么改的)。可重复运行：照暂估的日历正好是存着的才改。"""
    for counted in COUNTED:
        for key in counted.rows().filter(**{f"{counted.due}__gt": at}).order_by("pk").values_list("pk", flat=True):
            if line := _recount(counted, key, by=by, at=at):
                yield counted.name, line


def _recount(counted: Counted, key: int, *, by: User, at: datetime.datetime) -> str:
    """先锁办件，再看一遍；没有变的是空串。"""
    with transaction.atomic():
        Case.lock_by_key(counted.rows().model._base_manager.values_list("case", flat=True).get(pk=key), wait=True)
        row = counted.rows().filter(pk=key, **{f"{counted.due}__gt": at}).first()
        if row is None:
            return ""
        before, after = getattr(row, counted.due), _after(counted, row)
        if before == after:
            return ""
        models.QuerySet(type(row)).filter(pk=key).update(**{counted.due: after})
        if counted.then is not None:
            counted.then(row, after)
        case = row.case
        facts = {"clock": counted.name, "due_before": before, "due_after": after}
        journal.record(
            "approvals.case.recompute", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )
        told = f"{local(before):%Y-%m-%d %H:%M} → {local(after):%Y-%m-%d %H:%M}"
        return f"{case} {counted.name}：{told}"


def _after(counted: Counted, row: Any) -> datetime.datetime:
    since, due_at = getattr(row, counted.since), getattr(row, counted.due)
    told, code = (since, counted.value(row), "wd"), counted.agency(row).code
    if workdays.due(*told, calendar=workdays.estimate_for(code))[0] != due_at:
        return due_at  # type: ignore[no-any-return]
    return workdays.due(*told, calendar=workdays.calendar_for(code))[0]
