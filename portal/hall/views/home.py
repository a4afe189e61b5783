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
from catalog.actions import finding
from catalog.models import Guide, Item
from catalog.states import Audience, ItemKind, Theme
from office.workdays import clock
from portal.cached import remember, within_limit
from portal.hall.forms import TrackForm
from portal.hall.icons import ICONS
from portal.settings.addresses import client_address

MOST_USED, PER_PAGE, NOTED = 6, 20, 30


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
    found = offered.search(text) if text else offered.order_by("theme", "name")
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    for name, (choices, column) in FILTERS.items():
        if chosen[name] in dict(choices):
            found = found.filter(**{column: [chosen[name]] if name == "audience" else chosen[name]})
    pages = Paginator(found.select_related("agency", "section"), PER_PAGE)
    if text and not any(chosen.values()) and not pages.count and may_note(request):
        finding.note_miss(text=text, at=clock.now())
    context = {
        "text": text,
        "chosen": chosen,
        "filters": [(name, choices, chosen[name]) for name, (choices, _column) in FILTERS.items()],
        "page": pages.get_page(request.GET.get("page")),
        "icons": ICONS,
        "all": not text and not any(chosen.values()),
    }
    return render(request, "hall/items.html", context)


def may_note(request: HttpRequest) -> bool:
    """没有搜到的记下来；同一地址十分钟三十句，乱试的不记。"""
    return within_limit(f"miss:{client_address(request)}", NOTED, 600)


FILTERS: dict[str, tuple[Any, str]] = {
    "theme": (Theme.choices, "theme"),
    "kind": (ItemKind.choices, "kind"),
    "audience": (Audience.choices, "audiences__contains"),
}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """个人信息保护：处理规则要公开、好找（网络数据安全管理条例 21 条）。"""
    return render(request, "hall/privacy.html")
