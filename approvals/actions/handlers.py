"""承办人：件到承办科室审查，写明由谁承办。负责人指定，审查的人领办；没有人定的，只提建议，不替人定。

承办人不锁事情：科室里别的审查人照样可以办，谁办的谁署名；审查和决定仍由不同的人。离岗了名字不变，由 B 岗代办。
"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from agencies.models import Absence, Holding, Post, User
from agencies.states import Role
from approvals import rules
from approvals.actions import deadlines, enquiries, telling
from approvals.models import Case, Enquiry
from approvals.rules.enquiries import may_answer
from approvals.states import UNDER_WAY
from office.journal import actions as journal
from office.steps import NotNow, take

NOBODY = "还没有定"


@dataclass(frozen=True)
class Candidate:
    """可以承办的一个人：open_cases 由他承办、还在办的几件，away 此刻离岗。"""

    user: User
    open_cases: int
    away: bool


def candidates(case: Case, at: datetime.datetime) -> list[Candidate]:
    """可以承办的：承办科室里审查的人，自己不用回避；各在办几件、此刻是不是离岗。"""
    open_cases = Count("cases_handled", filter=Q(cases_handled__state__in=UNDER_WAY))
    away = Exists(Absence.objects.covering(at).filter(user=OuterRef("pk")))
    found = User.objects.trusted_with("review_case", case.section).annotate(open_cases=open_cases, away=away)
    return [Candidate(one, one.open_cases, one.away) for one in found if not rules.stays_out(case, one)]


def suggested(case: Case, among: list[Candidate], at: datetime.datetime) -> tuple[User, Role] | None:
    """建议由谁承办：此刻当班的审查人（A 岗在岗是 A，离岗由 B 代）里在办最少的；没有审查人当班的，是负责人。

    连同他是审查人还是负责人；都不当班的是 None。
    """
    for role in (Role.REVIEWER, Role.CHIEF):
        posts = Post.objects.filter(unit=case.section, role=role).values_list("pk", flat=True)
        on_duty = {one.user.pk for one in Holding.objects.standings_of(posts, at).values()}
        able = [one for one in among if one.user.pk in on_duty]
        if able:
            return min(able, key=lambda one: (one.open_cases, one.user.pk)).user, role
    return None


def assign(case: Case, *, to: User, by: User, at: datetime.datetime, reason: str = "") -> Case:
    """定承办人：by 就是 to 的是领办，只能领还没有人承办的；负责人可以指定、更换，更换要写原因。

    原来的承办人没有答复的询问随之转去；两个人都告诉。
    Raises: NotNow(已经是他、承办不了、换人没有写原因)、PermissionDenied(不是负责人，也不是自己领办)。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        left, reason = case.handler, reason.strip()
        if left == to:
            raise NotNow(f"{to}已经是承办人。")
        leads = rules.may_assign_handler(case, by)
        if not leads and (by != to or not rules.may_be_handler(case, by)):
            raise PermissionDenied("承办人由承办科室负责人定；审查的人只能自己领办。")
        if not leads and left is not None:
            raise NotNow(f"已经由{left}承办；要换，请负责人定。")
        if left is not None and not reason:
            raise NotNow(f"现在由{left}承办，换人要写明原因。")
        take(case, "assign_handler", by=by, at=at, frm=_named(left), to=to.full_name, reason=reason)
        if not rules.may_be_handler(case, to):
            raise NotNow(f"{to}不能承办这一件：要是{case.section}审查的人，自己不用回避。")
        _write(case, to)
        if left is not None:
            _pass_enquiries(case, left, to, by=by, at=at)
        _tell(case, left, reason, by=by, at=at)
    return case


def change(case: Case, *, to: User | None, why: str, by: User, at: datetime.datetime) -> None:
    """随别的事换（回避由接替的人接，改派以后另定）；本来没有承办人的不动。调用者已锁住办件，另外告诉人。"""
    left = case.handler
    if left is None or left == to:
        return
    facts = {"frm": _named(left), "to": _named(to), "reason": why}
    journal.record(
        "approvals.case.change_handler", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
    )
    _write(case, to)


def _write(case: Case, to: User | None) -> None:
    """全系统只有这一处改 Case.handler；先有日志，数据库才许改（迁移 handlers）。"""
    case.handler = to
    Case.objects.filter(pk=case.pk).update(handler=to)


def _named(user: User | None) -> str:
    return user.full_name if user else NOBODY


def _pass_enquiries(case: Case, left: User, to: User, *, by: User, at: datetime.datetime) -> None:
    """原来的承办人还没有答复的询问，由新的承办人答复；期限不变。"""
    for one in Enquiry.objects.under_way().filter(case=case, owner=left).select_related("case"):
        if may_answer(one, to):
            enquiries.pass_on(one, to=to, by=by, at=at)


def _tell(case: Case, left: User | None, reason: str, *, by: User, at: datetime.datetime) -> None:
    """新的、原来的承办人，自己定的不用告诉自己。"""
    why, to = f"原因：{reason}" if reason else "", case.handler
    if to is not None and to != by:
        body = f"办件 {case.number} 由您承办，请在“我承办的”里接着办，期限照走。{why}"
        telling.tell_staff(case, [to], "case.handler", f"由您承办：{case.number}", body, by=by, at=at)
    if left is not None and left != by:
        body = f"办件 {case.number} 改由{to}承办。{why}"
        telling.tell_staff(case, [left], "case.handler", f"换了承办人：{case.number}", body, by=by, at=at)
