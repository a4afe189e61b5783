"""收回准予的决定由谁审定：分管副局长、局长，此刻轮到谁就是谁（A 岗在岗是 A，离岗由 B 代）。"""

import datetime

from django.core.exceptions import PermissionDenied

from agencies.models import Post, User
from approvals.models import Case

NOT_NOW_YOU = "此刻不由您审定：A 岗在岗时由 A 岗审定，离岗时由 B 岗代。"


def on_duty(case: Case, at: datetime.datetime) -> list[User]:
    """分管副局长、局长此刻在职责的人。"""
    posts = [Post.objects.deputy_for(case.section), Post.objects.director_of(case.agency)]
    return [standing.user for post in posts if post and (standing := post.holder_at(at))]


def require(case: Case, *, by: User, at: datetime.datetime) -> None:
    """此刻不轮到他的不能审定。Raises: PermissionDenied。"""
    if by not in on_duty(case, at):
        raise PermissionDenied(NOT_NOW_YOU)
