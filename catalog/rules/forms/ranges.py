"""日期和金额的大小写成正则:JSON schema 只会比数,不会比写成文字的日期和金额。"""

import datetime
import decimal

ANY_MONEY = r"^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?$"
FRACTION = r"(?:\.[0-9]{1,2})?"
MOST_WHOLE = 12  # 金额最多十二位整数


def date_not_before(day: datetime.date) -> str:
    """不早于这一天的日期(2026-01-31)。"""
    return f"^(?:{'|'.join(_not_less(day.isoformat()))})$"


def money_not_less(limit: decimal.Decimal) -> str | None:
    """不少于这个数的金额(规范写法);写得下的金额都到不了,就是 None。"""
    cents = max(limit, decimal.Decimal(0)).quantize(decimal.Decimal("0.01"), rounding=decimal.ROUND_CEILING)
    whole, _, fraction = f"{cents:f}".partition(".")
    if len(whole) > MOST_WHOLE:
        return None
    ways = [one + FRACTION for one in _greater(whole)]
    if len(whole) < MOST_WHOLE:
        ways.append(f"[1-9][0-9]{{{len(whole)},{MOST_WHOLE - 1}}}{FRACTION}")
    ways.append(whole + _fraction_not_less(fraction))
    return f"^(?:{'|'.join(ways)})$"


def _fraction_not_less(fraction: str) -> str:
    """两位小数不少于 fraction;只写一位的,后面当作零。"""
    if fraction == "00":
        return FRACTION
    ones = [str(digit) for digit in range(10) if f"{digit}0" >= fraction]
    short = [f"[{''.join(ones)}]"] if ones else []
    return rf"\.(?:{'|'.join([*_not_less(fraction), *short])})"


def _greater(text: str) -> list[str]:
    """同样长短、比 text 大的几种写法;数字以外的字照写。"""
    found = []
    for place, char in enumerate(text):
        if char.isdigit() and char < "9":
            rest = "".join("[0-9]" if one.isdigit() else one for one in text[place + 1 :])
            found.append(f"{text[:place]}[{int(char) + 1}-9]{rest}")
    return found


def _not_less(text: str) -> list[str]:
    return [*_greater(text), text]
