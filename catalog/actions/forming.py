"""改申请表：一次一处，锁住再改；提交了、核对了的先回到草稿。"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from catalog import rules
from catalog.actions import keeping
from catalog.models import Guide, Material
from catalog.rules.differences.conditions import said
from catalog.rules.forms import known_fields, sheet_faults
from catalog.rules.forms.uses import uses
from office.steps import NotNow

Definition = Mapping[str, Any]
Change = Callable[[Definition], Definition]  # 锁住之后读到的 → 新的


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


def reform(*, guide: Guide, change: Change, by: Any, at: datetime.datetime, removing: str = "") -> Guide:
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


def set_condition(*, guide: Guide, material: str, change: Change, by: Any, at: datetime.datetime) -> Guide:
    """定材料的条件：填到什么情形才要这份材料；change 给空的就是一律要。

    Raises: Faulty、steps.NotNow(没有这份材料、发布过了)、PermissionDenied。
    """

    def wrong(locked: Guide, row: Material) -> list[str]:
        return rules.material_condition_faults(locked.form, [row])

    def told(locked: Guide, row: Material) -> str:
        return f"条件：{said(row.condition, known_fields(locked.form)) or '一律要交'}"

    return _set(guide, material, "condition", change, wrong, told, by=by, at=at)


def set_sheet(*, guide: Guide, material: str, change: Change, by: Any, at: datetime.datetime) -> Guide:
    """定材料的空白表：就是申请表、自己的一张；change 给空的就是没有。

    Raises: Faulty、steps.NotNow(没有这份材料、发布过了)、PermissionDenied。
    """

    def wrong(locked: Guide, row: Material) -> list[str]:
        return sheet_faults(row.form, locked.form) if row.form else []

    return _set(guide, material, "form", change, wrong, lambda _guide, _row: "空白表", by=by, at=at)


def _set(
    guide: Guide, material: str, field: str, change: Change, wrong: Callable[[Guide, Material], list[str]],
    told: Callable[[Guide, Material], str], *, by: Any, at: datetime.datetime,
) -> Guide:  # fmt: skip
    """改材料的一栏：先锁住指南和材料，照锁住以后读到的改、核对。"""
    before = getattr(_material(guide.materials.all(), material), field)
    if change(before) == before:
        return guide  # 没有改动：核对过的不因为按了一下保存就作废
    with transaction.atomic():
        locked = keeping.begin_edit(guide=guide, by=by, at=at)
        row = _material(locked.materials.select_for_update(no_key=True), material)
        old = getattr(row, field)
        new = dict(change(old))
        setattr(row, field, new)
        if faults := wrong(locked, row):
            raise Faulty(faults)
        if new != old:
            row.save(update_fields=[field])
            keeping.note_edit(guide=locked, changed=[f"材料“{row.name}”的{told(locked, row)}"], by=by, at=at)
    return locked


def _material(rows: QuerySet[Material], key: str) -> Material:
    row = rows.filter(key=key).first()
    if row is None:
        raise NotNow("这份材料已经不在这一版里。")
    return row
