"""决定由谁作：收回准予的由分管副局长、局长审定，准予由指南写的那一级决定；A 岗在岗是 A，离岗由 B 代。"""

import datetime

from django.core.exceptions import PermissionDenied

from agencies.models import Holding, Post, User
from agencies.states import Rank
from approvals import rules
from approvals.models import Case
from catalog.states import Decider
from office.steps import NotNow

NOT_NOW_YOU = "此刻不由您审定：A 岗在岗时由 A 岗审定，离岗时由 B 岗代。"


def on_duty(case: Case, at: datetime.datetime) -> list[User]:
    """分管副局长、局长此刻在职责的人。"""
    posts = [Post.objects.deputy_for(case.section), Post.objects.director_of(case.agency)]
    return [standing.user for post in posts if post and (standing := post.holder_at(at))]


def require(case: Case, *, by: User, at: datetime.datetime) -> None:
    """此刻不轮到他的不能审定。Raises: PermissionDenied。"""
    if by not in on_duty(case, at):
        raise PermissionDenied(NOT_NOW_YOU)


def refuse_idle_stand_in(case: Case, *, by: User, at: datetime.datetime) -> None:
    """准予是 A 岗的签字：只任 B 岗的，A 岗离岗了才轮到；A 岗回避、审查过、主持听证的，由 B 岗决定。Raises: NotNow。"""
    if why := not_your_turn(case, by, at):
        raise NotNow(why)


def refuse_idle_chief(case: Case, *, by: User, at: datetime.datetime) -> None:
    """审核是科室负责人的签字：同决定一样，A 岗在岗由 A 岗审核。Raises: NotNow。"""
    if why := not_your_turn_to_endorse(case, by, at):
        raise NotNow(why)


def not_your_turn(case: Case, user: User, at: datetime.datetime) -> str:
    """只任 B 岗的，此刻为什么不由他决定；轮到他的、不任 B 岗的是空串。"""
    posts = [Post.objects.chief_of(case.section), Post.objects.deputy_for(case.section)]
    return _idle([post_above(case)] if case.guide.decider else posts, case, user, at, "决定")


def not_your_turn_to_endorse(case: Case, user: User, at: datetime.datetime) -> str:
    """审核同样看；轮到他的是空串。"""
    return _idle([Post.objects.chief_of(case.section)], case, user, at, "审核")


def post_above(case: Case) -> Post | None:
    """报上一级决定的，是哪个岗：分管承办科室的副局长，本机关的局长；没有设岗的是 None。"""
    if case.guide.decider == Decider.DIRECTOR:
        return Post.objects.director_of(case.agency)
    return Post.objects.deputy_for(case.section)


def decider_above(case: Case, at: datetime.datetime) -> User | None:
    """报上一级决定的，此刻由谁决定。"""
    post = post_above(case)
    standing = post.holder_at(at) if post else None
    return standing.user if standing else None


def decided_by_words(case: Case, at: datetime.datetime) -> str:
    """“由分管副局长梁演示决定”。"""
    who = decider_above(case, at)
    return f"由{case.guide.decider_words}{who.full_name if who else '（此刻没有人在岗）'}决定"


def _idle(posts: list[Post | None], case: Case, user: User, at: datetime.datetime, what: str) -> str:
    seats = Holding.objects.running(at).filter(post__in=[one for one in posts if one]).select_related("user", "post")
    held = [seat for seat in seats if seat.user_id == user.pk]
    if not held or any(seat.rank == Rank.A for seat in held):
        return ""
    mine = {seat.post_id for seat in held}
    firsts = [seat.user for seat in seats if seat.rank == Rank.A and seat.post_id in mine]
    on_duty = [one for seat in held if (one := seat.post.holder_at(at))]
    if any(one.user == user for one in on_duty) or any(_barred(case, one) for one in firsts):
        return ""
    rest = f"A 岗离岗、回避、审查过这一件的，才由您（B 岗）{what}。"
    if not on_duty:
        return f"此刻没有人在岗；{rest}"
    named = "、".join(one.describe() for one in on_duty)
    return f"此刻由{named}{what}；{rest}"


def _barred(case: Case, user: User) -> bool:
    return rules.stays_out(case, user) or rules.has_reviewed(case, user) or rules.chairs(case, user)
