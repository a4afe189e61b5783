"""先例:由审定产生,可以限定、取代、撤销。"""

import datetime

from django.db import transaction

from agencies.models import User
from denials.models import Precedent, RegisterEntry, Report
from denials.states import Holding
from office.journal import actions as journal
from office.steps import NotNow, take


def settle(report: Report, *, holding: Holding, by: User, at: datetime.datetime) -> Precedent:
    """成为先例:以后办理类似事项可以参照执行。"""
    precedent: Precedent = Precedent.objects.create(
        code=report.number.replace("拟否", "先例"),
        report=report,
        item=report.case.item,
        question=report.question,
        holding=holding,
        reasons=report.reasons if holding == Holding.REFUSE else report.verdict_text,
        basis_text=report.basis_text,
        how_to=report.how_to,
        settled_at=at,
    )
    facts = {"report": report.number, "holding": holding}
    journal.record("denials.precedent.settle", about=precedent, by=by, at=at, after=precedent.state, facts=facts)
    return precedent


def limit(precedent: Precedent, *, scope: str, reason: str, by: User, at: datetime.datetime) -> Precedent:
    """限定适用:写明只在什么情形下参照。Raises: NotNow、PermissionDenied。"""
    if not (scope.strip() and reason.strip()):
        raise NotNow("请写明适用范围和理由。")
    take(precedent, "limit", by=by, at=at, scope=scope, reason=reason)
    return precedent


def withdraw(precedent: Precedent, *, reason: str, by: User, at: datetime.datetime) -> list[RegisterEntry]:
    """撤销:以后不再参照;返回参照过它的报备,供逐件复查。Raises: NotNow、PermissionDenied。"""
    if not reason.strip():
        raise NotNow("请写明撤销的理由。")
    with transaction.atomic():
        take(precedent, "withdraw", by=by, at=at, reason=reason)
        return list(precedent.followers.select_related("case"))


def supersede(precedent: Precedent, *, reason: str, by: User, at: datetime.datetime) -> Precedent:
    """取代:有了新的先例或明文规定。Raises: NotNow、PermissionDenied。"""
    if not reason.strip():
        raise NotNow("请写明由什么取代。")
    take(precedent, "supersede", by=by, at=at, reason=reason)
    return precedent
