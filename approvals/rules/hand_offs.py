"""转给外面的系统办：谁可以，什么时候可以。"""

from typing import Any

from approvals.rules import by_system, may_decide

__all__ = ["by_system", "follows_the_case", "may_take_back"]


def may_take_back(hand_off: Any, user: Any) -> bool:
    """转回：科室负责人等有权决定的人。"""
    return may_decide(hand_off.case, user)


def follows_the_case(hand_off: Any, user: Any) -> bool:
    """随办件终止：办件有了结果(申请人撤回等)，谁办的都跟着。"""
    return bool(hand_off.case.outcome)
