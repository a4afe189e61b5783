"""电子档案：谁管，什么时候可以。"""

from typing import Any

from office.stateful import because

DESTROYED = "这一件的档案已经销毁，不再写什么。"


ADMINISTER = ("keep_catalogue", "keep_posts")
SEE = ("keep_archives", *ADMINISTER, "audit")


def may_keep(archive: Any, user: Any) -> bool:
    """管理员：本机关的目录管理员、机构与人事维护人。销毁要两位管理员，档案员只移交。"""
    return any(user.may(perm, archive.case.agency) for perm in ADMINISTER)


def may_hand_over(archive: Any, user: Any) -> bool:
    """归集、检测、移交：档案员，管理员也可以。"""
    return may_keep(archive, user) or bool(user.may("keep_archives", archive.case.agency))


def may_hand_over_batch(batch: Any, user: Any) -> bool:
    return any(user.may(perm, batch.agency) for perm in ("keep_archives", *ADMINISTER))


def by_the_system(archive: Any, user: Any) -> bool:
    return bool(user.kind == "system")


def by_either(archive: Any, user: Any) -> bool:
    return by_the_system(archive, user) or may_hand_over(archive, user)


@because("没有定保管期限：先照批准的保管期限表登记，再检测一次。")
def has_a_period(archive: Any) -> bool:
    return bool(archive.period)
