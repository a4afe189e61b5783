"""办事指南。"""

import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import Guide, Item, QuestionSet, Suspension
from catalog.rules.questions import item_codes
from catalog.states import OnlineDepth
from office.workdays import clock
from portal.hall.versions import versions_of


def current_guide(code: str) -> Guide:
    """这个事项今天在用的指南。Raises: Http404（没有，或不公开）。"""
    guides: QuerySet[Guide] = Guide.objects.in_force_on(clock.now().date()).for_reading()
    found = guides.filter(item__code=code, item__withheld="").first()
    if found is None:
        raise Http404
    return found


def takes_online(guide: Guide) -> bool:
    """能不能在网上申请：有窗口收件、不是只作指引、网办深度到网上申报。"""
    deep = guide.online_depth in (OnlineDepth.III, OnlineDepth.IV)
    return bool(guide.window_id and not guide.item.guidance_only and deep)


def heading(request: HttpRequest, code: str) -> HttpResponse:
    """只是个标题的主项：列出子项，请他选一个。Raises: Http404（没有子项在办，或不公开）。"""
    item = get_object_or_404(Item.objects.open_to_citizens(), code=code)
    children = offered_children(item)
    if not children:
        raise Http404
    codes = {child.code for child in children}
    asked = [one for one in QuestionSet.objects.in_use() if codes & set(item_codes(one.body))]
    return render(request, "hall/heading.html", {"item": item, "children": children, "sets": asked})


def offered_children(item: Item) -> list[Item]:
    """在办的子项。"""
    offered = Item.objects.open_to_citizens().published_on(clock.now().date())
    return list(offered.filter(parent=item).order_by("name"))


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
    try:
        found = current_guide(code)
    except Http404:
        return heading(request, code)
    today = clock.now().date()
    context = {
        "guide": found,
        "versions": versions_of(found.item, today),
        **suspensions_of(found.item, today),
        "item": found.item,
        "online": takes_online(found),
        "children": offered_children(found.item),
        "address": f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[code])}",
        "related": Item.objects.open_to_citizens().published_on(today)
        .filter(theme=found.item.theme).exclude(pk=found.item.pk).order_by("name")[:5],
    }  # fmt: skip
    return render(request, "hall/guide.html", context)
