"""问什么：网址里的参数用表单读，公开的行从这里取。不公开的事项（Item.withheld）哪一条路都取不到。"""

import datetime
from typing import Any, TypeVar

from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.models import Unit
from agencies.states import Level as Tier
from agencies.states import UnitKind
from approvals.models import Disclosure
from catalog.models import Guide, Item, Suspension
from catalog.states import Audience, ItemKind, Level, Theme
from portal.api.door import Problem

MOST, PAGE = 100, 20
# 领导和机关科室不对外办事，不列出。
OFFERED_UNITS = (UnitKind.WINDOW, UnitKind.TOWN_DESK, UnitKind.VILLAGE_DESK, UnitKind.APPROVAL, UnitKind.SECTION)
F = TypeVar("F", bound=forms.Form)


class DayForm(forms.Form):
    on = forms.DateField(label=_("哪一天"), required=False, input_formats=["%Y-%m-%d"])


class PageForm(forms.Form):
    page = forms.IntegerField(label=_("第几页"), required=False, min_value=1, max_value=100_000)
    size = forms.IntegerField(label=_("每页几条"), required=False, min_value=1, max_value=MOST)


class ItemsForm(PageForm):
    q = forms.CharField(label=_("检索词"), required=False, max_length=100)
    theme = forms.ChoiceField(label=_("主题"), required=False, choices=Theme)
    kind = forms.ChoiceField(label=_("事项类型"), required=False, choices=ItemKind)
    level = forms.ChoiceField(label=_("行使层级"), required=False, choices=Level)
    audience = forms.ChoiceField(label=_("服务对象"), required=False, choices=Audience)
    agency = forms.SlugField(label=_("实施主体的代号"), required=False, max_length=30)


class UnitsForm(PageForm):
    agency = forms.SlugField(label=_("机关代号"), required=False, max_length=30)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[(k.value, k.label) for k in OFFERED_UNITS])
    level = forms.ChoiceField(label=_("层级"), required=False, choices=Tier)


class DisclosuresForm(PageForm):
    q = forms.CharField(label=_("检索词"), required=False, max_length=60)
    agency = forms.SlugField(label=_("许可机关的代号"), required=False, max_length=30)
    since = forms.DateField(label=_("决定日期从"), required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(label=_("决定日期到"), required=False, input_formats=["%Y-%m-%d"])


def asked(request: HttpRequest, form_class: type[F]) -> dict[str, Any]:
    """读出参数。Raises: Problem（400，逐项说哪里不对；不认识的参数也说）。"""
    form = form_class(request.GET)
    faults = [{"parameter": name, "message": "没有这个参数"} for name in sorted(set(request.GET) - set(form.fields))]
    if not form.is_valid():
        faults += [{"parameter": name, "message": str(one)} for name, found in form.errors.items() for one in found]
    if faults:
        raise Problem(400, "参数不对", "请照文档改正下面的参数。", faults)
    return form.cleaned_data


def paged(rows: QuerySet[Any], told: dict[str, Any]) -> Any:
    """这一页。Raises: Http404（没有这一页）。"""
    pages = Paginator(rows, told["size"] or PAGE)
    number = told["page"] or 1
    if number > pages.num_pages:
        raise Http404
    return pages.page(number)


# 公开的行 -----------------------------------------------------------------


def stops(day: datetime.date, path: str = "suspensions") -> "Prefetch[Any]":
    """这一天停着的、以后要停的。"""
    rows = Suspension.objects.on(day) | Suspension.objects.coming(day)
    return Prefetch(path, queryset=rows.select_related("replacement").order_by("starts_on", "pk"), to_attr="stops")


def items(day: datetime.date) -> Any:
    """公开的、发布过指南的事项(没到日子就撤回的不算)；主项没有自己的指南，有子项发布过就在。"""
    published = Guide.objects.ever_effective()
    return (
        Item.objects.open_to_citizens()
        .filter(
            Exists(published.filter(item=OuterRef("pk")))
            | Exists(published.filter(item__parent=OuterRef("pk"), item__withheld=""))
        )
        .select_related("agency", "section", "supervisor", "parent")
        .prefetch_related(stops(day))
    )


def item(code: str, day: datetime.date) -> Item:
    """Raises: Http404。"""
    found = items(day).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def guides(day: datetime.date) -> Any:
    """公开事项的、发布过的各版指南；没到日子就撤回的不算。"""
    found = Guide.objects.ever_effective().filter(item__withheld="")
    return found.for_reading().prefetch_related(stops(day, "item__suspensions"))


def guide_on(code: str, day: datetime.date) -> Guide:
    """这一天在用的一版。Raises: Http404。"""
    found: Guide | None = guides(day).in_force_on(day).filter(item__code=code).first()
    if found is None:
        raise Http404
    return found


def disclosures(told: dict[str, Any]) -> Any:
    """公开着的许可决定，照问的筛。"""
    found = Disclosure.objects.public().with_authority().select_related("case__agency")
    if told["q"].strip():
        found = found.search(told["q"].strip())
    if told["agency"]:
        found = found.of_authority(told["agency"])
    for name, column in (("since", "decided_on__gte"), ("until", "decided_on__lte")):
        if told[name]:
            found = found.filter(**{column: told[name]})
    return found


def units() -> QuerySet[Unit]:
    return Unit.objects.filter(kind__in=OFFERED_UNITS).select_related("agency", "parent", "hosted_by").order_by("path")


def hours_at(found: list[Unit], day: datetime.date) -> dict[int, list[str]]:
    """各窗口这一天在用的指南上写的办理时间。"""
    rows = Guide.objects.in_force_on(day).filter(item__withheld="", window__in=found).exclude(hours="")
    said: dict[int, list[str]] = {}
    for window, hours in rows.order_by("hours").values_list("window", "hours").distinct():
        said.setdefault(window, []).append(hours)
    return said
