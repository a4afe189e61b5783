"""答案的值:空不空、是几、哪一天、一样不一样。答案以 JSON 值存放,草稿里的可能还没写对。"""

import datetime
import decimal
from collections.abc import Mapping
from typing import Any

Field = Mapping[str, Any]
Answers = Mapping[str, Any]

# GB/T 2260 湛江市(440800)所辖县(市、区)。功能区没有国标代码,不编。
REGIONS = {
    "440802": "赤坎区",
    "440803": "霞山区",
    "440804": "坡头区",
    "440811": "麻章区",
    "440823": "遂溪县",
    "440825": "徐闻县",
    "440881": "廉江市",
    "440882": "雷州市",
    "440883": "吴川市",
    "elsewhere": "湛江市以外",
}


def blank(answer: Any) -> bool:
    """没有填:空的文字、空的清单、没有勾。零不是空。"""
    return answer is None or answer is False or (isinstance(answer, str | list | dict) and not answer)


def number(answer: Any) -> decimal.Decimal | None:
    """答案是几;表格是行数,不是数就是 None。"""
    if isinstance(answer, list):
        return decimal.Decimal(len(answer))
    if isinstance(answer, bool):
        return None
    try:
        found = decimal.Decimal(str(answer))
    except decimal.InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_number(value: Any) -> bool:
    """条件和校验里写的数:整数或写成文字的小数,不过十三位。"""
    found = number(value) if isinstance(value, int | str) else None
    return found is not None and abs(found) < 10**13


def day(answer: Any) -> datetime.date | None:
    """答案是哪一天(2026-11-21);不是日期就是 None。"""
    try:
        return datetime.date.fromisoformat(answer) if isinstance(answer, str) and len(answer) == 10 else None
    except ValueError:
        return None


def same(answer: Any, wanted: Any) -> bool:
    """声明的 true、数字与文字的写法不同,也算相同。"""
    either = isinstance(answer, bool) or isinstance(wanted, bool)
    return str(answer).lower() == str(wanted).lower() if either else str(answer) == str(wanted)


def options(field: Field) -> list[Any]:
    """选择题可以选的值;地区是区划代码,其余没有。"""
    if field.get("kind") == "region":
        return list(REGIONS)
    pairs = field.get("choices")
    return [pair[0] for pair in pairs if is_pair(pair)] if isinstance(pairs, list | tuple) else []


def is_pair(pair: Any) -> bool:
    """选项写成 [值, 文字]。"""
    return isinstance(pair, list | tuple) and len(pair) == 2 and all(one and isinstance(one, str) for one in pair)
