"""首页、办事（找事项）、不公开的事项、个人信息保护。"""

import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agencies.models import Unit
from agencies.states import UnitKind
from catalog.actions import finding
from catalog.models import Guide, Item, QuestionSet
from catalog.rules.finding import search_text
from catalog.states import Theme
from office.prepared import KEYS, Prepared, among
from office.workdays import clock
from portal.cached import remember, within_limit
from portal.hall import browse
from portal.hall.forms import TrackForm
from portal.hall.icons import ICONS
from portal.language import hant, is_foreign
from portal.settings.addresses import client_address

MOST_USED, SUGGESTED, FOUND_A_PAGE, NOTED = 6, 6, 10, 30
PER_PAGE = 20
ROW = (
    "code",
    "name",
    "aliases",
    "kind",
    "theme",
    "guidance_only",
    "agency__short_name",
    "parent__code",
    "parent__name",
)


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
    """找事项：条件都在网址里，可以收藏、转发。搜的按像不像排，翻的按主题排、子项收在主项底下。"""
    now = clock.now()
    text = request.GET.get("q", "").strip()
    offered = Item.objects.open_to_citizens().published_on(now.date())
    facets = browse.facets(offered, request.GET, now.date())
    found = browse.narrowed(offered, facets)
    narrowed = any(facet.chosen for facet in facets)
    context = {"text": text, "facets": facets, "icons": ICONS, "all": not text and not narrowed}
    if not text:
        context["page"] = browse.pages(found, request.GET.get("page"))
        return render(request, "hall/items.html", context)
    hits = Paginator(found.ranked(text), FOUND_A_PAGE)
    if not narrowed and not hits.count and may_note(request):
        finding.note_miss(text=text, at=now)
    page: Any = hits.get_page(request.GET.get("page"))
    rows = {item.pk: item for item in _rows().rows(list(page.object_list))}
    page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    themes = {item.theme for item in page.object_list[:3]}
    context |= {
        "page": page,
        "elsewhere": browse.elsewhere(search_text(text)),
        "sets": QuestionSet.objects.in_use().filter(theme__in=themes).defer("body"),
    }
    return render(request, "hall/items.html", context)


@cache
def _rows() -> Prepared:
    """搜到的一页，每行要说的。"""
    listed = Item.objects.select_related("agency", "parent").only(*ROW)
    return Prepared(lambda keys: listed.filter(among("pk", keys)), KEYS)


@require_safe
@cache_control(private=True, max_age=60)
def suggest(request: HttpRequest) -> HttpResponse:
    """边输边提示：最像的六项。什么也不记。"""
    text = request.GET.get("q", "").strip()
    offered = Item.objects.open_to_citizens().published_on(clock.now().date())
    found = offered.search(text)[:SUGGESTED] if len(text) > 1 else []
    lang = "zh-Hans" if is_foreign() else ""
    items = [{"name": hant(item.name), "lang": lang, "url": reverse("hall:guide", args=[item.code])} for item in found]
    return JsonResponse({"items": items})


def may_note(request: HttpRequest) -> bool:
    """没有搜到的记下来；同一地址十分钟三十句，乱试的不记。"""
    return within_limit(f"miss:{client_address(request)}", NOTED, 600)


@require_safe
def withheld(request: HttpRequest) -> HttpResponse:
    """不公开的事项：几项、哪一类、为什么；名称不写，事项自己的网址照样 404。"""
    kept = Item.objects.exclude(withheld="").published_on(clock.now().date())
    rows = kept.select_related("agency").only("kind", "withheld", "agency__name").order_by("agency__path", "kind", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "hall/withheld.html", {"page": page})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """个人信息保护：处理规则要公开、好找（网络数据安全管理条例 21 条）。"""
    return render(request, "hall/privacy.html", {"drafts": settings.DRAFT_DAYS})
