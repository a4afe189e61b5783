"""移交：转办去，回复来。件在谁手里只在这里改：随手交接，或者签出、签收。"""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from agencies.models import Unit, User, WeeklyRun
from approvals import rules
from approvals.actions import handover_papers, turns
from approvals.models import Batch, Case, Difference, Transfer
from approvals.models.transfer import TransferQuerySet
from approvals.states import ON_PAPER, UNDER_WAY, BatchState, DifferenceKind, Leg, TransferState
from office.journal import actions as journal
from office.steps import NotNow, take, take_all
from office.workdays import calendar as workdays
from office.workdays.rules import local

CARRIED = ("state", "channel", "unit", "section", "examiner", "intake_unit")  # 换手要看的几栏，别的不读(有的要解密)
FOUND = (DifferenceKind.MISSING, DifferenceKind.LOST)


def onward(case: Case, *, by: User, at: datetime.datetime) -> None:
    """转办、回复：件该在别处的，送往下一手。随手就到的当时就到；要送的排进待交出，等列清单。

    在途的不动，签收时再看下一手；还没有交出而不必再送的，不再移交。调用者已锁住办件。
    """
    hand = _next_hand(case)
    passage = case.transfers.in_passage().first()
    if passage is not None:
        if passage.state == TransferState.SENT or (hand and passage.to_unit_id == hand.pk):
            return
        take(passage, "call_off", by=by, at=at, reason="办件另有去向")
    if hand is not None:
        _go_on([case], by=by, at=at)


def _go_on(cases: Iterable[Case], *, by: User, at: datetime.datetime) -> None:
    """送往下一手，成批地：随手就到的接着往下走，要送的排进待交出。都没有还没了结的移交。"""
    ways: Ways = {}
    while hops := [(case, hand) for case in cases if (hand := _next_hand(case, ways))]:
        made = Transfer.objects.bulk_create(_hop(case, hand, by=by, at=at) for case, hand in hops)
        at_once = [one for one in made if rules.goes_at_once(one.case, one.from_unit, one.to_unit)]
        waiting = [one for one in made if not rules.goes_at_once(one.case, one.from_unit, one.to_unit)]
        take_all(at_once, "pass_at_once", by=by, at=at)
        opened = [journal.Change(one, after=one.state, facts=_told(one)) for one in waiting]
        journal.record_all("approvals.transfer.open", opened, by=by, at=at)
        cases = _into_the_hands(at_once, by=by, at=at)


Ways = dict[tuple[int, int], list[Unit]]


def _next_hand(case: Case, ways: Ways | None = None) -> Unit | None:
    """ways 记着走过的路：同样的来去只问一次。"""
    if case.unit_id == rules.due_in(case).pk:
        return None
    end = rules.due_in(case) if case.state in UNDER_WAY else case.section
    ways, ends = {} if ways is None else ways, (case.intake_unit_id, end.pk)
    if ends not in ways and case.channel in ON_PAPER:
        ways[ends] = case.intake_unit.way_to(end)
    found: Unit | None = rules.next_hand(case, ways.get(ends, []))
    return found


def _hop(case: Case, hand: Unit, *, by: User, at: datetime.datetime) -> Transfer:
    leg = Leg.FORWARD if case.state in UNDER_WAY else Leg.BACK
    made: Transfer = Transfer(case=case, from_unit=case.unit, to_unit=hand, leg=leg, created_at=at, created_by=by)
    return made


def _told(passage: Transfer) -> dict[str, str]:
    return {"from": str(passage.from_unit), "to": str(passage.to_unit), "leg": passage.leg}


def _into_the_hands(passages: Iterable[Transfer], *, by: User, at: datetime.datetime) -> list[Case]:
    """件到了接收单位手里，返回这些件：全系统只有这一处改 Case.unit。轮到它审的，那一级由此开始。"""
    going: dict[Unit, list[Case]] = {}
    for one in passages:
        one.case.unit = one.to_unit
        going.setdefault(one.to_unit, []).append(one.case)
    for unit, cases in going.items():
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(unit=unit)
    found = [case for cases in going.values() for case in cases]
    turns.arrived(found, by=by, at=at)
    return found


# 清单 -----------------------------------------------------------------


def draw_up(
    *, from_unit: Unit, to_unit: Unit, day: datetime.date, by: User, at: datetime.datetime, run: WeeklyRun | None = None
) -> Batch:
    """列清单：把待交出、还没有列进清单的，列成一张；照周历列的写明是哪一行。

    Raises: NotNow(没有要交的)、PermissionDenied。
    """
    with transaction.atomic():
        batch: Batch = Batch(from_unit=from_unit, to_unit=to_unit, day=day, run=run, drawn_at=at, drawn_by=by)
        if not (by.is_system or rules.may_send(batch, by)):
            raise PermissionDenied("只有交出单位的人可以列清单。")
        batch.number = _number(at)
        batch.save()
        added = _put_in(batch)
        if not added:
            raise NotNow(f"现在没有要交给{to_unit}的件。")
        journal.record("approvals.batch.draw_up", about=batch, by=by, at=at, after=batch.state, facts={"cases": added})
    return batch


def refill(batch: Batch, *, by: User, at: datetime.datetime) -> int:
    """补入：清单还没有签出，把后来待交出的也列进来。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        _still_a_draft(batch, by)
        added = _put_in(batch)
        if not added:
            raise NotNow("没有新的要列进来。")
        facts = {"cases": added}
        journal.record(
            "approvals.batch.refill", about=batch, by=by, at=at, before=batch.state, after=batch.state, facts=facts
        )
    return added


def take_out(passage: Transfer, *, by: User, at: datetime.datetime) -> None:
    """拿下：这一件这次不交，留到下一张清单。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        batch = passage.batch
        if batch is None:
            raise NotNow("这一件不在清单上。")
        _still_a_draft(batch, by)
        Transfer.objects.filter(pk=passage.pk, batch=batch, state=TransferState.WAITING).update(batch=None)
        facts = {"case": passage.case.number}
        journal.record(
            "approvals.batch.take_out", about=batch, by=by, at=at, before=batch.state, after=batch.state, facts=facts
        )


def _still_a_draft(batch: Batch, by: User) -> None:
    batch.lock()
    if not rules.may_send(batch, by):
        raise PermissionDenied("只有交出单位的人可以改清单。")
    if batch.state != BatchState.DRAFT:
        raise NotNow("清单已经签出，不能再改。")


def _put_in(batch: Batch) -> int:
    waiting = Transfer.objects.to_draw_up().filter(from_unit=batch.from_unit, to_unit=batch.to_unit)
    return int(waiting.update(batch=batch))


def _number(at: datetime.datetime) -> str:
    """清单编号：YJ + 年月日 + 全局流水。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_batch_number')")
        return f"YJ{local(at):%Y%m%d}{cursor.fetchone()[0]:05d}"


def sign_out(batch: Batch, *, by: User, at: datetime.datetime) -> Batch:
    """签出：清单上的件一次交出，定下签收期限，出移交清单。件仍在交出单位手里，签收才算到。

    Raises: NotNow(清单是空的、已经签出)、PermissionDenied。
    """
    with transaction.atomic():
        passages = locked(batch, [TransferState.WAITING])
        if not passages:
            raise NotNow("清单上一件也没有。")
        take(batch, "sign_out", by=by, at=at, cases=len(passages))
        agency = batch.from_unit.agency
        calendar = workdays.calendar_for(agency.code)
        due_at, _provisional = workdays.due(at, agency.sign_in_days, "wd", calendar=calendar)
        handover_papers.listing(batch, passages, due_at=due_at, by=by, at=at)
        take_all(passages, "send", by=by, at=at, due_at=due_at, batch=batch.number)
    return batch


def locked(batch: Batch, states: Iterable[str]) -> list[Transfer]:
    """清单上在这些状态的移交，办件都锁住了(先锁办件，照编号的次序)。"""
    return list(_lock_cases(batch, states).with_context())


def _lock_cases(batch: Batch, states: Iterable[str]) -> TransferQuerySet:
    found: TransferQuerySet = batch.transfers.filter(state__in=states).order_by("pk")
    keys = found.order_by().values("case")
    list(Case.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return found


def call_off(batch: Batch, *, by: User, at: datetime.datetime) -> Batch:
    """取消清单：没有签出的，件回到待交出；签出了而一件也没有签收的，全部撤回。

    Raises: NotNow(有的已经签收)、PermissionDenied。
    """
    with transaction.atomic():
        passages = locked(batch, [TransferState.SENT])
        batch.lock()
        if batch.transfers.filter(state=TransferState.SIGNED_IN).exists():
            raise NotNow("对方已经开始签收，要撤回的请逐件撤回。")
        take(batch, "call_off", by=by, at=at, reason="交出单位取消")
        for passage in passages:
            _recall(passage, "清单取消", by=by, at=at)
        Transfer.objects.filter(batch=batch, state=TransferState.WAITING).update(batch=None)
    return batch


def recall(passage: Transfer, *, reason: str, by: User, at: datetime.datetime) -> Transfer:
    """撤回：签收之前，交出单位把一件要回来；仍须送的重新待交出。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        _recall(passage, reason, by=by, at=at)
        close_if_done(passage.batch, by=by, at=at)
    return passage


def _recall(passage: Transfer, reason: str, *, by: User, at: datetime.datetime) -> None:
    take(passage, "recall", by=by, at=at, reason=reason)
    _found([passage], "已撤回", by=by, at=at)
    onward(Case.objects.get(pk=passage.case_id), by=by, at=at)


# 签收 -----------------------------------------------------------------


def sign_in(passage: Transfer, *, by: User, at: datetime.datetime) -> Transfer:
    """签收：件从此在接收单位手里；还要往前送的，接着排下一手。原先记着“没有收到”的差异随之了结。

    Raises: NotNow(已经签收、已经撤回)、PermissionDenied。
    """
    with transaction.atomic():
        take(passage, "sign_in", by=by, at=at)
        _arrived([passage], by=by, at=at)
        close_if_done(passage.batch, by=by, at=at)
    return passage


def sign_in_all(batch: Batch, *, by: User, at: datetime.datetime) -> int:
    """全部签收：逐件清点无误的，一次签收。返回件数。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        passages = list(_lock_cases(batch, [TransferState.SENT]).select_related("to_unit"))
        if not passages:
            raise NotNow("这张清单上没有等着签收的件。")
        take_all(passages, "sign_in", by=by, at=at)
        _arrived(passages, by=by, at=at)
        close_if_done(batch, by=by, at=at)
    return len(passages)


def _arrived(passages: Sequence[Transfer], *, by: User, at: datetime.datetime) -> None:
    """签收了的：件换手，原先没有收到的了结，还要往前送的接着送。"""
    cases = Case.objects.filter(pk__in=[one.case_id for one in passages]).only(*CARRIED)
    found = cases.select_related("unit", "section", "examiner", "intake_unit").in_bulk()
    for one in passages:
        one.case = found[one.case_id]
    _found(passages, "已找到并签收", by=by, at=at)
    _go_on(_into_the_hands(passages, by=by, at=at), by=by, at=at)


def _found(passages: Iterable[Transfer], words: str, *, by: User, at: datetime.datetime) -> None:
    told = {"settled_at": at, "settled_by": by, "settlement": words}
    Difference.objects.open().filter(transfer__in=[one.pk for one in passages], kind__in=FOUND).update(**told)


def close_if_done(batch: Batch | None, *, by: User, at: datetime.datetime) -> None:
    """清单上没有在途的了，签收就完毕；都撤回、退回了的也算。"""
    if batch is None:
        return
    batch.lock()
    if batch.state != BatchState.SENT or batch.transfers.on_the_road().exists():
        return
    closer = by if rules.may_sign_in(batch, by) else User.objects.system()
    take(batch, "finish", by=closer, at=at, missing=0)
