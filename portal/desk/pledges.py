"""告知承诺在办件页上的下一步：由状态机给，走不了的写明为什么。"""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import leaders
from approvals.models import Case, Pledge
from approvals.states import PledgeState
from office.papers.words import last_day_words
from office.steps import available
from portal.desk.access import may

Offer = tuple[str, str, str]  # 按钮上的话、网址、现在为什么不能

NAMES = {
    "take_back": lazy("撤回承诺，改交材料"),
    "check": lazy("核查承诺"),
    "mend": lazy("已经整改"),
    "ask_to_revoke": lazy("报请撤销决定"),
    "revoke": lazy("撤销决定"),
    "keep": lazy("不撤销"),
    "serve": lazy("送达撤销决定"),
}
MOVES = {"check": "find_true"}  # 核查的三种结果是三步，权限相同
SANCTIONS = ("revoke", "keep")  # 领导审定的两步
DEED_OF = {"find_true": "check", "find_false": "", "find_unverified": ""}


def may_do(pledge: Pledge, user: Any, name: str) -> bool:
    return may(pledge, user, MOVES.get(name, name))


def offers(case: Case, user: Any, at: datetime.datetime) -> list[Offer]:
    """这件办件上，我能对承诺做的；没有用过承诺的不查库。"""
    if not case.has_pledges:
        return []
    found = case.pledges.select_related("case__section", "case_material__material").order_by("pk")
    return [offer for one in found for offer in _on(one, user, at)]


def _on(pledge: Pledge, user: Any, at: datetime.datetime) -> list[Offer]:
    made = []
    for step in available(pledge, user):
        if name := DEED_OF.get(step.name, step.name):
            if name in ("take_back", "serve") and step.reason:
                continue
            url = reverse("desk:pledge", args=[pledge.case.number, pledge.pk, name])
            label = _("%(deed)s：%(material)s") % {"deed": NAMES[name], "material": pledge.case_material}
            made.append((label, url, step.reason or _too_early(pledge, name, user, at)))
    return made


def _too_early(pledge: Pledge, name: str, user: Any, at: datetime.datetime) -> str:
    if pledge.state == PledgeState.ASKED and name in SANCTIONS and user not in leaders.on_duty(pledge.case, at):
        return leaders.NOT_NOW_YOU
    due_at = pledge.mend_due_at
    if name == "ask_to_revoke" and pledge.state == PledgeState.MENDING and due_at and due_at > at:
        return _("整改期限到%s，还没有过。") % last_day_words(due_at)
    return ""
