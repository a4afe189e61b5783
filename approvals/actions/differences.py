"""差异：移交的清单与实物、申请人写的与寄来的，对不上的记下来，有责任人和期限，处理了才算完。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Unit, User
from approvals import rules
from approvals.actions import guard, handover, telling
from approvals.models import Batch, Case, Difference, Flag, Parcel, Transfer
from approvals.states import ContentsSettled, DifferenceKind, FlagKind, TransferState
from office.journal import actions as journal
from office.steps import NotNow, take
from office.sure import sure
from office.workdays import calendar as workdays

SETTLE_DAYS = 1  # 一个工作日内处理，过了告诉两边的负责人
BASIS = "差异一个工作日内处理，按本局通行做法"
K = DifferenceKind


def turn_back(passage: Transfer, *, reason: str, by: User, at: datetime.datetime) -> Difference:
    """退回不收：不该交来的，件仍在交出单位手里，由签出的人取回处理。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        take(passage, "turn_back", by=by, at=at, reason=reason)
        made = _note(K.WRONG, passage, reason, by=by, at=at)
        handover.close_if_done(passage.batch, by=by, at=at)
    return made


def sign_in_defective(passage: Transfer, *, text: str, by: User, at: datetime.datetime) -> Difference:
    """签收但材料不符：件收下，差异记在交出单位名下。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        handover.sign_in(passage, by=by, at=at)
        return _note(K.DEFECT, passage, text, by=by, at=at)


def finish(batch: Batch, *, by: User, at: datetime.datetime) -> int:
    """结束签收：清单上还没有收到的逐件记为差异，仍在交出单位手里，找到了还可以签收。返回差几件。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        passages = handover.locked(batch, [TransferState.SENT])
        take(batch, "finish", by=by, at=at, missing=len(passages))
        for passage in passages:
            _note(K.MISSING, passage, "", by=by, at=at)
    return len(passages)


def note_extra(batch: Batch, case: Case, *, by: User, at: datetime.datetime) -> Difference | None:
    """多出的件：清单上没有而收到了，件在谁手里不变，由签出的人来认领；同一件只记一次。Raises: PermissionDenied。"""
    if not rules.may_sign_in(batch, by):
        raise PermissionDenied("只有接收单位的人可以记差异。")
    told = {"kind": K.EXTRA, "case": case, "batch": batch, "from_unit": batch.from_unit, "to_unit": batch.to_unit}
    try:
        with transaction.atomic():
            case.lock()
            made = _made(told, batch.sent_by or batch.drawn_by, batch.from_unit, by=by, at=at)
    except IntegrityError:
        return None
    return made


def note_contents(parcel: Parcel, *, by: User, at: datetime.datetime) -> Difference:
    """寄来的与申请人写的有出入：谁打开点的谁负责。办件由叫它的动作锁着。"""
    case = parcel.case
    told = {"kind": K.CONTENTS, "case": case, "parcel": parcel, "to_unit": case.intake_unit}
    return _made(told, by, case.intake_unit, by=by, at=at)


def settle(difference: Difference, *, text: str, by: User, at: datetime.datetime) -> Difference:
    """处理移交差异：写明怎样处理的；件还要送的，重新待交出。Raises: NotNow(件还在途、已经处理)、PermissionDenied。"""
    with transaction.atomic():
        case = _locked_open(difference, by)
        passage = difference.transfer
        if passage and passage.state == TransferState.SENT:
            raise NotNow("件还在途：找到了请签收，要不回来的由交出单位撤回。")
        if difference.parcel_id:
            raise NotNow("寄来的有出入，请到办件的“邮件”里写明怎样了结的。")
        _settled(difference, facts={"text": text}, text=text, by=by, at=at)
        handover.onward(case, by=by, at=at)
    return difference


def settle_contents(
    difference: Difference, *, how: ContentsSettled, text: str, by: User, at: datetime.datetime
) -> Difference:
    """了结寄来的出入：怎样了结的、说明，告诉申请人。说明申请人看得到，随档案销毁，所以不进日志。

    Raises: NotNow(已经处理、话里有“不”)、PermissionDenied。
    """
    with transaction.atomic():
        case = _locked_open(difference, by)
        parcel = difference.parcel
        if flaw := guard.flaw_of(text):
            raise NotNow(flaw)
        facts = {"parcel": sure(parcel).carrier, "result": how.label}
        _settled(difference, facts=facts, how=how, text=text, by=by, at=at)
        body = f"办件 {case.number}，{parcel}：与您写的有出入，{how.label}。请打开查进度页看说明。"
        telling.tell_applicant(case, "parcel.settled", "您寄的材料，出入已了结", body, by=by, at=at)
    return difference


def _locked_open(difference: Difference, by: User) -> Case:
    """锁住办件，重新取这一条；返回锁住的办件。Raises: NotNow、PermissionDenied。"""
    case: Case = difference.case
    case.lock()
    difference.refresh_from_db()
    difference.case = case
    if not rules.may_settle(difference, by):
        raise PermissionDenied("只有两边单位的人、收件窗口的人可以处理差异。")
    if difference.settled_at is not None:
        raise NotNow("这一条差异已经处理了。")
    return case


def _settled(
    difference: Difference, *, facts: Mapping[str, Any], text: str, how: str = "", by: User, at: datetime.datetime
) -> None:
    case = difference.case
    difference.settled_at, difference.settled_by = at, by
    difference.settlement, difference.how = text, how
    difference.save(update_fields=["settled_at", "settled_by", "settlement", "how"])
    verb = "parcel_settle" if difference.parcel_id else "settle_difference"
    told = {"kind": difference.kind, **facts}
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=told)


def _note(kind: str, passage: Transfer, text: str, *, by: User, at: datetime.datetime) -> Difference:
    ends = {"from_unit": passage.from_unit, "to_unit": passage.to_unit}
    told = {"kind": kind, "case": passage.case, "batch": passage.batch, "transfer": passage, "text": text, **ends}
    return _made(told, passage.sent_by or passage.created_by, passage.from_unit, by=by, at=at)


def _made(told: Mapping[str, Any], owner: User, unit: Unit, *, by: User, at: datetime.datetime) -> Difference:
    calendar = workdays.calendar_for(unit.agency.code)
    due_at, _provisional = workdays.due(at, SETTLE_DAYS, "wd", calendar=calendar)
    made = Difference.objects.create(**told, owner=owner, due_at=due_at, basis=BASIS, noted_at=at, noted_by=by)
    case = made.case
    facts = {"kind": made.kind, "text": made.text, "owner": owner.full_name}
    journal.record(
        "approvals.case.note_difference", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
    )
    if owner != by:  # 自己记的不用告诉自己，今日页上有
        body = f"{made.told()}{made.text}请在期限内处理。"
        telling.tell_staff(case, [owner], "handover.difference", f"差异：{case.number}", body, by=by, at=at)
    return made


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 200) -> int:
    """移交到期：逾期未签收的亮牌，逾期未处理的差异上交；都告诉两边(邮件的是收件)单位的负责人。返回处理了几个。"""
    late = list(Transfer.objects.overdue(at).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    left = list(Difference.objects.overdue(at).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(_lost(key, at) for key in late) + sum(_climb(key, at) for key in left)


def _lost(key: int, at: datetime.datetime) -> int:
    """一件逾期未签收：只亮一次牌。别人正锁着的，下一遍再来。"""
    system = User.objects.system()
    with transaction.atomic():
        if not Transfer.lock_by_key(key, wait=False):
            return 0
        passage = Transfer.objects.overdue(at).with_context().filter(pk=key).first()
        if passage is None:
            return 0
        case, unit, due_at = passage.case, passage.from_unit, passage.due_at
        Flag.objects.create(case=case, kind=FlagKind.TRANSIT, unit=unit, due_at=due_at, raised_at=at)
        made = _note(K.LOST, passage, "", by=system, at=at)
        _tell_chiefs(made, "逾期未签收", by=system, at=at)
    return 1


def _climb(key: int, at: datetime.datetime) -> int:
    """一条差异到期没有处理：告诉负责人，只告诉一次。"""
    with transaction.atomic():
        waiting = Difference.objects.overdue(at).select_for_update(of=("self",), skip_locked=True)
        made = waiting.select_related("case", "from_unit", "to_unit", "parcel").filter(pk=key).first()
        if made is None:
            return 0
        made.climbed_at = at
        made.save(update_fields=["climbed_at"])
        _tell_chiefs(made, "差异逾期未处理", by=User.objects.system(), at=at)
    return 1


def _tell_chiefs(made: Difference, words: str, *, by: User, at: datetime.datetime) -> None:
    chiefs = [telling.chief_for(unit, at) for unit in made.ends]
    body = f"{made.told()}责任人{made.owner.full_name}。请督促处理。"
    people = [chief for chief in chiefs if chief]
    telling.tell_staff(made.case, people, "handover.late", f"{words}：{made.case.number}", body, by=by, at=at)
