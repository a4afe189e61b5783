"""把日期、时刻、期限写成公文里的样子。

文书内容是普通 JSON,日期在登记前就写成字(GB/T 9704-2012 7.3.5.4:阿拉伯数字,不编虚位)。
"""

import datetime
import re
from typing import Any

from django.utils import timezone

_HAN = r"\u3400-\u9fff》”\uff09〕"
_PAIR = re.compile(rf"(?<=[{_HAN}])\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)")
_POINT = re.compile(rf"(?<=[{_HAN}])[,;:!?]|[,;](?=[{_HAN}《“])|:(?=[{_HAN}《“])")
_WIDE = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in ",;:!?"})
_UNITS = {"wd": "个工作日", "d": "日", "h": "小时"}


def date_words(day: datetime.date | None) -> str:
    """2026年11月21日;给时刻时取本地日期,没有日期时为空串。"""
    if day is None:
        return ""
    if isinstance(day, datetime.datetime):
        day = timezone.localtime(day).date()
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(at: datetime.datetime) -> str:
    """2026年11月21日16时30分(本地时间)。"""
    local = timezone.localtime(at)
    return f"{date_words(local)}{local.hour}时{local.minute:02d}分"


def last_day_words(due_at: datetime.datetime) -> str:
    """期限的最后一日:到期时刻按“次日零时”存放,写给人看时是它的前一日。"""
    return date_words(timezone.localtime(due_at) - datetime.timedelta(microseconds=1))


def term_words(value: int, unit: str) -> str:
    """20个工作日、48小时。"""
    return f"{value}{_UNITS[unit]}"


_CITED = re.compile(r"([^：。；]*(?:[》条款项目号]|办法|条例|细则))：(.+)", re.DOTALL)


def citation(basis: str) -> str:
    """写进“根据……的规定”里的依据：句末不留句号；“《某法》第几条：内容。”写成“《某法》第几条（内容）”。"""
    basis = basis.strip().rstrip("。；")
    found = _CITED.fullmatch(basis)
    return f"{found[1]}\uff08{found[2]}\uff09" if found else basis


def full_width(value: Any) -> Any:
    """汉字旁边的半角标点改成全角(GB/T 15834);列表、字典逐项改,网址和数字里的不动。"""
    if isinstance(value, dict):
        return {key: full_width(each) for key, each in value.items()}
    if isinstance(value, list):
        return [full_width(each) for each in value]
    if not isinstance(value, str):
        return value
    value = _PAIR.sub(lambda found: f"\uff08{found[1] if found[1] is not None else found[2]}\uff09", value)
    return _POINT.sub(lambda found: found[0].translate(_WIDE), value)
