"""征求意见的问题：谁可以问、谁可以答、什么时候算问完了。"""

from collections.abc import Iterable
from typing import Any

from approvals.rules import stays_out
from approvals.states import SLIP_UNSETTLED, CaseState, SlipState
from office.stateful import because

MOST_DAYS = 15  # 答复时间的上限；还要在办件自己的期限以前


def by_system(slip: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def follows_the_order(slip: Any, user: Any) -> bool:
    """轮到谁、随办件终止，都由单子自己的次序和办件的结果定；谁可以发单，在发单时问过。"""
    return True


def may_answer(slip: Any, user: Any) -> bool:
    """被征求意见的单位里审查的人、负责的人；不是申请人自己，也不在回避之列。"""
    return bool(user.may("review_case", slip.unit)) and not stays_out(slip.case, user)


@because("这件办件已经过了审查，意见收不进去了。")
def still_under_review(slip: Any) -> bool:
    return bool(slip.case.state == CaseState.REVIEWING)


@because("征求意见还没有都答复：都答复了，或者过了答复的时间，再提出本科室的意见。")
def slips_settled(case: Any) -> bool:
    return not any(slip.state in SLIP_UNSETTLED for slip in case.slips.all())


def next_turn(slips: Iterable[Any]) -> list[Any]:
    """此刻该轮到的：前面各轮都答复或逾期了，最前一轮里还在等的几张。"""
    rows = list(slips)
    if any(slip.state == SlipState.ASKED for slip in rows):
        return []
    queued = [slip for slip in rows if slip.state == SlipState.QUEUED]
    first = min((slip.turn for slip in queued), default=0)
    return [slip for slip in queued if slip.turn == first]
