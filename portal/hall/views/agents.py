"""委托代办：谁在替我办，同意、不同意、收回，或者自己委托一个人。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import mandates
from approvals.rules.mandates import runs_at
from approvals.states import LATER_SCOPES, ConsentHow
from office.steps import NotNow
from office.workdays import clock
from portal.forms import fields
from portal.hall import access
from portal.hall.agents import scope_words
from portal.language import said


class AgentForm(forms.Form):
    """委托一个人：照他的身份证件填；能做哪几样、到哪天，由您定。"""

    name = forms.CharField(label=gettext_lazy("受委托人姓名"), max_length=60)
    id_kind = fields.IdentityKindField(label=gettext_lazy("受委托人证件类型"))
    id_number = fields.CodeField(label=gettext_lazy("受委托人证件号码"), max_length=30)
    phone = fields.phone_field(
        label=gettext_lazy("受委托人手机号"), help_text=gettext_lazy("代办查询码用短信发给他，不用您的查询码。")
    )
    relation = forms.CharField(label=gettext_lazy("他是您的什么人"), max_length=40)
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("委托他做什么"), choices=LATER_SCOPES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少勾一样。")},
    )  # fmt: skip
    until = fields.date_field(label=gettext_lazy("委托到哪天（含）"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        pairs = [(value, said(label)) for value, label in LATER_SCOPES]
        self.fields["scope"].choices = pairs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        fields.check_identity(self)
        return given

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("name", "id_kind", "id_number", "phone", "relation")
        agent = mandates.Agent(**{name: given[name] for name in names})
        return {"agent": agent, "terms": mandates.Terms(tuple(given["scope"]), given["until"])}


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def agents(request: HttpRequest, number: str) -> HttpResponse:
    """委托的页：现在的、以前的，和委托别人的表。"""
    at = clock.now()
    case: Any = access.case_of(request, number, at)
    if case.mandate:
        raise PermissionDenied("代办的人不能看委托、转委托。")
    form = AgentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            mandates.appoint(case, **form.told(), by=access.actor_for(request, case), at=at)
            messages.success(request, _("委托已生效。您随时可以收回。"))
            return redirect("hall:agents", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    rows = [(one, scope_words(one.scope), runs_at(one, at)) for one in case.mandates.order_by("-pk")]
    standing = any(runs or (one.state == "asked" and one.to_at > at) for one, _words, runs in rows)
    context = {"case": case, "rows": rows, "form": None if standing or case.closed_at else form}
    return render(request, "hall/agents.html", context)


@require_POST
@access.private
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """同意、不同意、收回：一个按钮一件事。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    found = get_object_or_404(case.mandates.all(), pk=pk)
    by = access.actor_for(request, case)
    try:
        if "agree" in request.POST:
            mandates.consent(found, how=ConsentHow.ONLINE, by=by, at=at)
            messages.success(request, _("已同意。您随时可以收回。"))
        elif "decline" in request.POST:
            mandates.decline(found, by=by, at=at)
            messages.success(request, _("已记下：您没有同意。"))
        else:
            mandates.revoke(found, by=by, at=at)
            messages.success(request, _("已收回，马上生效。以后由您自己办，或另外委托。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect("hall:agents", number)
