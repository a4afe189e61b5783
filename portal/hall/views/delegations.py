"""委托、下放的公告：委托机关要公告受委托的机关和委托的内容（行政许可法第二十四条第二款）。"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from delegation.models import Delegation
from office.workdays import clock
from office.workdays.rules import local

PER_PAGE = 50


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """此刻生效的、已经定了还没到日子的；收回了、到期了的当天起不再列。?item= 只看一个事项。"""
    code = request.GET.get("item", "")
    found = Delegation.objects.announced(local(clock.now()).date()).with_context()
    if code:
        found = found.filter(item__code=code)
    ordered = found.order_by("from_agency__path", "item__name", "to_agency__path", "pk")
    context = {"page": Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")), "code": code}
    return render(request, "hall/delegations.html", context)
