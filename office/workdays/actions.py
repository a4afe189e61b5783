"""日历的动作:载入、导入、公布、改一天。每个动作记一笔 `CalendarChange`,各进程由此知道日历变了。

年度公布之后,在走的暂估期限由 `manage.py recompute_deadlines` 重算(它要认识各室的时钟,所以在 portal)。
"""

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.db import transaction

from office.workdays import calendar
from office.workdays.models import CalendarChange, CalendarYear, SpecialDay, notice_year
from office.workdays.reading import PACKAGE, known_years, read_csv

ESTIMATE = Path(__file__).parent / "data"


class EmptyYear(Exception):
    """这一年还没有任何正式的节假日,公布不了;str() 是给人看的一句话。"""


def load_known_years(*, by: Any, at: datetime.datetime) -> list[int]:
    """载入历年:chinesecalendar 知道而库里还没公布的年度载为正式;有暂估文件而库里没有的年度载为暂估。

    可重复运行:已公布的年度不再动。返回这次载入的年度。
    """
    with transaction.atomic():
        held = dict(CalendarYear.objects.values_list("year", "status"))
        official = {y: days for y, days in known_years().items() if held.get(y) != CalendarYear.OFFICIAL}
        estimated = {y: days for y, days in _estimates().items() if y not in held and y not in official}
        if not official and not estimated:
            return []
        _write([day for days in (official | estimated).values() for day in days])
        _mark(official, CalendarYear.OFFICIAL, PACKAGE)
        _mark(estimated, CalendarYear.PROVISIONAL, "")
        years = sorted(official | estimated)
        _changed(f"载入 {years[0]}—{years[-1]} 年", by=by, at=at)
    return years


def import_csv(
    text: str, *, year: int | None = None, official: bool = False, by: Any, at: datetime.datetime
) -> list[SpecialDay]:
    """导入节假日:给了 year,文件就是那一年的全部安排,换掉同一层里原有的;official 表示通知已到,同时公布。

    不给 year 是零散的几天,逐日增改,算正式。Raises: BadLines(逐行说明,什么也没载入)、ValueError(official 而没有 year)。
    """
    if official and year is None:
        raise ValueError("公布须指明年度")
    provisional = year is not None and not official
    days = read_csv(text, year=year, provisional=provisional)
    with transaction.atomic():
        if year is not None:
            _of_year(year).filter(provisional=provisional).delete()
        _write(days)
        _changed(f"导入{f' {year} 年' if year else ''} {len(days)} 天", by=by, at=at)
        if year is not None and official:
            publish_year(year, source=days[0].source, by=by, at=at)
        elif year is not None:
            CalendarYear.objects.get_or_create(year=year)
    return days


def publish_year(year: int, *, source: str, by: Any, at: datetime.datetime) -> CalendarYear:
    """公布年度:放假通知到了,正式日已录入,从此不看暂估日。Raises: EmptyYear。"""
    with transaction.atomic():
        if not _of_year(year).filter(provisional=False).exists():
            raise EmptyYear(f"{year} 年还没有录入正式的节假日，不能公布。")
        _mark([year], CalendarYear.OFFICIAL, source)
        _changed(f"公布 {year} 年", by=by, at=at)
        return CalendarYear.objects.get(year=year)


def drop_estimates(*, by: Any, at: datetime.datetime) -> None:
    """收起暂估:已公布的年度的暂估日。在走的期限都重算完了才能叫(recompute_deadlines 最后一步)。"""
    with transaction.atomic():
        estimated = {notice_year(day.date) for day in SpecialDay.objects.filter(provisional=True, agency_code="")}
        for held in CalendarYear.objects.filter(status=CalendarYear.OFFICIAL, year__in=estimated):
            _of_year(held.year).filter(provisional=True).delete()
            _changed(f"收起 {held.year} 年的暂估日", by=by, at=at)


def keep_day(day: SpecialDay, *, by: Any, at: datetime.datetime) -> SpecialDay:
    """增改一天。"""
    with transaction.atomic():
        day.save()
        _changed(f"改 {day}", by=by, at=at)
    return day


def drop_day(day: SpecialDay, *, by: Any, at: datetime.datetime) -> None:
    """删去一天:回到按星期。"""
    with transaction.atomic():
        _changed(f"删 {day}", by=by, at=at)
        day.delete()


def _of_year(year: int) -> Any:
    """某年通知管的、全部机关的例外日(上一年十二月的也在内)。"""
    first, last = datetime.date(year - 1, 12, 1), datetime.date(year, 11, 30)
    return SpecialDay.objects.filter(date__range=(first, last), agency_code="")


def _estimates() -> dict[int, list[SpecialDay]]:
    """随软件附带的暂估安排:只有法定节假日,没有调休。"""
    return {
        int(file.stem): read_csv(file.read_text(encoding="utf-8"), year=int(file.stem), provisional=True)
        for file in sorted(ESTIMATE.glob("*.csv"))
    }


def _write(days: list[SpecialDay]) -> None:
    SpecialDay.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["date", "agency_code", "provisional"],
        update_fields=["works", "name", "source"],
    )


def _mark(years: Collection[int], status: str, source: str) -> None:
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, status=status, source=source) for year in years],
        update_conflicts=True,
        unique_fields=["year"],
        update_fields=["status", "source"],
    )


def _changed(note: str, *, by: Any, at: datetime.datetime) -> None:
    CalendarChange.objects.create(by=by, at=at, note=note[:200])
    calendar.forget()
