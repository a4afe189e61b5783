"""告知监管科室的问题：告诉哪个科室，谁可以签收，公开给监管的是哪几样。"""

from typing import Any

from approvals.rules import stays_out
from approvals.states import Decided, Outcome
from office.stateful import because

DAYS = 1
BASIS = "审批、监管分开：决定以后一个工作日内告知监管科室（本局参数）"
OF_OUTCOME = {
    Outcome.GRANTED: Decided.GRANTED, Outcome.REFUSED: Decided.REFUSED, Outcome.NOT_ACCEPTED: Decided.NOT_ACCEPTED,
}  # fmt: skip


def supervising_unit(case: Any) -> Any:
    """批后由谁监管：目录里写明的监管科室；没有写明的，就是承办的业务科室。"""
    return case.item.supervisor or case.section


def may_sign(notice: Any, user: Any) -> bool:
    """监管科室里审查、负责的人，和分管的；作这个决定的人不能自己签收，申请人、回避的也不能。"""
    ours = any(user.may(perm, notice.unit) for perm in ("review_case", "decide_case"))
    return bool(ours) and user.pk != notice.decided_by_id and not stays_out(notice.case, user)


@because("这一条已经签收。")
def is_waiting(notice: Any) -> bool:
    return notice.signed_at is None
