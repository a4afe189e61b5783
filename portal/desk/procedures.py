"""特别程序在工作台上的下一步：由状态机给，走不了的写明为什么。"""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import rules
from approvals.models import Case, Procedure
from office.steps import available

Offer = tuple[str, str, str]  # 按钮上的话、网址、现在为什么不能


def offers(case: Case, user: Any) -> list[Offer]:
    """这件办件上，进行中的特别程序我能做的。"""
    if not case.procedures_running or not rules.may_end_procedures(case, user):
        return []
    return [offer for one in case.procedures.running().order_by("pk") for offer in offers_on(one, user)]


def offers_on(procedure: Procedure, user: Any) -> list[Offer]:
    url = reverse("desk:procedure-end", args=[procedure.case.number, procedure.pk])
    return [
        (_("结束：%s") % procedure.name, url, step.reason)
        for step in available(procedure, user)
        if step.name == "end"
    ]  # fmt: skip


def startable(case: Case) -> list[dict[str, Any]]:
    """指南列出的每一种：能不能启动，为什么不能。"""
    running = set(case.procedures.running().values_list("key", flat=True))
    return [
        {**row, "reason": _("正在进行，不能再启动一次。") if row["key"] in running else ""}
        for row in rules.listed_procedures(case.guide)
    ]


def why_not_extend(case: Case, at: datetime.datetime) -> str:
    """现在为什么不能报请延期；能就是空串。"""
    clock, limit = rules.limit_clock(case.clocks.running()), rules.extension_limit(case.item, case.guide)
    return rules.why_not_extend(case, clock, limit, at)
