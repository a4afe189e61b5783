"""收材料的凭证：收了什么、什么形式、几份、何时、谁收的。收一次出一份，写的是实际收到的，不是指南要的。"""

import datetime
from collections.abc import Sequence
from typing import Any

from agencies.models import User
from approvals.actions import letters
from approvals.models import Case, CaseMaterial, CorrectionLine, Joint
from approvals.rules import attendances
from approvals.states import Channel, ClockKind, Verdict
from office.papers.models import Paper
from office.papers.words import date_words, moment_words

GOT, PLEDGED, LACKING = "已收到", "以承诺代替", "尚缺"
FORM_ONLY = [{"name": "申请表", "copies": "1份"}]


def receipt(case: Case, *, by: User, at: datetime.datetime) -> Paper:
    """申请材料接收凭证:收了什么、谁收的、凭什么查。"""
    rows = case.materials.select_related("material").filter(provided=True)
    facts = {
        **_received(case.received_at),
        **_sent_in(case),
        **_to_come(case),
        "materials": [{"name": row.material.name, "copies": row.received_words} for row in rows] or FORM_ONLY,
        "received_by": case.first_contact.full_name,
        **_told_the_code(case),
    }
    return letters.order("receipt", case, facts, by=by, at=at)


def _sent_in(case: Case) -> dict[str, str]:
    """寄来、传来的：怎样来的，哪一天到的(没有几时几分)。"""
    if not case.was_sent_in:
        return {}
    return {"received": date_words(case.received_at), "came_by": str(case.get_channel_display())}


def _to_come(case: Case) -> dict[str, str]:
    """直办类，人还没有来过窗口的：请他来。"""
    if case.channel == Channel.WINDOW or not attendances.calls_for(case.item):
        return {}
    return {"to_come": attendances.come_words(case.guide)}


def _told_the_code(case: Case) -> dict[str, str]:
    """凭证交到代理人手里的，不写申请人的查询码：看得到全部、确认得了的只有申请人。"""
    agent = letters.brought_by(case)
    return {"query_code": "另用短信发给申请人", **agent} if agent else {"query_code": case.query_code}


def joint_receipt(joint: Joint, items: list[str], *, by: User, at: datetime.datetime) -> Paper:
    """联办的接收凭证：一件事一份，各个事项共用的材料只列一次。"""
    names: dict[str, str] = {}
    to_come: dict[str, str] = {}
    rows = joint.branches.select_related("item", "guide").prefetch_related("materials__material")
    branches = list(rows.order_by("pk"))
    for case in branches:
        to_come = to_come or _to_come(case)
        names |= {row.material.name: row.received_words for row in case.materials.all() if row.provided}
    facts = {
        "item": f"{joint.matter.name}（{'、'.join(items)}）",
        **_received(joint.received_at),
        **to_come,
        "materials": [{"name": name, "copies": copies} for name, copies in names.items()] or FORM_ONLY,
        "received_by": joint.first_contact.full_name,
        **_told_the_code(branches[0]),
    }
    return letters.order_of_joint("receipt", joint, facts, by=by, at=at)


def correction_receipt(case: Case, *, by: User, at: datetime.datetime) -> Paper:
    """补正材料接收凭证:与告知逐项对应，哪几项收到了、哪几项用承诺代替、哪几项还缺；补一次出一份。"""
    told = Paper.objects.about(case).of_kind("correction").order_by("-pk").first()
    lines = case.correction.current_lines().select_related("case_material__material").order_by("pk")
    rows = [_line(line) for line in lines]
    lacking = sum(row["result"] == LACKING for row in rows)
    clock = case.clocks.running().filter(kind=ClockKind.SUPPLEMENT).first()
    facts = {
        "received": moment_words(at),
        "notice_number": told.number if told else "",
        "lines": rows,
        "lacking": lacking,
        "deadline": letters.last_day(clock) if clock and lacking else "",
        "received_by": _receiver(case, by),
    }
    return letters.order("correction_receipt", case, facts, by=by, at=at)


def _line(line: CorrectionLine) -> dict[str, str]:
    row = line.case_material
    told = {"material": str(row)}
    if line.answered_at is None:
        return {**told, "result": LACKING, "note": line.defect}
    if row.verdict == Verdict.PLEDGED:
        return {**told, "result": PLEDGED, "note": f"{date_words(line.answered_at)}签告知承诺书"}
    return {**told, "result": f"{GOT}（{row.received_words}）", "note": moment_words(line.answered_at)}


def deferred_receipt(case: Case, brought: Sequence[CaseMaterial], *, by: User, at: datetime.datetime) -> Paper:
    """容缺材料接收凭证：这次补来哪几份，还有哪几份没有补、到哪天。"""
    owed = case.materials.select_related("material").filter(verdict=Verdict.DEFERRED, brought_at=None)
    rows = [
        {"material": str(row), "result": f"{GOT}（{row.received_words}）", "note": moment_words(at)} for row in brought
    ]
    rows += [
        {"material": str(row), "result": LACKING, "note": f"{date_words(row.due_date)}以前补交"}
        for row in owed.order_by("due_date", "pk")
    ]
    facts = {"received": moment_words(at), "lines": rows, "received_by": _receiver(case, by)}
    return letters.order("deferred_receipt", case, facts, by=by, at=at)


def _received(at: datetime.datetime) -> dict[str, Any]:
    """收到的时刻；期限从哪一日算，另写。"""
    return {"received": moment_words(at), "received_day": date_words(at)}


def _receiver(case: Case, by: User) -> str:
    """谁收的：工作人员写姓名；网上、别的系统送来的由系统收下，写收件的窗口。"""
    window = case.intake_unit.name
    return f"{by.full_name}（{window}）" if by.is_official else f"政务服务大厅网上收下，由{window}核对"
