"""寄来、寄回的邮件对申请人怎么说；登记寄来的一件。"""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from approvals.states import CaseState, Verdict
from catalog.states import Source
from portal.forms.fields import CodeField


class ParcelForm(forms.Form):
    """寄来的一件邮件。"""

    carrier = forms.CharField(
        label=lazy("哪家承运"), max_length=40, initial="中国邮政",
        error_messages={"required": lazy("请填写由哪家承运。")},
    )  # fmt: skip
    tracking_number = CodeField(
        label=lazy("邮寄单号"), max_length=40, help_text=lazy("在寄件的面单上，字母和数字。"),
        error_messages={"required": lazy("请填写邮寄单号。")},
    )  # fmt: skip
    contents = forms.CharField(
        label=lazy("里面有什么"), max_length=300,
        help_text=lazy("一样一行，写明原件还是复印件、各几份；我们照着点收。"),
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": lazy("请写明里面有什么。")},
    )  # fmt: skip


def awaited_of(case: Any) -> Any:
    """还没有交的材料：告知书列的还没有补的；没有告知的，是没有交来的和容缺的。由我们核验的不算。"""
    rows = case.materials.select_related("material").order_by("material__position", "pk")
    if case.state == CaseState.CORRECTING:
        return rows.filter(pk__in=case.correction.current_lines().filter(answered_at=None).values("case_material"))
    return rows.filter(Q(provided=False) | Q(verdict=Verdict.DEFERRED)).exclude(material__source=Source.SHARED)


def rows_of(case: Any) -> Any:
    """这一件的邮件，新的在前；没有的不查库。"""
    return case.parcels.select_related("noted").order_by("-pk") if case.has_parcels else ()
