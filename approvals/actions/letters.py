"""办件的文书:把办件变成文书要的事实,登记下来(制版由托盘或窗口去做)。"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from agencies.models import User
from approvals import rules
from approvals.actions.acceptance import in_name_of, source_of
from approvals.models import (
    Case,
    Certificate,
    Clock,
    Concealment,
    CorrectionNotice,
    Delivery,
    Extension,
    Ground,
    Hearing,
    Inspection,
    Joint,
    JointExtension,
    Mandate,
    Procedure,
    Publication,
)
from approvals.rules import bars, certificates, not_accepting, originals, renewals, situations
from approvals.states import (
    NOT_MORE,
    Adjustment,
    ApplicantKind,
    BarKind,
    CaseState,
    Channel,
    ClockKind,
    LastWay,
    Outcome,
    Verdict,
)
from catalog.models import Authority, Material
from catalog.rules.forms import is_the_application
from catalog.states import DeliveryWay
from office import identity
from office.papers import actions as papers
from office.papers.kinds import SEALED
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words, moment_words
from office.sure import sure
from office.vault import lock_up
from office.workdays.rules import local


def _common(case: Case) -> dict[str, Any]:
    unit, source = case.intake_unit, source_of(case)
    return {
        "agency": in_name_of(case).name,
        "applicant": case.applicant.name,
        "item": case.guide.name,
        "item_kind": case.item.kind,
        "situation": case.item.situation,
        "case_number": case.number,
        "contact": f"{unit.name} {unit.phone}".strip(),
        "seal_name": _seal(case, source),
        "basis": _basis_of(case),
        **_entrusted(case, source),
    }


def _entrusted(case: Case, source: Authority | None) -> dict[str, str]:
    """受委托办的，写明受谁委托、凭什么（行政许可法第二十四条：以委托机关的名义）。"""
    if source is None or source.principal is None:
        return {}
    return {"entrusted": f"本件由{case.agency.name}受{source.principal.name}委托办理（{source.basis}）。"}


def _basis_of(case: Case) -> str:
    return "、".join(str(basis) for basis in case.guide.bases.all())


def _seal(case: Case, source: Authority | None) -> str:
    """用哪个章:权力来源指名的,没有就用本机关的业务专用章(行政许可法 32 条末款)。没有章的留待人工用印。"""
    if source is not None:
        return str(source.seal.name)
    seal = case.agency.seals.order_by("-kind", "pk").first()
    return str(seal.name) if seal else ""


def _order(kind: str, case: Case, facts: dict[str, Any], *, by: User, at: datetime.datetime) -> Paper:
    context = _common(case) | facts
    return papers.order(kind, about=case, context=context, **_issued(case), by=by, at=at)


def _issued(case: Case) -> dict[str, str]:
    """编谁的文号：以谁的名义，编谁的。"""
    agency = in_name_of(case)
    return {"issuer": agency.code, "prefix": agency.paper_prefix}


def prefix_of(case: Case) -> str:
    """文号用哪个机关代字：预览、先印的空白与登记的那一份一样。"""
    return _issued(case)["prefix"]


order = _order  # 别的文书模块共用


AT_ONCE = "当场"
PUBLIC = ("agency", "item", "contact", "seal_name", "entrusted")  # 张贴出来的只带这几样
GUESSED = "（当年放假安排未公布，暂估）"
RESULTS = ("grant", "refusal", "not_accepted", "termination", "withdrawal", "set_aside")
PLACES = {"express": "邮寄到受送达人确认的地址", "electronic": "政务服务大厅网上查进度页"}


def acceptance(case: Case, *, by: User, at: datetime.datetime) -> Paper:
    """受理通知书:受理日期、办结日期、怎么查(行政许可法 32 条末款)。"""
    clocks = {clock.kind: clock for clock in case.clocks.running()}
    due = clocks.get("statutory") or clocks.get("promised")
    promised = clocks.get("promised")
    facts = {
        "accepted": date_words(case.accepted_at),
        "due": last_day(due) if due else AT_ONCE,
        "promised_due": last_day(promised) if promised and promised != due else "",
        "track": f"网上凭办件编号{case.number}和查询码查询，或者致电受理窗口",
        "deemed": case.deemed,
        "received_by": "" if by.is_system else by.full_name,
        "by_hand": case.channel == Channel.WINDOW,
        **brought_by(case),
        "deferred": [
            {"name": row.material.name, "until": date_words(row.due_date)}
            for row in case.materials.select_related("material").filter(verdict=Verdict.DEFERRED)
        ],
    }
    return _order("acceptance", case, facts, by=by, at=at)


def brought_by(case: Case) -> dict[str, str]:
    """由代理人递交的：是谁、委托哪几样；本人办的、委托不在了的没有。"""
    found = next((one for one in case.mandates.open() if one.submits), None)
    return {"agent": found.name, "agent_scope": found.scope_words} if found else {}


def last_day(clock: Clock) -> str:
    """期限的最后一日；落在放假安排还没有公布的年份的，写明是暂估的。"""
    return last_day_words(clock.due_at) + (GUESSED if clock.provisional else "")


def correction(case: Case, notice: CorrectionNotice, *, by: User, at: datetime.datetime) -> Paper:
    """补正材料告知书:一次列全(行政许可法 32 条第一款第四项)。"""
    told = list(notice.current_lines().select_related("case_material__material"))
    lines = [
        {
            "material": str(line.case_material),
            "defect": line.defect,
            "basis": line.basis,
            "remedy": line.remedy,
            "standard": line.case_material.material.standard or line.remedy,
        }
        for line in told
    ]
    facts = {
        "received": date_words(case.received_at),
        "lines": lines,
        "deadline": last_day(case.clocks.running().get(kind=ClockKind.SUPPLEMENT)),
        "how": "可在网上凭办件编号和查询码补交，也可到原收件窗口补交；只需补所列材料，不必重新申请",
        "consequence": "逾期未补正的，窗口可以终止本次申请；你（单位）可以重新申请。",
        "attachments": attachments(case, [line.case_material.material for line in told]),
    }
    return _order("correction", case, facts, by=by, at=at)


SHEETS = {"blank": "空白表", "sample": "填写样例"}


def attachments(case: Case, materials: Iterable[Material]) -> list[dict[str, str]]:
    """文书的附件：办事指南、申请表、各份材料的表，都是办件照着办的那一版；path 是大厅里下载它的地址，长久不变。

    不公开的事项在大厅里没有网址，只写名称，到窗口要。
    """
    guide, at_hand = case.guide, f"/items/{case.item.code}"
    sheets = [(f"{guide.name}申请表", "form")] if guide.form else []
    own = [row for row in materials if row.form and not is_the_application(row.form)]
    sheets += [(row.name, f"materials/{row.key}") for row in own]
    rows = [(f"{guide.name}办事指南（第{guide.version}版）", "guide.pdf")]
    rows += [(f"{name}（{SHEETS[kind]}）", f"{place}/{kind}.pdf") for name, place in sheets for kind in SHEETS]
    if case.item.withheld:
        return [{"name": name, "path": ""} for name, _place in rows]
    return [{"name": name, "path": f"{at_hand}/{place}?version={guide.version}"} for name, place in rows]


def grant(case: Case, *, by: User, at: datetime.datetime, corrects: str = "") -> Paper:
    """准予决定书；corrects 是更正笔误而作废的那一份的文号。"""
    facts = grant_words(case, case.decision, certificate_of(case), case.adjustment) | _deemed(case)
    if corrects:
        facts |= {"corrects": corrects, "decided": date_words(case.decided_at)}
    return _order("grant", case, facts, by=by, at=at)


def _deemed(case: Case) -> dict[str, Any]:
    """视为准予延续的，标题和开头不同；作出了决定的没有。"""
    prior = renewals.prior_of(case)
    return {"deemed": True} if prior is not None and prior.deemed_at is not None else {}


def _adjusted(case: Case, adjustment: str) -> dict[str, Any]:
    """调整救助的：怎样调整；没有增发的告知复议、诉讼，减发、停发的写明听取意见的笔录。"""
    if not adjustment:
        return {}
    told: dict[str, Any] = {"adjustment": str(Adjustment(adjustment).label)}
    if adjustment in NOT_MORE:
        told |= {"remedies": True, **remedies(case)}
    heard = (
        Paper.objects.about(case).of_kind("statement").in_force().order_by("-pk").first() if case.has_parties else None
    )
    return told | {"heard": heard.number if heard else ""}


def remedies(case: Case) -> dict[str, str]:
    """复议、诉讼找谁：受委托办的，照委托机关的（行政复议法第二十四条：对委托机关的，向它的本级人民政府申请）。"""
    agency = in_name_of(case)
    return {
        "reconsideration_body": agency.reconsideration_body,
        "reconsideration_url": agency.reconsideration_url,
        "court": agency.court,
    }


def certificate_of(case: Case) -> Certificate | None:
    """这一件发的证照；结果不是证照的不查库。"""
    return Certificate.objects.filter(case=case).first() if certificates.certifies(case) else None


def _record_of(case: Case) -> str:
    """决定所根据的听证笔录的文号；没有听证就是空串（行政许可法第四十八条第二款）。"""
    found = Paper.objects.about(case).of_kind("hearing_record").in_force().order_by("-pk").first()
    return found.number if found else ""


def grant_words(case: Case, decision: str, certificate: Any = None, adjustment: str = "") -> dict[str, Any]:
    """准予决定书写些什么；作决定之前给人看的(preview)也是这些。"""
    return {
        "accepted": date_words(case.accepted_at), "content": decision, "hearing": _record_of(case),
        "law": situations.law(case, refused=False, basis=_basis_of(case)), **_adjusted(case, adjustment),
        **certificates.printed(certificate),
    }  # fmt: skip


def preview(kind: str, case: Case, facts: dict[str, Any], *, by: User, at: datetime.datetime) -> bytes:
    """预览：与登记的那一份同样的内容、同样的排版；不登记、不占文号。Raises: MissingFact、MissingGlyph、Refused。"""
    context = _common(case) | facts | papers.capacity(case, by=by, at=at)
    return papers.preview(kind, context=context, prefix=prefix_of(case), at=at)


def no(kind: str, case: Case, ground: Ground, *, by: User, at: datetime.datetime) -> Paper:
    """不予受理、不予许可决定书:事实、理由、依据、怎样才能办、救济途径(行政许可法 38 条第二款)。"""
    return _order(kind, case, no_words(kind, case, ground), by=by, at=at)


def no_words(kind: str, case: Case, ground: Ground) -> dict[str, Any]:
    """说“不”的决定书写些什么；作决定之前给人看的(preview)也是这些，依据还没有存下。"""
    return {
        "applied": date_words(case.received_at),
        "accepted": date_words(case.accepted_at or case.received_at),
        "facts": ground.facts,
        "reasons": ground.reasons,
        "basis": ground.basis_text,
        "law": situations.law(case, refused=True, basis=ground.basis_text) if kind == "refusal" else "",
        **not_accepting.told(ground, case.item),
        "remedy_hint": ground.possible,
        "elsewhere": ground.elsewhere,
        **remedies(case),
        "hearing": _record_of(case),
        **_barred(case, ground, kind),
    }


def _barred(case: Case, ground: Ground, kind: str) -> dict[str, str]:
    """领导审定隐瞒、虚假材料的认定成立的：写明认定的事实和一年内不得再次申请。"""
    if kind != "refusal" or not ground.concealed:
        return {}
    return {"concealed": Concealment.objects.get(case=case).facts, "barred": bars.words(BarKind.CONCEALED)}


def results_of(case: Case) -> Iterable[Paper]:
    """办件的决定书。"""
    found: Iterable[Paper] = Paper.objects.about(case).filter(kind__in=RESULTS).in_force().order_by("pk")
    return found


def delivery(case: Case, row: Delivery, sent: Iterable[Paper], *, by: User, at: datetime.datetime) -> Paper:
    """送达回证:送了什么、怎样送的、谁收的、何时到的；办件的结果、撤销决定书各有各的一份。"""
    delivered = last_day_words(row.clock.due_at) if row.clock else moment_words(row.ended_at or at)
    return _order("delivery", case, _delivery(case, row, sent) | {"delivered": delivered}, by=by, at=at)


def collection(case: Case, row: Delivery, sent: Iterable[Paper], *, by: User, at: datetime.datetime) -> Paper:
    """公告期满以后来领的回证：送达的日期还是公告期满的那一日，这里写的是领取的时间。"""
    told = _delivery(case, row, sent) | {
        "way": originals.COLLECTED_LATER,
        "by_hand": True,
        "delivered": moment_words(at),
    }
    told |= {"place": case.intake_unit.name, "servers": [by.full_name], "refusal_reason": ""}
    told["documents"] += _certificate_row(case, row)
    over = last_day_words(sure(row.clock).due_at)
    told["note"] = f"已经公告送达，{over}期满视为送达，期限从那时起算；本回证只记领取。"
    return _order("delivery", case, told, by=by, at=at)


def electronic_consent(case: Case, how: str, *, by: User, at: datetime.datetime) -> Paper:
    """电子送达确认书：送到哪里、哪些文书、何时算送达、怎样收回、要纸质的怎么办（民事诉讼法第九十条，参照）。"""
    return _order("electronic_consent", case, _consented(case, CONSENTED, how, at), by=by, at=at)


def joint_electronic_consent(joint: Joint, names: Sequence[str], how: str, *, by: User, at: datetime.datetime) -> Paper:
    """整件事的电子送达确认书：一份，管列明的各个事项。"""
    item = f"{joint.matter.name}（{'、'.join(names)}）"
    facts = {"item": item, **_consented(joint, CONSENTED_TOGETHER, how, at)}
    return order_of_joint("electronic_consent", joint, facts, by=by, at=at)


def _consented(about: Case | Joint, documents: list[str], how: str, at: datetime.datetime) -> dict[str, Any]:
    tail, number = about.applicant.phone[-4:], "办件编号" if isinstance(about, Case) else "联办编号"
    return {
        "system": f"政务服务大厅网上“查进度”页，凭{number}和查询码（或者登录）查看、下载",
        "reminder": f"到达时向登记的手机（尾号{tail}）发短信提醒；提醒不是送达" if tail else "",
        "documents": documents,
        "arrival": "文书到达上述系统的日期为送达日期，与纸质送达的效力相同；复议、诉讼的期限从这一日起算。",
        "take_back": "送达以前随时可以收回：在网上“查进度”页点“改要纸质的”，或者到收件窗口说；收回以后用纸质送达。",
        "paper_copy": "要纸质文书的，随时提出，本机关免费提供。",
        "how": how,
        "agreed": date_words(at),
    }


CONSENTED = ["本件的决定书（准予、不予许可或者不予受理）", "决定以后另行送达的撤销、撤回等文书"]
CONSENTED_TOGETHER = ["各个事项的决定书（准予、不予许可或者不予受理）", CONSENTED[1]]


def blank_delivery(case: Case, *, by: User) -> dict[str, Any]:
    """交出去以前印的送达回证：收件人签名、送达时间空着。不登记、不占文号。"""
    row = Delivery(case=case, way=DeliveryWay.WINDOW, sent_by=by)
    return _common(case) | _delivery(case, row, results_of(case)) | {"delivered": ""}


def _delivery(case: Case, row: Delivery, sent: Iterable[Paper]) -> dict[str, Any]:
    person = case.applicant.kind == ApplicantKind.PERSON
    return {
        "recipient": case.applicant.name,
        "documents": [{"name": paper.title, "number": paper.number} for paper in sent] + _handed_over(case, row),
        "way": row.get_way_display(),
        **_place(case, row),
        "by_hand": row.get_way_display() in originals.SIGNED_FOR,
        "signed_by": row.collector,
        "unsigned": row.way == LastWay.UNSIGNED,
        "relation": row.relation,
        "capacity": "" if person or not row.relation else f"身份：{row.relation}",
        "refusal_reason": row.explained,
        "witness": f"{row.witness}{RECORDED if row.recorded else ''}",
        "servers": [one.full_name for one in (row.sent_by, row.second) if one is not None],
        "note": f"{row.carrier} {row.tracking_number}".strip() or (_put_up_words(row) if row.clock else ""),
    }


def _place(case: Case, row: Delivery) -> dict[str, Any]:
    """送达地点：上门、留置的是人家的住址，加了密放着(kinds.SEALED)，排版的时候才打开；别的是机关自己的地方。"""
    if row.place and row.way in (LastWay.DOOR, LastWay.LEFT):
        return {SEALED: {"place": lock_up(row.place)}}
    return {"place": row.place or PLACES.get(row.way, case.intake_unit.name)}


RECORDED = "（已拍照、录像记录送达过程）"


def _put_up_words(row: Delivery) -> str:
    """公告什么时候发出的，怎样算的。"""
    return f"{date_words(row.sent_at)}发出公告，经过三十日视为送达"


def service_notice(case: Case, row: Delivery, sent: Iterable[Paper], *, by: User, at: datetime.datetime) -> Paper:
    """送达公告：送给谁、哪几份文书、为什么公告、到哪里领、哪天视为送达。不写事项、证件、住址；儿童、未成年人只写姓。"""
    hidden = rules.why_not_publish(case, local(at).date())
    name = rules.mask_name(case.applicant.name) if hidden else case.applicant.name
    facts = {
        "applicant": name,
        "documents": [{"name": paper.title, "number": paper.number} for paper in sent],
        "reason": "你（单位）下落不明" if row.missing else "采用其他方式无法送达",
        "where": case.intake_unit.name,
        "posted": row.place,
        "until": last_day(sure(row.clock)),
        "basis": "《中华人民共和国民事诉讼法》第九十五条",
    }
    return _order("service_notice", case, facts, by=by, at=at)


def _handed_over(case: Case, row: Delivery) -> list[dict[str, str]]:
    """随准予决定书交到手里的证照；电子送达、公告送达的没有交到手里。"""
    in_hand = row.way not in (DeliveryWay.ELECTRONIC, LastWay.NOTICE)
    return _certificate_row(case, row) if in_hand else []


def _certificate_row(case: Case, row: Delivery) -> list[dict[str, str]]:
    if not row.sent.is_result or case.outcome != Outcome.GRANTED:
        return []
    found = certificate_of(case)
    return [{"name": found.name, "number": found.number}] if found else []


def withdrawal(case: Case, *, by: User, at: datetime.datetime) -> Paper:
    """终止办理通知书:申请人撤回,或逾期未补正；后一种事实上终止了办理，可以复议、起诉，照样告知(domain §1.1)。"""
    facts: dict[str, Any] = {"withdrawn": date_words(at), "reasons": case.decision, "due": ""}
    if case.state == CaseState.LAPSED:
        notice = Paper.objects.about(case).of_kind("correction").in_force().order_by("-pk").first()
        facts |= {"due": last_day_words(case.correction.due_at), "notice": notice.number if notice else ""}
        facts |= {"remedies": True, "act": "通知", **remedies(case)}
    return _order("withdrawal", case, facts, by=by, at=at)


def withdrawal_request(case: Case, reason: str, *, by: User, at: datetime.datetime) -> Paper:
    """撤回申请书:窗口照申请人说的打印,由他自己签名。"""
    facts = {"received": date_words(case.received_at), "reasons": reason, "consequence": WITHDRAWN}
    return _order("withdrawal_request", case, facts, by=by, at=at)


WITHDRAWN = "撤回以后，本机关终止办理，不再作出决定；撤回不影响今后就同一事项再次申请。"


def special(procedure: Procedure, *, by: User, at: datetime.datetime) -> Paper:
    """特别程序告知书：哪一种、要多久、计不计入办理期限（行政许可法第四十五条）。"""
    case = procedure.case
    facts = {
        "accepted": date_words(case.accepted_at),
        "procedure": procedure.name,
        "duration": procedure.duration,
        "starts": date_words(at),
        "until": last_day_words(procedure.clock.due_at),
        "reasons": procedure.reason,
        "basis": procedure.basis,
        "counted": procedure.counted,
    }
    return _order("special", case, facts, by=by, at=at)


def extension(extension: Extension, *, by: User, at: datetime.datetime) -> Paper:
    """延期通知书：理由、延长多久、延到哪天（行政许可法第四十二条）。"""
    return _order("extension", extension.case, extension_words(extension), by=by, at=at)


def extension_words(extension: Extension) -> dict[str, Any]:
    """延期通知书写些什么；还没有批准的，期限照此刻批准算好了再来。"""
    return {
        "accepted": date_words(extension.case.accepted_at),
        "original_due": last_day_words(extension.due_before),
        "extended": extension.length,
        "new_due": last_day_words(sure(extension.due_after)),
        "reasons": extension.reason,
        "basis": extension.basis,
        "approver": extension.get_approver_display(),
    }


def publicity(publication: Publication, *, by: User, at: datetime.datetime) -> Paper:
    """公示：张贴出来的就是这几行；文书里不带编号、证件、电话、住址，只带受理窗口的联系方式。"""
    case = publication.procedure.case
    common = _common(case)
    facts = {name: common[name] for name in PUBLIC if name in common} | {
        "lines": [{"label": label, "value": value} for label, value in rules.publication_lines(publication)],
        "from": date_words(publication.from_at),
        "until": last_day_words(publication.to_at),
        "basis": publication.procedure.basis,
    }
    return papers.order("publicity", about=case, context=facts, **_issued(case), by=by, at=at)


def hearing_right(hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证告知书：有权要求听证，五日之内提出，不收费用。"""
    facts = {
        "accepted": date_words(hearing.case.accepted_at),
        "reasons": hearing.procedure.reason,
        "until": last_day_words(hearing.request_due_at),
        "basis": hearing.procedure.basis,
    }
    return _order("hearing_right", hearing.case, facts, by=by, at=at)


def sitting(hearing: Hearing) -> dict[str, Any]:
    return {
        "sits": moment_words(sure(hearing.sits_at)),
        "place": hearing.place,
        "chair": sure(hearing.chair).full_name,
        "basis": "行政许可法第四十八条",
    }


def hearing_notice(hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证通知书：七日以前告诉时间、地点、主持人。"""
    asked = "依职权" if hearing.ex_officio else "应利害关系人的要求" if hearing.party_id else "应你（单位）的要求"
    return _order("hearing_notice", hearing.case, sitting(hearing) | {"asked": asked}, by=by, at=at)


def hearing_announcement(hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证公告：公开举行；不写证件、电话、住址。"""
    case = hearing.case
    common = _common(case)
    facts = {name: common[name] for name in (*PUBLIC, "applicant") if name in common} | sitting(hearing)
    return papers.order("hearing_announcement", about=case, context=facts, **_issued(case), by=by, at=at)


def hearing_record(hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证笔录：谁到场、说了什么、谁签名。"""
    asker = f"利害关系人{hearing.party.name}" if hearing.party else f"申请人{hearing.case.applicant.name}"
    facts = sitting(hearing) | {
        "asked": "本机关依职权举行" if hearing.ex_officio else f"{asker}要求",
        "present": hearing.present,
        "record": hearing.record,
        "signers": hearing.signers,
        "clerk": by.full_name,
    }
    return _order("hearing_record", hearing.case, facts, by=by, at=at)


def inspection_record(inspection: Inspection, *, by: User, at: datetime.datetime) -> Paper:
    """核查笔录：什么时候、在哪里、哪两个人、看到什么、谁在场；两人都签了名才出。"""
    officers = ((inspection.officer_1, inspection.signed_1_at), (inspection.officer_2, inspection.signed_2_at))
    facts = {
        "visited": moment_words(inspection.visits_at),
        "place": inspection.place,
        "officers": [{"name": one.full_name, "signed": moment_words(when)} for one, when in officers if when],
        "found": inspection.found,
        "conclusion": inspection.conclusion,
        "present": inspection.present,
    }
    return _order("inspection_record", inspection.procedure.case, facts, by=by, at=at)


def mandate(case: Case, made: Mandate, *, by: User, at: datetime.datetime) -> Paper:
    """授权委托书：谁委托谁、哪几样、到哪天、怎样同意的；证件号码遮住中间。"""
    facts = {
        "agent": made.name,
        "agent_kind": made.get_kind_display(),
        "agent_unit": _unit_of(made) if made.user else "",
        "agent_id": identity.mask(made.id_number),
        "agent_id_kind": made.get_id_kind_display() if made.id_number else "",
        "relation": made.relation,
        "scope": made.scope_words,
        "since": date_words(made.from_at),
        "until": last_day_words(made.to_at),
        "how": made.get_consent_display(),
        "checked_by": made.id_checked_by.full_name if made.id_checked_by else "",
    }
    return _order("mandate", case, facts, by=by, at=at)


def _unit_of(made: Mandate) -> str:
    """代办员在哪个单位。"""
    held = sure(made.user).holdings.standing().select_related("post__unit").order_by("rank", "pk").first()
    return str(held.post.unit.name) if held else ""


# 联办 -----------------------------------------------------------------


def order_of_joint(kind: str, joint: Joint, facts: dict[str, Any], *, by: User, at: datetime.datetime) -> Paper:
    """联办件自己的文书。"""
    agency = joint.window.agency
    told: dict[str, Any] = {"issuer": agency.code, "prefix": agency.paper_prefix, "by": by, "at": at}
    return papers.order(kind, about=joint, context=words_of_joint(joint) | facts, **told)


def words_of_joint(joint: Joint) -> dict[str, Any]:
    """联办件的文书都写的几样。"""
    window, agency = joint.window, joint.window.agency
    seal = agency.seals.order_by("-kind", "pk").first()
    return {
        "agency": agency.name,
        "applicant": joint.applicant.name,
        "item": joint.matter.name,
        "case_number": joint.number,
        "contact": f"{window.name} {window.phone}".strip(),
        "seal_name": str(seal.name) if seal else "",
        "basis": joint.limit_basis,
    }


def joint_delivery(
    joint: Joint, handed: Sequence[tuple[Delivery, Iterable[Paper]]], left: Iterable[str], *, by: User,
    at: datetime.datetime,
) -> Paper:  # fmt: skip
    """统一出件的送达回证：一份，列明各件交出的文书；left 是没有一起交出的，一件一句。"""
    facts = _joint_delivery(handed, left) | {"delivered": moment_words(at)}
    return order_of_joint("delivery", joint, facts, by=by, at=at)


def blank_joint_delivery(joint: Joint, cases: Iterable[Case], left: Iterable[str], *, by: User) -> dict[str, Any]:
    """统一出件以前印的送达回证：收件人签名、送达时间空着。不登记、不占文号。"""
    rows = [(Delivery(case=case, way=DeliveryWay.WINDOW, sent_by=by), results_of(case)) for case in cases]
    return words_of_joint(joint) | _joint_delivery(rows, left) | {"delivered": ""}


def _joint_delivery(handed: Sequence[tuple[Delivery, Iterable[Paper]]], left: Iterable[str]) -> dict[str, Any]:
    """几件一次交给同一个人：收件人、方式、地点一样，文书一件一件列，写明是哪个事项的。"""
    first = next((row for row, _sent in handed if row.relation), handed[0][0])
    documents = [
        {**told, "item": row.case.guide.name}
        for row, sent in handed
        for told in _delivery(row.case, row, sent)["documents"]
    ]
    note = f"这件事没有一起交出的：{'；'.join(left)}。有了结果随时可以来领。" if left else ""
    return _delivery(first.case, first, []) | {"documents": documents, "note": note}


def joint_withdrawal_request(
    joint: Joint, cases: Sequence[Case], reason: str, *, by: User, at: datetime.datetime
) -> Paper:
    """整件事的撤回申请书：撤回哪几个事项，一张，签一次名。"""
    names = "、".join(case.guide.name for case in cases)
    facts = {
        "item": f"{joint.matter.name}（{names}）",
        "received": date_words(joint.received_at),
        "reasons": reason,
        "consequence": f"{WITHDRAWN}已经作出决定的事项不在内，结果照旧有效。",
    }
    return order_of_joint("withdrawal_request", joint, facts, by=by, at=at)


def joint_extension(made: JointExtension, *, by: User, at: datetime.datetime) -> Paper:
    """联办时限的延期通知书：谁批准的、延到哪天、为什么。"""
    facts = {
        "accepted": date_words(sure(made.joint.begun_at)),
        "original_due": last_day_words(made.due_before),
        "extended": made.length,
        "new_due": last_day_words(made.due_after),
        "reasons": made.reason,
        "approver": f"{made.approver}（{made.document}）",
    }
    return order_of_joint("extension", made.joint, facts, by=by, at=at)
