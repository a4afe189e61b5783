"""日历:把节假日表读成纯函数要的样子,每个进程记一份;再由它算出期限。

变更之后别的进程至多一秒内看见(`CalendarChange` 每秒至多查一次);本进程里的 actions 改完就 `forget()`。
年度公布之后,`manage.py recompute_deadlines` 用 `estimate_for` 与 `calendar_for` 重算在走的期限。
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from time import monotonic
from types import MappingProxyType

from office.workdays.models import CalendarChange, CalendarYear, SpecialDay, notice_year
from office.workdays.rules import (
    DAY,
    add_calendar_days,
    add_working_days,
    add_working_time,
    end_of,
    is_working_day,
    local,
    next_working_day,
    working_time,
)

CHECK_EVERY = 1.0  # 秒
EVERY_YEAR = frozenset(range(MINYEAR, MAXYEAR + 1))
INSTANT = timedelta(microseconds=1)


class UnknownUnit(ValueError):
    """期限的单位不是 wd、d、h。"""


@dataclass(frozen=True)
class Calendar:
    """一个机关的日历。`provisional_years` 是放假通知还没有到的年度,库里没有的年度都在内。"""

    special: Mapping[date, bool]
    provisional_years: frozenset[int]

    def is_provisional(self, start: datetime, end: datetime) -> bool:
        """从 start 到 end(不含)是否碰到暂估的年度。"""
        last = max(local(start), local(end) - INSTANT)
        return not self.provisional_years.isdisjoint(range(local(start).year, last.year + 1))


@dataclass
class _Snapshot:
    version: tuple[object, object]
    checked: float
    days: list[SpecialDay]
    official: frozenset[int]
    calendars: dict[tuple[str, bool], Calendar] = field(default_factory=dict)


# 每个线程一份:一个事务里还没有提交的日历,不能让别的线程看见。
_memory = threading.local()


def calendar_for(agency_code: str = "") -> Calendar:
    """现行日历:已公布的年度用正式日,其余年度用暂估日;机关自己的压过全部机关的。"""
    return _calendar(agency_code, estimate=False)


def estimate_for(agency_code: str = "") -> Calendar:
    """暂估的期限当初所用的日历:有暂估日的年度只用暂估日,直到重算完毕、暂估日收起。"""
    return _calendar(agency_code, estimate=True)


def forget() -> None:
    """忘掉本线程记着的日历,下一次重新读库。"""
    _memory.snapshot = None


def due(
    at: datetime, value: int, unit: str, *, calendar: Calendar, policy: str = "working_days"
) -> tuple[datetime, bool]:
    """期限的到期时刻(不含)和是否暂估。wd、d 为最后一日 24:00;h 从 at 那一刻数起。"""
    if unit == "h":
        end = add_working_time(at, timedelta(hours=value), special=calendar.special, policy=policy)
    else:
        end = end_of(_last_day(local(at).date(), value, unit, calendar))
    return end, calendar.is_provisional(at, end)


def postpone(
    due_at: datetime,
    unit: str,
    *,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: Calendar,
    policy: str = "working_days",
) -> tuple[datetime, bool]:
    """暂停之后恢复:暂停前剩多少,恢复后还有多少。暂停时已经到期的、定死时刻的(at),不动。

    暂停当日算已用,恢复当日不计;正好在最后一日暂停的,恢复当日(休息则下一个工作日)办完。
    """
    if unit == "at" or paused_at >= due_at:
        return due_at, calendar.is_provisional(paused_at, due_at)
    end = _relaid(due_at, unit, paused_at, resumed_at, before=calendar, after=calendar, policy=policy)
    return end, calendar.is_provisional(resumed_at, end)


def relay(
    due_at: datetime,
    value: int,
    unit: str,
    *,
    started_at: datetime,
    before: Calendar,
    after: Calendar,
    policy: str = "working_days",
) -> tuple[datetime, bool]:
    """换了日历之后的到期时刻:按 before 从起算数到到期是多少,按 after 再铺一遍。

    没有停过的就是重新算一遍;停过、延过的,停延的日子两本日历相同时也分毫不差。
    """
    if unit == "at" or started_at >= due_at:
        return due_at, after.is_provisional(started_at, due_at)
    for known in (after, before):
        if due(started_at, value, unit, calendar=known, policy=policy)[0] == due_at:
            return due(started_at, value, unit, calendar=after, policy=policy)
    end = _relaid(due_at, unit, started_at, started_at, before=before, after=after, policy=policy)
    return end, after.is_provisional(started_at, end)


def _relaid(
    due_at: datetime, unit: str, mark: datetime, start: datetime, *, before: Calendar, after: Calendar, policy: str
) -> datetime:
    """从 mark 到 due_at 按 before 还有多少,从 start 起按 after 铺开。"""
    if unit == "h":
        left = working_time(mark, due_at, special=before.special, policy=policy)
        return add_working_time(start, left, special=after.special, policy=policy)
    marked, last, first = local(mark).date(), local(due_at - INSTANT).date(), local(start).date()
    left_days = (last - marked).days
    if unit == "wd":
        days = (marked + n * DAY for n in range(1, left_days + 1))
        left_days = sum(is_working_day(day, special=before.special) for day in days)
    if left_days == 0 and not is_working_day(first, special=after.special):
        return end_of(next_working_day(first, special=after.special))
    return end_of(_last_day(first, left_days, unit, after))


def _last_day(start: date, value: int, unit: str, calendar: Calendar) -> date:
    if unit == "wd":
        return add_working_days(start, value, special=calendar.special)
    if unit == "d":
        return add_calendar_days(start, value, special=calendar.special)
    raise UnknownUnit(unit)


def _calendar(agency_code: str, *, estimate: bool) -> Calendar:
    snapshot = _snapshot()
    key = (agency_code, estimate)
    if key not in snapshot.calendars:
        snapshot.calendars[key] = _built(snapshot, agency_code, estimate=estimate)
    return snapshot.calendars[key]


def _built(snapshot: _Snapshot, agency_code: str, *, estimate: bool) -> Calendar:
    """先铺暂估、后铺正式,先铺全部机关、后铺本机关。"""
    estimated = {notice_year(day.date) for day in snapshot.days if day.provisional and not day.agency_code}
    official = snapshot.official - estimated if estimate else snapshot.official
    special = {
        day.date: day.works
        for day in _layered(snapshot.days, agency_code)
        if _counts(day, official=official, estimated=estimated if estimate else set())
    }
    return Calendar(MappingProxyType(special), EVERY_YEAR - official)


def _layered(days: Iterable[SpecialDay], agency_code: str) -> list[SpecialDay]:
    ours = (day for day in days if day.agency_code in ("", agency_code))
    return sorted(ours, key=lambda day: (bool(day.agency_code), not day.provisional))


def _counts(day: SpecialDay, *, official: frozenset[int], estimated: set[int]) -> bool:
    """这一行算不算数:公布了的年度不看暂估日;还原暂估时,有暂估的年度不看全部机关的正式日。"""
    year = notice_year(day.date)
    return year not in official if day.provisional else bool(day.agency_code) or year not in estimated


def _snapshot() -> _Snapshot:
    held: _Snapshot | None = getattr(_memory, "snapshot", None)
    if held is not None and monotonic() - held.checked < CHECK_EVERY:
        return held
    # 先读版本再读内容:其间若有人提交变更,记下的是旧版本,下一次就会重读。
    version = CalendarChange.objects.version()
    if held is None or held.version != version:
        official = CalendarYear.objects.filter(status=CalendarYear.OFFICIAL).values_list("year", flat=True)
        held = _Snapshot(version, 0, list(SpecialDay.objects.all()), frozenset(official))
    held.checked = monotonic()
    _memory.snapshot = held
    return held
