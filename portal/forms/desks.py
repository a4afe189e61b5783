"""在哪里收件：几个镇街都收的事项，网上申请要选一个；只有一个窗口的不问。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Unit
from approvals.actions import receiving_desks
from catalog.models import Guide
from portal.language import hant


class DeskForm(forms.Form):
    """每个受理点写着地址、电话。值是单位编码。"""

    desk = forms.ChoiceField(
        label=lazy("交给哪里办"),
        widget=forms.RadioSelect,
        help_text=lazy("选户口或者住处所在的镇街；由它受理、调查。"),
        error_messages={
            "required": lazy("请选择交给哪里办。"),
            "invalid_choice": lazy("这个受理点现在不收，请另选一个。"),
        },
    )

    def __init__(self, places: list[Unit], data: Any = None, initial: Any = None, *, home: bool = False) -> None:
        super().__init__(data, initial=initial)
        if home:
            field = self.fields["desk"]
            field.label, field.help_text, field.error_messages["required"] = HOME, HOME_HINT, HOME_WANTED
        self.fields["desk"].choices = [(one.code, words(one)) for one in places]  # type: ignore[attr-defined]


HOME, HOME_WANTED = lazy("住在哪个镇街"), lazy("请选择住在哪个镇街。")
HOME_HINT = lazy("有的事项先由住处所在的镇街上门调查；材料只交一次，结果还在一个窗口领。")


def for_joint(window: Unit, guides: Iterable[Guide], data: Any = None, *, kept: str = "") -> DeskForm | None:
    """一件事里有先由镇街调查的，选住在哪个镇街；没有的是 None。"""
    places = receiving_desks.towns(window, guides)
    return DeskForm(places, data, initial={"desk": kept}, home=True) if places else None


def words(unit: Unit) -> str:
    return hant("，".join(part for part in (unit.name, unit.address, unit.phone) if part))


def form_for(guide: Guide, data: Any = None, *, kept: str = "") -> DeskForm | None:
    """这份指南要不要选；不要选的是 None。kept 是草稿里选过的；它不收了，只剩一个的也再问一遍。"""
    places = receiving_desks.of(guide)
    asks = len(places) > 1 or receiving_desks.unsaid(guide, kept)
    return DeskForm(places, data, initial={"desk": kept}) if asks else None
