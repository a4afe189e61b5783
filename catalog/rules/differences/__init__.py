"""两版指南差在哪里：一处一句中文，逐项要素；再按“四减”(环节、材料、时限、跑动)算出减了多少。纯函数。"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.rules.differences.elements import element_changes
from catalog.rules.differences.form import form_changes
from catalog.rules.differences.parts import basis_changes, material_changes
from catalog.rules.differences.reductions import Figures, figures, reductions
from catalog.rules.differences.words import INTERNAL, Change, chosen, record, segments
from catalog.rules.doubts import doubted
from catalog.rules.forms import known_fields

__all__ = ["INTERNAL", "Change", "Content", "Figures", "difference", "figures", "reductions", "segments"]


@dataclass(frozen=True)
class Content:
    """一版指南的全部内容：指南本身、按次序的材料与依据、窗口的名称。"""

    guide: Any
    materials: Sequence[Any]
    bases: Sequence[Any]
    window: str
    desks: Sequence[str]


def difference(old: Content, new: Content) -> list[Change]:
    """从 old 到 new 的每一处改动；没有改动就是空表。"""
    before, after = known_fields(old.guide.form), known_fields(new.guide.form)
    return [
        *element_changes(old.guide, new.guide),
        *_windows(old, new),
        *material_changes(old.materials, new.materials, before, after),
        *basis_changes(old.bases, new.bases),
        *form_changes(old.guide.form, new.guide.form),
        *_doubts(record(old.guide.needs_check), record(new.guide.needs_check)),
    ]


def _windows(old: Content, new: Content) -> list[Change]:
    section = "在哪里办"
    return [
        *chosen(section, "受理窗口", old.window, new.window),
        *(Change(section, f"新增受理点：{name}") for name in new.desks if name not in old.desks),
        *(Change(section, f"不再受理的点：{name}") for name in old.desks if name not in new.desks),
    ]


def _doubts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    return [
        *(Change(INTERNAL, f"新标待核实：{one}") for one in _doubted(new, old)),
        *(Change(INTERNAL, f"不再待核实：{one}") for one in _doubted(old, new)),
    ]


def _doubted(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterable[str]:
    return (f"{doubted(name)}（{text}）" for name, text in one.items() if other.get(name) != text)
