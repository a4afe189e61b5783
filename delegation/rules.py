"""委托的问题:纯函数,按属性取用。"""

from typing import Any

from agencies.states import SealKind
from delegation.states import DelegationKind
from office.stateful import because

# 谁可以 ---------------------------------------------------------------


def may_delegate(delegation: Any, user: Any) -> bool:
    """委托机关的目录维护人。"""
    return bool(user.may("keep_catalogue", delegation.from_agency))


def by_system(delegation: Any, user: Any) -> bool:
    return bool(user.is_system)


# 现在能不能 -----------------------------------------------------------


@because("只能委托本机关实施的事项。")
def item_is_ours(delegation: Any) -> bool:
    return bool(delegation.item.agency == delegation.from_agency)


@because("只能委托给下级机关。")
def receiver_is_below(delegation: Any) -> bool:
    above, below = delegation.from_agency.path, delegation.to_agency.path
    return bool(below != above and below.startswith(above))


@because("委托办理用委托机关的业务专用章，文书上写的是它；下放的用承接机关自己的章。")
def seal_fits(delegation: Any) -> bool:
    seal = delegation.seal
    if delegation.kind == DelegationKind.TRANSFERRED:
        return bool(seal.agency == delegation.to_agency)
    return bool(seal.kind == SealKind.SPECIAL and seal.agency == delegation.from_agency)


@because("委托书、承诺书、委托协议三样齐了才能生效；下放的，要有下放决定的文号和日期。")
def instruments_in_place(delegation: Any) -> bool:
    decided = bool(delegation.instrument_number and delegation.instrument_date)
    if delegation.kind == DelegationKind.TRANSFERRED:
        return decided
    return decided and bool(delegation.promise and delegation.agreement)


@because("终止日期要晚于开始日期。")
def ends_after_it_begins(delegation: Any) -> bool:
    return delegation.valid_to is None or delegation.valid_to > delegation.valid_from


WELL_FORMED = (item_is_ours, receiver_is_below, seal_fits, ends_after_it_begins)


def first_flaw(delegation: Any) -> str:
    """内容第一处不合规定的地方;没有就是空串。"""
    return next((rule.reason for rule in WELL_FORMED if not rule(delegation)), "")
