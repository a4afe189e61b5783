"""特别程序在工作台上的下一步：由状态机给，走不了的写明为什么。"""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import rules
from approvals.actions import turns
from approvals.models import Case, Hearing, Procedure
from approvals.states import ProcedureKind
from office.steps import available
from office.workdays.rules import local

Offer = tuple[str, str, str]  # 按钮上的话、网址、现在为什么不能


def offers(case: Case, user: Any, at: datetime.datetime) -> list[Offer]:
    """这件办件上，进行中的特别程序我能做的。"""
    if not case.procedures_running:
        return []
    running = case.procedures.running().select_related("clock", "publication", "hearing", "inspection").order_by("pk")
    return [offer for one in running for offer in offers_on(one, user, at)]


def offers_on(procedure: Procedure, user: Any, at: datetime.datetime) -> list[Offer]:
    case = procedure.case
    found = [
        (_("结束：%s") % procedure.name, reverse("desk:procedure-end", args=[case.number, procedure.pk]),
         step.reason or _not_full(procedure, at))
        for step in available(procedure, user) if step.name == "end"
    ]  # fmt: skip
    if procedure.kind == ProcedureKind.PUBLICITY and rules.may_run_procedures(case, user):
        waiting = procedure.publication.objections.filter(answered_at=None).order_by("pk")
        found += [(_("答复异议"), reverse("desk:objection", args=[case.number, one.pk]), "") for one in waiting]
    if procedure.kind == ProcedureKind.HEARING:
        found += _of_hearing(procedure.hearing, user)
    if procedure.kind == ProcedureKind.INSPECTION:
        found += _of_inspection(procedure, user, at)
    return found


HEARING = {
    "request": gettext_lazy("登记要求听证"),
    "order": gettext_lazy("依职权听证"),
    "waive": gettext_lazy("登记不要求听证"),
    "schedule": gettext_lazy("定听证的时间地点"),
    "finish_record": gettext_lazy("完成听证笔录"),
}


def _of_hearing(hearing: Hearing, user: Any) -> list[Offer]:
    """状态机给听证的步。"""
    number = hearing.case.number
    return [
        (str(HEARING[step.name]), reverse("desk:hearing", args=[number, hearing.pk, step.name]), step.reason)
        for step in available(hearing, user)
    ]


INSPECTION = {"record": gettext_lazy("写核查笔录"), "sign": gettext_lazy("签核查笔录")}


def _of_inspection(procedure: Procedure, user: Any, at: datetime.datetime) -> list[Offer]:
    """核查人员才有：写笔录；另一人写了的，看过签名。"""
    inspection = procedure.inspection
    if not rules.is_inspector(inspection, user) or rules.both_signed(inspection):
        return []
    mine = inspection.signed_1_at if user.pk == inspection.officer_1_id else inspection.signed_2_at
    early = _("还没有到核查的时间。") if inspection.visits_at > at else ""
    names = [("record", early)] + ([("sign", "")] if inspection.recorded_at and mine is None else [])
    args = [procedure.case.number, inspection.pk]
    return [(str(INSPECTION[name]), reverse("desk:inspection", args=[*args, name]), why) for name, why in names]


def _not_full(procedure: Procedure, at: datetime.datetime) -> str:
    if procedure.kind == ProcedureKind.PUBLICITY and procedure.clock.due_at > at:
        return _("公示还没有期满；期满时没有异议的，自行结束。")
    return ""


def startable(case: Case, at: datetime.datetime) -> list[dict[str, Any]]:
    """指南列出的每一种：能不能启动，为什么不能。"""
    running = set(case.procedures.running().values_list("key", flat=True))
    return [{**row, "reason": _why_not(case, row, running, at)} for row in rules.listed_procedures(case.guide)]


def _why_not(case: Case, row: dict[str, Any], running: set[str], at: datetime.datetime) -> str:
    if row["key"] in running:
        return _("正在进行，不能再启动一次。")
    if not turns.runs_now(case, row["key"]):
        return _("由分级审查里的另一级办，现在没有轮到。")
    if rules.procedure_kind(row["name"]) == ProcedureKind.PUBLICITY:
        return rules.why_not_publish(case, local(at).date())
    return ""


def why_not_extend(case: Case, at: datetime.datetime) -> str:
    """现在为什么不能报请延期；能就是空串。"""
    clock, limit = rules.limit_clock(case.clocks.running()), rules.extension_limit(case.item, case.guide)
    return rules.why_not_extend(case, clock, limit, at)
