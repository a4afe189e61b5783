"""更正登记的信息：哪几栏此刻还改得了。纯函数，按属性取用。

姓名是决定写给谁的，有了决定就不能从登记上改；证件号只用来认人，送达以前都可以改；电话、地址随时可以，档案销毁以前。
"""

from collections.abc import Collection, Iterable
from typing import Any

from approvals.states import DECIDED, IDENTITY_OF, WAITING, Registered

TOO_LATE = "已经有决定，不能再改登记的姓名或名称：证照写错的更正证照的笔误，决定有错的由作决定的机关纠正。"
COLLECTED = "结果已经送达，不用再改登记的证件。"


def of_identity(columns: Iterable[str]) -> list[str]:
    return [one for one in columns if one in IDENTITY_OF]


def takes_name(case: Any) -> bool:
    return case.state in WAITING


def takes_id(case: Any) -> bool:
    return case.state in WAITING or bool(case.state in DECIDED and case.delivered_at is None)


def obstacle(case: Any, siblings: Iterable[Any], columns: Collection[str]) -> str:
    """这几栏为什么改不了；改得了是空串。

    siblings 是联办里登记着同一个申请人的另外几件：姓名一改全改，有一件有了决定就不能改。
    """
    if Registered.NAME in columns:
        if not takes_name(case):
            return TOO_LATE
        decided = [one.number for one in siblings if not takes_name(one)]
        if decided:
            return f"联办的 {'、'.join(decided)} 已经有结果，各件登记的是同一个申请人，不能再改姓名或名称。"
    if of_identity(columns) and not takes_id(case):
        return COLLECTED
    return ""
