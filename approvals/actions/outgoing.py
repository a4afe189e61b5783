"""说给外面的系统听：一件事是哪一种报文，字段照消息集的名字；查不到名字的用小写英文。

大写的字段名是消息集里查得到的(domain 3.6)。证件号、电话缺省遮盖；接入方登记了依据的才给完整的。
查询密码只给拿得到完整身份的，别人不需要它。
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from agencies.models import Holding
from agencies.states import UserKind
from approvals.actions import handing_off, letters
from approvals.models import Applicant, Case, CaseMaterial, CorrectionNotice, Extension, HandOff, Procedure, Upload
from approvals.models.delivery import RESULT
from approvals.rules import exchange as codes
from approvals.rules import mask_name, mask_number
from approvals.rules.materials import as_asked
from approvals.states import (
    FEE_TAKEN,
    ApplicantKind,
    CaseState,
    MaterialForm,
    Outcome,
    TerminationGround,
    TerminationState,
)
from office import identity
from office.exchange.sending import Told
from office.exchange.states import Directed, Identity
from office.exchange.states import MessageKind as M
from office.journal.models import Entry
from office.outbox import OutboxEvent
from office.papers.models import Paper
from office.papers.words import last_day_words, term_words
from office.workdays.rules import local

Body = dict[str, Any]


@dataclass(frozen=True)
class Saying:
    """说一件事要用到的：办件、那一笔日志、身份信息给不给全。"""

    case: Case
    entry: Entry
    full: bool

    def number(self, text: str) -> str:
        return text if self.full else mask_number(text)

    def name(self, text: str) -> str:
        return text if self.full else mask_name(text)

    def paper(self, kind: str) -> str:
        """这种文书的文号；还没有就是空的。"""
        row = Paper.objects.about(self.case).of_kind(kind).in_force().order_by("-pk").first()
        return row.number if row else ""

    @property
    def teller(self) -> Body:
        """谁、何时：工作人员的署名，到点自己走的写“系统”；申请人自己办的(撤回、网上补交)照身份信息的给法。"""
        entry = self.entry
        person = self.name(entry.by_name) if entry.by.kind == UserKind.CITIZEN else entry.by_name
        return {"person": person, "time": when(entry.at)}

    @property
    def position(self) -> str:
        """经手人那时的职务：先说在这一件经过的单位里的；没有任职的(系统、申请人)是空的。"""
        case, entry = self.case, self.entry
        held = Holding.objects.running(entry.at).filter(user=entry.by_id).select_related("post").order_by("rank", "pk")
        near = {case.unit_id, case.section_id, case.intake_unit_id}
        first = min(held, key=lambda one: one.post.unit_id not in near, default=None)
        return first.post.title if first else ""


def when(at: datetime.datetime | None) -> str:
    """GB/T 39046：YYYYMMDDThhmmss。"""
    return local(at).strftime("%Y%m%dT%H%M%S") if at else ""


def day(at: datetime.datetime | None) -> str:
    return local(at).strftime("%Y%m%d") if at else ""


def speak(event: OutboxEvent, identity: str) -> Told | None:
    """把一件事说成报文的内容；不是办件的事答 None。"""
    if event.subject_type != Case._meta.label_lower:
        return None
    case = Case.objects.with_context().get(pk=int(event.subject_key))
    if event.kind in Directed.values:
        return _directed(event, case)
    saying = Saying(case, event.entry, identity == Identity.FULL)
    head = {
        "SBLSH": case.number,
        "SXBM": case.item.handling_code or case.item.implementation_code or case.item.basic_code,
        "item": {"code": case.item.code, "name": case.item.name},
        "organ": {"code": case.agency.code, "uscc": case.agency.uscc, "name": case.agency.name},
    }
    return Told(case.number, case.agency.code, {**head, **SAYINGS[event.kind](saying)})


def _directed(event: OutboxEvent, case: Case) -> Told:
    """只给一家的：转出是整件申请，连申请表、材料和文件，与我们收的申请同一个样子；转回说清楚是哪一件。"""
    row = HandOff.objects.select_related("peer").get(pk=int(event.entry.subject_key))
    saying = Saying(case, event.entry, row.peer.identity == Identity.FULL)
    head: Body = {"SBLSH": case.number, "item": {"code": case.item.code, "name": case.item.name}}
    if event.kind == Directed.TAKE_BACK:
        message = handing_off.message_of(row)
        told = {**head, "for": message.number if message else "", "reason": row.back_reason or "办件已经终止"}
        return Told(case.number, case.agency.code, told, to=row.peer.code)
    files = {one.digest: str(one.file.name) for one in Upload.objects.used_by(case).filter(message=None)}
    body = {
        **head,
        "SXBM": case.item.handling_code or case.item.implementation_code or case.item.basic_code,
        "organ": {"code": case.agency.code, "uscc": case.agency.uscc, "name": case.agency.name},
        **_application(saying),
        "hand_off": {
            "decides": row.decides, "organ": row.organ or case.agency.name, "basis": row.basis, "reason": row.reason,
            "stage": case.state, "accepted": when(case.accepted_at), **_limits(case), **saying.teller,
        },
    }  # fmt: skip
    return Told(case.number, case.agency.code, body, to=row.peer.code, files=files)


def _limits(case: Case) -> Body:
    """还在走的法定、承诺期限：最后一天。期限是我们的，告诉对方好赶在前面。"""
    running = case.clocks.running().filter(kind__in=["statutory", "promised"])
    return {clock.kind: day(clock.due_at) for clock in running}


def _application(saying: Saying) -> Body:
    case = saying.case
    told: Body = {
        "SBSJ": when(case.received_at),
        "TJFS": codes.CHANNELS.get(case.channel, case.channel),
        "SBHZH": saying.paper("receipt"),
        "XZQHDM": case.agency.region_code,
        "applicant": _applicant(case.applicant, saying),
        "SBCLQD": _materials(case, saying),
        "attachments": [_file(one, saying) for one in case.attachments.order_by("pk")],
    }
    if saying.full:
        told["form"] = case.answers  # 交给对方接着办的，不必再填一遍
    return told


def _applicant(applicant: Applicant, saying: Saying) -> Body:
    person = applicant.kind == ApplicantKind.PERSON
    told: Body = {
        "kind": applicant.kind,
        "name": saying.name(applicant.name) if person else applicant.name,
        **_identity(applicant.id_kind, applicant.id_number, saying.full or not person),
        "phone": saying.number(applicant.phone),
        "contact": saying.name(applicant.contact_name) if applicant.contact_name else "",
    }
    if saying.full:
        told["address"] = applicant.address
    return told


def _identity(kind: str, number: str, full: bool) -> Body:
    """证件：类型、类型代码(对照表里没有的空着)、号码。"""
    code = settings.IDENTITY_CODES.get(kind, "")
    return {"id_kind": kind, "id_kind_code": code, "id_number": number if full else identity.mask(number)}


def _materials(case: Case, saying: Saying) -> list[Body]:
    """材料清单：实际收到的，WJLX 0 纸质 1 电子，CLLX 0 原件 1 复印件 2 电子件，份数、收取方式、时间，附件带摘要。"""
    rows = case.materials.select_related("material").prefetch_related("uploads").order_by("material__position")
    return [_material(row, saying) for row in rows]


def _material(row: CaseMaterial, saying: Saying) -> Body:
    form = row.form or as_asked(row.material).form  # 还没有交来的、早先没有登记的，照指南要的说
    return {
        "key": row.material.key,
        "name": row.material.name,
        "provided": row.provided,
        "WJLX": codes.ELECTRONIC if form == MaterialForm.ELECTRONIC else codes.PAPER,
        "CLLX": codes.FORMS[form],
        "originals": row.originals,
        "copies": row.copies,
        "way": row.way,
        "received": when(row.received_at),
        "files": [_file(one, saying) for one in row.uploads.all()],
    }


def _file(upload: Upload, saying: Saying) -> Body:
    """一个电子附件；文件名常常就是人名，只给拿得到完整身份的。"""
    told: Body = {
        "WJLX": codes.ELECTRONIC,
        "CLLX": codes.FORMS[MaterialForm.ELECTRONIC],
        "media_type": upload.media_type,
        "size": upload.size,
        "digest": upload.digest,
        "algorithm": "SM3",
        "uploaded": when(upload.uploaded_at),
    }
    return {**told, "name": upload.name} if saying.full else told


def _pre_acceptance(saying: Saying) -> Body:
    verb = saying.entry.verb.rpartition(".")[2]
    asked = dict.fromkeys(("ask_to_supplement", "tell_again"), codes.SUPPLEMENT)
    status = {**asked, "refuse_acceptance": codes.NOT_ACCEPTED}
    found = status.get(verb, codes.PRE_ACCEPTED)
    reason = saying.case.ground.reasons if found == codes.NOT_ACCEPTED and saying.case.ground else ""
    lines = _asked(saying.case) if found == codes.SUPPLEMENT else []
    return {"YSLZTDM": found, "reason": reason, "supplement": lines, "note": _in_words(lines), **saying.teller}


def _acceptance(saying: Saying) -> Body:
    case = saying.case
    refused = saying.entry.after == CaseState.NOT_ACCEPTED
    told: Body = {
        "SLZTDM": codes.REFUSED if refused else codes.ACCEPTED,
        "SLHZH": saying.paper("not_accepted" if refused else "acceptance"),
        "SLSJ": when(case.decided_at if refused else case.accepted_at),
        "GDBLSX": {"value": case.guide.statutory_value, "unit": case.guide.statutory_unit},
        "promised": {"value": case.guide.promised_value, "unit": case.guide.promised_unit},
        "reason": case.ground.reasons if refused and case.ground else "",
        **saying.teller,
    }
    if saying.full:
        told["CXMM"] = case.query_code
    return told


def _review(saying: Saying) -> Body:
    """承办是接过来开始审查；审核是 give_opinion 那一笔里记的，分级审查的一级一条，写明哪一级、哪个单位；批准是决定。"""
    case, entry = saying.case, saying.entry
    facts: Mapping[str, Any] = entry.facts
    told: Body = {"SPHJDM": codes.STAGES.get(entry.verb.rpartition(".")[2], codes.APPROVED), "unit": case.section.name}
    if told["SPHJDM"] == codes.HANDLED:
        first = case.reviews.filter(asked_at=entry.at).select_related("unit").order_by("pk").first()
        told |= {"stage": "承办", "unit": (first.unit if first else case.section).name}
        told |= {"opinion": "已承办", "text": "", "handler": case.handler.full_name if case.handler else ""}
    elif told["SPHJDM"] == codes.REVIEWED:
        told |= {"stage": str(facts.get("step") or "审查"), "unit": str(facts.get("unit") or case.section.name)}
        told |= {"opinion": str(facts.get("opinion", "")), "text": facts.get("text", "")}
    else:
        text = case.decision or (case.ground.reasons if case.ground else "")
        told |= {"stage": "决定", "opinion": case.get_outcome_display(), "text": text}
    return {**told, "step": entry.seq, "position": saying.position, **saying.teller}


PAPER_OF_OUTCOME = {
    Outcome.GRANTED: "grant",
    Outcome.REFUSED: "refusal",
    Outcome.NOT_ACCEPTED: "not_accepted",
    Outcome.TERMINATED: "termination",
}


def _closing(saying: Saying) -> Body:
    case = saying.case
    reasons = {
        Outcome.WITHDRAWN: case.decision, Outcome.LAPSED: "补正期限内没有补齐材料", Outcome.ELSEWHERE: case.decision,
    }  # fmt: skip
    reason = reasons.get(Outcome(case.outcome)) or (case.ground.reasons if case.ground else "")
    if case.outcome in (Outcome.TERMINATED, Outcome.VOIDED):
        reason = case.decision
    kind = PAPER_OF_OUTCOME.get(Outcome(case.outcome), "withdrawal")
    return {
        "BJJGDM": _closed_as(case),
        "description": case.decision if case.outcome == Outcome.GRANTED else case.get_outcome_display(),
        "reason": reason,
        "paper": saying.paper(kind),
        "certificate": _certificate(case),
        "fee": _fee(case),
        **saying.teller,
    }


def _closed_as(case: Case) -> str:
    """办结结果代码；事项划转而终止的，是转报。"""
    moved = {"state": TerminationState.SANCTIONED, "ground": TerminationGround.TRANSFERRED}
    if case.outcome == Outcome.TERMINATED and case.terminations.filter(**moved).exists():
        return codes.PASSED_ON
    return codes.CLOSED[case.outcome]


def _certificate(case: Case) -> Body:
    """结果证照的名称、编号、有效期限、许可范围；不发证照的，名称是指南的结果名称，别的空着。"""
    found = letters.certificate_of(case) if case.outcome == Outcome.GRANTED else None
    if found is None:
        empty = dict.fromkeys(("number", "valid_from", "valid_until", "scope"), "")
        return {"name": case.guide.result_name, **empty}
    until = f"{found.valid_until:%Y%m%d}" if found.valid_until else "长期"
    told = {"name": found.name, "number": found.number, "valid_from": f"{found.valid_from:%Y%m%d}"}
    ended = {"ended": found.get_ended_as_display(), "ended_on": f"{found.ended_on:%Y%m%d}"} if found.ended_on else {}
    return {**told, "valid_until": until, "scope": found.scope, **ended}


def _fee(case: Case) -> Body:
    """是否收费；有费用的，应缴、已缴多少（元），票据号。"""
    fee = case.fees.first() if case.has_fee else None
    if fee is None:
        return {"due": not case.guide.fee.get("free", False)}
    taken = fee.amount if fee.state in FEE_TAKEN else 0
    return {"due": True, "amount": _yuan(fee.amount), "paid": _yuan(taken), "receipt": fee.receipt_number}


def _yuan(cents: int | None) -> str:
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"


def _procedure(saying: Saying) -> Procedure | None:
    """这一笔说的是哪一个特别程序；延期的那一笔不是特别程序。"""
    if saying.entry.subject_type != Procedure._meta.label_lower:
        return None
    found: Procedure = Procedure.objects.select_related("started_by").get(pk=int(saying.entry.subject_key))
    return found


def _serial(case: Case, one: Procedure | Extension) -> int:
    """序号：这一件的第几个特别程序，从 1 起；延长审批也算一个，照开始的先后。"""
    begun: list[Any] = [(row.started_at, row.pk, row) for row in case.procedures.all()]
    begun += [(row.asked_at, row.pk, row) for row in case.extensions.exclude(decided_at=None)]
    return [row for *_when, row in sorted(begun, key=lambda each: each[:2])].index(one) + 1


def _extension(saying: Saying) -> Extension:
    found: Extension = Extension.objects.select_related("decided_by").get(pk=int(saying.entry.subject_key))
    return found


def _approver(saying: Saying, name: str) -> Body:
    """批准人：姓名、职务、办公电话(单位公开的那一个，不是他本人的手机)。"""
    case = saying.case
    phone = case.section.phone or case.agency.phone
    return {"approver": name, "approver_position": saying.position, "approver_phone": phone}


def _procedure_asked(saying: Saying) -> Body:
    row, case = _procedure(saying), saying.case
    if row is None:
        asked = _extension(saying)
        length = term_words(asked.value, asked.unit)
        return {
            "serial": _serial(case, asked),
            "kind": codes.EXTENDED,
            "name": "延长审批",
            "start": when(asked.asked_at),
            "content": f"办理期限延长{length}：{_date_words(asked.due_before)}到期，延到{_date_words(asked.due_after)}",
            "limit": {"value": asked.value, "unit": asked.unit},
            "basis": asked.basis,
            "reason": asked.reason,
            **_approver(saying, asked.decided_by.full_name if asked.decided_by else saying.entry.by_name),
        }
    counted = "计入" if row.counted else "不计入"
    return {
        "serial": _serial(case, row),
        "kind": codes.OTHER,
        "name": row.name,
        "start": when(row.started_at),
        "content": f"{row.name}，需{row.duration}，{counted}办理期限",
        "limit": {"value": row.value, "unit": row.unit},
        "basis": row.basis,
        "reason": row.reason,
        **_approver(saying, row.started_by.full_name),
    }


def _date_words(at: datetime.datetime | None) -> str:
    """到期的那一天：期限是“不含”的，写它的前一刻。"""
    return last_day_words(at) if at else ""


def _procedure_ended(saying: Saying) -> Body:
    row, case = _procedure(saying), saying.case
    if row is None:
        extension = _extension(saying)
        told: Body = {"serial": _serial(case, extension), "kind": codes.EXTENDED, "name": "延长审批", "result": "同意"}
        return {**told, "end": when(saying.entry.at), "until": day(extension.due_after)}
    told = {"serial": _serial(case, row), "kind": codes.OTHER, "name": row.name}
    return {**told, "result": row.result or "随办件终止", "end": when(row.ended_at)}


def _lines(case: Case) -> Any:
    """最近一次告知的各项。"""
    notice = CorrectionNotice.objects.filter(case=case).order_by("-pk").first()
    return notice.current_lines().select_related("case_material__material", "notice").order_by("pk") if notice else []


def _asked(case: Case) -> list[Body]:
    return [
        {"name": line.case_material.material.name, "defect": line.defect, "remedy": line.remedy, "basis": line.basis}
        for line in _lines(case)
    ]


def _in_words(lines: list[Body]) -> str:
    """补交补正说明：逐项连成一段。"""
    return "；".join(f"{line['name']}：{line['defect']}，{line['remedy']}" for line in lines)


def _supplement_asked(saying: Saying) -> Body:
    until, lines = next((day(line.notice.due_at) for line in _lines(saying.case)), ""), _asked(saying.case)
    reason = "；".join(dict.fromkeys(line["defect"] for line in lines))
    told: Body = {"list": lines, "reason": reason, "until": until, "paper": saying.paper("correction")}
    return {**told, "position": saying.position, **saying.teller}


def _supplement_taken(saying: Saying) -> Body:
    """补交受理：清单照实际收到的；申请人自己在网上交齐的，受理人是“系统”。"""
    rows = [line.case_material for line in _lines(saying.case) if line.answered_at]
    came = {"list": [row.material.name for row in rows], "materials": [_material(row, saying) for row in rows]}
    by_staff = saying.entry.by.kind == UserKind.STAFF
    told = saying.teller if by_staff else {**saying.teller, "person": "系统"}
    return {**came, "paper": saying.paper("correction_receipt"), "position": saying.position, **told}


def _collection(saying: Saying) -> Body:
    case = saying.case
    row = case.deliveries.of(RESULT).filter(result="received").order_by("-pk").first()
    collector, number = (row.collector, row.collector_id) if row else ("", "")
    return {
        "collector": saying.name(collector) if collector else "",
        **_identity(row.collector_id_kind if row and number else "", number, saying.full),
        "way": row.get_way_display() if row else "",
        "time": when(case.delivered_at),
    }


SAYINGS: Mapping[str, Callable[[Saying], Body]] = {
    M.APPLICATION: _application,
    M.PRE_ACCEPTANCE: _pre_acceptance,
    M.ACCEPTANCE: _acceptance,
    M.REVIEW: _review,
    M.CLOSING: _closing,
    M.PROCEDURE_ASKED: _procedure_asked,
    M.PROCEDURE_ENDED: _procedure_ended,
    M.SUPPLEMENT_ASKED: _supplement_asked,
    M.SUPPLEMENT_TAKEN: _supplement_taken,
    M.COLLECTION: _collection,
}
