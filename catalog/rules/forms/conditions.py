"""条件(有类型的树):什么时候问这一格、这一页,什么时候要这份材料。没有表达式可写。

{"all": […]}、{"any": […]}、{"not": …}、{"field": 键, "op": 算法, "value": 值};
{"field": 键, "equals": 值} 是 equals 的老写法。没有条件(None 或 {})总是成立。
没有填的格子与什么比都不成立;“没有填”本身用 {"not": {"field": 键, "op": "filled"}} 来问。
"""

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from catalog.rules.forms.values import Answers, Field, blank, day, is_number, number, options, same

Condition = Mapping[str, Any]

NUMBERS = frozenset(["money", "integer"])
PICKED = frozenset(["choice", "choices", "region"])
COMPARED = frozenset(["text", "date", "id_number", "identity", "uscc", "phone", "declaration", "integer"]) | PICKED
ALL = COMPARED | {"money", "longtext", "table", "file"}
KINDS_OF: dict[str, frozenset[str]] = {
    "equals": COMPARED,
    "not_equals": COMPARED,
    "in": COMPARED - {"declaration"},
    "filled": ALL,
    "at_least": NUMBERS | {"table"},
    "at_most": NUMBERS | {"table"},
    "before": frozenset(["date"]),
    "after": frozenset(["date"]),
}
MOST_DEEP, MOST_PARTS = 5, 40


# 成立不成立 -----------------------------------------------------------------


def applies(condition: Condition | None, answers: Answers) -> bool:
    """条件此刻成立不成立。answers 只应含问到了的格子(见 asked)。"""
    if not condition:
        return True
    if "all" in condition:
        return all(applies(one, answers) for one in condition["all"])
    if "any" in condition:
        return any(applies(one, answers) for one in condition["any"])
    if "not" in condition:
        return not applies(condition["not"], answers)
    key, op, value = leaf(condition)
    given = answers.get(key)
    return not blank(given) and TESTS[op](given, value)


def leaf(condition: Condition) -> tuple[str, str, Any]:
    """一个比较:哪一格、怎么比、和什么比;老写法在这里换成新写法。"""
    if "equals" in condition:
        return condition["field"], "equals", condition["equals"]
    return condition["field"], condition["op"], condition.get("value")


def leaves(condition: Condition | None) -> Iterator[tuple[str, str, Any]]:
    """条件里的每一个比较。"""
    if not condition:
        return
    if "field" in condition:
        yield leaf(condition)
    for part in [*condition.get("all", ()), *condition.get("any", ()), condition.get("not")]:
        yield from leaves(part)


def asks_about(condition: Condition | None) -> set[str]:
    """条件问到哪几格。"""
    return {key for key, _op, _value in leaves(condition)}


def resolved(condition: Condition | None, answers: Answers, left: Container[str]) -> Condition | bool:
    """除了 left 里的格子,别的先按答案定下来;剩下的条件,或者已经定了的真假。"""
    if not condition:
        return True
    for name, ending in (("all", False), ("any", True)):
        if name in condition:
            parts = [resolved(part, answers, left) for part in condition[name]]
            if ending in parts:
                return ending
            open_parts = [part for part in parts if not isinstance(part, bool)]
            return {name: open_parts} if len(open_parts) > 1 else open_parts[0] if open_parts else not ending
    if "not" in condition:
        inner = resolved(condition["not"], answers, left)
        return not inner if isinstance(inner, bool) else {"not": inner}
    key, op, value = leaf(condition)
    return {"field": key, "op": op, "value": value} if key in left else applies(condition, answers)


def _equals(given: Any, wanted: Any) -> bool:
    """多选题选中了这一项也算。"""
    return any(same(one, wanted) for one in given) if isinstance(given, list) else same(given, wanted)


def _measured(read: Callable[[Any], Any], fits: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(given: Any, wanted: Any) -> bool:
        left, right = read(given), read(wanted)
        return left is not None and right is not None and fits(left, right)

    return test


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _equals,
    "not_equals": lambda given, wanted: not _equals(given, wanted),
    "in": lambda given, wanted: any(_equals(given, one) for one in wanted),
    "filled": lambda given, wanted: True,
    "at_least": _measured(number, lambda left, right: left >= right),
    "at_most": _measured(number, lambda left, right: left <= right),
    "before": _measured(day, lambda left, right: left < right),
    "after": _measured(day, lambda left, right: left > right),
}


# 写得对不对 -----------------------------------------------------------------


def condition_faults(condition: Any, where: str, earlier: Mapping[str, Field]) -> list[str]:
    """条件写得对不对;earlier 是它可以指向的格子。每条毛病一句中文。"""
    if condition is None or condition == {}:
        return []
    if _size(condition) > MOST_PARTS:
        return [f"{where}：条件太复杂，最多 {MOST_PARTS} 处、{MOST_DEEP} 层"]
    return _faults(condition, where, earlier)


def _size(condition: Any, depth: int = 1) -> int:
    """有几处;超过层数就当作无穷多。"""
    if not isinstance(condition, Mapping):
        return 1
    if depth > MOST_DEEP:
        return MOST_PARTS + 1
    parts = [one for name in ("all", "any") for one in _listed(condition.get(name))]
    parts += [condition["not"]] if "not" in condition else []
    return 1 + sum(_size(part, depth + 1) for part in parts)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _faults(condition: Any, where: str, earlier: Mapping[str, Field]) -> list[str]:
    if not isinstance(condition, Mapping):
        return [f"{where}：条件要写成 all、any、not，或者 field、op、value"]
    names = set(condition)
    if names in ({"all"}, {"any"}):
        parts = next(iter(condition.values()))
        if not isinstance(parts, list) or not parts:
            return [f"{where}：条件里的 all、any 要列出至少一项"]
        return [fault for part in parts for fault in _faults(part, where, earlier)]
    if names == {"not"}:
        return _faults(condition["not"], where, earlier)
    if names not in ({"field", "equals"}, {"field", "op", "value"}, {"field", "op"}):
        return [f"{where}：条件要写成 all、any、not，或者 field、op、value"]
    return _leaf_faults(*leaf(condition), where, earlier)


def _leaf_faults(key: Any, op: Any, value: Any, where: str, earlier: Mapping[str, Field]) -> list[str]:
    field = earlier.get(key) if isinstance(key, str) else None
    if field is None:
        return [f"{where}：条件指向的字段“{key}”不在它前面"]
    if not isinstance(op, str) or op not in KINDS_OF:
        return [f"{where}：条件里不认识的算法“{op}”"]
    if field["kind"] not in KINDS_OF[op]:
        return [f"{where}：条件的算法“{op}”不能用在字段“{key}”上"]
    return [f"{where}：条件的值{fault}" for fault in _value_faults(op, value, key, field)]


def _value_faults(op: str, value: Any, key: str, field: Field) -> list[str]:
    if op == "filled":
        return [] if value is None else ["不用写(filled)"]
    if op == "in":
        if not isinstance(value, list) or not value:
            return ["要列出几个(in)"]
        return [fault for one in value for fault in _value_faults("equals", one, key, field)]
    if op in ("at_least", "at_most"):
        return [] if is_number(value) else [f"“{value}”不是数"]
    if op in ("before", "after") or field["kind"] == "date":
        return [] if day(value) else [f"“{value}”不是日期(2026-01-31)"]
    if not isinstance(value, str | int) or value == "" or (value is True) != (field["kind"] == "declaration"):
        return [f"“{value}”要写成文字或数字，声明写成真"]
    return _equals_faults(value, key, field)


def _equals_faults(value: str | int, key: str, field: Field) -> list[str]:
    kind = field["kind"]
    if kind in PICKED and value not in options(field):
        return [f"“{value}”不是“{key}”的选项"]
    if kind == "integer" and not (str(value).isdecimal() and str(value) == str(int(value))):
        return [f"“{value}”不是整数"]
    return []
