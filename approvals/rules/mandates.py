"""委托代办的问题：纯函数，按属性取用。"""

import datetime
from typing import Any

from approvals.rules import acts_for, by_system, examining, is_applicant, may_take_in
from approvals.states import MandateState
from catalog.states import Presence
from office.stateful import because


def may_appoint(case: Any, user: Any) -> bool:
    """登记委托：申请人自己(凭查询码来的由系统登记)，或者收件窗口代为登记。代办的人不能转委托。"""
    own = is_applicant(case, user) or by_system(case, user)
    return (own or may_take_in(case, user)) and not acts_for(case, user)


def may_consent(mandate: Any, user: Any) -> bool:
    return may_appoint(mandate.case, user)


def is_agent(mandate: Any, user: Any) -> bool:
    return mandate.user_id is not None and mandate.user_id == user.pk


def may_give_up(mandate: Any, user: Any) -> bool:
    """辞去：代办员自己；委托代理人到窗口来说的，由窗口登记。"""
    return is_agent(mandate, user) or may_take_in(mandate.case, user)


def decides_or_reviews(case: Any, user: Any) -> bool:
    """审查、决定这件申请的人：不能又替申请人办。"""
    places = (case.section, *examining(case))
    return any(user.may(perm, unit) for perm in ("review_case", "decide_case") for unit in places)


def runs_at(mandate: Any, at: datetime.datetime) -> bool:
    """此刻有没有效：申请人同意了，没有收回，还在期限里。"""
    return bool(mandate.state == MandateState.RUNNING and mandate.from_at <= at < mandate.to_at)


def may_submit(item: Any) -> str:
    """为什么不能由代理人递交；可以是空串(行政许可法第二十九条第二款：依法应当由申请人到场的除外)。"""
    if item.presence == Presence.DIRECT:
        return f"“{item.name}”是直办类，要申请人本人到场，不能由代理人递交。"
    return ""


def waits_for_authority(mandate: Any) -> bool:
    """代理人递交的，委托书还没有核对、申请人也还没有同意。"""
    return bool(mandate.submits and mandate.state == MandateState.ASKED)


@because("这件申请已经办结或终止，不用再委托。")
def is_case_open(mandate: Any) -> bool:
    return mandate.case.closed_at is None
