"""准予以后核查承诺：起事后核查，定责任人和期限。准予的、视为准予延续的共用（国办发〔2020〕42号）。"""

import datetime

from agencies.models import Holding, Post, User
from agencies.states import Role
from approvals.actions import telling
from approvals.models import Case, Pledge
from approvals.states import PLEDGE, PledgeState
from office import clocks
from office.clocks import Term
from office.papers.words import last_day_words
from office.steps import take
from office.workdays import calendar as workdays


def begin_checks(case: Case, *, by: User, at: datetime.datetime) -> None:
    """准予以后起事后核查：定责任人和期限。在准予的事务里、办件已锁住时调用。"""
    if not case.has_pledges:
        return
    owner = owner_of(case, by, at)
    for pledge in case.pledges.filter(state=PledgeState.SIGNED).select_related("terms", "case_material__material"):
        term = term_of(pledge, pledge.terms.check_days, at)
        clocks.start(case, clock_kind(pledge), term, at=at)
        take(pledge, "begin_check", by=by, at=at, owner=owner, due_at=term.due_at)
        body = f"办件 {case.number} 用承诺代替了“{pledge.case_material}”，请在{last_day_words(term.due_at)}前核查。"
        telling.tell_staff(case, [owner], "pledge.check", f"请事后核查：{case.number}", body, by=by, at=at)


def owner_of(case: Case, by: User, at: datetime.datetime) -> User:
    """核查责任人：审查过、还在岗的人；没有的，是承办科室此刻当班的审查人、负责人；都没有是作决定的人。"""
    present = Holding.objects.present(at).filter(post__unit=case.section).values("user")
    given = case.reviews.filter(reviewer__in=present).select_related("reviewer").order_by("-given_at").first()
    if given is not None and given.reviewer is not None:
        return given.reviewer
    posts = Post.objects.filter(unit=case.section, role__in=[Role.REVIEWER, Role.CHIEF]).order_by("-role", "code")
    return next((standing.user for post in posts if (standing := post.holder_at(at))), by)


def clock_kind(pledge: Pledge) -> str:
    return f"{PLEDGE}{pledge.case_material.material.key}"


def term_of(pledge: Pledge, days: int, at: datetime.datetime) -> Term:
    return days_of(pledge, days, pledge.terms.basis[:200], at)


def days_of(pledge: Pledge, days: int, basis: str, at: datetime.datetime) -> Term:
    calendar = workdays.calendar_for(pledge.case.agency.code)
    due_at, provisional = workdays.due(at, days, "wd", calendar=calendar)
    return Term(days, "wd", basis, due_at, provisional)
