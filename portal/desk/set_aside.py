"""撤销告知书另行送达：办件页上的下一步，今日页上等送达的。"""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from approvals import rules
from approvals.actions.serving import is_apart
from approvals.models import Case, Clock
from approvals.states import ClockKind
from portal.recalled import is_set_aside

NAME = lazy("送达撤销告知书")


def offers(case: Case, user: Any) -> list[tuple[Any, str, str]]:
    """没有撤销过的不查库。"""
    if not (is_set_aside(case) and rules.handles(case, user) and is_apart(case)):
        return []
    return [(NAME, reverse("desk:case-serve-set-aside", args=[case.number]), "")]


def waiting_for(user: Any) -> QuerySet[Clock]:
    """等我这个窗口送达的，先到期的在前。"""
    mine = Clock.objects.running().filter(kind=ClockKind.SET_ASIDE, case__intake_unit__in=user.unit_keys("take_in"))
    return mine.order_by("due_at", "pk")
