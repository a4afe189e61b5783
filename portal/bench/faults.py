"""清扫的故障演练:两个清扫进程、两个 Celery 工人,一个接一个被 SIGKILL,到期的一个不少、一个不多、一个不早。"""

import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from celery.signals import task_success
from django.core.cache import cache
from django.db import connection

from denials.actions import deadlines
from denials.models import Clock, Lateness, Report, Turn
from denials.states import ClockKind, ReportState, Rung
from office.journal.models import Entry
from office.journal.rules import first_break
from office.workdays import clock
from portal import sweeping, tasks
from portal.bench import copies
from portal.celery import app

PATIENCE = 4  # 倍；机器再忙，也只多杀这么久
SWEEPERS, WORKERS, EVERY = 2, 2, 1.0  # 清扫进程各自每秒一遍；工人每秒领一次清扫
QUEUE = "faults"  # 演练自己的队列，别的工人领不到
WORKED = "faults-worked"  # 缓存里数着：工人清扫了几个期限
ONE_IN = 5  # 杀几次里有一次杀的是工人：工人起来要一两秒，总得让它干成点活
PASSED = "denials.report.pass_over_chief"


@dataclass
class Drill:
    """一次演练的结果。"""

    deadlines: int
    seconds: float
    kills: int = 0
    worked: int = 0  # 由 Celery 工人清扫的
    lost: int = 0
    doubled: int = 0
    early: int = 0
    broken: int = 0
    lateness: list[float] = field(default_factory=list)  # 秒,落库时刻减到期时刻


def drill(report: Report, *, count: int, seconds: float, every: float = EVERY) -> Drill:
    """把 report(等科室负责人审的)抄成 count 份,到期摊在 seconds 秒里,一边清扫一边杀。"""
    keys = copies.copy_report(report, count)
    _spread(keys, seconds)
    result = Drill(deadlines=count, seconds=seconds)
    cache.set(WORKED, 0, None)
    result.kills = _under_fire(seconds, every)
    result.worked = cache.get(WORKED)
    _examine(keys, result)
    return result


def cost(report: Report, *, count: int) -> tuple[float, list[float]]:
    """一次到期 count 个:每个多少毫秒;以及什么都没到期时,扫一遍梯子多少毫秒。"""
    keys = copies.copy_report(report, count)
    _spread(keys, 0)
    time.sleep(0.1)
    began = time.perf_counter()
    done = deadlines.sweep(at=clock.now(), limit=count)
    each = (time.perf_counter() - began) * 1000 / max(done, 1)
    return each, [_timed(partial(deadlines.sweep, at=clock.now())) for _ in range(50)]


def _timed(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


def _spread(keys: list[int], seconds: float) -> None:
    """科室负责人的期限改到此刻之后的 seconds 秒里,匀开。"""
    with connection.cursor() as cursor:
        for table, only in (("denials_clock", "kind = 'chief'"), ("denials_turn", "rung = 'chief'")):
            cursor.execute(
                f"UPDATE {table} SET due_at = now() + make_interval(secs => %s * place)"  # noqa: S608
                " FROM (SELECT key, row_number() OVER (ORDER BY key) / %s::float8 AS place"
                f" FROM unnest(%s::bigint[]) AS key) AS placed WHERE report_id = key AND {only}",
                [seconds, len(keys), keys],
            )
        cursor.execute("ANALYZE denials_clock, denials_report, approvals_case")


def _under_fire(seconds: float, every: float) -> int:
    """看着清扫进程和工人,每秒多一点就杀掉其中最老的一个,立刻补上;时间到了还有没处理的(机器忙),再杀一会儿。

    最后放它们扫完。返回杀了几次。
    """
    dice = random.Random(20261109)  # noqa: S311 只为演练可重复
    sweepers = [_fork(_sweep_forever, every) for _ in range(SWEEPERS)]
    workers = [_fork(_work) for _ in range(WORKERS)]
    beat = _fork(_order_forever, every)
    began, kills = time.monotonic(), 0
    try:
        while (spent := time.monotonic() - began) < seconds or (spent < PATIENCE * seconds and _left()):
            time.sleep(dice.uniform(0.3, 1.1))
            kills += 1
            alive, again = (workers, (_work,)) if kills % ONE_IN == 0 else (sweepers, (_sweep_forever, every))
            _kill(alive.pop(0))
            alive.append(_fork(*again))
        time.sleep(3 * every)
    finally:
        for pid in (beat, *sweepers, *workers):
            _kill(pid)
    sweeping.sweep(clock.now())  # 最后一个被杀时正锁着的,下一遍就做
    return kills


def _left() -> bool:
    """还有到期没有处理的。"""
    return bool(Clock.objects.overdue(clock.now()).exists())


def _fork(run: Callable[..., None], *arguments: float) -> int:
    """分出一个进程,自己连库。分之前先断开,免得两个进程用同一条连接。"""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), sys.stderr.fileno())
            run(*arguments)
        finally:
            os._exit(1)
    return pid


def _sweep_forever(every: float) -> None:
    while True:
        sweeping.sweep(clock.now())
        time.sleep(every)


def _order_forever(every: float) -> None:
    """像 Celery beat 那样，到时候就派一次清扫。"""
    while True:
        tasks.sweep.apply_async(queue=QUEUE, expires=2 * every)
        time.sleep(every)


def _work() -> None:
    """一个 Celery 工人；清扫了几个，做完一趟记一次（做到一半被杀的那一趟不算）。"""
    task_success.connect(_count, sender=tasks.sweep)
    quiet = {"without_gossip": True, "without_mingle": True, "without_heartbeat": True, "loglevel": "CRITICAL"}
    app.Worker(pool="solo", queues=[QUEUE], hostname=f"faults-{os.getpid()}@drill", quiet=True, **quiet).start()


def _count(result: dict[str, int], **_told: Any) -> None:
    cache.incr(WORKED, sum(result.values()))


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _examine(keys: list[int], result: Drill) -> None:
    """逐份核对:时钟、状态、日志、轮次、逾期、摘要链。"""
    raced = Report.objects.filter(pk__in=keys)
    due = dict(Clock.objects.filter(report__in=keys, kind=ClockKind.CHIEF).values_list("report", "due_at"))
    fired = dict(
        Clock.objects.filter(report__in=keys, kind=ClockKind.CHIEF, fired_at__isnull=False).values_list(
            "report", "fired_at"
        )
    )
    stuck = set(raced.exclude(state=ReportState.WITH_DEPUTY).values_list("pk", flat=True))
    result.lost = len(stuck | (due.keys() - fired.keys()))
    written: dict[int, list[float]] = {key: [] for key in keys}
    lines = Entry.objects.filter(subject_type="denials.report", subject_key__in=map(str, keys), verb=PASSED)
    for line in lines:
        key = int(line.subject_key)
        written[key].append((line.written_at - due[key]).total_seconds())
    silent = dict.fromkeys(keys, 0)
    for late in Lateness.objects.filter(report__in=keys):
        silent[late.report_id] += 1
    seats = Turn.objects.filter(report=keys[0], rung=Rung.CHIEF).count()
    deputies = dict.fromkeys(keys, 0)
    for turn in Turn.objects.filter(report__in=keys, rung=Rung.DEPUTY):
        deputies[turn.report_id] += 1
    result.doubled = sum(len(written[key]) > 1 or silent[key] > seats or deputies[key] > 1 for key in keys)
    result.lateness = [seconds for each in written.values() for seconds in each]
    result.early = sum(seconds < 0 for seconds in result.lateness) + sum(fired[key] < due[key] for key in fired)
    result.broken = sum(bool(first_break(Entry.objects.about(report))) for report in raced)
