"""条件与校验用话说出来：“主管单位”为“有”；不少于 3。"""

from collections.abc import Mapping
from typing import Any

from catalog.rules.forms.checks import PATTERNS, TODAY
from catalog.rules.forms.conditions import leaf
from catalog.rules.forms.values import REGIONS, Field

Fields = Mapping[str, Field]


def label_of(key: Any, fields: Fields) -> str:
    return f"“{fields[key]['label'] if key in fields else key}”"


def _value(key: Any, value: Any, fields: Fields) -> str:
    """选项说文字，不说代码。"""
    field = fields.get(key, {})
    named = dict(REGIONS) if field.get("kind") == "region" else dict(field.get("choices") or [])
    return f"“{named.get(value, value)}”"


def said(condition: Mapping[str, Any] | None, fields: Fields) -> str:
    """条件的说法；没有条件是空串。fields 是申请表里的格子。"""
    if not condition:
        return ""
    for name, joint in (("all", "，并且"), ("any", "，或者")):
        if name in condition:
            parts = [said(part, fields) for part in condition[name]]
            return joint.join(f"（{part}）" if joint[1:] in part or "，" in part else part for part in parts)
    if "not" in condition:
        inner = condition["not"]
        if inner.get("op") == "filled":
            return f"没有填{label_of(inner['field'], fields)}"
        return f"不是（{said(inner, fields)}）"
    return _leaf(condition, fields)


def _leaf(condition: Mapping[str, Any], fields: Fields) -> str:
    key, op, value = leaf(condition)
    name, kind = label_of(key, fields), fields.get(key, {}).get("kind")
    if kind == "declaration":
        return f"勾选了{name}" if op == "equals" else f"没有勾选{name}"
    picked = "".join(_value(key, one, fields) for one in (value if isinstance(value, list) else [value]))
    subject = f"{name}的行数" if kind == "table" else name
    return {
        "equals": f"{name}为{picked}",
        "not_equals": f"{name}不是{picked}",
        "in": f"{name}为{picked}之一",
        "filled": f"填了{name}",
        "at_least": f"{subject}不少于 {value}",
        "at_most": f"{subject}不多于 {value}",
        "before": f"{name}早于 {value}",
        "after": f"{name}晚于 {value}",
    }[op]


SAYINGS = {
    "min_length": "至少 {} 个字",
    "max_length": "最多 {} 个字",
    "not_before": "不早于 {}",
    "not_after": "不晚于 {}",
    "at_least": "不少于 {}",
    "at_most": "不多于 {}",
    "same_as": "与{}相同",
    "differs_from": "与{}不同",
    "age_at_least": "至少 {} 周岁",
    "age_at_most": "最多 {} 周岁",
    "sum_at_least": "合计不少于 {}",
    "sum_at_most": "合计不多于 {}",
    "no_repeat": "不能重复",
}


def demanded(field: Field, fields: Fields) -> str:
    """一格的填写要求；没有就是空串。"""
    columns = {one["key"]: one for one in field.get("columns") or []}
    found = []
    for check in field.get("checks") or []:
        operand = label_of(check["field"], fields) if "field" in check else check.get("value")
        operand = "当天" if operand == TODAY else operand
        if check["op"] == "pattern_name":
            words = f"写成{PATTERNS[check['value']][1]}"
        else:
            words = SAYINGS[check["op"]].format(operand)
        found.append(f"{label_of(check['column'], columns)}{words}" if "column" in check else words)
    return "，".join(found)
