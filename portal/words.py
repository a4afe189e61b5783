"""时刻与时限的说法:先有字,后有颜色。"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

WEEKDAYS = (_lazy("周一"), _lazy("周二"), _lazy("周三"), _lazy("周四"), _lazy("周五"), _lazy("周六"), _lazy("周日"))


def span(length: timedelta) -> str:
    """一段时间的说法:最多两个单位,不足一分钟按一分钟。"""
    minutes = max(1, int(length.total_seconds() // 60))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return _("%(d)s 天 %(h)s 小时") % {"d": days, "h": hours} if hours else _("%(d)s 天") % {"d": days}
    if hours:
        return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": minutes} if minutes else _("%(h)s 小时") % {"h": hours}
    return _("%(m)s 分钟") % {"m": minutes}


def day_words(day: date) -> str:
    if isinstance(day, datetime):  # 时刻先换成北京时间的日子,不然夜里会差一天
        day = localtime(day).date()
    return _day_words(day, get_language())


@lru_cache(maxsize=4096)
def _day_words(day: date, language: str | None) -> str:
    """一页上几十个日子，多半是同几天。"""
    return date_format(day, "DATE_FORMAT")  # 中文都是“2026年1月5日”


def moment_words(at: datetime) -> str:
    local = localtime(at)
    return f"{day_words(local.date())} {local:%H:%M}"


def due_words(due_at: datetime) -> str:
    """到期时刻的说法。按日计的时限存的是次日零点,人们说的是当日 24:00。"""
    local = localtime(due_at)
    midnight = local.time() == time(0)
    day = local.date() - timedelta(days=1) if midnight else local.date()
    hour = "24:00" if midnight else f"{local:%H:%M}"
    said = {"day": day_words(day), "weekday": WEEKDAYS[day.weekday()], "hour": hour}
    return _("%(day)s（%(weekday)s）%(hour)s") % said


@dataclass(frozen=True)
class Reading:
    """时钟此刻的读数:说什么、什么语气、圆环还剩百分之几。"""

    words: str
    tone: str
    percent: int


def read_clock(clock: Any, now: datetime) -> Reading:
    """读一只时钟(started_at、due_at、paused_at、ended_at);now 由页面给。"""
    if clock.ended_at:
        on_time = clock.ended_at <= clock.due_at
        return Reading(_("按时完成"), "good", 100) if on_time else Reading(_("已完成，超过时限"), "bad", 100)
    total = clock.due_at - clock.started_at
    if clock.paused_at:
        left = clock.due_at - clock.paused_at
        return Reading(_("已暂停，剩 %s") % span(left), "quiet", _percent(left, total))
    left = clock.due_at - now
    if left <= timedelta(0):
        return Reading(_("已超过 %s") % span(-left), "bad", 0)
    percent = _percent(left, total)
    return Reading(_("剩 %s") % span(left), "warn" if percent <= 25 else "info", percent)


def _percent(left: timedelta, total: timedelta) -> int:
    return max(0, min(100, round(100 * left / total))) if total > timedelta(0) else 0
