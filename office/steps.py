"""唯一的门:状态只能在这里走一步。"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from office import clocks
from office.journal import actions as journal
from office.journal.models import Entry
from office.stateful import NotNow, Stateful, moves_of

__all__ = ["NotNow", "Step", "available", "take", "take_all"]


@dataclass(frozen=True)
class Step:
    """给页面画按钮:名字、中文名、能不能、为什么不能。"""

    name: str
    label: str
    allowed: bool
    reason: str = ""


def take(instance: Stateful, name: str, *, by: Any, at: datetime.datetime, **facts: Any) -> Entry:
    """走一步:锁行、查条件、查权限、走、存、动时钟、记日志,同一个事务。

    Raises: NotNow(现在不能)、PermissionDenied(无权)。
    """
    with transaction.atomic():
        instance.lock()
        found, before = _move(instance, name, by=by, at=at, **facts)
        instance.save_moved()
        clocks.apply([clocks.Moved(instance, found.custom["clocks"], facts)], at=at)
        return journal.record(
            f"{instance._meta.label_lower}.{name}",
            about=instance,
            by=by,
            at=at,
            before=before,
            after=instance.state,
            facts=_kept(instance, facts),
        )


def take_all(instances: Sequence[Stateful], name: str, *, by: Any, at: datetime.datetime, **facts: Any) -> list[Entry]:
    """成批走同一步：一次锁住、一次存、一次动时钟、一次记日志，条件和权限照样一件一件问；有一件不能，就一件也不走。

    Raises: NotNow、PermissionDenied。
    """
    if not instances:
        return []
    model = type(instances[0])
    with transaction.atomic():
        model.lock_all(instances)
        moved = [(one, *_move(one, name, by=by, at=at, **facts)) for one in instances]
        model.save_all_moved(instances)
        clocks.apply([clocks.Moved(one, found.custom["clocks"], facts) for one, found, _before in moved], at=at)
        changes = [journal.Change(one, before, one.state, _kept(one, facts)) for one, _found, before in moved]
        return journal.record_all(f"{model._meta.label_lower}.{name}", changes, by=by, at=at)


def _move(instance: Stateful, name: str, *, by: Any, at: datetime.datetime, **facts: Any) -> tuple[Any, str]:
    """问条件、问权限，走；返回走的哪一步和原来的状态。已经锁住。Raises: NotNow、PermissionDenied。"""
    step = getattr(instance, name)
    found = step._django_fsm.get_transition(instance.state) if hasattr(step, "_django_fsm") else None
    if found is None:
        raise NotNow(f"{instance._meta.verbose_name}现在是“{instance.get_state_display()}”，不能“{_label(step)}”。")
    for condition in found.conditions:
        if not condition(instance):
            raise NotNow(getattr(condition, "reason", f"现在不能“{found.custom['label']}”。"))
    if not found.has_perm(instance, by):
        raise PermissionDenied(f"您没有“{found.custom['label']}”的权限。")
    before = instance.state
    step(by=by, at=at, **facts)
    return found, before


def _kept(instance: Stateful, facts: dict[str, Any]) -> dict[str, Any]:
    """写进日志的：随档案销毁要清空的几栏(forgets)不写，日志只增不改，写了就清不掉。"""
    gone = getattr(instance, "forgets", ())
    return {name: value for name, value in facts.items() if name not in gone}


def _label(step: Any) -> str:
    return str(next(iter(step._django_fsm.transitions.values())).custom["label"])


def available(instance: Stateful, user: Any) -> list[Step]:
    """状态机此刻能给这个人的步;走不了的说明原因,无权的不出现。"""
    steps = []
    for found in moves_of(type(instance)):
        if found.source != instance.state or not found.custom["offered"] or not found.has_perm(instance, user):
            continue
        reason = next((getattr(c, "reason", "条件不满足") for c in found.conditions if not c(instance)), "")
        steps.append(Step(found.name, found.custom["label"], not reason, reason))
    return steps
