"""校验(有类型的清单):一格填得合不合要求。没有表达式,也没有自己写的正则。

{"op": 算法, "value": 值} 或 {"op": 算法, "field": 另一格},可以加 "column"(表格的哪一栏)和 "message"(不合格时怎么说)。
没有填的不查(必填另管);另一格没有填的也不查。
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.rules.forms.values import Answers, Field, blank, day, is_number, number

Check = Mapping[str, Any]

TODAY = "today"
# 名字 → (样子, 说法)。只能从这里选;样子也写进 JSON schema,所以只用各家都认的写法。
PATTERNS: dict[str, tuple[str, str]] = {
    "chinese_name": (r"^[㐀-鿿𠀀-𲎯〇·]{2,30}$", "汉字姓名"),
    "postcode": (r"^[0-9]{6}$", "6 位邮政编码"),
    "digits": (r"^[0-9]+$", "只有数字"),
    "bank_account": (r"^[0-9]{8,30}$", "银行账号"),
    "email": (r"^[^@ ]+@[^@ ]+\.[^@ .]+$", "电子邮箱"),
    "year": (r"^(19|20)[0-9]{2}$", "四位年份"),
    "year_month": (r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", "年月，如 2026-01"),
    "document_number": (r"^.+〔[0-9]{4}〕[0-9]+号$", "文号，如 示例函〔2026〕1号"),
    "pinyin": (r"^[A-Za-zÀ-ÿĀ-ſǍ-ǜḾ '’-]+$", "汉语拼音"),
}


@dataclass(frozen=True)
class Rule:
    """一种校验:用在哪些种类上,要什么操作数,怎样算合格。"""

    kinds: frozenset[str]
    operand: str  # count number day pattern same none
    holds: Callable[[Any, Any], bool]
    column: str = ""  # 表格:要指明一栏;numbers 是数字栏,any 是任一栏


def _text(answer: Any) -> int:
    return len(str(answer))


def _within(fits: Callable[[Any, Any], bool], read: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """读不出数或日期的,由那一格自己去说,这里不查。"""

    def holds(given: Any, wanted: Any) -> bool:
        left, right = read(given), read(wanted)
        return left is None or right is None or fits(left, right)

    return holds


def _total(fits: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(given: list[Any], wanted: Any) -> bool:
        most = number(wanted)
        return most is None or fits(sum(found for one in given if (found := number(one)) is not None), most)

    return holds


def _distinct(given: list[Any], _wanted: Any) -> bool:
    return max(Counter(str(one) for one in given if not blank(one)).values(), default=1) == 1


NUMBERED = frozenset(["integer", "money", "table"])
WRITTEN = frozenset(["text", "longtext"])
DATED = frozenset(["date"])
BORN = frozenset(["date", "id_number", "identity"])
COMPARED = frozenset(["text", "id_number", "identity", "uscc", "phone", "date", "integer", "money", "choice", "region"])
TABLE = frozenset(["table"])
CHECKS: dict[str, Rule] = {
    "min_length": Rule(WRITTEN, "count", lambda given, least: _text(given) >= least),
    "max_length": Rule(WRITTEN, "count", lambda given, most: _text(given) <= most),
    "pattern_name": Rule(
        frozenset(["text"]), "pattern", lambda given, name: bool(re.search(PATTERNS[name][0], str(given)))
    ),
    "not_before": Rule(DATED, "day", _within(lambda left, right: left >= right, day)),
    "not_after": Rule(DATED, "day", _within(lambda left, right: left <= right, day)),
    "at_least": Rule(NUMBERED, "number", _within(lambda left, right: left >= right, number)),
    "at_most": Rule(NUMBERED, "number", _within(lambda left, right: left <= right, number)),
    "same_as": Rule(COMPARED, "same", lambda given, other: str(given) == str(other)),
    "differs_from": Rule(COMPARED, "same", lambda given, other: str(given) != str(other)),
    "age_at_least": Rule(BORN, "count", _within(lambda left, right: left >= right, lambda one: one)),
    "age_at_most": Rule(BORN, "count", _within(lambda left, right: left <= right, lambda one: one)),
    "sum_at_least": Rule(TABLE, "number", _total(lambda left, right: left >= right), column="numbers"),
    "sum_at_most": Rule(TABLE, "number", _total(lambda left, right: left <= right), column="numbers"),
    "no_repeat": Rule(TABLE, "none", _distinct, column="any"),
}


# 合格不合格 -----------------------------------------------------------------


def broken(field: Field, answers: Answers, *, today: datetime.date) -> list[Check]:
    """这一格哪几条校验不合格。answers 只应含问到了的格子。"""
    given = answers.get(field["key"])
    return (
        [] if blank(given) else [check for check in field.get("checks", ()) if not _holds(check, given, answers, today)]
    )


def _holds(check: Check, given: Any, answers: Answers, today: datetime.date) -> bool:
    rule, op = CHECKS[check["op"]], check["op"]
    wanted = answers.get(check["field"]) if "field" in check else check.get("value")
    if blank(wanted) and rule.operand != "none":
        return True
    if wanted == TODAY:
        wanted = today.isoformat()
    if rule.column:
        given = [row.get(check["column"]) for row in given if isinstance(row, Mapping)]
    if op.startswith("age_"):
        given = age(given, today)
    return rule.holds(given, wanted)


def age(born: Any, today: datetime.date) -> int | None:
    """周岁:出生日期或18 位的证件号码(第 7 至 14 位);通行证、护照看不出来,就是 None。"""
    text = str(born)
    date = day(text) or (day(f"{text[6:10]}-{text[10:12]}-{text[12:14]}") if len(text) == 18 else None)
    return None if date is None else today.year - date.year - ((today.month, today.day) < (date.month, date.day))


# 写得对不对 -----------------------------------------------------------------

NAMES = frozenset(["op", "value", "field", "column", "message"])


def check_faults(field: Field, where: str, earlier: Mapping[str, Field]) -> list[str]:
    """校验清单写得对不对;earlier 是可以拿来比的格子(表格的栏没有)。"""
    checks = field.get("checks", [])
    if not isinstance(checks, list):
        return [f"{where}：校验要写成清单"]
    if len(checks) > 10:
        return [f"{where}：校验最多 10 条"]
    return [f"{where}：{fault}" for check in checks for fault in _faults(check, field, earlier)]


def _faults(check: Any, field: Field, earlier: Mapping[str, Field]) -> list[str]:
    if not isinstance(check, Mapping) or not isinstance(check.get("op"), str) or check["op"] not in CHECKS:
        return [f"不认识的校验“{check.get('op') if isinstance(check, Mapping) else check}”"]
    rule, op = CHECKS[check["op"]], check["op"]
    if field.get("kind") not in rule.kinds:
        return [f"校验“{op}”不能用在这种字段上"]
    if unknown := sorted(set(check) - NAMES):
        return [f"校验“{op}”里不认识的“{'、'.join(unknown)}”"]
    message = check.get("message", "")
    if not isinstance(message, str) or len(message) > 200:
        return [f"校验“{op}”的提示要写成 200 字以内的文字"]
    return [
        f"校验“{op}”{fault}" for fault in [*_column_faults(check, rule, field), *_operand(check, rule, field, earlier)]
    ]


def _column_faults(check: Check, rule: Rule, field: Field) -> list[str]:
    if not rule.column:
        return ["不用写 column"] if "column" in check else []
    columns = field.get("columns")
    kinds = {
        one.get("key"): one.get("kind")
        for one in (columns if isinstance(columns, list) else [])
        if isinstance(one, Mapping) and isinstance(one.get("key"), str)
    }
    name = check.get("column")
    if not isinstance(name, str) or name not in kinds:
        return [f"指的栏“{name}”不在表格里"]
    return [] if rule.column == "any" or kinds[name] in ("integer", "money") else [f"指的栏“{name}”不是数字"]


def _operand(check: Check, rule: Rule, field: Field, earlier: Mapping[str, Field]) -> list[str]:
    if rule.operand == "none":
        return ["不用写 value 或 field"] if {"value", "field"} & set(check) else []
    if ("value" in check) == ("field" in check):
        return ["要写 value 或 field，只写一样"]
    if "field" in check:
        return _field_faults(check["field"], rule, field, earlier)
    value = check["value"]
    good = {
        "count": isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10000,
        "number": is_number(value),
        "day": value == TODAY or day(value) is not None,
        "pattern": isinstance(value, str) and value in PATTERNS,
        "same": False,
    }
    return [] if good[rule.operand] else [f"的值“{value}”不对"]


def _field_faults(key: Any, rule: Rule, field: Field, earlier: Mapping[str, Field]) -> list[str]:
    other = earlier.get(key) if isinstance(key, str) else None
    if other is None:
        return [f"比的字段“{key}”不在它前面"]
    kinds = {
        "number": {"integer", "money"},
        "day": {"date"},
        "same": {field["kind"]},
    }
    if other.get("kind") not in kinds.get(rule.operand, set()):
        return [f"不能拿字段“{key}”来比"]
    return []
