"""费用在办件页上：有什么、下一步是什么；不收费的办件一句也不问库。"""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from approvals.models import Case, Fee
from approvals.states import FEE_OWED, FEE_TAKEN, FeeState
from office.papers.words import full_width
from office.steps import available
from portal.desk.access import may

Offer = tuple[str, str, str]  # 按钮上的话、网址、现在为什么不能

NAMES = {
    "pay": lazy("登记缴费"),
    "reduce": lazy("减免"),
    "assess": lazy("核定费用"),
    "order_refund": lazy("应当退费"),
    "refund": lazy("登记退费"),
}


def fee_of(case: Case) -> Fee | None:
    """这一件的费用；没有就不查库。"""
    if not case.has_fee:
        return None
    found: Fee | None = case.fees.select_related("recorded_by", "reduced_by").first()
    if found is not None:
        found.case = case
    return found


def may_do(fee: Fee, user: Any, name: str) -> bool:
    return may(fee, user, name)


def offers(case: Case, user: Any) -> list[Offer]:
    """我能对费用做的。"""
    if (fee := fee_of(case)) is None:
        return []
    steps = {step.name: step for step in available(fee, user)}
    return [
        (str(NAMES[step.name]), reverse("desk:case-fee", args=[case.number, step.name]), full_width(step.reason))
        for step in (steps[name] for name in NAMES if name in steps)
    ]


SUMS = {
    "due": Sum("standard", default=0),
    "reduced": Sum(F("standard") - F("amount"), default=0, filter=Q(amount__isnull=False)),
    "taken": Sum("amount", default=0, filter=Q(state__in=FEE_TAKEN)),
    "returned": Sum("amount", default=0, filter=Q(state=FeeState.REFUNDED)),
    "owed": Sum("amount", default=0, filter=Q(state__in=FEE_OWED)),
    "dropped": Sum("amount", default=0, filter=Q(state=FeeState.DROPPED)),
}


def figures(fees: QuerySet[Fee], since: Any, until: Any) -> list[dict[str, Any]]:
    """[since, until) 产生的费用，各事项：几件，应缴、减免、已缴、已退、未缴、不再收（分）。"""
    found = fees.filter(arose_at__gte=since, arose_at__lt=until).order_by()
    rows: Any = found.values("case__item__name").annotate(cases=Count("pk"), **SUMS)
    return list(rows.order_by("case__item__name"))
