"""办件页上与送达有关的另外两步：电子送达确认书，公告期满以后来领。"""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from approvals import rules
from approvals.actions import last_ways
from approvals.models import Case
from approvals.rules.delivery import not_offered
from approvals.states import LastWay, Outcome
from catalog.states import DeliveryWay

ELECTRONIC, COLLECT, CHOOSE = lazy("电子送达确认书"), lazy("公告期满，来领取"), lazy("结果怎么给申请人")


def may_consent(case: Case) -> bool:
    """还没有送达、没有终止，这一件又可以电子送达。"""
    return not (case.delivered_at or case.closed_at or not_offered(case, DeliveryWay.ELECTRONIC))


def offers(case: Case, user: Any) -> list[tuple[Any, str, str]]:
    """办件页上的下一步；没有送达过的不查库。"""
    found = []
    if not (case.delivered_at or case.closed_at) and rules.may_take_in(case, user):
        found.append((CHOOSE, reverse("desk:case-delivery", args=[case.number]), ""))
    if may_consent(case) and rules.may_take_in(case, user):
        found.append((ELECTRONIC, reverse("desk:case-electronic", args=[case.number]), ""))
    by_notice = case.delivery_note.startswith(str(LastWay.NOTICE.label))
    if not (by_notice or case.has_pledges or case.has_retractions or case.outcome != Outcome.GRANTED):
        return found
    for row in last_ways.uncollected(case).select_related("pledge", "retraction").order_by("pk"):
        if last_ways.may_collect(case, row, user):
            found.append((COLLECT, reverse("desk:case-collect", args=[case.number, row.pk]), ""))
    return found
