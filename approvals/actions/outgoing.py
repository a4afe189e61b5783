"""说给外面的系统听：一件事是哪一种报文，字段照消息集的名字；查不到名字的用小写英文。

大写的字段名是消息集里查得到的(domain 3.6)。证件号、电话缺省遮盖；接入方登记了依据的才给完整的。
查询密码只给拿得到完整身份的，别人不需要它。
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from approvals.actions import letters
from approvals.models import Applicant, Case, CorrectionNotice, Extension, Procedure, Upload
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
from office.exchange.states import Identity
from office.exchange.states import MessageKind as M
from office.journal.models import Entry
from office.outbox import OutboxEvent
from office.papers.models import Paper
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
        return {"person": self.entry.by_name, "time": when(self.entry.at)}


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
    saying = Saying(case, event.entry, identity == Identity.FULL)
    head = {
        "SBLSH": case.number,
        "SXBM": case.item.handling_code or case.item.implementation_code or case.item.basic_code,
        "item": {"code": case.item.code, "name": case.item.name},
        "organ": {"code": case.agency.code, "uscc": case.agency.uscc, "name": case.agency.name},
    }
    return Told(case.number, case.agency.code, {**head, **SAYINGS[event.kind](saying)})


def _application(saying: Saying) -> Body:
    case = saying.case
    told: Body = {
        "SBSJ": when(case.received_at),
        "TJFS": codes.CHANNELS.get(case.channel, case.channel),
        "SBHZH": saying.paper("receipt"),
        "XZQHDM": case.agency.region_code,
        "applicant": _applicant(case.applicant, saying),
        "SBCLQD": _materials(case),
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


def _materials(case: Case) -> list[Body]:
    """材料清单：实际收到的，WJLX 0 纸质 1 电子，CLLX 0 原件 1 复印件 2 电子件，份数、收取方式、时间，附件带摘要。"""
    found = []
    for row in case.materials.select_related("material").prefetch_related("uploads").order_by("material__position"):
        files = [_file(one) for one in row.uploads.all()]
        form = row.form or as_asked(row.material).form  # 还没有交来的、早先没有登记的，照指南要的说
        found.append(
            {
                "key": row.material.key,
                "name": row.material.name,
                "provided": row.provided,
                "WJLX": codes.ELECTRONIC if form == MaterialForm.ELECTRONIC else codes.PAPER,
                "CLLX": codes.FORMS[form],
                "originals": row.originals,
                "copies": row.copies,
                "way": row.way,
                "received": when(row.received_at),
                "files": files,
            }
        )
    return found


def _file(upload: Upload) -> Body:
    return {"media_type": upload.media_type, "size": upload.size, "digest": upload.digest, "algorithm": "SM3"}


def _pre_acceptance(saying: Saying) -> Body:
    verb = saying.entry.verb.rpartition(".")[2]
    asked = dict.fromkeys(("ask_to_supplement", "tell_again"), codes.SUPPLEMENT)
    status = {**asked, "refuse_acceptance": codes.NOT_ACCEPTED}
    found = status.get(verb, codes.PRE_ACCEPTED)
    reason = saying.case.ground.reasons if found == codes.NOT_ACCEPTED and saying.case.ground else ""
    lines = _asked(saying.case) if found == codes.SUPPLEMENT else []
    return {"YSLZTDM": found, "reason": reason, "supplement": lines, **saying.teller}


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
    """意见是 give_opinion 那一笔里记的，分级审查的一级一条，写明哪一级、哪个单位；决定是批准这一环节。"""
    case, entry = saying.case, saying.entry
    decided = not entry.verb.endswith(".give_opinion")
    facts: Mapping[str, Any] = entry.facts
    return {
        "SPHJDM": codes.APPROVED if decided else codes.REVIEWED,
        "stage": "决定" if decided else str(facts.get("step") or "审查"),
        "unit": case.section.name if decided else str(facts.get("unit") or case.section.name),
        "opinion": case.get_outcome_display() if decided else str(facts.get("opinion", "")),
        "text": (case.decision or (case.ground.reasons if case.ground else "")) if decided else facts.get("text", ""),
        "step": entry.seq,
        **saying.teller,
    }


PAPER_OF_OUTCOME = {
    Outcome.GRANTED: "grant",
    Outcome.REFUSED: "refusal",
    Outcome.NOT_ACCEPTED: "not_accepted",
    Outcome.TERMINATED: "termination",
}


def _closing(saying: Saying) -> Body:
    case = saying.case
    reasons = {Outcome.WITHDRAWN: case.decision, Outcome.LAPSED: "补正期限内没有补齐材料"}
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


def _procedure_asked(saying: Saying) -> Body:
    row: Any = _procedure(saying)
    if row is None:
        extension = Extension.objects.select_related("decided_by").get(pk=int(saying.entry.subject_key))
        limit = {"value": extension.value, "unit": extension.unit}
        told: Body = {"kind": codes.EXTENDED, "name": "延长审批", "start": when(extension.asked_at), "limit": limit}
        return {**told, "approver": saying.entry.by_name, "basis": extension.basis, "reason": extension.reason}
    limit = {"value": row.value, "unit": row.unit}
    told = {"kind": codes.OTHER, "name": row.name, "start": when(row.started_at), "limit": limit}
    return {**told, "approver": row.started_by.full_name, "basis": row.basis, "reason": row.reason}


def _procedure_ended(saying: Saying) -> Body:
    row = _procedure(saying)
    if row is None:
        extension = Extension.objects.get(pk=int(saying.entry.subject_key))
        due = day(extension.due_after)
        return {
            "kind": codes.EXTENDED,
            "name": "延长审批",
            "result": "同意",
            "end": when(saying.entry.at),
            "until": due,
        }
    result = row.result or "随办件终止"
    return {"kind": codes.OTHER, "name": row.name, "result": result, "end": when(row.ended_at)}


def _lines(case: Case) -> Any:
    """最近一次告知的各项。"""
    notice = CorrectionNotice.objects.filter(case=case).order_by("-pk").first()
    return notice.current_lines().select_related("case_material__material", "notice").order_by("pk") if notice else []


def _asked(case: Case) -> list[Body]:
    return [
        {"name": line.case_material.material.name, "defect": line.defect, "remedy": line.remedy, "basis": line.basis}
        for line in _lines(case)
    ]


def _supplement_asked(saying: Saying) -> Body:
    until = next((day(line.notice.due_at) for line in _lines(saying.case)), "")
    return {"list": _asked(saying.case), "until": until, "paper": saying.paper("correction"), **saying.teller}


def _supplement_taken(saying: Saying) -> Body:
    names = [line.case_material.material.name for line in _lines(saying.case) if line.answered_at]
    return {"list": names, "paper": saying.paper("correction_receipt"), **saying.teller}


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
