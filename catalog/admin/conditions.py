"""条件怎么填：选一种(总是、都成立、有一条成立)，再一条一条地选格子、怎么比、比什么。没有表达式可写。"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from catalog.admin.rows import Column, RowsField
from catalog.rules.forms.conditions import PICKED, condition_faults, leaf
from catalog.rules.forms.values import REGIONS, Field, options

ALWAYS, KEEP = "always", "keep"
EMPTY = "empty"
FOLDED = frozenset(["mode", "conditions", "checks"])
WORDS = {
    "equals": "是(勾选了、选中了)", "not_equals": "不是", "filled": "填了", EMPTY: "没有填(没有勾选)",
    "at_least": "不少于(数、金额、行数)", "at_most": "不多于(数、金额、行数)",
    "before": "早于(日期)", "after": "晚于(日期)",
}  # fmt: skip
Condition = Mapping[str, Any]


def columns(earlier: Mapping[str, Field]) -> list[Column]:
    """一条的几格：选项按格子分组，选不到别的格子去。"""
    named = [(key, field["label"]) for key, field in earlier.items()]
    grouped = [(field["label"], picks) for key, field in earlier.items() if (picks := _picks(key, field))]
    found = [Column("field", "哪一格", choices=named), Column("op", "怎么比", choices=list(WORDS.items()))]
    if grouped:
        found.append(Column("option", "选项(选择题、地区)", choices=grouped))
    return [*found, Column("value", "数、日期(2026-01-31)或文字")]


def _picks(key: str, field: Field) -> list[tuple[str, str]]:
    if field["kind"] not in PICKED:
        return []
    words = REGIONS if field["kind"] == "region" else dict(field.get("choices") or [])
    return [(f"{key}={value}", words[value]) for value in options(field)]


class ConditionForm(forms.Form):
    """条件的几格，各张表共用；condition() 是填出来的树，没有条件是空的。"""

    def __init__(self, *args: Any, earlier: Mapping[str, Field], condition: Condition | None, noun: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.earlier, self.kept = earlier, dict(condition or {})
        if not earlier and not self.kept:
            return
        rows = as_rows(self.kept, earlier)
        modes = [(ALWAYS, f"总是{noun}"), ("all", f"下面各条都成立才{noun}"), ("any", f"下面有一条成立就{noun}")]
        if rows is None:
            modes.append((KEEP, "照现在的条件(分了层，这里只能整个换掉)"))
        self.fields["mode"] = forms.ChoiceField(label=f"什么时候{noun}", choices=modes, widget=forms.RadioSelect)
        self.fields["mode"].initial = KEEP if rows is None else _mode(self.kept)
        self.fields["conditions"] = RowsField(columns=columns(earlier), noun="条", label="一条一条地写")
        self.fields["conditions"].initial = rows or []

    def main(self) -> list[forms.BoundField]:
        """先摆出来的几格；条件、校验收在后面(见 folded)。"""
        return [self[name] for name in self.fields if name not in FOLDED]

    def folded(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """收起来的几组：标题、各格、要不要展开(写了的、写错的展开)。"""
        found = []
        for title, names in (("条件", ("mode", "conditions")), ("校验", ("checks",))):
            boxes = [self[name] for name in names if name in self.fields]
            written = any(box.errors or box.value() not in (None, [], ALWAYS) for box in boxes)
            found += [(title, boxes, written)] if boxes else []
        return found

    def condition(self) -> dict[str, Any]:
        mode, given = self.cleaned_data.get("mode", ALWAYS), self.cleaned_data.get("conditions") or []
        if mode == KEEP:
            return self.kept
        if mode == ALWAYS or not given:
            return {}
        leaves = [as_leaf(row, self.earlier) for row in given]
        return leaves[0] if len(leaves) == 1 else {mode: leaves}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mode") in ("all", "any") and not cleaned.get("conditions"):
            self.add_error("conditions", "还没有写条件：至少写一条，或者选“总是”。")
        for fault in condition_faults(self.condition(), "条件", self.earlier):
            self.add_error("conditions", fault.removeprefix("条件："))
        return cleaned


def _mode(condition: Condition) -> str:
    return "any" if "any" in condition else "all" if condition else ALWAYS


# 一条 ↔ 一行 ----------------------------------------------------------------


def as_leaf(row: Mapping[str, Any], earlier: Mapping[str, Field]) -> dict[str, Any]:
    """一行写成树上的一叶；写得不对的照样写出来，由 condition_faults 去说。"""
    key, op = str(row.get("field", "")), str(row.get("op", ""))
    kind = earlier.get(key, {}).get("kind")
    if op in (EMPTY, "filled"):
        filled = {"field": key, "op": "filled"}
        return {"not": filled} if op == EMPTY else filled
    if kind == "declaration":
        ticked = {"field": key, "op": "equals", "value": True}
        return {"not": ticked} if op == "not_equals" else ticked
    if kind in PICKED:
        owner, _, value = str(row.get("option", "")).partition("=")
        return {"field": key, "op": op, "value": value if owner == key else ""}
    return {"field": key, "op": op, "value": as_value(row.get("value", ""))}


def as_value(text: Any) -> Any:
    """整数写成数，别的是文字。"""
    text = str(text).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 14 and str(int(text)) == text else text


def as_rows(condition: Condition, earlier: Mapping[str, Field]) -> list[dict[str, Any]] | None:
    """一层的条件摊成几行；分了层的摊不开，是 None。"""
    if not condition:
        return []
    parts: Iterable[Any] = next((condition[name] for name in ("all", "any") if name in condition), [condition])
    rows = [_row(part, earlier) for part in parts]
    return None if any(row is None for row in rows) else [row for row in rows if row]


def _row(part: Condition, earlier: Mapping[str, Field]) -> dict[str, Any] | None:
    if "not" in part:
        inner = part["not"]
        return {"field": inner["field"], "op": EMPTY} if inner.get("op") == "filled" else None
    if "field" not in part:
        return None
    key, op, value = leaf(part)
    if op not in WORDS:
        return None
    if op == "filled" or value is True:
        return {"field": key, "op": "filled" if op == "filled" else op}
    picked = earlier.get(key, {}).get("kind") in PICKED
    return {"field": key, "op": op, **({"option": f"{key}={value}"} if picked else {"value": str(value)})}
