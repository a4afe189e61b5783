"""材料与设定依据前后两版差在哪里。"""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.differences.conditions import said
from catalog.rules.differences.sheets import sheet_changes
from catalog.rules.differences.words import Change, altered, chosen, counted, reordered
from catalog.rules.forms import condition_faults
from catalog.rules.forms.values import Field

MATERIALS, BASES = "申请材料", "设定依据"
TEXTS = (("issuer", "出具机构"), ("standard", "受理标准"), ("basis", "要求依据"), ("remedy", "补正办法"))


def material_changes(
    old: Iterable[Any], new: Iterable[Any], before: Mapping[str, Field], after: Mapping[str, Field]
) -> list[Change]:
    """before、after 是两版申请表里的格子，说材料的条件时用。"""
    were = {one.key: one for one in old}
    are = {one.key: one for one in new}
    found = []
    for key, one in are.items():
        if key not in were:
            found.append(_new_material(one, after))
        else:
            found += _same_material(were[key], one, before, after)
    found += [Change(MATERIALS, f"取消材料《{one.name}》") for key, one in were.items() if key not in are]
    return found + reordered(MATERIALS, "材料", list(were), list(are))


def _new_material(one: Any, fields: Mapping[str, Field]) -> Change:
    when = one.when or _asked(one, fields)
    return Change(MATERIALS, f"新增材料《{one.name}》（{one.get_requirement_display()}）{f'，{when}' if when else ''}")


def _same_material(was: Any, now: Any, before: Mapping[str, Field], after: Mapping[str, Field]) -> list[Change]:
    where = f"材料《{now.name}》"
    found = [Change(MATERIALS, f"材料《{was.name}》改名为《{now.name}》")] if was.name != now.name else []
    old, new = was.get_requirement_display(), now.get_requirement_display()
    found += [Change(MATERIALS, f"{where}由{old}改为{new}")] if old != new else []
    found += altered(MATERIALS, f"{where}需要的情形", was.when, now.when)
    found += altered(MATERIALS, f"{where}要交的条件", _asked(was, before), _asked(now, after))
    found += chosen(MATERIALS, f"{where}的形式", was.get_medium_display(), now.get_medium_display())
    found += counted(MATERIALS, f"{where}的原件", was.originals, now.originals, "份")
    found += counted(MATERIALS, f"{where}的复印件", was.copies, now.copies, "份")
    found += chosen(MATERIALS, f"{where}的来源", was.get_source_display(), now.get_source_display())
    for name, label in TEXTS:
        found += altered(MATERIALS, f"{where}的{label}", getattr(was, name), getattr(now, name))
    return found + sheet_changes(MATERIALS, where, was.form, now.form)


def _asked(one: Any, fields: Mapping[str, Field]) -> str:
    """照申请表哪一格决定要不要交；条件写得还不对的，照实说。"""
    if condition_faults(one.condition, "", fields):
        return "条件写得还不对"
    return said(one.condition, fields)


def basis_changes(old: Iterable[Any], new: Iterable[Any]) -> list[Change]:
    were = {one.key: one for one in old}
    are = {one.key: one for one in new}
    found = []
    for key, one in are.items():
        if key not in were:
            found.append(Change(BASES, f"新增依据{one}"))
            continue
        was = were[key]
        if str(was) != str(one):
            found.append(Change(BASES, f"依据由{was}改为{one}"))
        found += altered(BASES, f"依据{one}的大意", was.text, one.text)
        found += altered(BASES, f"依据{one}的文号", was.doc_no, one.doc_no)
        found += altered(BASES, f"依据{one}的施行日期", was.in_force_from, one.in_force_from)
    found += [Change(BASES, f"不再引用{one}") for key, one in were.items() if key not in are]
    return found + reordered(BASES, "依据", list(were), list(are))
