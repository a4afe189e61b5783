"""提前服务与现场指导：申请之前的不起时钟，转为申请那一刻才起算；收件以后的记在办件上，期限照走。"""

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Unit, User
from approvals import rules
from approvals.models import Advance, Case, CaseGuidance, Guidance
from approvals.states import WAITING
from catalog.models import Guide
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow


def begin(
    *, guide: Guide, unit: Unit, name: str, phone: str, looked_at: Mapping[str, str], advice: str, by: User,
    at: datetime.datetime,
) -> Advance:  # fmt: skip
    """提前服务：材料先看一遍，说清还要准备什么；不是申请，没有期限。Raises: PermissionDenied。"""
    if not by.may("take_in", unit):
        raise PermissionDenied("提前服务由收件窗口登记。")
    with transaction.atomic():
        made = Advance.objects.create(
            guide=guide, unit=unit, name=name, phone=phone, looked_at=dict(looked_at), advice=advice, clerk=by,
            started_at=at,
        )  # fmt: skip
        journal.record("approvals.advance.begin", about=made, by=by, at=at, facts={"materials": sorted(looked_at)})
    return made


def visit(
    advance: Advance, *, visited_at: datetime.datetime, place: str, said: str, signer: str, by: User,
    at: datetime.datetime,
) -> Guidance:  # fmt: skip
    """现场指导：去过以后登记，对方签了名。Raises: NotNow（还没有去）、PermissionDenied。"""
    if not by.may("take_in", advance.unit):
        raise PermissionDenied("现场指导由服务单位登记。")
    if visited_at > at:
        raise NotNow("还没有去，去过以后再登记。")
    with transaction.atomic():
        told = {"visited_at": visited_at, "place": place, "said": said, "signer": signer}
        made = Guidance.objects.create(advance=advance, officer=by, recorded_at=at, **told)
        journal.record("approvals.advance.visit", about=advance, by=by, at=at, facts={"place": place, "text": said})
    return made


def may_guide(case: Case, by: User) -> bool:
    """办着的一件，窗口、科室里办它的人去现场指导；回避的除外。"""
    return case.state in WAITING and rules.handles(case, by) and not rules.stays_out(case, by)


def visit_for(
    case: Case, *, visited_at: datetime.datetime, place: str, said: str, signer: str, by: User, at: datetime.datetime
) -> CaseGuidance:
    """收件以后的现场指导：去过以后登记，对方签了名；不停期限，也不代替一次性告知。

    Raises: NotNow(还没有去、收件以前去的)、PermissionDenied。
    """
    if not may_guide(case, by):
        raise PermissionDenied("现场指导由办这一件的窗口和科室登记。")
    if visited_at > at:
        raise NotNow("还没有去，去过以后再登记。")
    if visited_at < case.received_at:
        raise NotNow("收件以前去的，登记在提前服务上。")
    with transaction.atomic():
        case.lock()
        told = {"visited_at": visited_at, "place": place, "said": said, "signer": signer}
        made: CaseGuidance = CaseGuidance.objects.create(case=case, officer=by, recorded_at=at, **told)
        facts = {"day": date_words(visited_at)}  # 去了哪里、说了什么随档案销毁，日志清不掉，不写
        state, verb = case.state, "approvals.case.guide_on_site"
        journal.record(verb, about=case, by=by, at=at, before=state, after=state, facts=facts)
    return made


def become(advance: Advance, *, case: Case, by: User, at: datetime.datetime) -> Advance:
    """转为申请：时钟从收件起算，不从提前服务起算。Raises: NotNow（已经转过）、PermissionDenied。"""
    with transaction.atomic():
        found = Advance.objects.select_for_update(of=("self",)).get(pk=advance.pk)
        if found.case_id is not None:
            raise NotNow("这次提前服务已经转为申请。")
        if not by.may("take_in", found.unit):
            raise PermissionDenied("由服务单位转为申请。")
        found.case = case
        found.save(update_fields=["case"])
        journal.record("approvals.advance.become", about=found, by=by, at=at, facts={"number": case.number})
    return found
