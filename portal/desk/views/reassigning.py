"""改派：负责人把一件换给本机关的另一个科室承办。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Unit
from approvals import rules
from approvals.actions import reassigning, redirecting
from approvals.models import Case
from approvals.states import BEFORE_ACCEPTANCE, REASSIGNABLE
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(
        label=lazy("改由谁承办"), queryset=Unit.objects.none(), empty_label=lazy("请选择科室"),
        error_messages={"required": lazy("请选择改由谁承办。"), "invalid_choice": lazy("这个科室不能承办这一件。")},
    )  # fmt: skip
    reason = long_text(lazy("原因"), lazy("写明为什么归那个科室办：派错了、职责调整了，依据是什么。"), rows=3)

    def __init__(self, units: list[Unit], data: Any = None) -> None:
        super().__init__(data)
        found = Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path")
        self.fields["to"].queryset = found  # type: ignore[attr-defined]


class RedirectForm(ReassignForm):
    """受理以前换一个受理点。"""

    def __init__(self, units: list[Unit], data: Any = None) -> None:
        super().__init__(units, data)
        field: Any = self.fields["to"]
        field.label, field.empty_label = _("改送到哪里"), _("请选择受理点")
        field.error_messages = {"required": _("请选择改送到哪里。"), "invalid_choice": _("那里不收这个事项。")}
        self.fields["reason"].help_text = _("写明为什么归那里：住处、户口在哪里，怎样核实的。")


@staff_only
@show_or_save
def redirect_desk(request: HttpRequest, number: str) -> HttpResponse:
    """改送受理点：选错了镇街的，不退回去让他重来。"""
    case, at, user = case_of(request, number), clock.now(), staff(request)
    require(rules.may_redirect(case, user))
    units = redirecting.candidates(case, at)

    def act(form: Any) -> None:
        redirecting.redirect(case, by=user, at=at, **form.cleaned_data)

    def then() -> HttpResponse:
        words = _("已改送，那里的人和申请人都已通知；期限照走。")
        try:
            return done(request, case_of(request, number), words)
        except Http404:
            messages.success(request, words)
            return redirect("desk:today")

    why = "" if case.state in BEFORE_ACCEPTANCE else _("受理以前才能改送；受理以后派错科室的，由负责人改派。")
    told: dict[str, Any] = {"name": _("改送受理点"), "units": units, "blocked_because": why}
    return filled(request, case, RedirectForm(units, given(request)), "desk/redirect.html", act, then, at, **told)


@staff_only
@show_or_save
def reassign(request: HttpRequest, number: str) -> HttpResponse:
    case, at, user = case_of(request, number), clock.now(), staff(request)
    require(rules.may_reassign(case, user))
    units = reassigning.candidates(case)

    def act(form: Any) -> None:
        reassigning.reassign(case, by=user, at=at, **form.cleaned_data)

    def then() -> HttpResponse:
        words = _("已改派，两边的负责人都已通知；期限照走。")
        try:
            return done(request, case_of(request, number), words)
        except Http404:  # 件没有经过原来的科室的手，改派以后它看不到了
            messages.success(request, words)
            return redirect("desk:today")

    told: dict[str, Any] = {"name": _("改派"), "units": units, "blocked_because": _why_not(case)}
    return filled(request, case, ReassignForm(units, given(request)), "desk/reassign.html", act, then, at, **told)


def _why_not(case: Case) -> str:
    """现在为什么不能改派；能就是空串。"""
    if case.state not in REASSIGNABLE:
        return _("审查完毕以后不再改派。")
    conditions = (rules.not_held, rules.procedures_over)
    return next((str(one.reason) for one in conditions if not one(case)), "")  # type: ignore[attr-defined]
