"""期限的算术:纯函数,不读库,不看钟。

`special` 把日期对应到“当天是否上班”,压过星期几(节假日为 False,调休上班日为 True)。
时刻都带时区,按北京时间的墙上时间计算;结果也是北京时间。终点一律是开区间:某日 24:00 写作次日 00:00。
依据:行政许可法第八十二条(工作日),民法典第二百零一条(开始当日不计)、第二百零三条(末日顺延)。
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)

Special = Mapping[date, bool]
Hours = tuple[tuple[time, time], ...]

HOURS_POLICIES = {
    "working_days": "工作日连续计时(休息日整日不计)",
    "every_hour": "自然小时连续计时",
    "office_hours": "仅计办公时间",
}
OFFICE_HOURS: Hours = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))


class UnknownPolicy(ValueError):
    """小时的计法不在 `HOURS_POLICIES` 里。"""


def local(instant: datetime) -> datetime:
    """北京时间的同一时刻;不带时区的时刻说不清是哪一刻,抛 ValueError。"""
    if instant.utcoffset() is None:
        raise ValueError("时刻必须带时区")
    return instant.astimezone(SHANGHAI)


def on(day: date, wall: time) -> datetime:
    """某日某个墙上时间的时刻。"""
    return datetime.combine(day, wall, tzinfo=SHANGHAI)


def end_of(day: date) -> datetime:
    """某日的 24:00,即次日 00:00。"""
    return on(day + DAY, time(0))


def is_working_day(day: date, *, special: Special) -> bool:
    return special.get(day, day.weekday() < 5)


def next_working_day(day: date, *, special: Special) -> date:
    """`day` 之后(不含当日)的第一个工作日。"""
    day += DAY
    while not is_working_day(day, special=special):
        day += DAY
    return day


def add_working_days(day: date, n: int, *, special: Special) -> date:
    """n 个工作日的最后一日;开始当日不计。n 为 0 时就是当日。"""
    _not_negative(n)
    for _ in range(n):
        day = next_working_day(day, special=special)
    return day


def add_calendar_days(day: date, n: int, *, special: Special) -> date:
    """n 个自然日的最后一日:开始当日不计(民法典 201),末日休息则顺延到下一个工作日(203)。n 为 0 时就是当日。"""
    _not_negative(n)
    last = day + n * DAY
    if n == 0 or is_working_day(last, special=special):
        return last
    return next_working_day(last, special=special)


def add_working_hours(
    instant: datetime,
    n: int,
    *,
    special: Special,
    policy: str = "working_days",
    office_hours: Hours = OFFICE_HOURS,
) -> datetime:
    """n 小时之后的时刻,从起算的那一刻数起(民法典 201 第二款)。

    恰好用尽一段时停在这一段的末尾,不滑到下一段的开头。n 为 0 时就是起算时刻。
    """
    _not_negative(n)
    return add_working_time(instant, timedelta(hours=n), special=special, policy=policy, office_hours=office_hours)


def add_working_time(
    instant: datetime,
    span: timedelta,
    *,
    special: Special,
    policy: str = "working_days",
    office_hours: Hours = OFFICE_HOURS,
) -> datetime:
    """同 `add_working_hours`,长短可以不是整小时(暂停后恢复时剩下的)。"""
    start, left = local(instant), span
    if not left:
        return start
    for opens, closes in _spans(start, special=special, policy=policy, office_hours=office_hours):
        if opens + left <= closes:
            return opens + left
        left -= closes - opens
    raise AssertionError("计时的时段没有尽头，不会走到这里")


def working_time(
    start: datetime,
    end: datetime,
    *,
    special: Special,
    policy: str = "working_days",
    office_hours: Hours = OFFICE_HOURS,
) -> timedelta:
    """两个时刻之间计时多久;end 不晚于 start 时为零。"""
    start, end = local(start), local(end)
    total = timedelta(0)
    for opens, closes in _spans(start, special=special, policy=policy, office_hours=office_hours):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _spans(
    start: datetime, *, special: Special, policy: str, office_hours: Hours
) -> Iterator[tuple[datetime, datetime]]:
    """从 `start` 起计时的各段(第一段掐头),没有尽头。"""
    if policy not in HOURS_POLICIES:
        raise UnknownPolicy(policy)
    every, office = policy == "every_hour", policy == "office_hours"
    day = start.date()
    while True:
        if every or is_working_day(day, special=special):
            whole = [(on(day, time(0)), end_of(day))]
            for opens, closes in [(on(day, a), on(day, b)) for a, b in office_hours] if office else whole:
                if closes > start:
                    yield max(opens, start), closes
        day += DAY


def _not_negative(n: int) -> None:
    if n < 0:
        raise ValueError("期限不能是负数")
