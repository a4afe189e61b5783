"""办事指南：一页、一份 PDF；只是标题的主项，列出子项。"""

import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from approvals.actions import quota
from catalog.models import Guide, Item, QuestionSet, Suspension
from catalog.rules import takes_online
from catalog.rules.questions import item_codes
from office.workdays import clock
from portal.cached import remember
from portal.files import sheet
from portal.hall import leaflets, reading


def current_guide(code: str, day: datetime.date | None = None) -> Guide:
    """这个事项今天在用的指南。Raises: Http404（没有，或不公开）。"""
    guides: QuerySet[Guide] = Guide.objects.in_force_on(day or clock.now().date()).for_reading()
    found = guides.select_related("item__parent").filter(item__code=code, item__withheld="").first()
    if found is None:
        raise Http404
    return found


def version_of(code: str, number: int, day: datetime.date) -> Guide:
    """到这一天施行过的一版；没到日子就撤回的不算。Raises: Http404。"""
    guides = Guide.objects.ever_effective().filter(effective_from__lte=day).for_reading().select_related("item__parent")
    found: Guide | None = guides.filter(item__code=code, item__withheld="", version=number).first()
    if found is None:
        raise Http404
    return found


def guide_asked(request: HttpRequest, code: str) -> Guide:
    """今天在用的一版；?version= 指明的，用那一版(正在办的件按收件时的一版)，网址长久不变。

    Raises: Http404(没有这个事项，或者没有施行过这一版)。
    """
    asked, day = request.GET.get("version", ""), clock.moment(request).date()
    is_number = asked.isdecimal() and len(asked) < 7
    return version_of(code, int(asked), day) if is_number else current_guide(code, day)


def page_address(code: str) -> str:
    """这一页完整的网址：二维码、分享、搜索引擎用。"""
    return f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[code])}"


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
    """正文排一次用五分钟（指南换了版马上换），每次现取的只有：在用的是哪一版、停没停办。"""
    day = clock.moment(request).date()
    above = ("item__agency", "item__section", "item__parent", "item__pace", "window")
    current = Guide.objects.in_force_on(day).filter(item__code=code, item__withheld="")
    found = current.select_related(*above).first()
    if found is None:
        return heading(request, code, day)
    address = page_address(code)
    key = f"hall:guide:{found.pk}:{found.digest[:16]}:{get_language()}:{day}"
    context = {
        "guide": found,
        "item": found.item,
        "online": takes_online(found),
        "address": address,
        "prepared": remember(key, 300, lambda: reading.prepare(found, address, day)),
        **suspensions_of(found.item, day),
    }
    if found.quota:
        context["places_left"] = quota.left(found, found.item.agency, day)
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
    """印好的指南：A4 的 PDF，内容没有变就用印好的那一份；?version= 指明哪一版。"""
    found = guide_asked(request, code)
    return sheet(leaflets.printed(found, page_address(code)), f"{found.name}.pdf")
