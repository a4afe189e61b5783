"""重点项目的问题：纯函数，按属性取用。"""

from typing import Any

from approvals.rules import by_system
from approvals.states import Rung

__all__ = ["by_system", "may_answer", "may_open", "may_serve"]


def may_open(unit: Any, user: Any) -> bool:
    """立项、改派专员：管这个单位的负责人。"""
    return any(user.may(perm, unit) for perm in ("review_denial", "sanction_denial"))


def may_serve(project: Any, user: Any) -> bool:
    """列入办件、登记联系人、提出要协调的事：专员，和管这个单位的负责人、本单位办业务的人。"""
    works = any(user.may(perm, project.unit) for perm in ("take_in", "review_case"))
    return project.specialist_id == user.pk or works or may_open(project.unit, user)


def may_answer(issue: Any, user: Any) -> bool:
    """专员、现在由谁办的人；上交之后，那一级岗位的人也可以。"""
    if user.pk in (issue.owner_id, issue.project.specialist_id):
        return True
    return bool(issue.rung > Rung.HANDLER and issue.is_held_by(user, issue.rung))
