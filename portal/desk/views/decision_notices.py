"""告知监管科室：等本科室签收的决定，一个工作日；看得到决定的内容，可以写监管意见。"""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import decision_notices
from approvals.actions.letters import certificate_of
from approvals.models import DecisionNotice
from office.steps import available
from office.workdays import clock
from portal.desk.access import may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, tried

MINE, ALL = "mine", "all"
TABS = {MINE: lazy("等我科室签收的"), ALL: lazy("全部告知")}


class SignForm(forms.Form):
    remark = long_text(
        lazy("监管意见"), lazy("可以不写。写了的告诉作决定的人和承办科室；监管中发现的问题也写在这里。"),
        rows=3, most=500, required=False,
    )  # fmt: skip


@staff_only
@require_safe
def notices_list(request: HttpRequest) -> HttpResponse:
    """缺省是等本科室签收的，最急的在前。"""
    at, which, user = clock.now(), which_of(request, TABS), staff(request)
    found = DecisionNotice.objects.waiting_for(user) if which == MINE else DecisionNotice.objects.visible_to(user)
    ordered = found.with_context().with_next_due().order_by("next_due" if which == MINE else "-pk", "pk")
    return page(request, "desk/decision_notices.html", listed(request, TABS, ordered, at), at)


def notice_of(request: HttpRequest, pk: int) -> DecisionNotice:
    found: DecisionNotice = get_object_or_404(
        DecisionNotice.objects.visible_to(request.user).with_context().select_related("case__item__supervisor"), pk=pk
    )
    return found


@staff_only
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """一次告知：决定了什么，凭哪份文书，证照的内容，还剩多久。"""
    return _shown(request, notice_of(request, pk), SignForm())


@staff_only
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签收。"""
    found, at = notice_of(request, pk), clock.now()
    require(may(found, request.user, "sign"))
    form = SignForm(request.POST)

    def act() -> None:
        decision_notices.sign(found, **form.cleaned_data, by=staff(request), at=at)

    if form.is_valid() and tried(form, act, found):
        messages.success(request, _("已签收，列入本科室的批后监管。"))
        return redirect("desk:decision-notices")
    return _shown(request, notice_of(request, pk), form)


def _shown(request: HttpRequest, found: DecisionNotice, form: SignForm) -> HttpResponse:
    offered = any(step.name == "sign" and step.allowed for step in available(found, request.user))
    late = found.clocks.exclude(fired_at=None).exists()
    context = {
        "notice": found, "case": found.case, "form": form, "offered": offered, "late": late,
        "certificate": certificate_of(found.case), "clocks": found.clocks.running().order_by("due_at"),
    }  # fmt: skip
    return page(request, "desk/decision_notice.html", context, clock.now())
