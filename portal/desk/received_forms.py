"""收到几份：每份材料的原件、复印件份数，先照指南要的填好，不一样才改。"""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _

from approvals.rules.materials import Brought, as_asked
from approvals.states import MaterialWay
from catalog.models import Material
from catalog.states import Source

MOST = 99


def add_numbers(form: forms.Form, materials: Iterable[Material]) -> None:
    """给每份材料添两格；由部门共享获取的不用交，没有。"""
    for one in materials:
        if one.source != Source.SHARED:
            form.fields[f"originals-{one.key}"] = _number(_("原件份数：%s") % one.name, one.originals)
            form.fields[f"copies-{one.key}"] = _number(_("复印件份数：%s") % one.name, one.copies)


def _number(label: str, asked: int) -> forms.IntegerField:
    wrong = _("份数请填 0 到 %s 的整数。") % MOST
    told = dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "size": 3})
    return forms.IntegerField(
        label=label, min_value=0, max_value=MOST, required=False, initial=asked, widget=widget, error_messages=told
    )


def numbers_of(form: forms.Form, material: Material) -> list[forms.BoundField]:
    """这一份的两格，画表用。"""
    names = (f"originals-{material.key}", f"copies-{material.key}")
    return [form[name] for name in names if name in form.fields]


def brought(form: forms.Form, materials: Iterable[Material], way: str = MaterialWay.WINDOW) -> dict[str, Brought]:
    """填好的：材料代号 → 收到的；空着的那一格照指南要的。"""
    found = {}
    for one in materials:
        asked, told = as_asked(one), form.cleaned_data
        originals, copies = told.get(f"originals-{one.key}"), told.get(f"copies-{one.key}")
        found[one.key] = Brought(
            asked.originals if originals is None else originals, asked.copies if copies is None else copies, way
        )
    return found
