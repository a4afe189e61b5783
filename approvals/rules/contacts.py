"""首问、引导、协调的问题与时限：纯函数，按属性取用。"""

from dataclasses import dataclass
from typing import Any, Protocol

from approvals.rules import by_system
from approvals.states import CONTACT_UNDER_WAY, ContactState


class Times(Protocol):
    """一个机关的首问与询问时限，都是工作日数；模型行与 `ServiceTimes` 都合用。"""

    @property
    def conclude_days(self) -> int: ...
    @property
    def follow_up_days(self) -> int: ...
    @property
    def coordinate_days(self) -> int: ...
    @property
    def enquiry_days(self) -> int: ...
    @property
    def promise_days(self) -> int: ...


@dataclass(frozen=True)
class ServiceTimes:
    """文件没有写天数的，按本局的通行做法。"""

    conclude_days: int = 1
    follow_up_days: int = 3
    coordinate_days: int = 1
    enquiry_days: int = 1
    promise_days: int = 5


DEFAULT_TIMES = ServiceTimes()


def is_under_way(contact: Any) -> bool:
    """还没有了结。"""
    return contact.state in CONTACT_UNDER_WAY


def may_register(unit: Any, user: Any) -> bool:
    """谁先接到谁就是首问责任人：在这个单位办业务的人都可以登记。"""
    return bool(user.may("view_cases", unit))


def may_conclude(contact: Any, user: Any) -> bool:
    """首问责任人和本单位的人；协调中的，由协调的那一级定。"""
    if user.pk == contact.owner_id:
        return True
    if contact.state == ContactState.COORDINATING:
        return bool(contact.is_held_by(user, contact.rung))
    return user.pk == contact.clerk_id or bool(user.may("view_cases", contact.unit))


def may_follow_up(contact: Any, user: Any) -> bool:
    """回访：首问责任人和本单位的人；群众自己在网上说的，由系统登记。"""
    return (
        by_system(contact, user)
        or user.pk in (contact.clerk_id, contact.owner_id)
        or bool(user.may("view_cases", contact.unit))
    )


def may_sign(contact: Any, user: Any) -> bool:
    """接办：引导去的那个单位的人。"""
    referral = contact.referral_open()
    return referral is not None and referral.unit is not None and bool(user.may("view_cases", referral.unit))


def may_take_up(contact: Any, user: Any) -> bool:
    """收成办件：能收件的人；收在哪里由收件那一步自己查。"""
    return bool(user.may_somewhere("take_in"))


def may_set_times(policy: Any, user: Any) -> bool:
    """局长，或机构与人事管理员。"""
    return any(user.may(perm, policy.agency) for perm in ("direct_denials", "keep_posts"))
