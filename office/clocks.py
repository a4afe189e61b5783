"""时钟:一个期限是一行存下来的时刻。起、停、暂停、恢复由步声明,由 take 执行;到期由 sweep 找到。"""

import datetime
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

from office.prepared import MOMENT, Prepared
from office.stateful import NotNow
from office.workdays import calendar as workdays

log = logging.getLogger(__name__)

START, KEEP, PAUSE, RESUME, STOP = "start", "keep", "pause", "resume", "stop"
STUCK = "这一件有一个到期的期限没有处理成，系统正在重试，暂时不能办；请告诉系统维护人员。"
ALL = "*"  # clocks={ALL: STOP}:停掉所有还在走的

UNITS = [("wd", "个工作日"), ("d", "日"), ("h", "小时"), ("at", "定时")]
BATCH = 100  # 一批几个:够省,锁着的时间又不长
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


@dataclass(frozen=True)
class Moved:
    """走了一步的一个对象:这一步对各时钟的作用(时钟种类 → 作用),随步带来的事实。"""

    instance: Any
    effects: Mapping[str, str]
    facts: dict[str, Any]


def apply(moves: Sequence[Moved], *, at: datetime.datetime) -> None:
    """执行一步对各时钟的作用；一批走同一步的一起执行。各对象已锁住;它们的时钟随之锁住。"""
    moves = [one for one in moves if set(one.effects.values()) - {KEEP}]  # 没有时钟的主体不问
    stopped: dict[bool, list[int]] = {}
    started: list[Any] = []
    running = _running_of([_holder(one.instance) for one in moves if set(one.effects.values()) - {START, KEEP}])
    for one in moves:
        mine = running.get(_holder(one.instance).pk, {})
        for kind, effect in one.effects.items():
            if effect == START:
                started += _new(one.instance, kind, one.instance.term(kind, at=at, facts=one.facts), at=at)
            for clock in list(mine.values()) if kind == ALL else [mine[kind]] if kind in mine else []:
                if clock.ended_at is None and effect == STOP:
                    clock.stop(at)
                    stopped.setdefault(clock.late, []).append(clock.pk)
                elif clock.ended_at is None and effect in (PAUSE, RESUME):
                    {PAUSE: clock.pause, RESUME: clock.resume}[effect](at)
                    clock.save(update_fields=["paused_at", "due_at", "provisional"])
    for late, keys in stopped.items():
        moves[0].instance.clocks.model.objects.filter(pk__in=keys).update(ended_at=at, late=late)
    if started:
        type(started[0]).objects.bulk_create(started)


def _holder(instance: Any) -> Any:
    """时钟挂在谁身上：多半是它自己，听证的挂在办件上。"""
    return instance.clocks.instance


def _running_of(holders: Sequence[Any]) -> dict[int, dict[str, Any]]:
    """各主体(同一类)还在走的时钟:主键 → 种类 → 时钟。"""
    if not holders:
        return {}
    model = holders[0].clocks.model
    found: dict[int, dict[str, Any]] = {}
    for clock in model.objects.running().filter(**{f"{model.subject}__in": holders}):
        found.setdefault(getattr(clock, f"{model.subject}_id"), {})[clock.kind] = clock
    return found


def start(instance: Any, kind: str, term: Term | None, *, at: datetime.datetime) -> Any:
    """起一个时钟;term 为 None 表示该事项没有这个期限(即办件没有承诺时限等)。"""
    for clock in _new(instance, kind, term, at=at):
        clock.save(force_insert=True)
        return clock
    return None


def _new(instance: Any, kind: str, term: Term | None, *, at: datetime.datetime) -> list[Any]:
    """要起的时钟,还没有存;没有这个期限的是空的。"""
    if term is None:
        return []
    model = instance.clocks.model
    return [
        model(
            **{model.subject: _holder(instance)}, kind=kind, value=term.value, unit=term.unit, basis=term.basis,
            started_at=term.since or at, due_at=term.due_at, provisional=term.provisional,
        )
    ]  # fmt: skip


Fire = Callable[..., None]


def sweep(
    model: type[Any], fire: Fire, *, at: datetime.datetime, limit: int = 1000, only: Any = None,
    together: Mapping[str, Fire] | None = None,
) -> int:  # fmt: skip
    """到期处理:按到期先后,先锁主体再看时钟;返回处理了几个。

    fire(clock, at=at) 在锁内做事,每个期限一个事务。together 写明哪几种期限可以成批做:together[种类](clocks, at=at)
    一批一个事务,有一个做不成,这一批就回退,一个一个做。同一期限不会做两次(fired_at),被别的清扫者锁住的跳过。
    做不成的搁置并留下错误,不挡住后面的。only 限定某个主体:人动手前先结清它的到期,搁置着的也要结清,
    不然就让人抢在到期前头了;还是结不清的,人也不能动。Raises: NotNow(只在 only 时)。
    """
    if only is None:
        rows = list(_due(model, limit).rows(at))  # type: ignore[arg-type]
    else:
        rows = list(_named(model.objects.overdue(at).filter(**{model.subject: only}))[:limit])
    done: set[int] = set()
    for kind, fire_all in together.items() if together and only is None else ():
        mine = [(pk, subject) for pk, subject, its in rows if its == kind]
        for begin in range(0, len(mine), BATCH):
            done |= _fire_together(model, mine[begin : begin + BATCH], fire_all, at=at)
    rest = [(pk, subject) for pk, subject, _kind in rows if pk not in done]
    return len(done) + sum(fire_one(model, pk, one, fire, at=at, wait=only is not None) for pk, one in rest)


@cache
def _due(model: Any, limit: int) -> Prepared:
    """每分钟都问、多半是空的一句。"""
    return Prepared(lambda at: _named(model.objects.due(at))[:limit], MOMENT)


def _named(found: ClockQuerySet) -> Any:
    return found.values_list("pk", f"{found.model.subject}_id", "kind")


def _fire_together(
    model: type[Any], rows: Iterable[tuple[int, int]], fire_all: Fire, *, at: datetime.datetime
) -> set[int]:
    """一批同一种的到期一起处理;返回处理了哪几个,做不成、被别人锁着、前面还有更早到期的不在里面。"""
    keys, subjects = zip(*rows, strict=True)
    try:
        with transaction.atomic():
            held = model._meta.get_field(model.subject).related_model.lock_free(subjects)
            waiting = model.objects.due(at).filter(**{f"{model.subject}__in": held})
            first: dict[int, Any] = {}
            for clock in waiting.select_for_update():
                first.setdefault(getattr(clock, f"{model.subject}_id"), clock)
            ready = [clock for clock in first.values() if clock.pk in keys]
            model.objects.filter(pk__in=[clock.pk for clock in ready]).update(fired_at=at)
            if ready:
                fire_all(ready, at=at)
            return {clock.pk for clock in ready}
    except Exception:
        log.exception("成批的到期处理失败，改为一个一个做 %s", model._meta.label)
        return set()


def fire_one(model: type[Any], pk: int, subject: int, fire: Fire, *, at: datetime.datetime, wait: bool = False) -> int:
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
