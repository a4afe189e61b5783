"""节假日的两个来源:CSV 文件和 chinesecalendar 包。只读成 `SpecialDay`,不碰库。"""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO

from chinese_calendar import constants

from office.workdays.models import SpecialDay, notice_year

COLUMNS = ("date", "works", "name", "source")
OPTIONAL = ("agency_code",)
WORKS = {"1": True, "true": True, "是": True, "上班": True, "0": False, "false": False, "否": False, "休息": False}
PACKAGE = "国务院办公厅历年节假日安排通知(chinesecalendar 收录)"


class BadLines(Exception):
    """CSV 里有错:`problems` 逐行说明,str() 合成一段给人看。什么也没有载入。"""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_csv(text: str, *, year: int | None = None, provisional: bool = False) -> list[SpecialDay]:
    """CSV(date,works,name,source[,agency_code])的各天;给了 year,每天都须归这一年的通知管。

    Raises: BadLines。
    """
    lines = csv.DictReader(StringIO(text.lstrip("\ufeff")), skipinitialspace=True)
    header = [name.strip() for name in lines.fieldnames or ()]
    lines.fieldnames = header
    if missing := [name for name in COLUMNS if name not in header]:
        raise BadLines([f"第 1 行：缺少列 {'、'.join(missing)}"])
    if unknown := [name for name in header if name not in COLUMNS + OPTIONAL]:
        raise BadLines([f"第 1 行：不认识的列 {'、'.join(unknown)}"])
    days: list[SpecialDay] = []
    problems: list[str] = []
    first_line: dict[tuple[date, str], int] = {}
    for cells in lines:
        number = lines.line_num
        if None in cells:
            problems.append(f"第 {number} 行：多出了列")
            continue
        row = {name: (value or "").strip() for name, value in cells.items()}
        found = list(_problems(row, year=year))
        if not found:
            day = _day(row, provisional=provisional)
            earlier = first_line.setdefault((day.date, day.agency_code), number)
            if earlier != number:
                found = [f"{day.date} 与第 {earlier} 行重复"]
            days.append(day)
        problems += [f"第 {number} 行：{problem}" for problem in found]
    if not days and not problems:
        problems.append("文件里一天也没有")
    if problems:
        raise BadLines(problems)
    return days


def known_years() -> dict[int, list[SpecialDay]]:
    """chinesecalendar 知道的各年:年度 → 放假与调休的日子。"""
    years: dict[int, list[SpecialDay]] = {}
    for works, days in ((False, constants.holidays), (True, constants.workdays)):
        for day, english in days.items():
            name = str(constants.Holiday(english).chinese) + ("调休上班" if works else "")
            years.setdefault(notice_year(day), []).append(SpecialDay(date=day, works=works, name=name, source=PACKAGE))
    return years


def _problems(row: dict[str, str], *, year: int | None) -> Iterator[str]:
    try:
        day = date.fromisoformat(row["date"])
    except ValueError:
        yield f"“{row['date']}”不是日期(应如 2027-01-01)"
    else:
        if year is not None and notice_year(day) != year:
            yield f"{day} 不归 {year} 年的安排（本年 1 月至 11 月，或上一年 12 月）"
    if row["works"].lower() not in WORKS:
        yield f"“{row['works']}”不是“上班”或“休息”"
    for name, label in (("name", "名称"), ("source", "依据文件"), ("agency_code", "适用机关")):
        limit: int = getattr(SpecialDay._meta.get_field(name), "max_length", 0)
        if not row.get(name) and name not in OPTIONAL:
            yield f"没有写{label}"
        elif len(row.get(name, "")) > limit:
            yield f"{label}超过 {limit} 个字"


def _day(row: dict[str, str], *, provisional: bool) -> SpecialDay:
    return SpecialDay(
        date=date.fromisoformat(row["date"]),
        works=WORKS[row["works"].lower()],
        name=row["name"],
        source=row["source"],
        agency_code=row.get("agency_code", ""),
        provisional=provisional,
    )
