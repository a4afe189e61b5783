"""办事指南：一页、一份 PDF；只是标题的主项，列出子项。"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Guide, Item, QuestionSet, Suspension
from catalog.rules.questions import item_codes
from catalog.states import OnlineDepth
from office.workdays import clock
from portal.files import sheet
from portal.hall import leaflets, structured
from portal.hall.versions import versions_of
from supervision.models import Pace

NEAR = 60
CHILD, SIBLING, SAME_FAMILY, SAME_THEME = 0, 1, 2, 3  # 编码的头一段相同，是同一类的事


def current_guide(code: str, day: datetime.date | None = None) -> Guide:
    """这个事项今天在用的指南。Raises: Http404（没有，或不公开）。"""
    guides: QuerySet[Guide] = Guide.objects.in_force_on(day or clock.now().date()).for_reading()
    found = guides.select_related("item__parent", "item__pace").filter(item__code=code, item__withheld="").first()
    if found is None:
        raise Http404
    return found


def takes_online(guide: Guide) -> bool:
    """能不能在网上申请：有窗口收件、不是只作指引、网办深度到网上申报。"""
    deep = guide.online_depth in (OnlineDepth.III, OnlineDepth.IV)
    return bool(guide.window_id and not guide.item.guidance_only and deep)


def page_address(code: str) -> str:
    """这一页完整的网址：二维码、分享、搜索引擎用。"""
    return f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[code])}"


@dataclass(frozen=True)
class Neighbours:
    """相邻的事项：子项，同一主项下的，同一类的，同一主题的。"""

    children: Sequence[Item]
    related: Sequence[Item]


def neighbours(item: Item, day: datetime.date) -> Neighbours:
    """一条查询取齐。"""
    siblings = Q(parent=item.parent_id) if item.parent_id else Q(pk=None)
    kinship = Case(
        When(parent=item.pk, then=Value(CHILD)),
        When(siblings, then=Value(SIBLING)),
        When(code__startswith=item.code.partition("-")[0] + "-", then=Value(SAME_FAMILY)),
        default=Value(SAME_THEME), output_field=IntegerField(),
    )  # fmt: skip
    offered = Item.objects.open_to_citizens().published_on(day).exclude(pk=item.pk)
    near = offered.filter(Q(parent=item.pk) | siblings | Q(theme=item.theme)).annotate(kinship=kinship)
    found: list[Any] = list(near.order_by("kinship", "name")[:NEAR])
    return Neighbours(
        [one for one in found if one.kinship == CHILD], [one for one in found if one.kinship != CHILD][:6]
    )


def pace_of(item: Item) -> Pace | None:
    """实际用时：件数够了才说。"""
    pace: Pace | None = getattr(item, "pace", None)
    return pace if pace and pace.tells else None


def suspensions_of(item: Item, today: datetime.date) -> dict[str, Suspension | None]:
    """停办：正停着的，和已经登记、还没到日子的。"""
    found = item.suspensions.on(today) | item.suspensions.coming(today)
    rows = list(found.select_related("replacement").order_by("starts_on"))
    for row in rows:
        row.item = item
    return {
        "suspended": next((row for row in rows if row.starts_on <= today), None),
        "suspending": next((row for row in rows if row.starts_on > today), None),
    }


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    day = clock.moment(request).date()
    try:
        found = current_guide(code, day)
    except Http404:
        return heading(request, code, day)
    address = page_address(code)
    near = neighbours(found.item, day)
    context = {
        "guide": found,
        "item": found.item,
        "versions": versions_of(found.item, day),
        **suspensions_of(found.item, day),
        "materials": sorted(found.materials.all(), key=lambda m: (m.position, m.pk)),
        "bases": sorted(found.bases.all(), key=lambda b: (b.position, b.pk)),
        "places": [found.window, *found.desks.all()] if found.window else [],
        "online": takes_online(found),
        "pace": pace_of(found.item),
        "children": near.children,
        "related": near.related,
        "address": address,
        "facts": structured.service(found, address),
    }
    return render(request, "hall/guide.html", context)


def heading(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    """只是个标题的主项：列出子项，请他选一个。Raises: Http404（没有子项在办，或不公开）。"""
    item = get_object_or_404(Item.objects.open_to_citizens(), code=code)
    children = list(Item.objects.open_to_citizens().published_on(day).filter(parent=item).order_by("name"))
    if not children:
        raise Http404
    codes = {child.code for child in children}
    asked = [one for one in QuestionSet.objects.in_use() if codes & set(item_codes(one.body))]
    context = {"item": item, "children": children, "sets": asked, "address": page_address(code)}
    return render(request, "hall/heading.html", context)


@require_safe
def leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """印好的指南：A4 的 PDF，内容没有变就用印好的那一份。"""
    found = current_guide(code, clock.moment(request).date())
    return sheet(leaflets.printed(found, page_address(code)), f"{found.name}.pdf")
