"""告知:给申请人的话(站内、短信),给责任人的提醒(站内)。写成行,由托盘送出。"""

import datetime
from collections.abc import Iterable

from agencies.models import Post, Unit, User
from approvals.models import Case, Joint
from approvals.states import MandateKind, MandateScope, MandateState
from office.notices import actions as notices


def tell_applicant(case: Case | Joint, kind: str, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    """告知申请人:有账号的发站内信,同时发短信;短信里没有证件号和住址。"""
    if case.user is not None:
        notices.queue(
            kind, about=case, to=case.user, channel="inbox", subject=subject, body=body,
            responsible=case.responsible, by=by, at=at,
        )  # fmt: skip
    notices.queue(
        kind, about=case, to=case.user, address=case.applicant.phone, channel="sms", subject=subject, body=body,
        responsible=case.responsible, by=by, at=at,
    )  # fmt: skip
    if isinstance(case, Case) and kind in AGENTS_TOO:
        _tell_his_agent(case, AGENTS_TOO[kind], subject, by=by, at=at)


# 申请人的代理人也要知道的，看委托里有没有那一样；只说到了哪一步，内容凭他自己的代办查询码看
AGENTS_TOO = {
    "case.accepted": MandateScope.SUBMIT,
    "case.refused": MandateScope.SUBMIT,
    "case.correction": MandateScope.SUPPLEMENT,
    "case.deferred_soon": MandateScope.SUPPLEMENT,
    "case.deferred_again": MandateScope.SUPPLEMENT,
    "case.granted": MandateScope.COLLECT,
}


def _tell_his_agent(case: Case, scope: str, subject: str, *, by: User, at: datetime.datetime) -> None:
    told = {"kind": MandateKind.PERSON, "state": MandateState.RUNNING, "to_at__gt": at, "scope__contains": [scope]}
    for mandate in case.mandates.filter(**told):
        if mandate.phone:
            body = f"您代办的办件 {case.number}：{subject}。凭办件编号和代办查询码在查进度页看，也告诉了申请人。"
            tell_phone(case, mandate.phone, "mandate.news", subject, body, by=by, at=at)


def tell_staff(
    case: Case | Joint, users: Iterable[User], kind: str, subject: str, body: str, *, by: User, at: datetime.datetime
) -> None:
    """提醒工作人员:站内信,同一人只发一次。"""
    for user in {user.pk: user for user in users}.values():
        notices.queue(
            kind, about=case, to=user, channel="inbox", subject=subject, body=body, responsible=user, by=by, at=at
        )


def leaders_of(case: Case, at: datetime.datetime) -> list[User]:
    """承办科室负责人和分管副局长,此刻有职责的人。"""
    posts = [Post.objects.chief_of(case.section), Post.objects.deputy_for(case.section)]
    standings = [post.holder_at(at) for post in posts if post]
    return [standing.user for standing in standings if standing]


def chief_for(unit: Unit, at: datetime.datetime) -> User | None:
    """这个单位此刻的负责人:科室负责人;受理点没有科长的,是分管副局长,再没有就是局长。"""
    posts = [Post.objects.chief_of(unit), Post.objects.deputy_for(unit), Post.objects.director_of(unit.agency)]
    return next((standing.user for post in posts if post and (standing := post.holder_at(at))), None)


def tell_phone(case: Case, phone: str, kind: str, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    """发给办件上登记的别的人(受委托人、联系人)：只有电话，发短信。"""
    notices.queue(
        kind, about=case, to=None, address=phone, channel="sms", subject=subject, body=body,
        responsible=case.responsible, by=by, at=at,
    )  # fmt: skip
