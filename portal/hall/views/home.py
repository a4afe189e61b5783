"""首页、办事（找事项）、个人信息保护。"""

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.models import Unit
from agencies.states import UnitKind
from catalog.models import Guide, Item
from catalog.states import Audience, ItemKind, Theme
from office.workdays import clock
from portal.cached import remember
from portal.hall.forms import TrackForm
from portal.hant import to_hans

ICONS = {
    Theme.ORGANISATIONS: "group",
    Theme.CHARITY: "heart",
    Theme.RELIEF: "aid",
    Theme.ELDERLY: "elder",
    Theme.CHILDREN: "child",
    Theme.DISABILITY: "access",
    Theme.MARRIAGE: "rings",
    Theme.FUNERAL: "flower",
    Theme.PLACES: "place",
    Theme.VOLUNTEER: "people",
}
MOST_USED, PER_PAGE = 6, 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = clock.now().date()
    offered = Item.objects.open_to_citizens().published_on(today)
    counts = dict(offered.order_by().values_list("theme").annotate(n=Count("pk")))
    context = {
        "themes": [(theme, ICONS[theme], counts[theme]) for theme in Theme if theme in counts],
        "most_used": most_used(today),
        "news": Guide.objects.in_force_on(today).filter(item__withheld="").select_related("item")
        .order_by("-published_at", "-pk")[:4],
        "windows": Unit.objects.filter(kind=UnitKind.WINDOW).select_related("agency")
        .order_by("agency__path", "path")[:3],
        "track": TrackForm(auto_id="track_%s"),
    }  # fmt: skip
    return render(request, "hall/home.html", context)


def most_used(today: datetime.date) -> list[Item]:
    """常办的：按办件数。数一遍要扫全部办件，所以十分钟数一次。"""

    def count() -> list[int]:
        offered = Item.objects.open_to_citizens().published_on(today)
        ranked = offered.annotate(uses=Count("cases")).order_by("-uses", "name")
        return list(ranked.values_list("pk", flat=True)[:MOST_USED])

    order = remember(f"hall:most-used:{today}", 600, count)
    found = Item.objects.open_to_citizens().published_on(today).in_bulk(order)
    return [found[pk] for pk in order if pk in found]


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """找事项：条件都在网址里，可以收藏、转发。"""
    today = clock.now().date()
    text = request.GET.get("q", "").strip()
    offered = Item.objects.open_to_citizens().published_on(today)
    found = offered.search(to_hans(text)) if text else offered
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    for name, (choices, column) in FILTERS.items():
        if chosen[name] in dict(choices):
            found = found.filter(**{column: [chosen[name]] if name == "audience" else chosen[name]})
    page = Paginator(found.select_related("agency", "section").order_by("theme", "name"), PER_PAGE)
    context = {
        "text": text,
        "chosen": chosen,
        "filters": [(name, choices, chosen[name]) for name, (choices, _column) in FILTERS.items()],
        "page": page.get_page(request.GET.get("page")),
        "icons": ICONS,
        "all": not text and not any(chosen.values()),
    }
    return render(request, "hall/items.html", context)


FILTERS: dict[str, tuple[Any, str]] = {
    "theme": (Theme.choices, "theme"),
    "kind": (ItemKind.choices, "kind"),
    "audience": (Audience.choices, "audiences__contains"),
}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """个人信息保护：处理规则要公开、好找（网络数据安全管理条例 21 条）。"""
    return render(request, "hall/privacy.html")
