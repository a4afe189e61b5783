"""账户:开户与停用。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.actions import posts
from agencies.models import Agency, User
from agencies.states import UserKind
from office.journal import actions as journal


def open_account(
    *,
    username: str,
    full_name: str,
    kind: str,
    password: str | None,
    by: User,
    at: datetime.datetime,
    phone: str = "",
    email: str = "",
) -> User:
    """开户:群众注册由系统署名,工作人员由人事维护人开;没有任职就没有任何业务权限。

    Raises: PermissionDenied;IntegrityError(用户名已有人用)。
    """
    if not by.is_system and not (kind == UserKind.STAFF and by.agencies_with("keep_posts").exists()):
        raise PermissionDenied("您不能开这种账户。")
    with transaction.atomic():
        user = User.objects.create_user(username, password, full_name=full_name, kind=kind, phone=phone, email=email)
        journal.record("agencies.user.open", about=user, by=by, at=at, after=kind)
    return user


def close_account(*, user: User, by: User, at: datetime.datetime) -> User:
    """停用账户:先免去全部任职,再不能登录;记录留着。

    Raises: PermissionDenied(无权,或停用自己)。
    """
    if not _may_close(by, user):
        raise PermissionDenied("您不能停用这个账户。")
    with transaction.atomic():
        for holding in user.holdings.standing().order_by("pk"):
            posts.relieve(holding=holding, by=by, at=at)
        user.is_active = False
        user.save(update_fields=["is_active"])
        journal.record("agencies.user.close", about=user, by=by, at=at, before=user.kind)
    return user


def _may_close(by: User, user: User) -> bool:
    """工作人员的账户由其任职的每个机关都归他维护的人停用;群众的账户由系统停用(本人申请注销时)。"""
    if by == user or by.is_system:
        return by != user
    kept = by.agencies_with("keep_posts")
    served_elsewhere = Agency.objects.visible_to(user).exclude(pk__in=kept)
    return user.kind == UserKind.STAFF and kept.exists() and not served_elsewhere.exists()
