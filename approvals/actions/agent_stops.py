"""停止代办：停了不接新的委托，手上的逐件解除，告诉申请人；另提一位的，申请人同意了才算。"""

import datetime
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Unit, User
from approvals.actions import mandates
from approvals.models import AgentStop, Mandate
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.rules import local


def stop(
    person: User, *, unit: Unit, until: datetime.date | None, basis: str, successor: User | None = None, by: User,
    at: datetime.datetime,
) -> AgentStop:  # fmt: skip
    """停到 until 那天(含)，None 是取消资格；手上的委托全部解除，有 successor 的另请申请人同意由他接着办。

    Raises: PermissionDenied(不是这个单位的分管领导、局长)、NotNow(日期已过、没有写依据、接手的人就是他或者也停着)。
    """
    if person == by or not by.may("sanction_denial", unit):
        raise PermissionDenied("停止代办由分管领导、局长决定；自己的由别人决定。")
    if not basis.strip():
        raise NotNow("请写明凭什么停止代办。")
    if until is not None and until < local(at).date():
        raise NotNow("停到哪天要在今天以后。")
    if AgentStop.objects.standing(at).filter(user=person, until=None).exists():
        raise NotNow(f"{person.full_name}的代办资格已经取消了。")
    if successor is not None and (successor == person or AgentStop.objects.standing(at).filter(user=successor)):
        raise NotNow("接手的人要是另一位没有停止代办的代办员。")
    with transaction.atomic():
        made = AgentStop.objects.create(user=person, from_at=at, until=until, basis=basis.strip(), made_by=by)
        facts = {"agent": person.username, "until": until, "basis": basis}
        journal.record("approvals.agentstop.stop", about=made, by=by, at=at, facts=facts)
        _each_open(person, lambda one: mandates.relieve(one, why=made.extent, successor=successor, by=by, at=at))
    return made


def lift(made: AgentStop, *, reason: str, by: User, at: datetime.datetime) -> AgentStop:
    """恢复：停错了的。已经解除的委托不自己恢复，由申请人再委托。Raises: NotNow(恢复过了、没有写原因)。"""
    if not reason.strip():
        raise NotNow("请写明为什么恢复。")
    with transaction.atomic():
        fresh = AgentStop.objects.select_for_update().get(pk=made.pk)
        if fresh.lifted_at is not None:
            raise NotNow("已经恢复过了。")
        fresh.lifted_at, fresh.lifted_by, fresh.lifted_why = at, by, reason.strip()[:200]
        fresh.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
        journal.record("approvals.agentstop.lift", about=fresh, by=by, at=at, facts={"reason": reason})
    return fresh


def _each_open(person: User, act: Callable[[Mandate], object]) -> None:
    """他手上没有终止的委托，照办件的次序(锁的次序)。"""
    for one in Mandate.objects.open().filter(user=person).select_related("case").order_by("case_id"):
        act(one)
