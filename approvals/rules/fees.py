"""费用的问题与算术：金额一律是整数“分”，不用小数（行政许可法第五十八条、第五十九条）。"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from approvals.rules import by_system, handles, may_decide
from approvals.states import FEE_OWED, CaseState, Outcome
from catalog.states import FeeStage
from office.stateful import because

# “10 元”“10元/份”“每证 10 元”；别的写法（按比例、按面积）要人来算
PRICE = re.compile(
    r"(?:每(?P<each>[^0-9元]{1,8}?))?\s*(?P<yuan>[0-9]{1,8}(?:\.[0-9]{1,2})?)\s*元(?:\s*[/／每]\s*(?P<per>\S{1,8}))?"
)
DIGITS, PLACES, GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿")


def charges(told: Mapping[str, Any], stage: str) -> bool:
    """这一步该不该起费用：收费、有标准，而且指南定在这一步。"""
    if not told or told.get("free") or not told.get("lines"):
        return False
    return (told.get("due") or FeeStage.DECISION) == stage


def price(standard: str) -> tuple[int, str] | None:
    """标准写的是一口价的：（单价几分、每什么）；要人来算的是 None。"""
    found = PRICE.fullmatch(standard.strip())
    if found is None:
        return None
    return cents(Decimal(found["yuan"])), (found["each"] or found["per"] or "").strip()


def fixed(lines: Iterable[Mapping[str, Any]]) -> int | None:
    """只有一项、一口价、不按份数的，不用人核定；否则是 None。"""
    told = list(lines)
    known = price(str(told[0].get("amount", ""))) if len(told) == 1 else None
    return known[0] if known and not known[1] and known[0] > 0 else None


def cents(yuan: Decimal) -> int:
    """元 → 分；多于两位小数的不收。Raises: ValueError。"""
    exact = yuan * 100
    if exact != exact.to_integral_value():
        raise ValueError(yuan)
    return int(exact)


def yuan(amount: int | None) -> str:
    """1,200.00元；没有核定的是空串。"""
    return "" if amount is None else f"{amount // 100:,}.{amount % 100:02d}元"


def capital(amount: int) -> str:
    """大写：壹仟贰佰元整、叁元零伍分。"""
    whole, jiao, fen = amount // 100, amount // 10 % 10, amount % 10
    head = f"{_capital(whole)}元" if whole else ""
    if not jiao and not fen:
        return f"{head or '零元'}整"
    middle = f"{DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return head + middle + (f"{DIGITS[fen]}分" if fen else "整")


def _capital(number: int) -> str:
    """正整数的大写：四位一节，节里缺位、节间缺位各只写一个“零”。"""
    said, gap = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + DIGITS[digit] + PLACES[place % 4]
        gap = digit == 0
        if place % 4 == 0 and place and number // 10**place % 10**4:
            said += GROUPS[place // 4]
    return said


def grounds(told: Mapping[str, Any]) -> list[str]:
    """公布的减免：指南“减免”一栏一行（一个分号）一条；没有公布的不能减免。"""
    return [one.strip(" 。") for one in re.split(r"[\n；;]", str(told.get("exemptions") or "")) if one.strip(" 。")]


# 谁可以 ---------------------------------------------------------------


def may_collect(fee: Any, user: Any) -> bool:
    """核定、登记缴费、退费：办这一件的窗口和科室；一口价的由受理、准予那一步随手核定。"""
    return by_system(fee.case, user) or handles(fee.case, user)


def may_order_refund(fee: Any, user: Any) -> bool:
    """收错了要退：承办科室负责人、分管副局长定。"""
    return may_decide(fee.case, user)


ENDED_WITHOUT = (
    CaseState.WITHDRAWN, CaseState.LAPSED, CaseState.REFUSED, CaseState.NOT_ACCEPTED, CaseState.TERMINATED,
    CaseState.VOIDED,
)  # fmt: skip


def follows_the_case(fee: Any, user: Any) -> bool:
    """办件撤回、终止、不予，费用随之：谁有权走那一步，在那一步已经问过。"""
    return fee.case.state in ENDED_WITHOUT


# 现在能不能 -----------------------------------------------------------


@because("办事指南没有公布减免，不能减免。")
def has_grounds(fee: Any) -> bool:
    return bool(grounds(fee.case.guide.fee))


@because("已经减免过；减免错了的，请重新核定。")
def not_reduced(fee: Any) -> bool:
    return not fee.ground


@because("还没有缴费：办事指南规定缴费以后领取结果。送达的期限照走，请联系申请人。")
def paid_up(case: Any) -> bool:
    """只挡准予的结果；说“不”的决定书不等费用。没有费用的不查库。"""
    if not case.has_fee or case.outcome != Outcome.GRANTED:
        return True
    return not any(fee.holds and fee.state in FEE_OWED for fee in case.fees.all())


@because("办事指南没有规定撤回的退费。")
def refunds(fee: Any) -> bool:
    return bool(fee.refundable)
