"""空白表一行一格地改：一页的格子写成几行(名称、种类、说明、样例、选项或栏)，改完再拼回来。

这里没有的(条件、校验、栏的种类……)跟着那一行走，一样不丢。
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.forms.editing import new_key

Row = dict[str, Any]
SPLIT = re.compile(r"[\r\n]+")
PICKED, TABLE = ("choice", "choices"), "table"


def rows_of(page: Mapping[str, Any]) -> list[Row]:
    """一页的格子 → 几行；inside 是选项或栏的名称，一行一个。"""
    return [{**field, "inside": "\n".join(_names(field))} for field in page.get("fields", ())]


def _names(field: Mapping[str, Any]) -> list[str]:
    if field.get("kind") in PICKED:
        return [label for _value, label in field.get("choices", ())]
    return [column["label"] for column in field.get("columns", ())] if field.get("kind") == TABLE else []


def pages_from(pages: Iterable[Iterable[Mapping[str, Any]]]) -> list[list[Row]]:
    """各页的几行 → 各页的格子；原来的键一个不变，新的一行按名称的拼音起键，全表不重。"""
    rows = [[dict(row) for row in page] for page in pages]
    taken = {key for page in rows for row in page if (key := _key(row))}
    kept = set[str]()
    for row in (row for page in rows for row in page):
        key = _key(row)
        if not key or key in kept:
            key = new_key(str(row.get("label", "")), taken)
        row["key"] = key
        taken.add(key)
        kept.add(key)
    return [[_field(row) for row in page] for page in rows]


def _key(row: Row) -> str:
    key = row.get("key", "")
    return key if isinstance(key, str) else ""


def _field(row: Row) -> Row:
    inside = list(dict.fromkeys(part.strip() for part in SPLIT.split(str(row.pop("inside", ""))) if part.strip()))
    choices, columns = row.pop("choices", None), row.pop("columns", None)
    field = {"key": row.pop("key"), **{name: value for name, value in row.items() if value not in ("", None, False)}}
    if field.get("kind") in PICKED:
        field["choices"] = _choices(inside, choices)
    elif field.get("kind") == TABLE:
        field["columns"] = _columns(inside, columns)
    return field


def _choices(labels: list[str], before: Any) -> list[list[str]]:
    """选项：名称没有变的，值也不变。"""
    known = {pair[1]: pair[0] for pair in before or () if isinstance(pair, list) and len(pair) == 2}
    taken = {str(value) for value in known.values()}
    made = []
    for label in labels:
        value = known.get(label) or new_key(label, taken, "option")
        taken.add(str(value))
        made.append([value, label])
    return made


def _columns(labels: list[str], before: Any) -> list[Row]:
    """栏：名称没有变的照旧(种类、样例都在)，新的先当一行文字。"""
    known = {one["label"]: one for one in before or () if isinstance(one, dict) and isinstance(one.get("label"), str)}
    taken = {str(one.get("key", "")) for one in known.values()}
    made = []
    for label in labels:
        column = known.get(label) or {"key": new_key(label, taken, "column"), "kind": "text", "label": label}
        taken.add(str(column["key"]))
        made.append(column)
    return made
