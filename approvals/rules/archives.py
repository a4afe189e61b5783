"""电子档案：谁管，什么时候可以。"""

from typing import Any

from office.stateful import because

DESTROYED = "这一件的档案已经销毁，不再写什么。"


def may_keep(archive: Any, user: Any) -> bool:
    """管理员：本机关的目录管理员、机构与人事维护人。"""
    agency = archive.case.agency
    return any(user.may(perm, agency) for perm in ("keep_catalogue", "keep_posts"))


def by_the_system(archive: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def by_either(archive: Any, user: Any) -> bool:
    return by_the_system(archive, user) or may_keep(archive, user)


@because("没有定保管期限：先照批准的保管期限表登记，再检测一次。")
def has_a_period(archive: Any) -> bool:
    return bool(archive.period)
