"""双公示：等核对公开的，核对、提出不公开、核实、更正、撤下；报送信用平台的表。"""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import disclosures
from approvals.models import Disclosure
from approvals.rules import age_unseen
from approvals.rules import disclosures as rules
from approvals.states import DisclosureState, LicenceKind
from office.journal import actions as journal
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import may, require, staff, staff_only
from portal.desk.credit import workbook
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, said_wrong, tried
from portal.desk.periods import asked
from portal.files import attachment
from portal.forms import fields

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINE = "mine"
INSTANT = datetime.timedelta(microseconds=1)
TABS = {
    MINE: lazy("等我做的"), "waiting": lazy("没有公开的"), "published": lazy("已公开"),
    "excluded": lazy("不公开、撤下"),
}  # fmt: skip
STATES = {
    "waiting": (DisclosureState.WAITING, DisclosureState.PROPOSED), "published": (DisclosureState.PUBLISHED,),
    "excluded": (DisclosureState.EXCLUDED, DisclosureState.WITHDRAWN),
}  # fmt: skip
LABELS = {step.name: step.custom["label"] for step in moves_of(Disclosure)}


class ContentForm(forms.Form):
    """公开的内容：照决定书、证照列好，核对的人改。"""

    party_name = forms.CharField(label=lazy("行政相对人名称"), max_length=200)
    party_code = forms.CharField(
        label=lazy("统一社会信用代码"), max_length=18, required=False, help_text=lazy("组织的；还没有取得的空着。")
    )
    representative = forms.CharField(
        label=lazy("法定代表人"), max_length=60, required=False, help_text=lazy("只写姓名，不写证件号码。")
    )
    document_name = forms.CharField(label=lazy("行政许可决定文书名称"), max_length=200)
    document_number = forms.CharField(label=lazy("行政许可决定文书号"), max_length=100)
    licence_kind = forms.ChoiceField(label=lazy("许可类别"), choices=LicenceKind.choices)
    certificate_name = forms.CharField(label=lazy("许可证书名称"), max_length=200, required=False)
    certificate_number = forms.CharField(label=lazy("许可编号"), max_length=100, required=False)
    content = long_text(lazy("许可内容"), lazy("谁都看得到：不写个人信息、商业秘密。"), rows=3, most=1000)
    valid_from = fields.date_field(label=lazy("有效期自"))
    valid_until = fields.date_field(label=lazy("有效期至"), required=False, help_text=lazy("长期有效的空着。"))
    remark = forms.CharField(label=lazy("备注"), max_length=200, required=False)

    def __init__(self, one: Disclosure, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(one, name) for name in disclosures.EDITABLE}, prefix="content")
        if one.party_number:  # 自然人：姓名、号码是遮住的，没有信用代码
            for name in ("party_name", "party_code", "representative"):
                del self.fields[name]


class ReasonForm(forms.Form):
    """写一句为什么。"""

    hints = {
        "propose_exclusion": lazy("写明涉及国家秘密、商业秘密还是个人隐私，依据什么。还要另一个有权决定的人核实。"),
        "withdraw": lazy("写明为什么不该再公开；撤下以后公开页打不开，记录还在。"),
    }  # fmt: skip

    def __init__(self, name: str, data: Any = None) -> None:
        super().__init__(data, prefix=name)
        self.fields["reason"] = long_text(_("理由"), self.hints.get(name, ""), rows=2, most=300)


class PublishForm(ContentForm):
    """核对公开：通行证、护照的号码里看不出年龄的，要看过证件。"""

    adult = forms.BooleanField(
        label=lazy("看过证件，相对人已满十八周岁"),
        help_text=lazy("他的证件号码里没有出生日期；未成年人的请提出不公开。"),
        error_messages={"required": lazy("请看过证件，确认相对人已满十八周岁。")},
    )  # fmt: skip

    def __init__(self, one: Disclosure, data: Any = None) -> None:
        super().__init__(one, data)
        if not age_unseen(one.case.applicant):
            del self.fields["adult"]


class CorrectForm(ContentForm):
    """更正：改哪几样，为什么。"""

    reason = long_text(lazy("更正了什么、为什么"), lazy("当事人提出异议的写明是异议；这句话也公开。"), rows=2, most=300)


class NoForm(forms.Form):
    """不用填什么。"""


def form_for(one: Disclosure, name: str, data: Any = None) -> forms.Form:
    if name == "publish":
        return PublishForm(one, data)
    if name == "correct":
        return CorrectForm(one, data)
    return ReasonForm(name, data) if name in ReasonForm.hints else NoForm(data)


def act_of(one: Disclosure, name: str, form: forms.Form, by: Any, at: datetime.datetime) -> Callable[[], Any]:
    told = dict(form.cleaned_data)
    reason = {"reason": told.pop("reason")} if "reason" in told else {}
    adult = {"adult": told.pop("adult")} if "adult" in told else {}
    more = {"told": told, **adult} if name in ("publish", "correct") else {}
    deed: Any = getattr(disclosures, name)
    return lambda: deed(one, **reason, **more, by=by, at=at)


@staff_only
@require_safe
def disclosures_list(request: HttpRequest) -> HttpResponse:
    """缺省是等我做的，最急的在前。"""
    at, which, user = clock.now(), which_of(request, TABS), staff(request)
    seen = Disclosure.objects.visible_to(user).filter(state__in=STATES.get(which, ()))
    found = Disclosure.objects.waiting_for(user) if which == MINE else seen
    soon = which in (MINE, "waiting")
    ordered = found.with_context().with_next_due().order_by("next_due" if soon else "-decided_on", "-pk")
    context = {**listed(request, TABS, ordered, at), "period": asked(request, at)[0]}
    return page(request, "desk/disclosures.html", context, at)


def disclosure_of(request: HttpRequest, pk: int) -> Disclosure:
    found: Disclosure = get_object_or_404(Disclosure.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """一条：公开哪几样，到了哪一步，现在能做什么。"""
    return _shown(request, disclosure_of(request, pk))


@staff_only
@require_POST
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """核对公开、提出不公开、核实、更正、撤下。"""
    one, at = disclosure_of(request, pk), clock.now()
    require(may(one, request.user, name))
    form = form_for(one, name, request.POST)
    if form.is_valid() and tried(form, act_of(one, name, form, staff(request), at), one):
        messages.success(request, _("已办：%s。") % LABELS[name])
        return redirect("desk:disclosure", pk)
    return _shown(request, disclosure_of(request, pk), refused=(name, form))


def _shown(request: HttpRequest, one: Disclosure, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    drawn = {step.name: form_for(one, step.name) for step in available(one, request.user) if step.allowed}
    drawn |= dict([refused]) if refused else {}
    opened = refused[0] if refused else "publish"
    context = {
        "one": one, "case": one.case, "lines": rules.public_lines(one),
        "forms": [(name, LABELS[name], drawn[name], name == opened) for name in ORDER if name in drawn],
        "faulty": refused[1] if refused else None, "clocks": one.clocks.running(),
        "late": one.clocks.exclude(fired_at=None).exists(),
    }  # fmt: skip
    return page(request, "desk/disclosure.html", context, clock.now())


ORDER = ("publish", "propose_exclusion", "exclude", "decline_exclusion", "correct", "withdraw")


@staff_only
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """报送信用平台的表：这一段时间公开、更正、失效的，照标准的栏目；谁导的记一笔。"""
    at, user = clock.now(), staff(request)
    form, start, end = asked(request, at)
    if form.is_bound and not form.is_valid():
        said_wrong(request, form)
        return redirect(f"{reverse('desk:disclosures')}?which=published")
    found = Disclosure.objects.visible_to(user).changed_between(start, end).with_context()
    rows = list(found)
    with transaction.atomic():
        facts = {"count": len(rows), "from": start, "to": end}
        journal.record("portal.disclosures.export", about=user, by=user, at=at, facts=facts)
    return attachment(
        ContentFile(workbook(rows)), f"双公示报送{local(start):%Y%m%d}至{local(end - INSTANT):%Y%m%d}.xlsx", XLSX
    )
