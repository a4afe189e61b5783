"""移交差异：清单与实物对不上的，记下来，有责任人和期限，处理了才算完。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Unit, User
from approvals import rules
from approvals.actions import handover, telling
from approvals.models import Batch, Case, Difference, Flag, Transfer
from approvals.states import DifferenceKind, FlagKind, TransferState
from office.journal import actions as journal
from office.steps import NotNow, take
from office.workdays import calendar as workdays

SETTLE_DAYS = 1  # 一个工作日内处理，过了告诉两边的负责人
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


def settle(difference: Difference, *, text: str, by: User, at: datetime.datetime) -> Difference:
    """处理差异：写明怎样处理的；件还要送的，重新待交出。Raises: NotNow(件还在途、已经处理)、PermissionDenied。"""
    with transaction.atomic():
        case = difference.case
        case.lock()
        difference.refresh_from_db()
        if not (rules.may_send(difference, by) or rules.may_sign_in(difference, by)):
            raise PermissionDenied("只有两边单位的人可以处理差异。")
        if difference.settled_at is not None:
            raise NotNow("这一条差异已经处理了。")
        passage = difference.transfer
        if passage and passage.state == TransferState.SENT:
            raise NotNow("件还在途：找到了请签收，要不回来的由交出单位撤回。")
        difference.settled_at, difference.settled_by, difference.settlement = at, by, text
        difference.save(update_fields=["settled_at", "settled_by", "settlement"])
        facts = {"kind": difference.kind, "text": text}
        journal.record(
            "approvals.case.settle_difference",
            about=case,
            by=by,
            at=at,
            before=case.state,
            after=case.state,
            facts=facts,
        )
        handover.onward(case, by=by, at=at)
    return difference


def _note(kind: str, passage: Transfer, text: str, *, by: User, at: datetime.datetime) -> Difference:
    ends = {"from_unit": passage.from_unit, "to_unit": passage.to_unit}
    told = {"kind": kind, "case": passage.case, "batch": passage.batch, "transfer": passage, "text": text, **ends}
    return _made(told, passage.sent_by or passage.created_by, passage.from_unit, by=by, at=at)


def _made(told: Mapping[str, Any], owner: User, unit: Unit, *, by: User, at: datetime.datetime) -> Difference:
    calendar = workdays.calendar_for(unit.agency.code)
    due_at, _provisional = workdays.due(at, SETTLE_DAYS, "wd", calendar=calendar)
    made = Difference.objects.create(**told, owner=owner, due_at=due_at, noted_at=at, noted_by=by)
    case = made.case
    facts = {"kind": made.kind, "text": made.text, "owner": owner.full_name}
    journal.record(
        "approvals.case.note_difference", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
    )
    subject = f"移交差异：{case.number}"
    body = f"{made.from_unit}交{made.to_unit}：{made.get_kind_display()}。{made.text}请在期限内处理。"
    telling.tell_staff(case, [owner], "handover.difference", subject, body, by=by, at=at)
    return made


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 200) -> int:
    """移交到期：逾期未签收的亮牌，逾期未处理的差异上交；都告诉两边的负责人。返回处理了几个。"""
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
    """一条差异到期没有处理：告诉两边的负责人，只告诉一次。"""
    with transaction.atomic():
        waiting = Difference.objects.overdue(at).select_for_update(of=("self",), skip_locked=True)
        made = waiting.select_related("case", "from_unit", "to_unit").filter(pk=key).first()
        if made is None:
            return 0
        made.climbed_at = at
        made.save(update_fields=["climbed_at"])
        _tell_chiefs(made, "移交差异逾期未处理", by=User.objects.system(), at=at)
    return 1


def _tell_chiefs(made: Difference, words: str, *, by: User, at: datetime.datetime) -> None:
    chiefs = [telling.chief_for(unit, at) for unit in (made.from_unit, made.to_unit)]
    body = f"{made.from_unit}交{made.to_unit}，{made.get_kind_display()}，责任人{made.owner.full_name}。请督促处理。"
    people = [chief for chief in chiefs if chief]
    telling.tell_staff(made.case, people, "handover.late", f"{words}：{made.case.number}", body, by=by, at=at)
