"""利害关系人、陈述申辩、不予听证：在“特别程序”那一页列出来，能做的给按钮。"""

import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from approvals import rules
from approvals.models import Case
from approvals.states import UNDER_WAY, NoHearing, RetractionState, Standing
from office.workdays.rules import local
from portal.desk.forms import long_text
from portal.desk.procedure_forms import MINUTES, moment_field
from portal.forms.fields import CodeField

NAMES = {"tell": lazy("告知利害关系人"), "hear": lazy("记陈述申辩"), "deny": lazy("不予听证")}


def may_do(case: Case, user: Any, name: str) -> bool:
    if name == "tell":
        return rules.may_run_procedures(case, user)
    if name == "deny":
        return rules.may_decide(case, user)
    return rules.handles(case, user) and not rules.stays_out(case, user)


def may_be_heard(case: Case, user: Any, retraction: Any) -> bool:
    """正在撤回、撤销的，窗口、科室可以记陈述申辩。"""
    hearing = (RetractionState.PROPOSED, RetractionState.HEARING, RetractionState.ASKED)
    return retraction.state in hearing and not retraction.is_elsewhere and may_do(case, user, "hear")


def heard(case: Case, user: Any) -> dict[str, Any]:
    """列出来的和能做的；没有的不查库。"""
    told: dict[str, Any] = {"parties": (), "statements": (), "denied": ()}
    if case.has_parties:
        told = {
            "parties": case.parties.select_related("told_by", "paper").order_by("pk"),
            "statements": case.statements.select_related("recorded_by", "paper").order_by("stated_at", "pk"),
            "denied": case.hearings_denied.select_related("decided_by", "paper").order_by("pk"),
        }
    names = NAMES if case.state in UNDER_WAY else ()
    offers = [
        (NAMES[name], reverse("desk:case-party", args=[case.number, name]))
        for name in names
        if may_do(case, user, name)
    ]
    return {**told, "party_offers": offers}


def name_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=60, error_messages={"required": lazy("请填写姓名或名称。")}, **options
    )


class TellForm(forms.Form):
    name = name_field(lazy("利害关系人的姓名或名称"))
    interest = long_text(lazy("有什么重大利害关系"), lazy("写给他看：申请的是什么、直接关系他的什么利益。"))
    phone = CodeField(label=lazy("联系电话"), max_length=20, required=False, help_text=lazy("填了的，同时发短信。"))
    address = forms.CharField(label=lazy("送达地址"), max_length=200, required=False)


class HearForm(forms.Form):
    who = name_field(lazy("谁说的"))
    standing = forms.ChoiceField(
        label=lazy("身份"), choices=Standing.choices, widget=forms.RadioSelect, initial=Standing.APPLICANT,
        error_messages={"required": lazy("请选择身份。")},
    )  # fmt: skip
    stated_at = moment_field(lazy("什么时候说的"))
    place = forms.CharField(label=lazy("在哪里"), max_length=100, error_messages={"required": lazy("请填写地点。")})
    text = long_text(lazy("陈述、申辩"), lazy("照他说的写；书面交来的，写明“见书面意见”并摘要点。"), rows=8)
    evidence = long_text(lazy("交来的证据"), rows=2, required=False)
    signer = forms.CharField(
        label=lazy("核对无误签名的人"), max_length=100, help_text=lazy("拒绝签名的，写明。"),
        error_messages={"required": lazy("请写明谁签了名。")},
    )  # fmt: skip


class DenyForm(forms.Form):
    who = name_field(lazy("谁要求听证"))
    asked_at = moment_field(lazy("什么时候提出的"))
    asked = long_text(lazy("他的要求"), rows=3)
    ground = forms.ChoiceField(
        label=lazy("为什么不予听证"), choices=NoHearing.choices, widget=forms.RadioSelect,
        help_text=lazy("别的理由都不行：有权利、在期限里的，登记要求听证。"),
        error_messages={"required": lazy("请选择理由。")},
    )  # fmt: skip
    reasons = long_text(
        lazy("说明"), lazy("写给他看：哪一天告知、哪一天到期、他哪一天提出，或者为什么不是利害关系人。")
    )


FORMS: dict[str, type[forms.Form]] = {"tell": TellForm, "hear": HearForm, "deny": DenyForm}


def form_for(name: str, at: datetime.datetime, data: Any) -> forms.Form:
    form = FORMS[name](data)
    for moment in ("stated_at", "asked_at"):
        form.initial[moment] = local(at).strftime(MINUTES)
    return form
