"""改申请表：一次一处，锁住再改；提交了、核对了的先回到草稿。"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from catalog import rules
from catalog.actions import keeping
from catalog.models import Guide
from catalog.rules.differences.conditions import said
from catalog.rules.forms import known_fields, sheet_faults
from catalog.rules.forms.uses import uses
from office.steps import NotNow

Definition = Mapping[str, Any]


class Faulty(Exception):
    """这样改了就写错了；faults 逐条说明。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


class InUse(Exception):
    """别处还要用到，删不得；uses 逐处说明。"""

    def __init__(self, found: list[str]) -> None:
        self.uses = found
        super().__init__("还在用，不能删：" + "；".join(found))


def reform(
    *, guide: Guide, change: Callable[[Definition], Definition], by: Any, at: datetime.datetime, removing: str = ""
) -> Guide:
    """改申请表：change 把锁住之后读到的定义变成新的定义。removing 是要删的格子，别处用着就不删。

    原来就有的毛病不拦(草稿可以慢慢改好)，这次带来的毛病不收。

    Raises: Faulty、InUse、steps.NotNow、PermissionDenied；editing.Gone(要改的页或格子已经不在)。
    """
    if not removing and _written(change(guide.form)) == guide.form:
        return guide  # 没有改动：核对过的不因为按了一下保存就作废
    with transaction.atomic():
        locked = keeping.begin_edit(guide=guide, by=by, at=at)
        old = locked.form
        materials = list(locked.materials.all())
        if removing and (found := uses(old, removing, materials)):
            raise InUse(found)
        new = _written(change(old))
        if wrong := fresh_faults(old, new, materials):
            raise Faulty(wrong)
        if new != old:
            locked.form = new
            locked.save(update_fields=["form"])
            keeping.note_edit(guide=locked, changed=["form"], by=by, at=at)
    return locked


def _written(definition: Definition) -> dict[str, Any]:
    """一页也没有了，就是没有申请表。"""
    return dict(definition) if definition.get("pages") else {}


def fresh_faults(old: Definition, new: Definition, materials: list[Any]) -> list[str]:
    """从 old 改成 new 新带来的毛病；原来就有的不算。"""
    before, after = _faults(old, materials), _faults(new, materials)
    return [fault for fault in after if fault not in before]


def _faults(definition: Definition, materials: list[Any]) -> list[str]:
    """空页不算：正在一格一格地加。"""
    written = rules.check_form(definition) if definition else []
    found = [*written, *rules.material_condition_faults(definition, materials)]
    return [fault for fault in found if not fault.endswith("：没有字段")]


def set_condition(
    *, guide: Guide, material: str, condition: Mapping[str, Any], by: Any, at: datetime.datetime
) -> Guide:
    """定材料的条件：填到什么情形才要这份材料；给空的就是一律要。

    Raises: Faulty、steps.NotNow(没有这份材料、发布过了)、PermissionDenied。
    """
    with transaction.atomic():
        locked = keeping.begin_edit(guide=guide, by=by, at=at)
        row = locked.materials.filter(key=material).first()
        if row is None:
            raise NotNow("这份材料已经不在这一版里。")
        if row.condition != condition:
            row.condition = dict(condition)
            if faults := rules.material_condition_faults(locked.form, [row]):
                raise Faulty(faults)
            row.save(update_fields=["condition"])
            told = said(condition, known_fields(locked.form)) or "一律要交"
            keeping.note_edit(guide=locked, changed=[f"材料“{row.name}”的条件：{told}"], by=by, at=at)
    return locked


def set_sheet(*, guide: Guide, material: str, sheet: Mapping[str, Any], by: Any, at: datetime.datetime) -> Guide:
    """定材料的空白表：就是申请表、自己的一张；给空的就是没有。

    Raises: Faulty、steps.NotNow(没有这份材料、发布过了)、PermissionDenied。
    """
    if faults := sheet_faults(sheet, guide.form) if sheet else []:
        raise Faulty(faults)
    with transaction.atomic():
        row = guide.materials.filter(key=material).first()
        if row is None:
            raise NotNow("这份材料已经不在这一版里。")
        if row.form == sheet:
            return guide  # 没有改动：核对过的不因为按了一下保存就作废
        locked = keeping.begin_edit(guide=guide, by=by, at=at)
        row.form = dict(sheet)
        row.save(update_fields=["form"])
        keeping.note_edit(guide=locked, changed=[f"材料“{row.name}”的空白表"], by=by, at=at)
    return locked
