"""申请表定义 → JSON schema(draft 2020-12):开放接口收的答案,与页面收的一样。

条件写成 if/then/else:成立才要,不成立就不许有。schema 说不了的校验(另一格、今天、周岁、合计、不重复)原样列在 x-checks;
证件号码、统一社会信用代码的校验码写成 format(cn-id-number、cn-identity、cn-uscc)。
"""

import datetime
import decimal
import math
from collections.abc import Mapping
from typing import Any

from catalog.rules.forms.checks import PATTERNS, TODAY
from catalog.rules.forms.conditions import leaf
from catalog.rules.forms.definition import MOST_FILES, ROWS, fields_of
from catalog.rules.forms.explaining import explanation
from catalog.rules.forms.ranges import ANY_MONEY, date_not_before, money_not_less
from catalog.rules.forms.values import REGIONS, Field, number
from office import identity

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# 没有前后空白、没有空字符;末尾的先行断言挡住 $ 之前的换行。
TRIMMED = r"^[^\s\u0000](?:[^\u0000]*[^\s\u0000])?$(?![\s\S])"
NEVER: Schema = {"not": {}}
LONGEST = {"text": 200, "longtext": 2000}
CODES = {
    "id_number": (r"^[0-9]{17}[0-9X]$", "cn-id-number"),
    "identity": (identity.ANY, "cn-identity"),
    "uscc": (r"^[0-9A-HJ-NP-RTUWXY]{18}$", "cn-uscc"),
    "phone": (r"^(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})$", ""),
    "money": (ANY_MONEY, ""),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "date"),
}


def json_schema(definition: Mapping[str, Any]) -> Schema:
    """答案的 JSON schema。定义要先查过(check_form)。"""
    known = {field["key"]: field for _page, field in fields_of(definition)}
    always, rules = [], []
    for page, field in fields_of(definition):
        whens = [one for one in (page.get("when"), field.get("when")) if one]
        if whens:
            rules.append(_rule(field, [_condition(one, known) for one in whens]))
        elif field.get("required"):
            always.append(field["key"])
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": {key: field_schema(field) for key, field in known.items()},
        "required": always,
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
        "x-pages": [
            {"key": page["key"], "title": page["title"], "fields": [field["key"] for field in page["fields"]]}
            for page in definition["pages"]
        ],
    }


def _rule(field: Field, conditions: list[Schema]) -> Schema:
    key = field["key"]
    asked = conditions[0] if len(conditions) == 1 else {"allOf": conditions}
    needed: Schema = {"then": {"required": [key]}} if field.get("required") else {}
    return {"if": asked, **needed, "else": {"properties": {key: False}}}


# 一格 -----------------------------------------------------------------------


def field_schema(field: Field) -> Schema:
    """一格的 schema:种类、能表达的校验、名称和说明。"""
    told: Schema = {"title": field["label"], "x-kind": field["kind"], "description": explanation(field)}
    checks = list(field.get("checks", ()))
    limits = [found for check in checks if (found := _limit(check, field)) is not None]
    unsaid = [check for check in checks if _limit(check, field) is None]
    return {
        **told,
        **_shape(field),
        **({"allOf": limits} if limits else {}),
        **({"x-checks": unsaid} if unsaid else {}),
    }


def _shape(field: Field) -> Schema:
    kind = field["kind"]
    if kind in LONGEST:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST[kind], "pattern": TRIMMED}
    if kind in CODES:
        pattern, form = CODES[kind]
        return {"type": "string", "pattern": pattern, **({"format": form} if form else {})}
    if kind == "integer":
        return {"type": "integer", "minimum": 0, "maximum": 10**9}
    if kind in ("choice", "region"):
        return _one_of(field)
    return _compound(field)


def _compound(field: Field) -> Schema:
    kind = field["kind"]
    if kind == "declaration":
        return {"const": True}
    if kind == "choices":
        return {"type": "array", "items": _one_of(field), "minItems": 1, "uniqueItems": True}
    if kind == "file":
        one = {
            "type": "object",
            "properties": {"name": {"type": "string"}, "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            "required": ["name", "digest"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": one, "minItems": 1, "maxItems": field.get("max_files", MOST_FILES)}
    row = {
        "type": "object",
        "properties": {column["key"]: field_schema(column) for column in field["columns"]},
        "required": [column["key"] for column in field["columns"] if column.get("required")],
        "additionalProperties": False,
        "minProperties": 1,
    }
    least, most = max(field.get("min_rows", 0), 1), field.get("max_rows", ROWS)
    return {"type": "array", "items": row, "minItems": least, "maxItems": most}


def _one_of(field: Field) -> Schema:
    pairs = REGIONS.items() if field["kind"] == "region" else field["choices"]
    return {"oneOf": [{"const": value, "title": label} for value, label in pairs]}


# 校验 -----------------------------------------------------------------------


def _limit(check: Mapping[str, Any], field: Field) -> Schema | None:
    """一条校验写成 schema;写不成的是 None。"""
    op, value = check["op"], check.get("value")
    if value is None or value == TODAY or "column" in check or op.startswith("age_"):
        return None
    if op in ("min_length", "max_length"):
        return {"minLength" if op == "min_length" else "maxLength": value}
    if op == "pattern_name":
        return {"pattern": PATTERNS[value][0] + r"(?![\s\S])"}
    if op in ("not_before", "not_after"):
        day = datetime.date.fromisoformat(value)
        return _not_before(day) if op == "not_before" else _not_after(day)
    return _measured(op, value, field["kind"])


def _measured(op: str, value: Any, kind: str) -> Schema:
    """at_least、at_most:整数、金额、表格的行数。"""
    limit = number(value) or decimal.Decimal(0)
    least = op == "at_least"
    if kind == "money":
        return _money_at_least(limit) if least else {"not": _money_at_least(_cents_above(limit))}
    whole = math.ceil(limit) if least else math.floor(limit)
    if kind == "integer":
        return {"minimum" if least else "maximum": whole}
    if whole < 0:
        return {} if least else NEVER
    return {"minItems" if least else "maxItems": whole}


def _money_at_least(limit: decimal.Decimal) -> Schema:
    pattern = money_not_less(limit)
    return NEVER if pattern is None else {"pattern": pattern}


def _cents_above(limit: decimal.Decimal) -> decimal.Decimal:
    cent = decimal.Decimal("0.01")
    return limit.quantize(cent, rounding=decimal.ROUND_FLOOR) + cent


def _not_before(day: datetime.date) -> Schema:
    return {"pattern": date_not_before(day)}


def _not_after(day: datetime.date) -> Schema:
    return {} if day == datetime.date.max else {"not": _not_before(day + datetime.timedelta(days=1))}


# 条件 -----------------------------------------------------------------------


def _condition(condition: Mapping[str, Any], known: Mapping[str, Field]) -> Schema:
    for name, word in (("all", "allOf"), ("any", "anyOf")):
        if name in condition:
            return {word: [_condition(part, known) for part in condition[name]]}
    if "not" in condition:
        return {"not": _condition(condition["not"], known)}
    key, op, value = leaf(condition)
    return {"properties": {key: _test(op, value, known[key])}, "required": [key]}


def _test(op: str, value: Any, field: Field) -> Schema:
    kind = field["kind"]
    if op == "filled":
        return {}
    if op in ("at_least", "at_most"):
        return _measured(op, value, kind)
    if op == "before":
        return {"not": _not_before(datetime.date.fromisoformat(value))}
    if op == "after":
        return {"not": _not_after(datetime.date.fromisoformat(value))}
    wanted = [_typed(one, kind) for one in (value if op == "in" else [value])]
    one_of: Schema = {"enum": wanted} if op == "in" else {"const": wanted[0]}
    found: Schema = {"contains": one_of} if kind == "choices" else one_of
    return {"not": found} if op == "not_equals" else found


def _typed(value: Any, kind: str) -> Any:
    """条件里的值写成答案的样子:数字题是数,声明是真,其余是文字。"""
    if kind == "declaration":
        return True
    return int(value) if kind == "integer" else str(value)
