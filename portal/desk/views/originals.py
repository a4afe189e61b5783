"""签名页：存一份文书签了名的那一份；送达回证在交出去以前先印一份空白签名的。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals.actions import letters, originals
from approvals.rules.originals import may_be_signed
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.pages import show_or_save
from portal.desk.scan_forms import ACCEPT
from portal.desk.views.case import paper_of
from portal.desk.views.deeds import filled
from portal.files import sheet
from portal.forms import fields


class SignedForm(forms.Form):
    """谁签的、哪天签的、扫描的那一份。"""

    signer = forms.CharField(
        label=lazy("签名的人"), max_length=100, help_text=lazy("几个人都签了的，用顿号隔开。"),
        error_messages={"required": lazy("请填写签名的人。")},
    )  # fmt: skip
    scan = forms.FileField(
        label=lazy("签了名的那一份（扫描或拍照）"), help_text=lazy("几页的，合成一个 PDF。"),
        error_messages={"required": lazy("请选择扫描的签名页。"), "empty": lazy("文件是空的，请重新选择。")},
        widget=forms.FileInput(attrs={"accept": ACCEPT, "capture": "environment"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_on"] = fields.date_field(label=_("签名日期"))
        self.fields["signed_on"].error_messages["required"] = _("请填写签名日期。")
        self.order_fields(["signer", "signed_on", "scan"])


@staff_only
@show_or_save
def signed(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """存签名页；存过的列在下面，存错了再存一份。"""
    case, at = case_of(request, number), clock.now()
    found = paper_of(case, pk)
    require(originals.may_keep(case, staff(request)))
    if not may_be_signed(found):
        messages.error(request, _("这份文书没有手写签名的地方，或者已经作废。"))
        return redirect("desk:case-paper", number, pk)

    def act(form: Any) -> None:
        told = form.cleaned_data
        scan = told["scan"]
        who = {"signer": told["signer"], "signed_on": told["signed_on"], "name": scan.name or "", "content": scan}
        originals.keep(found, case=case, **who, by=staff(request), at=at)

    def then() -> HttpResponse:
        messages.success(request, _("签名页已存进办件。"))
        return redirect("desk:case-paper", number, pk)

    posted = request.method == "POST"
    first = {"signer": case.applicant.name, "signed_on": local(at).date()}
    form = SignedForm(request.POST, request.FILES) if posted else SignedForm(initial=first)
    return filled(
        request, case, form, "desk/signed.html", act, then, at, name=_("存签名页"), paper=found,
        kept=found.signed_originals.select_related("scan", "kept_by").order_by("-pk"),
    )  # fmt: skip


@staff_only
@require_safe
def blank_delivery(request: HttpRequest, number: str) -> HttpResponse:
    """交出去以前印的送达回证：受送达人、文书、送达人写好，收件人签名和时间空着；签了名，登记送达以后存签名页。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "deliver"))
    told = {"number": _("签收以后登记"), "instead": _("先印的：签收以后登记，文号、核验码见登记的那一份。")}
    context, prefix = letters.blank_delivery(case, by=staff(request)), letters.prefix_of(case)
    try:
        blank = papers.unnumbered("delivery", context=context, prefix=prefix, at=at, **told, complete=False)
        return sheet(ContentFile(blank), "delivery.pdf")
    except (MissingGlyph, Refused) as reason:
        messages.error(request, str(reason))
        return redirect("desk:case-deliver", number)
