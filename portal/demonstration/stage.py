"""舞台:按时间先后推进各出戏,途中到期的期限在到期的那一刻处理。"""

import datetime
import functools
import heapq
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

from office import clocks
from office.workdays.calendar import Calendar, calendar_for
from office.workdays.rules import DAY, is_working_day, local, on
from portal import sweeping

Script = Generator[datetime.datetime, datetime.datetime, None]
DEADLINES = (
    *(
        "办件到期",
        "联办到期",
        "征求意见到期",
        "告知监管科室到期",
        "双公示到期",
        "首问到期",
        "询问到期",
        "重点项目协调到期",
        "逐级审定到期",
    ),
    *("叫回研究到期", "差评整改到期"),
)


CURTAIN = 20261123  # 演着的时候握着的一把库锁


@contextmanager
def curtain() -> Iterator[None]:
    """演的时候，真的清扫等着：它照此刻扫，会把还没有演到的期限先处理了。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [CURTAIN])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CURTAIN])


def playing() -> bool:
    """别的连接正在演。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [CURTAIN])
        return not cursor.fetchone()[0]


class Days:
    """把“几个工作日之前的几点”变成时刻。0 是最近的一个工作日(今天休息就是上一个工作日)。"""

    def __init__(self, now: datetime.datetime, calendar: Calendar | None = None) -> None:
        self.now = now
        special = (calendar or calendar_for()).special
        day = local(now).date()
        self.days: list[datetime.date] = []
        while len(self.days) < 60:
            if is_working_day(day, special=special):
                self.days.append(day)
            day -= DAY

    def at(self, ago: int, clock: str) -> datetime.datetime:
        return on(self.days[ago], datetime.time.fromisoformat(clock))

    def recently(self, minutes: int) -> datetime.datetime:
        """最近的办公时刻往前数几分钟:此刻若已下班,就从最近一次下班往前数。"""
        return min(self.now, self.at(0, "17:20")) - datetime.timedelta(minutes=minutes)


def play(scripts: Iterable[Callable[[], Script]], *, until: datetime.datetime) -> int:
    """把所有的戏演到 until 为止;返回演完或演到现在的出数。"""
    order = itertools.count()
    queue: list[tuple[datetime.datetime, int, Script]] = []
    for begin in scripts:
        script = begin()
        heapq.heappush(queue, (next(script), next(order), script))
    played = len(queue)
    while queue and queue[0][0] <= until:
        at, _, script = heapq.heappop(queue)
        settle_until(at)
        try:
            heapq.heappush(queue, (script.send(at), next(order), script))
        except StopIteration:
            continue
    settle_until(until)
    return played


def settle_until(at: datetime.datetime) -> None:
    """到 at 为止的期限,一个一个在到期的那一刻处理。"""
    errands = [errand for name, errand in sweeping.SWEEPS if name in DEADLINES]
    while (due := next_due(at)) is not None:
        if not sum(errand(at=due) for errand in errands):
            break


def next_due(at: datetime.datetime) -> datetime.datetime | None:
    """各种时钟里最早该处理的一个；每走一步问一次，所以一次问完。"""
    sql, places = _first_due()
    with connection.cursor() as cursor:
        cursor.execute(sql, [at] * places)
        found = cursor.fetchone()
    return found[0] if found else None


@functools.cache
def _first_due() -> tuple[str, int]:
    """问的话，和话里要填几处时刻(填的都是同一个)。"""
    models = [model for model in apps.get_models() if issubclass(model, clocks.Clock)]
    some_time = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    first, *rest = [model.objects.due(some_time).order_by().values("due_at") for model in models]
    sql, values = first.union(*rest, all=True).order_by("due_at")[:1].query.sql_with_params()
    return str(sql), len(values)
