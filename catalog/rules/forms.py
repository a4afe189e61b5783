"""申请表定义(数据)写得对不对。"""

import re
from collections.abc import Mapping
from typing import Any

FIELD_KINDS = frozenset(
    ["text", "longtext", "choice", "date", "id_number", "uscc", "phone", "money", "integer", "declaration"]
)
FIELD_KEYS = frozenset(["key", "kind", "label", "help", "sample", "required", "choices", "when"])
KEY = re.compile(r"[a-z][a-z0-9_]*")


def check_form(definition: Any) -> list[str]:
    """申请表定义写得对不对;每条毛病一句中文,没有毛病就是空表。"""
    pages = definition.get("pages") if isinstance(definition, Mapping) else None
    if not isinstance(pages, list) or not pages:
        return ["没有页(pages)"]
    found: list[str] = []
    seen: dict[str, Any] = {}
    page_keys: set[str] = set()
    for number, page in enumerate(pages, 1):
        key = page.get("key", "")
        if not KEY.fullmatch(key) or key in page_keys:
            found.append(f"第{number}页：键“{key}”不合规或重复")
        page_keys.add(key)
        if not page.get("title"):
            found.append(f"第{number}页：缺标题")
        if not page.get("fields"):
            found.append(f"第{number}页：没有字段")
        for field in page.get("fields", []):
            found += _field_faults(field, seen)
            seen[field.get("key", "")] = field
    return found


def _field_faults(field: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
    key = field.get("key", "")
    where = f"字段“{key}”"
    found = [f"{where}:不认识的属性“{name}”" for name in sorted(set(field) - FIELD_KEYS)]
    if not KEY.fullmatch(key):
        found.append(f"{where}:键要用小写英文字母开头")
    if key in seen:
        found.append(f"{where}:键重复")
    if field.get("kind") not in FIELD_KINDS:
        found.append(f"{where}:不认识的种类“{field.get('kind')}”")
    if not field.get("label"):
        found.append(f"{where}:缺标签")
    if not isinstance(field.get("required", False), bool):
        found.append(f"{where}:required 只能是真或假")
    return found + _choice_faults(field, where) + _when_faults(field, where, seen)


def _choice_faults(field: Mapping[str, Any], where: str) -> list[str]:
    choices = field.get("choices")
    if field.get("kind") != "choice":
        return [f"{where}:不是选择题，不该有选项"] if choices else []
    if not choices:
        return [f"{where}:选择题没有选项"]
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 and all(pair) for pair in choices):
        return [f"{where}:选项要写成[值, 文字]"]
    values = [value for value, _ in choices]
    return [f"{where}:选项重复"] if len(set(values)) < len(values) else []


def _when_faults(field: Mapping[str, Any], where: str, seen: Mapping[str, Any]) -> list[str]:
    when = field.get("when")
    if when is None:
        return []
    if not isinstance(when, Mapping) or set(when) != {"field", "equals"}:
        return [f"{where}:条件要写成 field 和 equals"]
    earlier = seen.get(when["field"])
    if earlier is None:
        return [f"{where}:条件指向的字段“{when['field']}”不在它前面"]
    if earlier.get("kind") == "choice" and when["equals"] not in [pair[0] for pair in earlier.get("choices", [])]:
        return [f"{where}:条件的值“{when['equals']}”不是“{when['field']}”的选项"]
    return []
