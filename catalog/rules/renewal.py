"""证照到期怎么办：指南写明到期以前照哪个事项办、最迟提前几天申请、提前几天提醒（行政许可法第五十条）。纯函数。"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.rules.words import written

DAY = datetime.timedelta(days=1)
MOST_DAYS = 3650  # 提前十年提醒的，多半是写错了


@dataclass(frozen=True)
class Renewal:
    """到期以前办哪个事项(item 是编码)；提前几天申请(没有写期限的是 0)、提前哪几天提醒，都是自然日。"""

    item: str
    apply_days: int
    remind_days: tuple[int, ...]
    basis: str

    def reminds_on(self, valid_until: datetime.date) -> dict[int, datetime.date]:
        """提前几天 → 哪天提醒，早的在前。"""
        return {days: valid_until - days * DAY for days in self.remind_days}


def renewal_of(rows: Iterable[Any]) -> Renewal | None:
    """指南里写的那一行；没有写的是 None。"""
    row = next(iter(rows), None)
    if row is None:
        return None
    days = sorted({int(one) for one in _parts(row)}, reverse=True)
    return Renewal(row["item"], row["apply_days"], tuple(days), row["basis"])


def check_renewal(rows: list[Any]) -> list[str]:
    """只能写一行；事项、天数、依据写全，提醒不能晚于最迟申请的那一天。"""
    if not rows:
        return []
    if len(rows) > 1:
        return ["到期延续：只能写一行"]
    row, where = rows[0], "到期延续"
    found = [] if written(row.get("item")) and written(row.get("basis")) else [f"{where}：缺办哪个事项或依据"]
    days, parts = row.get("apply_days"), _parts(row)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        return [*found, f"{where}：最迟提前几天申请要写天数，没有要求的写 0"]
    if not parts or not all(part.isascii() and part.isdigit() and int(part) <= MOST_DAYS for part in parts):
        return [*found, f"{where}：提前几天提醒要写天数，几次的用顿号隔开"]
    if max(int(part) for part in parts) < days:
        found.append(f"{where}：头一次提醒不能晚于最迟申请的那一天")
    return found


def _parts(row: Mapping[str, Any]) -> list[str]:
    return str(row.get("remind") or "").replace("、", " ").split()
