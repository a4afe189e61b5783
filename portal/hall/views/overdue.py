"""超期说明：超过期限的办件，为什么，公开说；只说事项和单位，不说是谁的。"""

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.models import FlagReason
from office.workdays import clock

PER_PAGE = 20
SHOWN = datetime.timedelta(days=365)


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """一年以内的，新的在前；不公开的事项不在内。"""
    kept = FlagReason.objects.filter(given_at__gte=clock.now() - SHOWN, flag__case__guide__item__withheld="")
    rows = kept.select_related("flag__unit", "flag__case__guide").order_by("-given_at", "-pk")
    return render(request, "hall/overdue.html", {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))})
