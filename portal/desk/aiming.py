"""对准：页面一开，光标就在接着要填的那一格。没有脚本也一样（autofocus）；有错的页面对准错误汇总。"""

from collections.abc import Iterable

from django import forms

from portal.forms.tables import BoundTable


def aim(boxes: Iterable[forms.BoundField]) -> None:
    """头一个要填而还空着的格子；都填着的，头一格。有条件的、取自别处的不算空着。"""
    shown = [box for box in boxes if not box.is_hidden and not box.field.disabled]
    empty = next((box for box in shown if _wanted(box) and not box.value()), None)
    target = empty or next(iter(shown), None)
    if isinstance(target, BoundTable):
        target.aimed = True
    elif target is not None:
        target.field.widget.attrs["autofocus"] = True


def _wanted(box: forms.BoundField) -> bool:
    field = box.field
    needed = field.required or getattr(field, "needed", False)
    return needed and not getattr(field, "provenance", "") and not _elsewhere(box)


def _elsewhere(box: forms.BoundField) -> bool:
    """有显示条件、此刻条件不成立的。"""
    when = getattr(box.field, "when", None)
    if not when:
        return False
    if when.get("op") != "equals" or when.get("field") not in box.form.fields:
        return True
    return str(box.form[when["field"]].value()) != str(when["value"])
