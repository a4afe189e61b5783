"""减了多少：各事项改版时减的环节、材料、时限、跑动，按月、按年、按科室合计；承诺件转即办件的单数；比法定时限压缩。"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from agencies.models import Agency, Unit
from catalog.admin.reports import Link, Table, agencies_seen, respond, sees_reports
from catalog.models import Guide, GuideChange
from catalog.rules import promise_words, statute_words
from catalog.rules.charts import chart
from catalog.rules.differences.reductions import against_the_statute
from catalog.states import TimeUnit
from office.sure import sure
from office.workdays.clock import moment
from office.workdays.rules import local

SUMS = ("改版的事项", "减环节", "减材料", "减跑动", "减时限(工作日)", "减时限(日)", "承诺件转即办件")
DETAIL = (
    "施行日期", "机关", "科室", "事项", "版本", "原环节", "现环节", "原材料", "现材料", "原跑动", "现跑动", "时限减少",
    "时限单位", "承诺件转即办件",
)  # fmt: skip
MEASURES: tuple[tuple[str, str, str, Callable[[GuideChange], int]], ...] = (
    ("steps", "减环节", "个", lambda one: one.steps_before - one.steps_after),
    ("materials", "减材料", "份", lambda one: one.materials_before - one.materials_after),
    ("visits", "减跑动", "次", lambda one: one.visits_before - one.visits_after),
    ("wd", "减时限", "个工作日", lambda one: (one.days_cut or 0) if one.days_unit == TimeUnit.WORKING_DAY else 0),
    ("d", "减时限", "日", lambda one: (one.days_cut or 0) if one.days_unit == TimeUnit.DAY else 0),
)


@dataclass
class Sum:
    """一组改版合起来：几个事项，各减了多少、多少个事项减了；增加的另算，不抵消。"""

    items: set[int] = field(default_factory=set)
    cut: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    fewer: dict[str, set[int]] = field(default_factory=dict)
    instant: int = 0

    def add(self, one: GuideChange) -> None:
        item = one.guide.item_id
        self.items.add(item)
        self.instant += one.to_instant
        for key, _title, _unit, measure in MEASURES:
            value = measure(one)
            if value > 0:
                self.cut[key] = self.cut.get(key, 0) + value
                self.fewer.setdefault(key, set()).add(item)
            elif value < 0:
                self.grown[key] = self.grown.get(key, 0) - value

    def cells(self) -> list[Any]:
        told = [self._told(key) for key, _title, _unit, _measure in MEASURES]
        return [len(self.items), *told, self.instant]

    def _told(self, key: str) -> str:
        cut, grown = self.cut.get(key, 0), self.grown.get(key, 0)
        words = f"{cut}({len(self.fewer[key])} 项)" if cut else "0"
        return f"{words}，另增 {grown}" if grown else words


def summed(changes: Iterable[GuideChange], of: Callable[[GuideChange], Any]) -> dict[Any, Sum]:
    found: dict[Any, Sum] = {}
    for one in changes:
        found.setdefault(of(one), Sum()).add(one)
    return found


class Filters(forms.Form):
    """哪一年、哪个机关、哪个科室。"""

    year = forms.ChoiceField(label="年份", required=False)
    agency = forms.ModelChoiceField(label="机关", queryset=Agency.objects.none(), required=False, empty_label="全部")
    section = forms.ModelChoiceField(label="科室", queryset=Unit.objects.none(), required=False, empty_label="全部")

    def __init__(self, data: Any, *, user: Any, years: list[int]) -> None:
        super().__init__(data)
        agencies = agencies_seen(user)
        self.fields["year"].choices = [(str(year), f"{year} 年") for year in years]  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
        sections = Unit.objects.filter(agency__in=agencies.values("pk"), items__isnull=False).distinct()
        self.fields["section"].queryset = sections.order_by("path")  # type: ignore[attr-defined]


class Reductions:
    """GuideAdmin 里的一页。"""

    admin_site: Any
    opts: Any

    def pages_for(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("改版减了多少", "catalog_guide_reductions")] if sees_reports(request.user) else []

    @method_decorator(require_safe)
    def reductions(self, request: HttpRequest) -> HttpResponseBase:
        if not sees_reports(request.user):
            raise PermissionDenied
        today = local(moment(request)).date()
        seen = GuideChange.objects.effective().of(agencies_seen(request.user).values("pk"))
        every = list(
            seen.select_related("guide__item__agency", "guide__item__section").order_by("guide__effective_from")
        )
        years = sorted({today.year, *(_year(one) for one in every)}, reverse=True)
        form = Filters(request.GET or None, user=request.user, years=years)
        chosen = form.cleaned_data if form.is_valid() else {}
        year = int(chosen.get("year") or today.year)
        every = [one for one in every if _fits(one.guide, chosen)]
        changes = [one for one in every if _year(one) == year]
        statute = _statute([one for one in _limited(request.user, today) if _fits(one, chosen)])
        return respond(
            request, self.admin_site, opts=self.opts, title="改版减了多少", template="admin/catalog/reductions.html",
            tables=[statute, *_tables(changes, every, year)], form=form, year=year, charts=_charts(changes),
            instant=sum(one.to_instant for one in changes), items=len({one.guide.item_id for one in changes}),
        )  # fmt: skip


def _day(one: GuideChange) -> datetime.date:
    """新版施行的日子；发布过的一定有。"""
    return sure(one.guide.effective_from)


def _year(one: GuideChange) -> int:
    return _day(one).year


def _month(one: GuideChange) -> int:
    return _day(one).month


def _fits(guide: Guide, chosen: dict[str, Any]) -> bool:
    item, agency, section = guide.item, chosen.get("agency"), chosen.get("section")
    return (agency is None or item.agency == agency) and (section is None or item.section == section)


def _charts(changes: list[GuideChange]) -> list[Any]:
    """四减(时限按工作日)各一幅，一月一条；增加了的不抵消。"""
    months = summed(changes, _month)
    return [
        chart(key, title, unit, [(str(month), months.get(month, Sum()).cut.get(key, 0)) for month in range(1, 13)])
        for key, title, unit, _measure in MEASURES
        if key != "d" or any(total.cut.get("d") for total in months.values())
    ]


def _tables(changes: list[GuideChange], every: list[GuideChange], year: int) -> list[Table]:
    months = summed(changes, _month)
    sections = summed(changes, lambda one: (str(one.guide.item.agency), str(one.guide.item.section)))
    years = summed(every, _year)
    numbers = tuple(range(1, 8))
    rows: list[list[Any]] = [[f"{month} 月", *months[month].cells()] for month in sorted(months)]
    if changes:
        rows.append(["全年", *summed(changes, _year)[year].cells()])
    note = "按新版施行的日子算；括号里是几个事项减了。增加的照实写，不抵消；单位不同的时限不换算。"
    none = "这一年还没有改版施行。"
    return [
        Table("months", f"{year} 年逐月", ("月份", *SUMS), rows, note, none, numbers),
        Table(
            "sections", f"{year} 年各科室", ("机关", "科室", *SUMS),
            [[*names, *total.cells()] for names, total in sections.items()], "", none, tuple(range(2, 9)),
        ),
        Table("years", "逐年", ("年份", *SUMS), [[f"{one} 年", *years[one].cells()] for one in sorted(years)], "", none,
              numbers),
        Table("detail", f"{year} 年逐项", DETAIL, [_detail(one) for one in changes], "", none, tuple(range(5, 12))),
    ]  # fmt: skip


def _detail(one: GuideChange) -> list[Any]:
    guide, item = one.guide, one.guide.item
    return [
        f"{_day(one):%Y-%m-%d}", item.agency.short_name, item.section.name,
        Link(item.name, reverse("admin:catalog_guide_change", args=[guide.pk])), f"第 {guide.version} 版",
        one.steps_before, one.steps_after, one.materials_before, one.materials_after, one.visits_before,
        one.visits_after, "" if one.days_cut is None else one.days_cut, one.get_days_unit_display(),
        "是" if one.to_instant else "",
    ]  # fmt: skip


# 比法定时限 -------------------------------------------------------------


def _limited(user: Any, today: datetime.date) -> Iterable[Guide]:
    """今天在用、法律规定了时限的指南。"""
    found = Guide.objects.in_force_on(today).filter(
        item__agency__in=agencies_seen(user).values("pk"), statutory_value__isnull=False
    )
    wanted = (
        "version", "handling", "statutory_value", "statutory_unit", "promised_value", "promised_unit", "item__name",
        "item__agency__short_name", "item__section__name",
    )  # fmt: skip
    found = found.select_related("item__agency", "item__section").only(*wanted)
    return found.order_by("item__agency__path", "item__section__path", "item__name")


def _statute(guides: list[Guide]) -> Table:
    """法定、承诺、压缩了百分之几；同一单位的合起来再算一遍，单位不同的不换算、不进合计。"""
    rows: list[list[Any]] = []
    sums: dict[str, tuple[int, int, int]] = {}
    for one in guides:
        cut, told = against_the_statute(one), "单位不同，不换算" if one.promised_value else "没有写承诺时限"
        link = Link(one.item.name, reverse("admin:catalog_guide_change", args=[one.pk]))
        words = told if cut is None else f"{cut}%"
        rows.append([link, one.item.section.name, statute_words(one), promise_words(one), words])
        if cut is not None:
            many, law, promise = sums.get(one.statutory_unit, (0, 0, 0))
            sums[one.statutory_unit] = (many + 1, law + sure(one.statutory_value), promise + (one.promised_value or 0))
    for unit, (many, law, promise) in sums.items():
        days, name = TimeUnit(unit).label, f"合计（{TimeUnit(unit).label.removeprefix('个')}，{many} 项）"
        rows.append([name, "", f"{law}{days}", f"{promise}{days}", f"{100 * (law - promise) // law}%"])
    note = "照今天在用的指南；法律法规没有规定时限的不列，当场办结的按压缩到零算。合计是各项时限相加再比。"
    none = "在用的指南里，没有一项有法定时限。"
    columns = ("事项", "科室", "法定时限", "承诺时限", "压缩")
    return Table("statute", "比法定时限压缩", columns, rows, note, none, (2, 3, 4))
