"""告知承诺：窗口代签、撤回；承办科室核查、看整改、报请撤销；领导审定。"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals import rules
from approvals.actions import pledges
from approvals.models import Pledge
from office.workdays import clock
from portal.desk import story
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import done, page, show_or_save
from portal.desk.pledges import NAMES, may_do
from portal.desk.views.deeds import filled, given

PER_PAGE = 25


class SignForm(forms.Form):
    """申请人当面看过、签了名，窗口登记。"""

    signer = forms.CharField(
        label=lazy("签名的人"), max_length=60, error_messages={"required": lazy("请填写签名的人。")},
        help_text=lazy("本人或者法定代表人；代理人签的，要有委托书。"),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=lazy("申请人看过全文，自愿承诺，已在告知承诺书上签名"),
        error_messages={"required": lazy("申请人没有签名，不能算承诺。")},
    )


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label=lazy("核查结果"),
        choices=[("true", lazy("属实")), ("false", lazy("不实")), ("unverified", lazy("无法核实"))],
        widget=forms.RadioSelect,
        help_text=lazy("不实的，随即出限期整改通知书，告诉申请人。"),
        error_messages={"required": lazy("请选择核查结果。")},
    )
    found = long_text(lazy("核查情况"), lazy("怎样核查的、看到什么；不实的，原样写进限期整改通知书。"))


class TakeBackForm(forms.Form):
    reason = long_text(lazy("为什么撤回"), lazy("撤回以后改交原来的材料；申请人没有说的，写“未说明”。"), rows=2)


class MendForm(forms.Form):
    mended = long_text(lazy("整改情况"), lazy("补来了什么、怎样核对的。"))


class AskForm(forms.Form):
    reason = long_text(lazy("撤销的理由"), lazy("写给申请人看，原样写进撤销决定书。"))


class DecideForm(forms.Form):
    decision = long_text(lazy("审定意见"), lazy("撤销的，写进撤销决定书；不撤销的，写明为什么。"))


# 步名 → 表、动作、说什么、摆出哪份文书。
DEEDS: dict[str, tuple[type[forms.Form], Callable[..., Any], Any, str]] = {
    "take_back": (TakeBackForm, pledges.take_back, lazy("已撤回承诺，改交原来的材料。"), ""),
    "check": (CheckForm, pledges.check, lazy("核查结果已记下。"), ""),
    "mend": (MendForm, pledges.mend, lazy("已记下整改。"), ""),
    "ask_to_revoke": (AskForm, pledges.ask_to_revoke, lazy("已报分管领导审定。"), ""),
    "revoke": (DecideForm, pledges.revoke, lazy("已撤销，撤销决定书可以打印了。"), "revocation"),
    "keep": (DecideForm, pledges.keep, lazy("已定：不撤销。"), ""),
}


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """等我核查、审定的承诺在前；本单位还没有了结的都看得到。"""
    user, at = staff(request), clock.now()
    rows = Pledge.objects.visible_to(user).under_way().with_context().order_by("due_at", "pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = [(one, *story.time_left(one.due_at, at)) for one in found]
    return page(request, "desk/pledges.html", {"rows": listed, "page": found, "user": user}, at)


@staff_only
@show_or_save
def sign(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """签告知承诺书：全文摆在屏幕上，念给申请人听，当面签名。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    terms = pledges.offered(case, at).get(key)
    if terms is None:
        messages.error(request, pledges.why_barred(case, at) or _("这份材料不能用告知承诺代替。"))
        return redirect("desk:case-materials", number)
    row = get_object_or_404(case.materials.select_related("material"), material__key=key)

    def act(form: Any) -> None:
        pledges.sign(case, key=key, signer=form.cleaned_data["signer"], by=staff(request), at=at)

    return filled(
        request, case, SignForm(given(request)), "desk/pledge_sign.html", act,
        lambda: done(request, case, _("已登记，告知承诺书可以打印了。"), "pledge"), at,
        name=_("告知承诺"), terms=terms, row=row,
    )  # fmt: skip


@staff_only
@show_or_save
def deed(request: HttpRequest, number: str, pk: int, name: str) -> HttpResponse:
    """一份承诺上的一个动作。"""
    case, at = case_of(request, number), clock.now()
    found: Pledge = get_object_or_404(case.pledges.with_context(), pk=pk)
    if name not in DEEDS:
        raise Http404
    require(may_do(found, request.user, name))
    form, act_on, words, paper = DEEDS[name]

    def act(form: Any) -> None:
        act_on(found, by=staff(request), at=at, **form.cleaned_data)

    def then() -> HttpResponse:
        false = form is CheckForm and found.mend_due_at is not None
        return done(request, case, words, "pledge_mend" if false else paper)

    return filled(
        request, case, form(given(request)), "desk/pledge_deed.html", act, then, at, name=NAMES[name], pledge=found,
        previews={"check": "pledge_mend", "revoke": "revocation"}.get(name),
    )  # fmt: skip
