"""邮件：看寄来、寄回的各件，登记收到、没有收到，登记寄回的单号；了结寄来的出入。"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals import rules
from approvals.actions import differences
from approvals.actions import parcels as actions
from approvals.models import Case, Difference
from approvals.states import CaseState, ParcelResult
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.pages import page, show_or_save
from portal.desk.parcels import BACK, NAMES, BackForm, CameForm, EndForm, SettleForm
from portal.desk.views.case import frame
from portal.desk.views.deeds import filled, given

ENDING = lazy("登记邮件到了没有")
SETTLING = lazy("了结寄来的出入")


@staff_only
@require_safe
def parcels(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    return page(request, "desk/parcels.html", {**frame(request, case, at), "name": _("邮件")}, at)


@staff_only
@show_or_save
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """收到：点一遍里面的；没有收到的写怎样查过。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    parcel = get_object_or_404(case.parcels, pk=pk)
    parcel.case = case

    def act(form: Any) -> None:
        told, by = form.cleaned_data, staff(request)
        if told["result"] == ParcelResult.LOST:
            actions.miss(parcel, reason=told["reason"], by=by, at=at)
        else:
            actions.arrive(parcel, found=told.get("found", ""), difference=told.get("difference", ""), by=by, at=at)

    form = EndForm(given(request), inward=parcel.inward)

    def then() -> HttpResponse:
        return _then(request, case, parcel)

    return filled(request, case, form, "desk/parcel.html", act, then, at, name=ENDING, parcel=parcel)


@staff_only
@show_or_save
def settle(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """了结寄来的出入：补来、退回、确认无误、另行告知，告诉申请人。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    found = get_object_or_404(Difference.objects.select_related("parcel"), case=case, parcel=pk)
    found.case = case

    def act(form: Any) -> None:
        differences.settle_contents(found, **form.cleaned_data, by=staff(request), at=at)

    def then() -> HttpResponse:
        messages.success(request, _("差异已处理，已告诉申请人。"))
        return redirect("desk:case-parcels", number)

    form = SettleForm(given(request))
    return filled(request, case, form, "desk/parcel.html", act, then, at, name=SETTLING, parcel=found.parcel)


@staff_only
@show_or_save
def new(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """没有登记过、直接寄到的；寄回的原件。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    if name not in NAMES:
        raise Http404
    form: Any = BackForm(given(request), initial=_addressed(case)) if name == BACK else CameForm(given(request))

    def act(form: Any) -> None:
        deed = actions.send_back if name == BACK else actions.take_unannounced
        deed(case, **form.cleaned_data, by=staff(request), at=at)

    def then() -> HttpResponse:
        return _then(request, case, None if name == BACK else case.parcels.latest("pk"))

    return filled(request, case, form, "desk/parcel.html", act, then, at, name=NAMES[name])


def _addressed(case: Case) -> dict[str, str]:
    return {"carrier": "中国邮政", "address": case.applicant.address}


def _then(request: HttpRequest, case: Case, parcel: Any) -> HttpResponse:
    """收到的材料接着照补正、核对的步骤走；别的回到邮件那一页。"""
    opened = parcel is not None and parcel.inward and parcel.result == ParcelResult.ARRIVED
    if opened and case.state == CaseState.CORRECTING:
        messages.success(request, _("已登记，已告诉申请人。请接着收补正材料：补来哪份勾哪份。"))
        return redirect("desk:case-answer", case.number)
    if opened and case.state == CaseState.RECEIVED:
        messages.success(request, _("已登记，已告诉申请人。请接着核对材料。"))
        return redirect("desk:case-check", case.number)
    messages.success(request, _("已登记，已告诉申请人。"))
    return redirect("desk:case-parcels", case.number)
