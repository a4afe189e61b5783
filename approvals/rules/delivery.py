"""送达的规矩：准予的结果照指南公布的几种送；说“不”的文书要送得到，不受指南的限。"""

from collections.abc import Iterable
from typing import Any

from approvals.states import PLEDGE, REVOKED, ClockKind, Outcome
from catalog.rules.delivery import ways_offered
from catalog.states import DeliveryWay


def ways_of(case: Any, *, result: bool = True) -> list[str]:
    """这一件现在能怎样送达；还没有决定的，照准予的说。result=False 是另行送达的文书。"""
    granted = case.outcome in ("", Outcome.GRANTED)
    return ways_offered(case.guide) if result and granted else list(DeliveryWay.values)


AFTER_RESULT = (
    ClockKind.SET_ASIDE, ClockKind.RETRACTION_SERVE, ClockKind.RETRACTION_HEAR, ClockKind.RETRACTION_DECIDE,
    ClockKind.RETRACTION_MEND,
)  # fmt: skip


def letters_to_come(kinds: Iterable[str]) -> bool:
    """结果送达以后还会有文书要送：撤回撤销的、承诺在核查的、撤销告知书。kinds 是还在走的时钟。"""
    return any(kind in AFTER_RESULT or kind.startswith((PLEDGE, REVOKED)) for kind in kinds)


def not_offered(case: Any, way: str, *, result: bool = True) -> str:
    """这一种送不得的，为什么；送得的是空串。"""
    offered = ways_of(case, result=result)
    if way in offered:
        return ""
    told = "、".join(str(DeliveryWay(one).label) for one in offered)
    return f"办事指南公布的送达方式是{told}，没有{DeliveryWay(way).label}。"
