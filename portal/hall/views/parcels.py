"""邮寄材料：申请人说由哪家寄来、单号多少；寄来、寄回的各件到了没有。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import parcels as actions
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.hall.parcels import ParcelForm, awaited_of, rows_of
from portal.language import said


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def parcels(request: HttpRequest, number: str) -> HttpResponse:
    """寄来、寄回的各件；在等材料的，登记寄来的一件。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    form = ParcelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.announce(case, **form.cleaned_data, by=access.actor_for(request, case), at=at)
            messages.success(request, _("记下了，窗口收到以后告诉您。面单请留着。"))
            return redirect("hall:track-case", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    context: dict[str, Any] = {"case": case, "form": form, "awaited": form.is_bound or actions.is_awaited(case)}
    context |= {"parcels": rows_of(case), "materials": awaited_of(case) if context["awaited"] else ()}
    return render(request, "hall/parcels.html", context)
