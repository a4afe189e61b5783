"""证照：准予时填的几格，送达以前更正笔误；结果不是证照的事项没有这几格，也不查库。"""

import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import certifying, priors
from approvals.models import Case, Certificate
from approvals.rules import certificates, renewals, situations
from office.workdays.rules import local
from portal.desk.forms import DecisionForm, long_text
from portal.forms import fields

NAME, LATE, PRIOR = lazy("更正证照的笔误"), lazy("补登证照"), lazy("指明原证照")
DATED, INDEFINITE = "dated", "indefinite"


class NumberField(forms.CharField):
    """编号照证照写：全角的字母数字、空格先收拾好，同一个编号才认得出。"""

    def to_python(self, value: Any) -> str:
        return fields.tidy(super().to_python(value) or "")


class CertificateForm(forms.Form):
    """证照上写的。"""

    certificate_name = forms.CharField(
        label=lazy("证照名称"), max_length=200, error_messages={"required": lazy("请填写证照名称。")}
    )
    certificate_number = NumberField(
        label=lazy("证照编号"), max_length=100, help_text=lazy("照印在证照上的填，系统不编号。"),
        error_messages={"required": lazy("请填写证照编号。")},
    )  # fmt: skip
    reissued = forms.BooleanField(label=lazy("换发、补发，沿用这个申请人原证照的编号"), required=False)
    valid_from = fields.date_field(label=lazy("有效期自"))
    validity = forms.ChoiceField(
        label=lazy("有效到什么时候"), choices=[(DATED, lazy("到某一天")), (INDEFINITE, lazy("长期有效"))],
        widget=forms.RadioSelect, error_messages={"required": lazy("请选择有效到什么时候。")},
    )  # fmt: skip
    valid_until = fields.date_field(label=lazy("有效期至（含这一天）"), required=False)
    scope = long_text(
        lazy("许可范围、附加条件"), lazy("原样写进决定书；没有的空着。"), rows=3, most=1000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].error_messages["required"] = _("请填写有效期从哪天开始。")
        until: Any = self.fields["valid_until"]
        until.when, until.needed = {"field": "validity", "op": "equals", "value": DATED}, True

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("validity") == DATED and "valid_until" not in self.errors:
            since, until = told.get("valid_from"), told.get("valid_until")
            if until is None:
                self.add_error("valid_until", _("请填写有效到哪天；没有期限的选“长期有效”。"))
            elif since is not None and until < since:
                self.add_error("valid_until", _("有效期的结束不能在开始之前。"))
        return told

    @property
    def certificate(self) -> certifying.Told:
        told = self.cleaned_data
        until = told["valid_until"] if told["validity"] == DATED else None
        return certifying.Told(
            told["certificate_name"], told["certificate_number"], told["valid_from"], until, told["scope"],
            told["reissued"],
        )  # fmt: skip


class CertifiedDecisionForm(CertificateForm, DecisionForm):
    """决定，带着证照。"""

    field_order = ("adjustment", "decision")


class CorrectForm(CertificateForm):
    reason = long_text(
        lazy("为什么更正"), lazy("写明原来错在哪里；写在作废的决定书上，申请人看得到。"), rows=2, most=150
    )


class LateForm(CertificateForm):
    reason = long_text(
        lazy("为什么补登"), lazy("例如：办结的时候系统还不登记证照；记在办件的经过里。"), rows=2, most=300
    )


class PriorForm(forms.Form):
    """说的是哪一本。"""

    certificate = forms.ChoiceField(
        label=lazy("哪一本"), widget=forms.RadioSelect, error_messages={"required": lazy("请选择是哪一本。")}
    )

    def __init__(self, data: Any, *, found: list[Certificate], chosen: Certificate | None) -> None:
        super().__init__(data, initial={"certificate": chosen.pk if chosen else None})
        self.found = {str(one.pk): one for one in found}
        field: Any = self.fields["certificate"]
        field.choices = [
            (key, f"{one.name} {one.number}（{certificates.validity_words(one)}）") for key, one in self.found.items()
        ]

    @property
    def has_choices(self) -> bool:
        return bool(self.found)

    @property
    def chosen(self) -> Certificate:
        return self.found[self.cleaned_data["certificate"]]


def decision_form(case: Case, at: datetime.datetime, data: Any = None) -> DecisionForm:
    """准予要填的：结果是证照的，多证照的几格。"""
    initial: dict[str, Any] = {"decision": _("准予%s。") % case.guide.name}
    adjusts = situations.adjusts(case)
    if not certificates.certifies(case):
        return DecisionForm(data, initial=initial, adjusts=adjusts)
    result = case.guide.result_name
    initial |= {"certificate_name": certificates.certificate_name(result), "valid_from": local(at).date()}
    initial |= {"reissued": certificates.is_reissue(result)}
    prior = renewals.prior_of(case)
    now = prior.certificate.standing() if prior is not None else None
    if now is not None and now.name == initial["certificate_name"]:
        initial |= {"reissued": True, "certificate_number": now.number, "scope": now.scope}
    return CertifiedDecisionForm(data, initial=initial, adjusts=adjusts)


def correct_form(certificate: Certificate, data: Any = None) -> CorrectForm:
    told = {
        "certificate_name": certificate.name,
        "certificate_number": certificate.number,
        "reissued": certificate.replaces_id is not None,
        "valid_from": certificate.valid_from,
        "validity": DATED if certificate.valid_until else INDEFINITE,
        "valid_until": certificate.valid_until,
        "scope": certificate.scope,
    }
    return CorrectForm(data, initial=told)


def offers(case: Case, user: Any) -> list[tuple[Any, str, str]]:
    """办件页上的下一步；没有证照的不查库。"""
    if priors.may_name(case, user):
        return [(PRIOR, reverse("desk:case-prior", args=[case.number]), "")]
    if certifying.lacks(case, user):
        return [(LATE, reverse("desk:case-certificate-late", args=[case.number]), "")]
    if not certifying.is_open(case, user):
        return []
    return [(NAME, reverse("desk:case-certificate", args=[case.number]), "")]
