"""更正登记的信息：姓名、证件请申请人确认，电话、地址核对过证件就改；改了哪几栏都在这一页。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import rectifying
from approvals.models import Case
from approvals.rules.rectifying import takes_id, takes_name
from approvals.states import IDENTITY_OF, ApplicantKind, RectifyReason, Registered
from office.identity import IdentityKind
from office.papers.models import Paper
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.pages import deed, page, show_or_save, tried
from portal.desk.views.case import frame
from portal.desk.views.deeds import given
from portal.forms import fields

UNCHANGED = lazy("空着就是不改。登记的是：%s")


class RectifyForm(forms.Form):
    """登记的各栏：空着的不改；原来的遮住，不为改一栏看到全部。"""

    name = forms.CharField(label=lazy("姓名或名称"), max_length=120, required=False)
    id_kind = forms.ChoiceField(
        label=lazy("证件类型"), choices=[("", lazy("不改")), *IdentityKind.choices], required=False
    )
    id_number = fields.CodeField(label=lazy("证件号码"), max_length=30, required=False)
    contact_name = forms.CharField(label=lazy("联系人"), max_length=60, required=False)
    phone = fields.phone_field(label=lazy("联系电话"), required=False)
    address = forms.CharField(label=lazy("地址"), max_length=200, required=False)
    reason = forms.ChoiceField(
        label=lazy("为什么更正"), choices=RectifyReason.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择为什么更正。")},
    )  # fmt: skip
    checked = forms.BooleanField(
        label=lazy("已当面核对申请人的证件原件"), required=False,
        help_text=lazy("只改姓名、证件的不用勾：申请人另用验证码、签名确认。"),
    )  # fmt: skip

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data)
        who = case.applicant
        shown = {
            "name": who.masked_name, "id_kind": who.get_id_kind_display() if who.id_kind else "",
            "id_number": who.masked_id, "contact_name": who.contact_name, "phone": who.masked_phone,
            "address": _("已登记") if who.address else _("没有登记"),
        }  # fmt: skip
        for name, was in shown.items():
            self.fields[name].help_text = UNCHANGED % (was or _("没有登记"))
        if who.kind == ApplicantKind.PERSON:
            del self.fields["contact_name"]
        else:
            del self.fields["id_kind"]
        if not takes_name(case):
            del self.fields["name"]
        if not takes_id(case):
            self.fields.pop("id_kind", None)
            del self.fields["id_number"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("请填写要更正的那一栏。"))
        return told

    def changes(self) -> dict[str, str]:
        return {one: value for one in Registered.values if (value := self.cleaned_data.get(one, ""))}


@staff_only
@show_or_save
def rectify(request: HttpRequest, number: str) -> HttpResponse:
    """更正：填新的，空着的不改；已经出了的文书列在下面，照旧有效。"""
    case, at = case_of(request, number), clock.now()
    require(rectifying.may_register(case, request.user))
    form = RectifyForm(case, given(request))
    if form.is_bound and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("reason", "checked")}
        if tried(
            form, lambda: rectifying.register(case, changes=form.changes(), **told, by=staff(request), at=at), case
        ):
            if any(one in IDENTITY_OF for one in form.changes()):
                messages.success(request, _("确认书可以打印了，请申请人确认；确认以后才改。"))
                return redirect("desk:case-confirm", number)
            messages.success(request, _("已更正，已经告诉申请人。"))
            return redirect("desk:case-rectify", number)
    rows = case.rectifications.select_related("asked_by", "checked_by").order_by("-pk")
    papers = Paper.objects.about(case).in_force().order_by("pk")
    context = {"form": form, "rows": rows, "papers": papers, "joint": case.joint, "name": _("更正登记的信息")}
    return page(request, "desk/rectify.html", {**frame(request, case, at), **context}, at)


@deed(allowed=rectifying.may_register)
def forget(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """不改姓名、证件了：提出的作废。"""
    rectifying.forget(case, by=staff(request), at=at)
    messages.success(request, _("提出的更正已作废。"))
    return redirect("desk:case-rectify", case.number)
