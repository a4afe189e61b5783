"""首问的表单：登记，和几个去处。"""

import datetime
import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Unit, User
from agencies.states import UnitKind
from approvals.actions.contacts import Asker, Route
from approvals.models import Contact
from approvals.states import ContactChannel
from catalog.models import Item
from office.papers.words import full_width
from portal.desk.forms import long_text
from portal.forms import fields

FOUND = 8
QUOTING = lazy("我是在引用，不是在答复“不行”")
QUOTING_HINT = lazy("只有话里引用了文书名或原话时才勾。发出时系统会写明这不是决定，并送科室负责人阅知。")


class RegisterForm(forms.Form):
    """首问登记：问什么必须写，别的都可以不说。"""

    asked = long_text(lazy("问什么、办什么"), lazy("照群众的原话记，不写证件号码。"), rows=4, most=2000)
    channel = forms.ChoiceField(
        label=lazy("怎样来的"), choices=ContactChannel.choices, widget=forms.RadioSelect, initial="visit"
    )
    name = forms.CharField(label=lazy("怎么称呼"), max_length=60, required=False)
    phone = fields.phone_field(
        label=lazy("联系电话"), required=False, help_text=lazy("留了电话，编号、答复、引导都发短信；不留也照样办。")
    )
    q = forms.CharField(
        label=lazy("涉及哪个事项"), max_length=60, required=False,
        help_text=lazy("名称、日常用语或拼音；说不上来就不填。"),
    )  # fmt: skip
    item = forms.ChoiceField(label=lazy("找到的事项"), widget=forms.RadioSelect, required=False)
    unit = forms.ModelChoiceField(
        label=lazy("在哪个单位接到的"), queryset=Unit.objects.none(), empty_label=None, to_field_name="code"
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, user: User, day: datetime.date, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16), **(initial or {})})
        self.fields["unit"].queryset = user.units_with("view_cases").order_by("path")  # type: ignore[attr-defined]
        text = str((data or initial or {}).get("q", "")).strip()[:60]
        found = Item.objects.published_on(day).search(text)[:FOUND] if text else []
        self.items = {item.code: item for item in found}
        pairs = [(code, item.name) for code, item in self.items.items()]
        self.fields["item"].choices = [*pairs, ("", _("都不是"))] if pairs else []  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """交给动作的。"""
        given = self.cleaned_data
        asker = Asker(given["name"], given["phone"])
        item = self.items.get(given["item"])
        return {"asked": given["asked"], "channel": given["channel"], "unit": given["unit"], "asker": asker,
                "item": item}  # fmt: skip


class AnswerForm(forms.Form):
    text = long_text(lazy("答复了什么"), lazy("讲清楚怎么办、要带什么。说“不行”只能走拟否定报告。"))
    quoting = forms.BooleanField(label=QUOTING, help_text=QUOTING_HINT, required=False)


class ReferForm(forms.Form):
    """引导：本系统的单位选一个，地址电话空着就取它登记的；外单位写全。"""

    unit = forms.ModelChoiceField(
        label=lazy("本系统的单位"), queryset=Unit.objects.none(), required=False, to_field_name="code",
        empty_label=lazy("外单位，写在下面"),
    )  # fmt: skip
    destination = forms.CharField(label=lazy("承办单位全称"), max_length=120, required=False)
    method = long_text(lazy("怎么办"), lazy("一行一步：办什么手续、带什么材料。"), rows=3, most=1000)
    route = long_text(lazy("怎么去"), lazy("几楼几号窗口，坐几路车，或网上、电话怎么找。"), rows=2, most=500)
    address = forms.CharField(label=lazy("地址"), max_length=120, required=False)
    phone = forms.CharField(label=lazy("电话"), max_length=60, required=False)
    person = forms.CharField(label=lazy("找谁"), max_length=60, required=False)
    hours = forms.CharField(label=lazy("办公时间"), max_length=80, required=False)

    def __init__(self, contact: Contact, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        units = Unit.objects.exclude(kind=UnitKind.LEADERSHIP).select_related("agency").order_by("path")
        field: Any = self.fields["unit"]
        field.queryset = units
        field.label_from_instance = lambda unit: full_width(f"{unit.agency.short_name} {unit.name}")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        unit = given.get("unit")
        if unit is not None:
            known = {"destination": f"{unit.agency.name}{unit.name}", "address": unit.address, "phone": unit.phone}
            given |= {name: given.get(name) or text for name, text in known.items()}
        for name in ("destination", "address", "phone"):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("请填写“%s”。引导要让群众找得到。") % self.fields[name].label)
        return given

    def route_told(self) -> Route:
        return Route(**self.cleaned_data)


class CoordinateForm(forms.Form):
    question = long_text(
        lazy("哪里说不清"), lazy("可能归谁、为什么拿不准；交审批科负责人定，有期限。"), rows=3, most=1000
    )


class NoteForm(forms.Form):
    note = long_text(lazy("回访的情况"), lazy("何时、怎样联系的，群众怎么说。"), rows=2, most=1000)
