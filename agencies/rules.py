"""岗位与权限的算术:哪个角色在哪些地方有哪些权限。纯函数,不碰库、不读钟。"""

import datetime
from collections.abc import Callable, Mapping, Set
from enum import Enum, auto
from typing import Any, Final

from agencies.states import Level, Role, UnitKind


class Where(Enum):
    """角色的权限落在哪里。"""

    OWN_UNIT = auto()
    PORTFOLIO = auto()  # 副局长分管的每个科室
    AGENCY = auto()
    EVERY_UNIT = auto()  # 本机关的每个单位


# 不行权局长负责制的阶梯:经办人拟报 → 科室负责人审核 → 分管副局长核准 → 局长审定(方案“再造工作流程”一、二)。
ROLE_PERMISSIONS: Final[Mapping[str, Mapping[Where, tuple[str, ...]]]] = {
    Role.CLERK: {Where.OWN_UNIT: ("view_cases", "take_in", "file_denial")},
    # 审查中遇到模糊地带,审查人就是经办人,由他填拟否定报告。
    Role.REVIEWER: {Where.OWN_UNIT: ("view_cases", "review_case", "file_denial")},
    Role.CHIEF: {Where.OWN_UNIT: ("view_cases", "review_case", "review_denial", "decide_case", "read_denials")},
    Role.DEPUTY: {Where.PORTFOLIO: ("view_cases", "decide_case", "sanction_denial", "read_denials")},
    Role.DIRECTOR: {
        Where.AGENCY: ("direct_denials",),
        Where.EVERY_UNIT: ("view_cases", "sanction_denial", "read_denials"),
    },
    Role.EDITOR: {Where.AGENCY: ("keep_catalogue",)},
    Role.AUDITOR: {Where.AGENCY: ("audit",)},
    Role.PERSONNEL: {Where.AGENCY: ("keep_posts",)},
    Role.ARCHIVIST: {Where.AGENCY: ("keep_archives",)},
}

# 只在窗口做事的角色不进审定队列,也就不要求第二因素。
QUEUE_ROLES: Final = frozenset(Role) - {Role.CLERK, Role.REVIEWER}

# 受理点：只受理，不办理(县级便民行政服务全程受理制二㈡)。
DESKS: Final = (UnitKind.WINDOW, UnitKind.TOWN_DESK, UnitKind.VILLAGE_DESK)


def enters_queue(roles: set[str]) -> bool:
    """担任这些角色的人能不能进审定队列。"""
    return bool(roles & QUEUE_ROLES)


def may_keep_posts(by: Any, agency: Any) -> bool:
    """谁可以任命、免去、登记他人离岗:系统,或该机关的人事维护人。"""
    return bool(by.is_system or by.may("keep_posts", agency))


def may_keep_account(by: Any, user: Any, served: Set[Any], kept: Set[Any]) -> bool:
    """谁可以更正、停用账户:工作人员的,由维护其全部任职机关(served)的人(kept)来做;群众的由系统按本人申请做。

    自己的和维护账户(超级用户)的,人事维护人动不了。
    """
    if by == user or by.is_system:
        return bool(by != user)
    return bool(user.is_official and not user.is_superuser and kept and served <= kept)


def takes_applications(unit: Any) -> bool:
    """能不能直接收件:窗口和镇村受理点能;科室只有设在服务中心的(办理部)能,

    在外的办理室只办本级受理点转来的件(县级便民行政服务全程受理制)。
    """
    if unit.kind in DESKS:
        return True
    return bool(unit.kind == UnitKind.SECTION and unit.hosted_by_id is not None)


HEIGHTS: Final = tuple(Level)  # 自上而下


def is_below(unit: Any, other: Any) -> bool:
    """这个单位的层级比那个低。"""
    return HEIGHTS.index(unit.level) > HEIGHTS.index(other.level)


def serves_here(desk: Any, section: Any) -> bool:
    """是不是这个承办单位的本级受理点：同一层级，同一个机关，或者同一行政区划里别的机关的(综合窗口)。

    在外的办理室只承办本级受理点的转办件(县级便民行政服务全程受理制)。
    """
    if desk.level != section.level:
        return False
    return bool(desk.agency_id == section.agency_id or desk.agency.region_code == section.agency.region_code)


def next_run(run: Any, now: datetime.datetime, works: Callable[[datetime.date], bool]) -> datetime.datetime | None:
    """周历的这一行下一次是几时:照星期几，逢休息日跳过；两个月里都没有为 None。now 带时区，答的也是这个时区。"""
    for ahead in range(63):
        day = now.date() + datetime.timedelta(days=ahead)
        at = datetime.datetime.combine(day, run.time, tzinfo=now.tzinfo)
        if day.isoweekday() == run.weekday and at >= now and works(day):
            return at
    return None
