"""邮件在办件页上：寄来、寄回的各件，登记到了没有；没有邮件的办件不查库。"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Case
from approvals.states import ContentsSettled, ParcelResult
from portal.desk.forms import long_text
from portal.forms.fields import CodeField

CAME, BACK = "came", "back"
NAMES = {CAME: lazy("收到没有登记过的邮件"), BACK: lazy("寄回原件")}
FOUND = lazy("打开当面点一遍，照实写：各是什么、原件还是复印件、几份。申请人看得到。")


def parcels_of(case: Case) -> Any:
    """这一件的邮件，新的在前。"""
    people = ("told_by", "ended_by", "noted__owner", "noted__settled_by")
    return case.parcels.select_related(*people).order_by("-pk") if case.has_parcels else ()


class SentForm(forms.Form):
    """面单上的。"""

    carrier = forms.CharField(
        label=lazy("承运单位"), max_length=40, initial="中国邮政",
        error_messages={"required": lazy("请填写“承运单位”。")},
    )  # fmt: skip
    tracking_number = CodeField(
        label=lazy("邮寄单号"), max_length=40, error_messages={"required": lazy("请填写“邮寄单号”。")}
    )


class CameForm(SentForm):
    """没有登记过、直接寄到的一件。"""

    found = long_text(lazy("里面有什么"), FOUND, rows=3, most=300)


class BackForm(SentForm):
    """寄回的原件。"""

    address = forms.CharField(
        label=lazy("收件地址"), max_length=200, error_messages={"required": lazy("请填写“收件地址”。")}
    )
    contents = long_text(lazy("寄回什么"), lazy("一样一行；申请人看得到。"), rows=3, most=300)


class SettleForm(forms.Form):
    """寄来的有出入，怎样了结的。"""

    how = forms.TypedChoiceField(
        label=lazy("怎样了结的"), choices=ContentsSettled.choices, coerce=ContentsSettled, widget=forms.RadioSelect,
        help_text=lazy("退回的，寄出以后在“寄回原件”另记单号。"),
        error_messages={"required": lazy("请选择“怎样了结的”。")},
    )  # fmt: skip
    text = long_text(lazy("说明"), lazy("补来了什么、怎么核对的、怎样告知的；申请人看得到。"), rows=3, most=300)


class EndForm(forms.Form):
    """到了没有；寄来的，里面有什么、有没有出入。"""

    result = forms.ChoiceField(
        label=lazy("邮件怎样了"), choices=ParcelResult.choices, widget=forms.RadioSelect, initial=ParcelResult.ARRIVED
    )
    found = long_text(lazy("里面实际有什么"), FOUND, rows=3, most=300, required=False)
    differs = forms.BooleanField(label=lazy("与申请人写的有出入"), required=False)
    difference = long_text(lazy("有什么出入"), lazy("缺什么、多什么；申请人看得到。"), rows=2, most=300, required=False)
    reason = long_text(lazy("怎样查过"), lazy("向承运单位查询的结果；申请人看得到。"), rows=2, most=300, required=False)

    def __init__(self, *args: Any, inward: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: dict[str, Any] = {"found": ParcelResult.ARRIVED, "differs": ParcelResult.ARRIVED}
        for name, result in (shown | {"reason": ParcelResult.LOST}).items():
            self.fields[name].when = {"field": "result", "op": "equals", "value": result}  # type: ignore[attr-defined]
        for name in ("found", "reason"):
            self.fields[name].needed = True  # type: ignore[attr-defined]
        if not inward:
            for name in ("found", "differs", "difference"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        lost = told.get("result") == ParcelResult.LOST
        needed = ["reason"] if lost else [name for name in ("found",) if name in self.fields]
        if not lost and told.get("differs"):
            needed.append("difference")
        for name in needed:
            if not told.get(name):
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        if told.get("difference") and not lost and not told.get("differs"):
            self.add_error("differs", _("写了出入的，请勾选“与申请人写的有出入”。"))
        return told
