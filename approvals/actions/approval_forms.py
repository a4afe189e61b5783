"""审批表：承办、审核、批准各一栏，意见、姓名、时间照办件的审查意见和日志写，不另填。内部用，随件归档。"""

import datetime
from typing import Any

from agencies.models import User
from approvals.actions import letters
from approvals.models import Case, Extension, JointExtension, Review
from approvals.states import Approver, GroundKind
from office.journal.models import Entry
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words, moment_words
from office.sure import sure

HANDLED, EXAMINED, APPROVED, ASKED = "承办", "审核", "批准", "报请"
VERB = "approvals.case."
TOOK_IN = ("accept", "deem_accepted")
DECIDED_BY = ("grant", "grant_on_the_spot", "deny", "refuse_acceptance")
NOT_EXAMINED = {
    "grant_on_the_spot": "即办件，当场办结，不另审核。",
    "refuse_acceptance": "受理以前作出，没有进入审查。",
}


def form(case: Case, *, by: User, at: datetime.datetime) -> Paper:
    """办件的审批表：与决定同一个事务，决定那一笔已经记下。"""
    wanted = [f"{VERB}{name}" for name in (*TOOK_IN, *DECIDED_BY, "give_opinion", "endorse")]
    lines = list(Entry.objects.about(case).filter(verb__in=wanted).order_by("seq"))
    decided = next(line for line in reversed(lines) if line.verb.removeprefix(VERB) in DECIDED_BY)
    facts = {
        "received": date_words(case.received_at),
        "accepted": date_words(case.accepted_at),
        "limit": "、".join(f"{clock.value}{clock.get_unit_display()}" for clock in _limits(case)),
        "result": case.get_outcome_display(),
        "rows": [*_handled(case, lines), *_examined(case, lines, decided), _approved(case, decided)],
    }
    return letters.order("approval_form", case, facts, by=by, at=at)


def _limits(case: Case) -> Any:
    return case.clocks.filter(kind__in=("statutory", "promised")).order_by("pk")


def _row(stage: str, unit: str, opinion: str, name: str, at: datetime.datetime | None) -> dict[str, str]:
    return {"stage": stage, "unit": unit, "opinion": opinion, "name": name, "at": moment_words(sure(at))}


def _handled(case: Case, lines: list[Entry]) -> list[dict[str, str]]:
    """承办：收件、核对、受理的窗口；没有受理就作出决定的，是收件的人。"""
    found = [line for line in lines if line.verb.removeprefix(VERB) in TOOK_IN]
    if not found:
        opinion = "收到申请，核对材料。"
        return [_row(HANDLED, case.intake_unit.name, opinion, case.first_contact.full_name, case.received_at)]
    words = {"accept": "材料齐全、符合法定形式，予以受理。", "deem_accepted": "没有按时一次性告知，视为受理。"}
    return [
        _row(HANDLED, case.intake_unit.name, words[line.verb.removeprefix(VERB)], line.by_name, line.at)
        for line in found
    ]


def _examined(case: Case, lines: list[Entry], decided: Entry) -> list[dict[str, str]]:
    """审核：审查意见逐条；署名照当时的日志，B 岗代 A 岗的写着代谁。"""
    signed = {(line.by_id, line.at): line.by_name for line in lines if line.verb == f"{VERB}give_opinion"}
    found = [
        _row(
            EXAMINED, _where(one), f"{one.get_opinion_display()}。{one.text}",
            signed.get((sure(one.reviewer).pk, sure(one.given_at))) or sure(one.reviewer).full_name, one.given_at,
        )
        for one in case.reviews.exclude(opinion="").select_related("unit", "reviewer").order_by("order", "given_at")
    ]  # fmt: skip
    passed = {line.at: line.by_name for line in lines if line.verb == f"{VERB}endorse"}
    for one in case.endorsements.select_related("unit", "by"):
        name = passed.get(one.at) or one.by.full_name
        found.append(_row(EXAMINED, f"{one.unit.name}（科室负责人）", one.text, name, one.at))
    if found:
        return found
    why = NOT_EXAMINED.get(decided.verb.removeprefix(VERB), "作出决定时还没有审查意见。")
    return [{"stage": EXAMINED, "unit": case.section.name, "opinion": why, "name": "—", "at": "—"}]


def _where(review: Review) -> str:
    """哪个单位；分级审查的，写明是哪一级。"""
    return f"{review.unit.name}（{review.name}）" if review.name else str(review.unit.name)


def _approved(case: Case, decided: Entry) -> dict[str, str]:
    """批准：决定的人、内容；说“不”的写明依据哪一样，逐级的意见在拟否定报告登记表。"""
    ground = case.ground
    if ground is None:
        opinion = f"{case.get_outcome_display()}。{case.decision}"
    else:
        opinion = f"{case.get_outcome_display()}。理由：{ground.reasons}依据：{ground.basis_text}"
        if ground.kind != GroundKind.RULE:
            opinion += f"（{ground.get_kind_display()}{ground.reference}，逐级的意见见登记表）"
    unit = case.intake_unit.name if decided.verb == f"{VERB}grant_on_the_spot" else case.section.name
    if decided.verb == f"{VERB}grant" and case.guide.decider:
        unit = f"{case.agency.name}（{case.guide.decider_words}）"
    return _row(APPROVED, unit, opinion, decided.by_name, decided.at)


def extension_form(extension: Extension, *, by: User, at: datetime.datetime) -> Paper:
    """延期审批表：科室报请、负责人批准；同意的、不同意的都有(行政许可法第四十二条)。"""
    case = extension.case
    where = extension.get_approver_display()
    document = f"（{where}批准文件：{extension.document}）" if extension.approver != Approver.DIRECTOR else ""
    asked = _row(HANDLED, case.section.name, extension.reason, _who_asked(extension), extension.asked_at)
    standing = f"{extension.standing or '本机关负责人'}"
    answer = _row(APPROVED, standing, f"{extension.get_state_display()}。{extension.text}{document}", by.full_name, at)
    facts = {
        "accepted": date_words(case.accepted_at),
        "original_due": last_day_words(extension.due_before),
        "length": extension.length,
        "new_due": last_day_words(extension.due_after) if extension.due_after else "",
        "basis": extension.basis,
        "rows": [asked, answer],
    }
    return letters.order("extension_form", case, facts, by=by, at=at)


GOVERNMENT = "本级人民政府"
JOINT_NOTE = (
    "行政许可法第四十二条第二款：统一办理或者联合办理、集中办理的，四十五日内不能办结的，经本级人民政府负责人批准，"
    "可以延长十五日，并应当将延长期限的理由告知申请人。内部使用，随件归档。"
)


def joint_extension_words(made: JointExtension) -> dict[str, Any]:
    """联办的延期审批表：牵头单位报请、本级人民政府负责人批准；还没有批准的，批准一栏空着签字。"""
    joint = made.joint
    asked = _row(ASKED, joint.lead.name, made.reason, f"{made.standing}", made.recorded_at)
    answer = {"stage": APPROVED, "unit": f"{GOVERNMENT}负责人", "opinion": "", "name": "", "at": ""}
    if made.approved_on:
        opinion = f"同意延长{made.length}。（批准文件：{made.document}）"
        answer |= {"opinion": opinion, "name": made.approver, "at": date_words(made.approved_on)}
    facts = {
        "accepted": date_words(sure(joint.begun_at)),
        "original_due": last_day_words(made.due_before),
        "length": made.length,
        "new_due": last_day_words(made.due_after),
        "basis": "《中华人民共和国行政许可法》第四十二条第二款",
        "note": JOINT_NOTE,
        "rows": [asked, answer],
    }
    return letters.words_of_joint(joint) | facts


def joint_extension_form(made: JointExtension, *, by: User, at: datetime.datetime) -> Paper:
    return letters.order_of_joint("extension_form", made.joint, joint_extension_words(made), by=by, at=at)


def _who_asked(extension: Extension) -> str:
    """报请那一笔日志上的署名。"""
    line = Entry.objects.about(extension).filter(verb="approvals.extension.ask").order_by("-seq").first()
    return line.by_name if line else str(extension.asked_by.full_name)
