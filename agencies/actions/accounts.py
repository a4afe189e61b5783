"""账户:开户与停用。"""

import datetime
from collections.abc import Mapping
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies import rules
from agencies.actions import posts
from agencies.models import Agency, User
from agencies.states import UserKind
from office.journal import actions as journal
from office.notices import actions as notices

AMENDABLE: Final = frozenset({"full_name", "phone", "email"})


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


def amend_account(
    *, user: User, changes: Mapping[str, str], password: str | None, by: User, at: datetime.datetime
) -> User:
    """更正账户:改姓名、电话、邮箱,或重设密码;日志只记改了哪几栏,不记内容。

    Raises: PermissionDenied(无权,或改自己的)。
    """
    _demand(by, user)
    with transaction.atomic():
        for name in AMENDABLE & changes.keys():
            setattr(user, name, changes[name])
        if password:
            user.set_password(password)
        user.save()
        named = sorted({*(AMENDABLE & changes.keys()), *(["password"] if password else [])})
        journal.record("agencies.user.amend", about=user, by=by, at=at, facts={"changed": named})
    return user


def set_mailbox(*, user: User, address: str, at: datetime.datetime) -> User:
    """邮箱:群众自己填、自己撤(空串，等着送的邮件随之取消);地址由调用的一方核对过。日志只记改了,不记地址。

    Raises: PermissionDenied(工作人员的由人事维护)。
    """
    if user.kind != UserKind.CITIZEN:
        raise PermissionDenied("工作人员的邮箱由人事维护人更正。")
    with transaction.atomic():
        user.email = User.objects.normalize_email(address)
        user.save(update_fields=["email"])
        if not address:
            notices.drop_copies(user, by=User.objects.system(), at=at)
        journal.record("agencies.user.amend", about=user, by=user, at=at, facts={"changed": ["email"]})
    return user


def close_account(*, user: User, by: User, at: datetime.datetime) -> User:
    """停用账户:先免去全部任职,再不能登录;记录留着。

    Raises: PermissionDenied(无权,或停用自己)。
    """
    _demand(by, user)
    with transaction.atomic():
        for holding in user.holdings.standing().order_by("pk"):
            posts.relieve(holding=holding, by=by, at=at)
        user.is_active = False
        user.save(update_fields=["is_active"])
        journal.record("agencies.user.close", about=user, by=by, at=at, before=user.kind)
    return user


def _demand(by: User, user: User) -> None:
    served = Agency.objects.visible_to(user)
    if not rules.may_keep_account(by, user, set(served), set(by.agencies_with("keep_posts"))):
        raise PermissionDenied("您不能维护这个账户。")
