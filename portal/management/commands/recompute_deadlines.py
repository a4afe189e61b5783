"""重算期限:放假通知到了以后,把还在走的暂估期限、照着它们抄下来的、自己算好的按正式日历重算,改了什么写进日志。"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import models, transaction

from approvals.actions import recounting as cases
from approvals.models import Clock as CaseClock
from denials.actions import recounting as ladder
from denials.models import Clock as LadderClock
from office.clocks import Clock
from office.journal import actions as journal
from office.workdays.actions import drop_estimates
from office.workdays.calendar import calendar_for, estimate_for, relay
from office.workdays.clock import now
from office.workdays.rules import local

# 到期时刻还抄在别处的几种时钟：钟改了，抄着的一起改
COPIES: dict[type[Clock], Callable[[Any], list[cases.Copy]]] = {
    CaseClock: cases.copies,
    LadderClock: ladder.copies,
}
MOVED, CONFIRMED, KEPT = "改期", "期限不变、不再是暂估", "仍是暂估"


class Command(BaseCommand):
    """可重复运行:算完就收起公布了的年度的暂估日,不会算第二次。"""

    help = "放假通知载入后，重算各室在走的暂估期限，逐条写日志"

    def handle(self, **options: Any) -> None:
        at, by = now(), get_user_model().objects.system()
        for model in clock_models():
            label = model._meta.verbose_name
            counts: Counter[str] = Counter()
            for subject in _subjects(model):
                for outcome, line in recompute(model, subject, by=by, at=at):
                    counts[outcome] += 1
                    if outcome == MOVED:
                        self.stdout.write(f"{label} {line}")
            told = ",".join(f"{outcome} {counts[outcome]} 个" for outcome in (MOVED, CONFIRMED, KEPT))
            self.stdout.write(f"{label}：{told}")
        recounted: Counter[str] = Counter()
        for name, line in cases.recount(by=by, at=at):
            recounted[name] += 1
            self.stdout.write(line)
        self.stdout.write(",".join(f"{one.name}改期 {recounted[one.name]} 个" for one in cases.COUNTED))
        drop_estimates(by=by, at=at)


def clock_models() -> list[type[Clock]]:
    """各室的时钟。"""
    return [model for model in apps.get_models() if issubclass(model, Clock)]


def recompute(model: type[Clock], subject: int, *, by: Any, at: datetime) -> Iterator[tuple[str, str]]:
    """重算一个主体的暂估期限:先锁主体,再动时钟,同一个事务里记日志。逐个给出(结果, 说明)。"""
    done = []
    with transaction.atomic():
        owner: Any = model._meta.get_field(model.subject).related_model
        owner.lock_by_key(subject, wait=True)
        about = owner._base_manager.get(pk=subject)
        for clock in _waiting(model).select_for_update(of=("self",)).filter(**{model.subject: about}).order_by("pk"):
            setattr(clock, model.subject, about)
            done.append(_recomputed(clock, about, by=by, at=at))
    yield from done


def _recomputed(clock: Clock, about: models.Model, *, by: Any, at: datetime) -> tuple[str, str]:
    agency, before = clock.agency_code(), clock.due_at
    clock.due_at, clock.provisional = relay(
        before,
        clock.value,
        clock.unit,
        started_at=clock.started_at,
        before=estimate_for(agency),
        after=calendar_for(agency),
        policy=clock.hours_policy,
    )
    if clock.provisional and clock.due_at == before:
        return KEPT, str(about)
    clock.save(update_fields=["due_at", "provisional"])
    for rows, name in COPIES.get(type(clock), _nowhere)(clock):
        rows.filter(**{name: before}).update(**{name: clock.due_at})
    facts = {"clock": clock.kind, "due_before": before, "due_after": clock.due_at}
    journal.record(f"{clock._meta.label_lower}.recompute", about=about, by=by, at=at, facts=facts)
    moved = f"{about} {clock}：{local(before):%Y-%m-%d %H:%M} → {local(clock.due_at):%Y-%m-%d %H:%M}"
    return (MOVED if before != clock.due_at else CONFIRMED), moved


def _nowhere(_clock: Clock) -> list[cases.Copy]:
    return []


def _waiting(model: type[Clock]) -> models.QuerySet[Clock]:
    """还在走(或暂停着)、还没有发生作用的暂估期限。"""
    running: models.QuerySet[Clock] = model._default_manager.filter(ended_at=None, fired_at=None, provisional=True)
    return running


def _subjects(model: type[Clock]) -> list[int]:
    key = f"{model.subject}_id"
    return list(_waiting(model).order_by(key).values_list(key, flat=True).distinct())
