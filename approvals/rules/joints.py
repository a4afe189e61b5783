"""联办件的问题：合起来到了哪一步，谁可以做什么。纯函数，按属性取用。"""

import datetime
from collections.abc import Iterable
from typing import Any

from approvals.states import DECIDED, UNDER_WAY, WAITING, CaseState, Outcome
from office.stateful import because

OVER = (CaseState.DELIVERED, CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.VOIDED)


def follows_a_branch(joint: Any, user: Any) -> bool:
    """联办件跟着其中的办件走：谁有权走那一步，在那一步上问过了。"""
    return True


def may_extend(joint: Any, user: Any) -> bool:
    """登记政府批准的延期：牵头单位的决定人，和它的本机关负责人。"""
    return bool(user.may("decide_case", joint.lead) or user.may("direct_denials", joint.lead.agency))


def not_to_hand_out(case: Any) -> str:
    """没有要送达的结果的，说一句现在怎样。"""
    if case.state in OVER:
        return f"不用再交：{case.get_state_display()}。"
    return f"还没有结果：{case.get_state_display()}。"


def may_hand_out(joint: Any, user: Any) -> bool:
    """统一出件：一件事从综合窗口收，也从综合窗口出；各件另照“送达”那一步的规矩问（回避、收件的窗口）。"""
    return bool(user.may("take_in", joint.window))


@because("还没有一个事项受理，联办时限还没有起算。")
def is_begun(joint: Any) -> bool:
    return joint.begun_at is not None


def begins_at(branches: Iterable[Any]) -> datetime.datetime | None:
    """第一个事项受理的时刻；都没有受理是 None。"""
    return min((case.accepted_at for case in branches if case.accepted_at), default=None)


def all_decided(branches: Iterable[Any], waiting: int) -> bool:
    """每个事项都有了结果，后一步也没有在等的。"""
    return waiting == 0 and all(case.state not in WAITING for case in branches)


def something_to_collect(branches: Iterable[Any]) -> bool:
    """有结果要领的：都撤回、终止了的，不请他来领。"""
    return any(case.state in DECIDED for case in branches)


def stays(case: Any) -> str:
    """整件事撤回的时候，这一件为什么不撤回；还没有结果、撤得回的是空串。"""
    if case.state in WAITING:
        return ""
    if case.state in OVER and not case.delivered_at:
        return f"{case.get_state_display()}，不用再撤回。"
    return f"已经作出决定（{case.get_outcome_display()}），不能撤回；结果照旧有效。"


def all_over(branches: Iterable[Any]) -> bool:
    """每个事项都送达、办结，或者撤回、终止了。"""
    return all(case.state in OVER for case in branches)


def stands_still(running_excluded: set[int], branches: Iterable[Any]) -> bool:
    """法律上不计的时间（行政许可法第四十五条）：有事项在办，而在办的都停在不计时限的特别程序里。

    还有一个事项的时限在走，联办的时限就接着走：别家停下，不是它慢的理由。
    """
    going = [case for case in branches if case.state in UNDER_WAY]
    return bool(going) and all(case.pk in running_excluded for case in going)


def next_step(steps: Iterable[tuple[int, Any]]) -> str:
    """前一步的结果对后一步意味着什么：start 可以收件，wait 还要等，drop 前一步没有办成。

    steps 是前一步各个事项的（第几步，办件）。
    """
    found = [case for _step, case in steps]
    if any(case.state in WAITING for case in found):
        return "wait"
    return "start" if found and all(case.outcome == Outcome.GRANTED for case in found) else "drop"
