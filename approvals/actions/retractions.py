"""依职权撤回、撤销准予的决定：提出、告知、听取陈述申辩、上报、审定、送达（行政许可法第八条第二款、第六十九条）。

收回是对人说“不”：经办人、窗口都不能自己定，要经科室负责人上报、分管副局长或局长核准，提出的、上报的人不能自己核准。
原决定在决定书送达以前一直有效。
"""

import datetime
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import (
    archiving,
    certifying,
    deadlines,
    decision_notices,
    leaders,
    letters,
    retraction_papers,
    telling,
    undoing,
)
from approvals.actions.retraction_steps import note, stop, term_of
from approvals.models import Case, Retraction
from approvals.models.retraction import LIVE
from approvals.rules import retractions as rules
from approvals.rules.archives import DESTROYED
from approvals.states import ClockKind, Decided, PledgeState, RetractionGround, RetractionState
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.sure import sure
from office.workdays.rules import local


@dataclass(frozen=True)
class Grounds:
    """凭什么收回。document、ended_on 只有别处已经定了的才写；requested_by 空着是依职权。"""

    kind: str
    ground: str
    facts: str
    reasons: str
    basis: str
    public_interest: str = ""
    redress: str = ""
    requested_by: str = ""
    document: str = ""
    ended_on: datetime.date | None = None


def obstacle(case: Case) -> str:
    """为什么现在不能提出；能就是空串。"""
    if not rules.is_served(case):
        return "准予、送达了的决定才谈得上撤回、撤销；没有送达的，更正或者重新作。"
    if case.is_destroyed:
        return DESTROYED
    found = Retraction.objects.filter(case=case, state__in=LIVE).first() if case.has_retractions else None
    if found is not None:
        return f"这一件的{found.get_kind_display()}现在是“{found.get_state_display()}”，不能再提一次。"
    revoking = (PledgeState.ASKED, PledgeState.REVOKED)
    if case.has_pledges and case.pledges.filter(state__in=revoking).exists():
        return "这一件正在照承诺不实撤销，或者已经撤销。"
    certificate = letters.certificate_of(case)
    if certificate is not None and certificate.ended_as:
        return f"证照{certificate.get_ended_as_display()}，不再有效。"
    if certificate is not None and (later := certificate.standing()) != certificate:
        where = later.case.number
        return f"证照换发、补发、延续过，现在有效的记在办件 {where} 上：到那一件上提出，收回的才是现在有效的证照。"
    return ""


def _refuse_moved(retraction: Retraction) -> None:
    """提出以后证照延续、换发到了别的件上：在这一件上收回，收不回现在有效的那一本。Raises: NotNow。"""
    if (later := retraction.moved_to()) is not None:
        raise NotNow(
            f"证照已经延续、换发，现在有效的记在办件 {later.number} 上："
            "这一件不再提出（报请了的先退回），到那一件上提出。"
        )


def propose(case: Case, told: Grounds, *, by: User, at: datetime.datetime) -> Retraction:
    """提出：写明事实、理由、依据，出告知书，窗口送达；别处已经定了的，不再告知，由科室负责人报领导确认。

    Raises: NotNow(没有送达、提过了、少写了)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.may_propose(case, by):
            raise PermissionDenied("撤回、撤销由承办科室提出。")
        if why := obstacle(case) or _lacking(case, told, at):
            raise NotNow(why)
        retraction: Retraction = Retraction(case=case, proposed_at=at, proposed_by=by, **asdict(told))
        term = term_of(case, ClockKind.RETRACTION_SERVE, at)
        ours = told.ground != RetractionGround.ELSEWHERE
        retraction.due_at = term.due_at if ours else None
        retraction.save()
        Case.objects.filter(pk=case.pk).update(has_retractions=True)
        case.has_retractions = True
        facts = {"kind": told.kind, "ground": told.ground}
        journal.record(
            "approvals.retraction.propose", about=retraction, by=by, at=at, after=retraction.state, facts=facts
        )
        if ours:
            note(retraction, "propose_retraction", by=by, at=at)
            clocks.start(case, ClockKind.RETRACTION_SERVE, term, at=at)
            retraction_papers.notice(retraction, by=by, at=at)
            _to_serve(retraction, "告知书", by=by, at=at)
        else:
            note(retraction, "record_elsewhere", by=by, at=at, reference=told.document)
    return retraction


def _lacking(case: Case, told: Grounds, at: datetime.datetime) -> str:
    """少写了什么；数据库另有约束。"""
    if not (told.facts.strip() and told.reasons.strip() and told.basis.strip()):
        return "请写明事实、理由、依据。"
    if told.ground == RetractionGround.ELSEWHERE:
        if not told.document or told.ended_on is None:
            return "请写明是哪一份文书、从哪天起失去效力。"
        if told.ended_on > local(at).date() or told.ended_on < local(sure(case.delivered_at)).date():
            return "从哪天起，要在送达以后、不晚于今天。"
        return ""
    if told.kind != rules.kind_of(told.ground):
        return "这个理由与撤回、撤销对不上。"
    if told.ground in rules.WITHDRAWING and not told.public_interest.strip():
        return "撤回要写明为了什么公共利益。"
    if told.ground in rules.REDRESSED and not told.redress.strip():
        return "请写明补偿、赔偿怎样办；没有损失的，写明怎样查的。"
    return ""


def ask(retraction: Retraction, *, heard: str, by: User, at: datetime.datetime) -> Retraction:
    """报请审定：期限过了，写明说了什么、采纳没有、为什么；没有人说的写明没有。

    Raises: NotNow(期限没过)、PermissionDenied。
    """
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        due_at = retraction.hear_due_at
        if retraction.state == RetractionState.HEARING and due_at is not None and due_at > at:
            raise NotNow(f"陈述、申辩的期限到{last_day_words(due_at)}，还没有过。")
        _refuse_moved(retraction)
        term = _asked(retraction, at)
        take(retraction, "ask", by=by, at=at, heard=heard, due_at=term.due_at)
        _to_leader(retraction, by=by, at=at)
    return retraction


def ask_to_confirm(retraction: Retraction, *, by: User, at: datetime.datetime) -> Retraction:
    """别处已经定了的，报领导确认。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        _refuse_moved(retraction)
        term = _asked(retraction, at)
        take(retraction, "ask_to_confirm", by=by, at=at, due_at=term.due_at)
        _to_leader(retraction, by=by, at=at)
    return retraction


def _asked(retraction: Retraction, at: datetime.datetime) -> Term:
    term = term_of(retraction.case, ClockKind.RETRACTION_DECIDE, at)
    if retraction.state in (RetractionState.PROPOSED, RetractionState.HEARING):
        for kind in (ClockKind.RETRACTION_HEAR, ClockKind.RETRACTION_MEND):
            stop(retraction.case, kind, at)
        clocks.start(retraction.case, ClockKind.RETRACTION_DECIDE, term, at=at)
    return term


def _to_leader(retraction: Retraction, *, by: User, at: datetime.datetime) -> None:
    case = retraction.case
    note(retraction, "ask_retraction", by=by, at=at)
    subject = f"请审定{retraction.get_kind_display()}：{case.number}"
    body = (
        f"{case.guide.name}，{retraction.get_ground_display()}。请在{last_day_words(sure(retraction.due_at))}前审定。"
    )
    telling.tell_staff(case, leaders.on_duty(case, at), "retraction.decide", subject, body, by=by, at=at)


def drop(retraction: Retraction, *, reason: str, by: User, at: datetime.datetime) -> Retraction:
    """不再提出：告知送到了的，告诉本人决定继续有效。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        told = retraction.told_at is not None
        for kind in (ClockKind.RETRACTION_SERVE, ClockKind.RETRACTION_HEAR, ClockKind.RETRACTION_MEND):
            stop(retraction.case, kind, at)
        if retraction.case.deliveries.filter(retraction=retraction).on_the_way().exists():
            raise NotNow("告知书已经寄出，还没有回音；有了结果再定。")
        take(retraction, "drop", by=by, at=at, dropped_reason=reason)
        for paper in retraction_papers.papers_of(retraction, of_notice=True) if not told else ():
            papers.void(paper, reason=f"不再提出：{reason}"[:200], by=by, at=at)
        note(retraction, "drop_retraction", by=by, at=at)
        if told:
            _still_good(retraction, by=by, at=at)
        archiving.renew(retraction.case, at=at)
    return retraction


def sanction(retraction: Retraction, *, decision: str, by: User, at: datetime.datetime) -> Retraction:
    """核准：出决定书，写明陈述申辩、补偿赔偿、复议诉讼，窗口送达，送到了才失去效力。

    别处已经定了的，核准就是确认，登记照那份文书写的日子。Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        leaders.require(retraction.case, by=by, at=at)
        if why := undoing.revoking(retraction.case):
            raise NotNow(f"{why}：先定那一样，不能收回两次。")
        _refuse_moved(retraction)
        stop(retraction.case, ClockKind.RETRACTION_DECIDE, at)
        if retraction.ground == RetractionGround.ELSEWHERE:
            _confirm(retraction, decision, by=by, at=at)
            return retraction
        case = retraction.case
        term = term_of(case, ClockKind.RETRACTION_SERVE, at)
        take(retraction, "sanction", by=by, at=at, decision=decision, due_at=term.due_at)
        clocks.start(case, ClockKind.RETRACTION_SERVE, term, at=at)
        note(retraction, "sanction_retraction", by=by, at=at, decision=decision)
        paper = retraction_papers.decision(retraction, by=by, at=at)
        decision_notices.tell(case, Decided(retraction.kind), reference=paper.number, by=by, at=at)
        verb = retraction.get_kind_display()
        body = (
            f"办件 {case.number} 的决定已经决定{verb}，送达决定书以后失去效力；理由、依据和救济途径请看{verb}决定书。"
        )
        telling.tell_applicant(case, "retraction.decided", f"决定{verb}", body, by=by, at=at)
        _to_serve(retraction, f"{verb}决定书", by=by, at=at)
    return retraction


def preview(retraction: Retraction, *, decision: str, by: User, at: datetime.datetime) -> bytes:
    """核准以前预览决定书。Raises: NotNow(别处已经定了的，没有决定书)、MissingFact、MissingGlyph、Refused。"""
    if retraction.ground == RetractionGround.ELSEWHERE:
        raise NotNow("别处已经定了的，这里只确认，不另出决定书。")
    return retraction_papers.preview(retraction, decision, by=by, at=at)


def _confirm(retraction: Retraction, decision: str, *, by: User, at: datetime.datetime) -> None:
    case = retraction.case
    take(retraction, "confirm", by=by, at=at, decision=decision)
    certifying.retract(
        case, ended_as=retraction.kind, ended_on=sure(retraction.ended_on), basis=retraction.document,
        reason=retraction.reasons[:300], by=by, at=at,
    )  # fmt: skip
    note(retraction, "serve_retraction", by=by, at=at, reference=retraction.document)
    decision_notices.tell(case, Decided(retraction.kind), reference=retraction.document, by=by, at=at)
    body = f"办件 {case.number} 的决定{retraction.get_kind_display()}，凭{retraction.document}，各处都已写明。"
    telling.tell_applicant(case, "case.certificate_ended", "决定不再有效", body, by=by, at=at)


def keep(retraction: Retraction, *, why: str, decision: str, by: User, at: datetime.datetime) -> Retraction:
    """不收回：写明为什么；骗取的应当撤销，只有事实不成立、采纳申辩、公共利益重大损害三种理由可以不撤。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        leaders.require(retraction.case, by=by, at=at)
        if retraction.ground == RetractionGround.DECEIT and why == "unneeded":
            raise NotNow("以欺骗、贿赂取得的应当撤销，不能以“可以不收回”为由不撤（第六十九条第二款、第三款）。")
        stop(retraction.case, ClockKind.RETRACTION_DECIDE, at)
        take(retraction, "keep", by=by, at=at, decision=decision, why=why)
        note(retraction, "keep_grant", by=by, at=at, decision=decision)
        if retraction.told_at:
            _still_good(retraction, by=by, at=at)
        _back(retraction, f"不收回：{decision}", by=by, at=at)
        archiving.renew(retraction.case, at=at)
    return retraction


def send_back(retraction: Retraction, *, text: str, by: User, at: datetime.datetime) -> Retraction:
    """退回补充：写明补什么，五个工作日里补完重新上报；陈述、申辩的期限已经过了，不重新起，他要说的照样记。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(retraction.case, at=at)
    with transaction.atomic():
        retraction.lock()
        leaders.require(retraction.case, by=by, at=at)
        stop(retraction.case, ClockKind.RETRACTION_DECIDE, at)
        term = term_of(retraction.case, ClockKind.RETRACTION_MEND, at)
        take(retraction, "send_back", by=by, at=at, text=text, due_at=term.due_at)
        clocks.start(retraction.case, ClockKind.RETRACTION_MEND, term, at=at)
        note(retraction, "send_back_retraction", by=by, at=at, reason=text)
        _back(retraction, f"请在{last_day_words(term.due_at)}前补充、重新上报：{text}", by=by, at=at)
    return retraction


def _to_serve(retraction: Retraction, name: str, *, by: User, at: datetime.datetime) -> None:
    case, until = retraction.case, last_day_words(sure(retraction.due_at))
    body = f"请在{until}前送达{name}；另有一份送达回证。"
    subject = f"请送达{name}：{case.number}"
    telling.tell_staff(case, [case.responsible], "retraction.serve", subject, body, by=by, at=at)


def _still_good(retraction: Retraction, *, by: User, at: datetime.datetime) -> None:
    case, verb = retraction.case, retraction.get_kind_display()
    body = f"办件 {case.number} 的决定不{verb}，继续有效。"
    if (later := retraction.moved_to()) is not None:
        body = f"办件 {case.number} 的决定不在这一件上{verb}：证照已经延续、换发到办件 {later.number}。"
    telling.tell_applicant(case, "retraction.kept", "决定继续有效", body, by=by, at=at)


def _back(retraction: Retraction, body: str, *, by: User, at: datetime.datetime) -> None:
    """告诉提出的、上报的人。"""
    people = {one.pk: one for one in (retraction.proposed_by, retraction.asked_by) if one is not None}
    subject = f"{retraction.get_kind_display()}的回话：{retraction.case.number}"
    telling.tell_staff(retraction.case, list(people.values()), "retraction.answered", subject, body, by=by, at=at)
