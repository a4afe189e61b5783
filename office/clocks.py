"""时钟:一个期限是一行存下来的时刻。起、停、暂停、恢复由步声明,由 take 执行;到期由 sweep 找到。"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

from office.stateful import NotNow
from office.workdays import calendar as workdays

log = logging.getLogger(__name__)

START, KEEP, PAUSE, RESUME, STOP = "start", "keep", "pause", "resume", "stop"
STUCK = "这一件有一个到期的期限没有处理成，系统正在重试，暂时不能办；请告诉系统维护人员。"
ALL = "*"  # clocks={ALL: STOP}:停掉所有还在走的

UNITS = [("wd", "个工作日"), ("d", "日"), ("h", "小时"), ("at", "定时")]
RETRY = [datetime.timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]


@dataclass(frozen=True)
class Term:
    """一个期限的内容:数值+单位+依据,以及算好的到期时刻。unit="at" 表示直接给定时刻。"""

    value: int
    unit: str
    basis: str
    due_at: datetime.datetime
    provisional: bool = False
    since: datetime.datetime | None = None  # 起算时刻;默认就是走这一步的时刻


class ClockQuerySet(models.QuerySet[Any]):
    def running(self) -> "ClockQuerySet":
        """还在走或暂停着的。"""
        return self.filter(ended_at=None)

    def overdue(self, at: datetime.datetime) -> "ClockQuerySet":
        """到期而还没有发生作用的,搁置着的也算,按到期先后。"""
        return self.filter(ended_at=None, paused_at=None, fired_at=None, due_at__lte=at).order_by("due_at", "pk")

    def due(self, at: datetime.datetime) -> "ClockQuerySet":
        """该由清扫处理的:到期,而且没有搁置着。"""
        return self.overdue(at).filter(Q(parked_until=None) | Q(parked_until__lte=at))

    def parked(self) -> "ClockQuerySet":
        """到期处理失败、等人来看的。"""
        return self.filter(ended_at=None, fired_at=None, failures__gt=0)


class Clock(models.Model):
    """时钟。到期只发生一次作用(fired_at);满足或取消时停(ended_at)。due_at 是不含的上限。"""

    subject: ClassVar[str]  # 挂在谁身上:外键名

    kind = models.CharField("种类", max_length=80)
    value = models.PositiveIntegerField("数值")
    unit = models.CharField("单位", max_length=2, choices=UNITS)
    basis = models.CharField("依据", max_length=200, blank=True)
    started_at = models.DateTimeField("起算")
    due_at = models.DateTimeField("到期")
    provisional = models.BooleanField("暂估", default=False)
    paused_at = models.DateTimeField("暂停于", null=True, blank=True)
    ended_at = models.DateTimeField("停于", null=True, blank=True)
    late = models.BooleanField("逾期", default=False)
    fired_at = models.DateTimeField("到期处理于", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("处理失败次数", default=0)
    parked_until = models.DateTimeField("搁置到", null=True, blank=True)
    last_error = models.TextField("最近的错误", blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(ended_at=None, paused_at=None, fired_at=None),
                name="%(app_label)s_%(class)s_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}{self.get_unit_display()}"

    def stop(self, at: datetime.datetime) -> None:
        """停:恰好在到期时刻已算逾期(到期时刻不含在内)；暂停着的看暂停那一刻。"""
        self.ended_at, self.late = at, (self.paused_at or at) >= self.due_at

    def pause(self, at: datetime.datetime) -> None:
        """暂停：已经停着的，从头一次停算起。"""
        self.paused_at = self.paused_at or at

    def resume(self, at: datetime.datetime) -> None:
        """恢复:暂停前剩多少,恢复后还有多少。"""
        if self.paused_at is None:
            return
        calendar = workdays.calendar_for(self.agency_code())
        self.due_at, self.provisional = workdays.postpone(
            self.due_at, self.unit, paused_at=self.paused_at, resumed_at=at, calendar=calendar, policy=self.hours_policy
        )
        self.paused_at = None

    @property
    def hours_policy(self) -> str:
        """小时怎么算;具体时钟可改写。"""
        return "working_days"

    def agency_code(self) -> str:
        """日历按机关取;具体时钟可改写。"""
        return ""


def apply(instance: Any, effects: dict[str, str], *, at: datetime.datetime, facts: dict[str, Any]) -> None:
    """执行一步对各时钟的作用。instance 已锁住;它的时钟随之锁住。"""
    if not any(effect != KEEP for effect in effects.values()):
        return
    running = {c.kind: c for c in instance.clocks.running()} if set(effects.values()) - {START, KEEP} else {}
    for kind, effect in effects.items():
        chosen = list(running.values()) if kind == ALL else [running[kind]] if kind in running else []
        if effect == START:
            start(instance, kind, instance.term(kind, at=at, facts=facts), at=at)
        for clock in chosen:
            if clock.ended_at is None and effect in (STOP, PAUSE, RESUME):
                {STOP: clock.stop, PAUSE: clock.pause, RESUME: clock.resume}[effect](at)
                clock.save(update_fields=["ended_at", "late", "paused_at", "due_at", "provisional"])


def start(instance: Any, kind: str, term: Term | None, *, at: datetime.datetime) -> Any:
    """起一个时钟;term 为 None 表示该事项没有这个期限(即办件没有承诺时限等)。"""
    if term is None:
        return None
    return instance.clocks.create(
        kind=kind,
        value=term.value,
        unit=term.unit,
        basis=term.basis,
        started_at=term.since or at,
        due_at=term.due_at,
        provisional=term.provisional,
    )


def sweep(
    model: type[Any], fire: Callable[..., None], *, at: datetime.datetime, limit: int = 1000, only: Any = None
) -> int:
    """到期处理:按到期先后,每个期限一个事务,先锁主体再看时钟;返回处理了几个。

    fire(clock, at=at) 在锁内做事;同一期限不会做两次(fired_at),被别的清扫者锁住的跳过。
    做不成的搁置并留下错误,不挡住后面的。only 限定某个主体:人动手前先结清它的到期,搁置着的也要结清,
    不然就让人抢在到期前头了;还是结不清的,人也不能动。Raises: NotNow(只在 only 时)。
    """
    due = model.objects.due(at) if only is None else model.objects.overdue(at).filter(**{model.subject: only})
    done = 0
    for pk, subject in list(due.values_list("pk", f"{model.subject}_id")[:limit]):
        done += fire_one(model, pk, subject, fire, at=at, wait=only is not None)
    return done


def fire_one(
    model: type[Any], pk: int, subject: int, fire: Callable[..., None], *, at: datetime.datetime, wait: bool = False
) -> int:
    """处理一个到期的时钟;别人正锁着(或已处理)时返回 0。

    同一主体有更早到期的(前一个到期刚带出来的:视为受理带出已过的承诺时限),先做那一个,这一个留到下一遍:
    清扫来得再晚,也同一直在跑时一样。
    """
    try:
        with transaction.atomic():
            owner = model._meta.get_field(model.subject).related_model
            if not owner.lock_by_key(subject, wait=wait):
                return 0
            waiting = model.objects.overdue(at) if wait else model.objects.due(at)
            clock = waiting.select_for_update().filter(pk=pk).first()
            if clock is None or _after_another(model, clock, subject, at):
                return 0
            clock.fired_at = at
            clock.save(update_fields=["fired_at"])
            fire(clock, at=at)
            return 1
    except Exception as error:
        log.exception("到期处理失败 %s #%s", model._meta.label, pk)
        if wait:
            raise NotNow(STUCK) from error
        park(model, pk, error, at=at)
        return 0


def _after_another(model: type[Any], clock: Any, subject: int, at: datetime.datetime) -> bool:
    """前面还有没有处理的;搁置着的不算,不挡住后面的。"""
    return bool(model.objects.due(at).filter(**{model.subject: subject}, due_at__lt=clock.due_at).exists())


def park(model: type[Any], pk: int, error: Exception, *, at: datetime.datetime) -> None:
    """搁置:记下错误,隔一会儿再试;一直在 parked() 里给人看。"""
    with transaction.atomic():
        clock = model.objects.select_for_update().get(pk=pk)
        clock.parked_until = at + RETRY[min(clock.failures, len(RETRY) - 1)]
        clock.failures += 1
        clock.last_error = f"{type(error).__name__}: {error}"[:500]
        clock.save(update_fields=["parked_until", "failures", "last_error"])
