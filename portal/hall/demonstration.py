"""演示：登录页列出可以扮演的人；有动态口令的，把此刻的口令也告诉他。只在演示环境里有。"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import Holding, User
from agencies.states import Role, UserKind
from portal.second_factor import shown_code

ORDER = list(Role.values)


@dataclass(frozen=True)
class Part:
    """可以扮演的一个人。"""

    username: str
    name: str
    role: str


def cast() -> list[tuple[str, list[Part]]]:
    """可以扮演的人：群众在前，工作人员按机关分组，职务在一起。不是演示就一个也没有。"""
    if not settings.DEMONSTRATION:
        return []
    citizens = User.objects.filter(kind=UserKind.CITIZEN, is_active=True).order_by("username")[:10]
    groups = {"": [Part(user.username, user.full_name, "") for user in citizens]}
    held = Holding.objects.standing().filter(user__is_active=True).select_related("user", "post__unit__agency")
    held = held.order_by("post__unit__agency__path", "post__unit__path", "post__code", "rank")
    roles: dict[tuple[str, str, str], list[str]] = {}
    for holding in sorted(held, key=lambda one: (one.post.unit.agency.path, ORDER.index(one.post.role))):
        key = (holding.post.unit.agency.name, holding.user.username, holding.user.full_name)
        roles.setdefault(key, []).append(f"{holding.post.title}{holding.get_rank_display()}")
    for (agency, username, name), titles in roles.items():
        groups.setdefault(agency, []).append(Part(username, name, "、".join(titles)))
    return [(name, parts) for name, parts in groups.items() if parts]


def playable(username: str) -> User | None:
    """演示里可以扮演的人。"""
    if not settings.DEMONSTRATION or not username.isprintable():
        return None
    return User.objects.exclude(kind=UserKind.SYSTEM).filter(username=username, is_active=True).first()


def current_code(user: Any) -> str:
    """此刻的动态口令;不是演示就是空串。"""
    return shown_code(TOTPDevice.objects.devices_for_user(user, confirmed=True).first())
