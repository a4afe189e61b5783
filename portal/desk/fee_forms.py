"""收费的表单：钱照元填，存成分。"""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Fee
from approvals.rules import fees as rules
from approvals.states import PayMethod
from office.workdays.rules import local
from portal.desk.forms import long_text
from portal.desk.procedure_forms import MINUTES, moment_field

MOST = 99_999_999  # 元


def money_field(label: Any, **options: Any) -> forms.DecimalField:
    wrong = dict.fromkeys(
        ("required", "invalid", "max_digits", "max_decimal_places", "max_whole_digits", "min_value", "max_value"),
        _("“%s”请填几元，至多两位小数，例如 10 或 10.50。") % label,
    )
    return forms.DecimalField(
        label=label, min_value=0, max_value=MOST, max_digits=10, decimal_places=2, error_messages=wrong, **options
    )


class AssessForm(forms.Form):
    """一项一格：一口价的填几份，别的填几元、写怎样算的。"""

    def __init__(self, lines: Sequence[Mapping[str, Any]], data: Any = None) -> None:
        super().__init__(data)
        self.priced: dict[int, str] = {}
        self.unpriced: dict[int, str] = {}
        for place, told in enumerate(lines):
            known = rules.price(str(told.get("amount", "")))
            (self.priced if known else self.unpriced)[place] = f"line_{place}"
            label = _("%(name)s（%(amount)s）") % {"name": told["name"], "amount": told.get("amount", "")}
            self.fields[f"line_{place}"] = _count_field(label, len(lines)) if known else money_field(
                _("%s，应收几元") % label, required=False
            )  # fmt: skip
        if self.unpriced:
            self.fields["working"] = forms.CharField(
                label=_("怎样算的"),
                max_length=300,
                required=False,
                help_text=_("写明照哪一档、乘多少，写进缴费通知书。"),
            )

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "quantities": {place: given[name] or 0 for place, name in self.priced.items()},
            "amounts": {place: rules.cents(given[name] or Decimal(0)) for place, name in self.unpriced.items()},
            "working": given.get("working", "").strip(),
        }


def _count_field(label: str, among: int) -> forms.IntegerField:
    wrong = _("“%s”请填 0 到 9999 之间的整数。") % label
    return forms.IntegerField(
        label=label, min_value=0, max_value=9999, required=False, initial=1 if among == 1 else 0,
        help_text=_("几份；不收这一项的填 0。"),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )  # fmt: skip


class ReduceForm(forms.Form):
    """减免：照公布的哪一条、减到几元、凭什么。"""

    def __init__(self, fee: Fee, data: Any = None) -> None:
        super().__init__(data)
        self.fields["ground"] = forms.ChoiceField(
            label=_("公布的减免"), choices=[(one, one) for one in rules.grounds(fee.case.guide.fee)],
            widget=forms.RadioSelect, error_messages={"required": _("请选择照哪一条减免。")},
        )  # fmt: skip
        self.fields["amount"] = money_field(
            _("减免以后应缴几元"), help_text=_("全免的填 0；照标准应缴%s。") % fee.standard_words
        )
        self.fields["evidence"] = forms.CharField(
            label=_("凭什么"), max_length=300, help_text=_("看了哪份证件、证明，号码是什么。"),
            error_messages={"required": _("请写明凭什么减免。")},
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**given, "amount": rules.cents(given["amount"])}


class PayForm(forms.Form):
    method = forms.ChoiceField(
        label=lazy("怎样缴的"), choices=PayMethod.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择怎样缴的。")},
    )  # fmt: skip
    receipt_number = forms.RegexField(
        r"^[0-9A-Za-z]{6,20}([ \-][0-9A-Za-z]{4,19})?$", label=lazy("财政票据代码和号码"), max_length=40,
        help_text=lazy("照票据抄：代码、号码之间空一格。没有开票的，不能登记。"),
        error_messages={
            "required": lazy("请填财政票据的代码和号码。"),
            "invalid": lazy("票据号不对：只有数字、字母，代码和号码之间空一格。"),
        },
    )  # fmt: skip
    paid_at = moment_field(lazy("什么时候缴的"))

    def __init__(self, at: datetime.datetime, data: Any = None) -> None:
        super().__init__(data)
        self.initial["paid_at"] = local(at).strftime(MINUTES)

    def told(self) -> dict[str, Any]:
        return self.cleaned_data


class OrderRefundForm(forms.Form):
    reason = long_text(
        lazy("为什么要退"), lazy("收错了什么、多收了多少；会告诉申请人。全额退，要收的重新核定另收。"), rows=3
    )

    def told(self) -> dict[str, Any]:
        return self.cleaned_data


class RefundForm(forms.Form):
    number = forms.CharField(
        label=lazy("退付凭证号"), max_length=40, help_text=lazy("财政退付的凭证，或者红字票据的号码。"),
        error_messages={"required": lazy("请填退付凭证号。")},
    )  # fmt: skip

    def told(self) -> dict[str, Any]:
        return self.cleaned_data
