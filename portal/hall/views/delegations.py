"""委托、下放的公告：委托机关要公告受委托的机关和委托的内容（行政许可法第二十四条第二款）。"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import Guide
from delegation.models import Delegation
from office.workdays import clock
from office.workdays.rules import local

PER_PAGE = 50


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """此刻生效的、已经定了还没到日子的；收回了、到期了的当天起不再列。?item= 只看一个事项。"""
    code = request.GET.get("item", "")
    today = local(clock.now()).date()
    found = Delegation.objects.announced(today).with_context()
    if code:
        found = found.filter(item__code=code)
    ordered = found.order_by("from_agency__path", "item__name", "to_agency__path", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    guides = Guide.objects.in_force_on(today).filter(item__withheld="", item__in=[one.item_id for one in page])
    context = {"page": page, "code": code, "guided": set(guides.values_list("item", flat=True))}
    return render(request, "hall/delegations.html", context)
