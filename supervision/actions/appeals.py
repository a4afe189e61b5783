"""申诉、异议共用：本人在期限里说一次，由没有处理过的人复核，结果告诉本人。"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import transaction

from agencies.models import Agency, Unit, User
from agencies.rules import DESKS
from agencies.states import UnitKind
from office.notices import actions as notices
from office.papers.words import last_day_words
from office.steps import NotNow, available, take
from supervision.models.deciding import Decided

Tell = Callable[[Any, str, str], None]  # 记录、标题、正文


def lodge(record: Decided, *, text: str, by: User, at: datetime.datetime) -> None:
    """本人申诉，一次。Raises: NotNow(没有写理由、过了期限)、PermissionDenied。"""
    needs(text, "请写明申诉的理由。")
    with transaction.atomic():
        record.lock()
        due = record.appeal_due()
        if due is not None and at >= due:
            raise NotNow(f"申诉的期限到{until(record)}，已经过了。")
        take(record, "lodge_appeal", by=by, at=at, text=text.strip())


def answer(record: Decided, step: str, text: str, tell: Tell, *, by: User, at: datetime.datetime) -> None:
    """复核：维持(uphold)或者撤销(overturn)，告诉本人。Raises: NotNow(没有写意见)、PermissionDenied。"""
    needs(text, "请写明复核的意见。")
    with transaction.atomic():
        record.lock()
        take(record, step, by=by, at=at, text=text.strip())
        tell(record, record.get_state_display(), f"{record}：{record.appeal_answer}")


def tell_those_who(record: Decided, step: str, kind: str, subject: str, *, by: User, at: datetime.datetime) -> None:
    """告诉接着办的人：现在能走这一步的，管这个单位的负责人、分管领导、审计人。"""
    unit = record.unit
    near: list[tuple[str, Unit | Agency]] = [("review_denial", unit), ("sanction_denial", unit)]
    near.append(("audit", unit.agency))
    if unit.kind in DESKS:  # 窗口、受理点的人由审批科负责人管
        near += [("review_denial", one) for one in Unit.objects.filter(agency=unit.agency, kind=UnitKind.APPROVAL)]
    people = {one.pk: one for perm, place in near for one in User.objects.trusted_with(perm, place)}
    for one in people.values():
        if any(found.name == step and found.allowed for found in available(record, one)):
            notices.queue(
                kind, about=record, to=one, channel="inbox", subject=subject, body=f"{record}。", responsible=one,
                by=by, at=at,
            )  # fmt: skip


def until(record: Decided) -> str:
    """可以申诉到哪天，说成话；还没有处理的是空串。"""
    due = record.appeal_due()
    return last_day_words(due) if due else ""


def needs(text: str, reason: str) -> None:
    """这一栏要写。Raises: NotNow(reason)。"""
    if not text.strip():
        raise NotNow(reason)
