"""本人登录更正联系电话、联系人、地址；换手机号的，用新号码收到的验证码。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from approvals.actions import rectifying
from approvals.states import REACHED_BY, ApplicantKind, RectifyReason
from office.steps import NotNow
from office.workdays import clock
from portal.forms import fields
from portal.hall import access
from portal.language import said

REASONS = [
    (RectifyReason.CHANGED.value, gettext_lazy("换了")),
    (RectifyReason.STATED_WRONG.value, gettext_lazy("以前填错了")),
    (RectifyReason.ENTERED_WRONG.value, gettext_lazy("窗口录错了")),
]


class ReachedForm(forms.Form):
    """怎样联系得到：空着的不改。"""

    phone = fields.phone_field(
        label=gettext_lazy("新的手机号"), required=False,
        help_text=gettext_lazy("验证码发到新的号码，填对了才换。办理的短信以后都发到这里。"),
    )  # fmt: skip
    contact_name = forms.CharField(label=gettext_lazy("新的联系人"), max_length=60, required=False)
    address = forms.CharField(
        label=gettext_lazy("新的联系地址"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么更正"), choices=REASONS, widget=forms.RadioSelect,
        initial=RectifyReason.CHANGED.value, error_messages={"required": gettext_lazy("请选择为什么更正。")},
    )  # fmt: skip

    def __init__(self, case: Any, data: Any = None) -> None:
        super().__init__(data)
        if case.applicant.kind == ApplicantKind.PERSON:
            del self.fields["contact_name"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("请填写要更正的那一栏。"))
        return told

    def changes(self) -> dict[str, str]:
        return {one.value: value for one in REACHED_BY if (value := self.cleaned_data.get(one.value, ""))}


class NewPhoneForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("新手机号收到的六位验证码"), max_length=6,
        error_messages={"required": gettext_lazy("请填写验证码。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def reached(request: HttpRequest, number: str) -> HttpResponse:
    """更正怎样联系我：只有申请人自己的账号；凭查询码、代办来的不行。"""
    at, user = clock.now(), access.citizen_of(request)
    case: Any = access.case_of(request, number, at)
    if user is None or case.user_id != user.pk or case.mandate:
        raise Http404
    checking = "check" in request.POST
    data = request.POST if request.method == "POST" else None
    form, code_form = ReachedForm(case, None if checking else data), NewPhoneForm(data if checking else None)
    bound: Any = code_form if checking else form
    if bound.is_bound and bound.is_valid():
        try:
            if checking:
                rectifying.confirm_online(case, code=code_form.cleaned_data["code"], by=user, at=at)
            else:
                told = {"changes": form.changes(), "reason": form.cleaned_data["reason"]}
                made = rectifying.ask_online(case, **told, by=user, at=at)
                if made.done_at is None:
                    messages.success(request, _("验证码已发到新的手机号，十分钟内有效。"))
                    return redirect("hall:reached", number)
            messages.success(request, _("已更正。"))
            return redirect("hall:track-case", number)
        except NotNow as reason:
            bound.add_error(None, said(reason))
    waiting = rectifying.waiting_online(case)
    running = waiting if waiting and waiting.code_until and waiting.code_until > at else None
    context = {"case": case, "form": form, "code_form": code_form, "waiting": running}
    return render(request, "hall/reached.html", context)
