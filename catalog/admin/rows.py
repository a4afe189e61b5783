"""一行一行地填：受理条件、办理流程、受理方式这类清单，每行几格，不写 JSON；没有脚本也能增、删、调先后。"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

SPARE = 2  # 末尾空着等填的行数
REST = "rest"  # 行里有而这里没有格子的栏，原样带着走


@dataclass(frozen=True)
class Column:
    """一格：键、名称、怎么填(text、long、number、tick 或几个选项)。"""

    key: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, Any]] = ()  # 可以分组:(组名, 几个选项)
    wide: bool = False

    def control(self) -> forms.Widget:
        if self.choices:
            return forms.Select(choices=[("", "请选择"), *self.choices])
        if self.kind == "long":
            return forms.Textarea(attrs={"rows": 2})
        if self.kind == "tick":
            return forms.CheckboxInput()
        return forms.NumberInput(attrs={"min": 0}) if self.kind == "number" else forms.TextInput()

    def read(self, data: Any, files: Any, name: str) -> Any:
        value = self.control().value_from_datadict(data, files, name)
        if self.kind == "tick":
            return bool(value)
        text = str(value or "").strip()
        return int(text) if self.kind == "number" and text.isdecimal() else text


class RowsWidget(forms.Widget):
    """几行几格的输入框。每行可以勾“删去”，改“次序”的数字就换先后。"""

    template_name = "admin/widgets/rows.html"
    use_fieldset = True

    def __init__(self, columns: Sequence[Column], noun: str) -> None:
        super().__init__()
        self.columns, self.noun = columns, noun

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [row if isinstance(row, Mapping) else {"text": row} for row in as_rows(value)]
        drawn = [self._drawn(name, number, row) for number, row in enumerate([*rows, *[{}] * SPARE])]
        context["widget"] |= {"rows": drawn, "total": len(drawn), "noun": self.noun}
        return context

    def _drawn(self, name: str, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        known = {column.key for column in self.columns}
        rest = {key: value for key, value in row.items() if key not in known}
        cells = []
        for column in self.columns:
            field, at = f"{name}-{number}-{column.key}", f"id_{name}-{number}-{column.key}"
            attrs = {"id": at} if column.kind == "tick" else {"id": at, "class": "control"}
            control = column.control().render(field, row.get(column.key), attrs)
            cells.append({"column": column, "id": at, "control": control})
        return {
            "number": number, "name": f"{name}-{number}", "cells": cells, "spare": not row,
            "rest": json.dumps(rest, ensure_ascii=False) if rest else "",
        }  # fmt: skip

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        found = []
        for number in range(self._total(data, name)):
            at = f"{name}-{number}"
            cells = {column.key: column.read(data, files, f"{at}-{column.key}") for column in self.columns}
            if not data.get(f"{at}-gone") and any(value not in ("", False) for value in cells.values()):
                order = str(data.get(f"{at}-order") or "")
                filled = {key: value for key, value in cells.items() if value != ""}
                found.append((int(order) if order.isdecimal() else number + 1, number, {**filled, **_rest(data, at)}))
        return [row for _order, _number, row in sorted(found, key=lambda one: one[:2])]

    def _total(self, data: Any, name: str) -> int:
        total = str(data.get(f"{name}-total") or "0")
        return min(int(total), 200) if total.isdecimal() else 0

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-total" not in data


def _rest(data: Any, at: str) -> dict[str, Any]:
    """带着走的栏；写坏了的就不带。"""
    try:
        found = json.loads(data.get(f"{at}-{REST}") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def as_rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class RowsField(forms.Field):
    """清单：清洗出来是一列有栏目的行，空着的格子不存。"""

    def __init__(self, *, columns: Sequence[Column], noun: str, **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=RowsWidget(columns, noun), required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self._plain(initial) != self._plain(data))

    def _plain(self, value: Any) -> list[Any]:
        """同样的内容、写不写空格子，算一样。"""
        rows = [row if isinstance(row, Mapping) else {"text": row} for row in as_rows(value)]
        return [{key: cell for key, cell in row.items() if cell not in ("", None, False)} for row in rows]
