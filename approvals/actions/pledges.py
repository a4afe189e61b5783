"""告知承诺：签、撤回；决定以后的核查、整改、撤销（国办发〔2020〕42号；行政许可法第六十九条）。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import correction, deadlines, decision_notices, leaders, pledge_papers, telling, undoing
from approvals.actions.letters import certificate_of
from approvals.actions.pledge_checks import clock_kind, days_of, term_of
from approvals.models import Case, CaseMaterial, Pledge, PledgeTerms
from approvals.models.material import NOT_RECEIVED
from approvals.rules.pledges import months_later
from approvals.states import REVOKED, CaseState, ClockKind, Decided, PledgeState, RetractionState, Verdict
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays.rules import local

DECIDE_DAYS = 5  # 领导审定撤销的工作日
SERVE_DAYS, SERVE_BASIS = 10, "参照行政许可法第四十四条"
BASIS = "国办发〔2020〕42号"


def offered(case: Case, at: datetime.datetime) -> dict[str, PledgeTerms]:
    """这一件可以用承诺代替的材料：指南允许、有文本、申请人没有在限制期内。"""
    if not case.guide.informed_commitment or why_barred(case, at):
        return {}
    listed = set(case.guide.materials.values_list("key", flat=True))
    found = PledgeTerms.objects.in_force(case.item, local(at).date())
    return {key: terms for key, terms in found.items() if key in listed}


def why_barred(case: Case, at: datetime.datetime) -> str:
    """为什么不再对这个申请人适用告知承诺；可以适用就是空串。"""
    day = local(at).date()
    last = Pledge.objects.barring(case.applicant.id_index, day).order_by("-barred_until").first()
    if last is None:
        return ""
    return f"申请人以前的承诺核查不实，到{last.barred_until:%Y年%m月%d日}为止不适用告知承诺（{BASIS}）。"


def sign(case: Case, *, key: str, signer: str, by: User, at: datetime.datetime) -> Pledge:
    """签告知承诺书：用承诺代替这份证明，材料随之算齐；出告知承诺书。

    Raises: NotNow（指南不允许、没有文本、曾作不实承诺、不在受理之前、签过了）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.may_handle_materials(case, by):
            raise PermissionDenied("告知承诺由申请人自己签，或由收件窗口登记。")
        if case.state not in (CaseState.RECEIVED, CaseState.CORRECTING):
            raise NotNow("受理以前才能用承诺代替材料。")
        if barred := why_barred(case, at):
            raise NotNow(barred)
        terms = offered(case, at).get(key)
        row = case.materials.select_for_update(of=("self",)).filter(material__key=key).first()
        if terms is None or row is None:
            raise NotNow("这份材料不能用告知承诺代替。")
        if row.verdict == Verdict.PLEDGED:
            raise NotNow("这份材料已经签过告知承诺书。")
        told = {"signer": signer, "signed_at": at, "signed_by": by}
        pledge: Pledge = Pledge.objects.create(case=case, case_material=row, terms=terms, **told)
        facts = {"material": key}
        journal.record("approvals.pledge.sign", about=pledge, by=by, at=at, after=pledge.state, facts=facts)
        _note(case, "sign_pledge", by=by, at=at, **facts)
        if case.state == CaseState.CORRECTING and case.correction.current_lines().filter(case_material=row).exists():
            correction.answer(case, keys=[key], sheets=False, by=by, at=at)
        CaseMaterial.objects.filter(pk=row.pk).update(verdict=Verdict.PLEDGED, comment="", **NOT_RECEIVED)
        Case.objects.filter(pk=case.pk).update(has_pledges=True)
        case.has_pledges = True
        pledge_papers.pledge(pledge, by=by, at=at)
    return pledge


def take_back(pledge: Pledge, *, reason: str, by: User, at: datetime.datetime) -> Pledge:
    """撤回承诺：决定以前随时可以，改按原来的办法交材料；受理以后撤回的，按容缺的规矩补交。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        take(pledge, "take_back", by=by, at=at, reason=reason)
        case, row = pledge.case, pledge.case_material
        if case.state == CaseState.CORRECTING:  # 告知过、用承诺代替了的，又缺了
            case.correction.current_lines().filter(case_material=row).update(answered_at=None)
        if case.state in (CaseState.RECEIVED, CaseState.CORRECTING):
            row.verdict = Verdict.UNCHECKED
        else:
            _owed(pledge, at)
        row.save(update_fields=["verdict", "due_date"])
        _note(case, "take_back_pledge", by=by, at=at, material=row.material.key, reason=reason)
    return pledge


def _owed(pledge: Pledge, at: datetime.datetime) -> None:
    """受理以后撤回：这份材料在办结期限以前补交，补齐以前不能准予。停着的期限照从现在接着走的算；都过了的，当即到期。"""
    case, row = pledge.case, pledge.case_material
    limits = list(case.clocks.running().filter(kind__in=[ClockKind.STATUTORY, ClockKind.PROMISED]))
    for clock in limits:
        clock.resume(at)  # 不存
    latest = [clock.due_at for clock in limits]
    due_at = min((due for due in latest if due > at), default=max(latest))
    row.verdict, row.due_date = Verdict.DEFERRED, local(due_at - datetime.timedelta(microseconds=1)).date()
    term = Term(0, "at", f"撤回承诺，补交：{row.material.name}"[:200], due_at)
    clocks.start(case, f"deferred:{row.material.key}", term, at=at)


def check(pledge: Pledge, *, result: str, found: str, by: User, at: datetime.datetime) -> Pledge:
    """事后核查：属实、无法核实、不实。不实的，责令限期整改，记下一段时间内不再适用告知承诺。

    result 是 true、unverified、false。Raises: NotNow、PermissionDenied、ValueError（没有这种结果）。
    """
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        pledge.lock()
        case = pledge.case
        _stop(pledge, at)
        if result == "false":
            term = term_of(pledge, pledge.terms.mend_days, at)
            barred = months_later(local(at).date(), pledge.terms.bar_months)
            take(pledge, "find_false", by=by, at=at, found=found, due_at=term.due_at, barred_until=barred)
            clocks.start(case, clock_kind(pledge), term, at=at)
            pledge_papers.mend(pledge, by=by, at=at)
            body = (
                f"办件 {case.number} 的承诺经核查不实，请在{last_day_words(term.due_at)}前整改；"
                "您可以陈述、申辩。详见限期整改通知书。"
            )
            telling.tell_applicant(case, "pledge.mend", "请限期整改", body, by=by, at=at)
        elif result in ("true", "unverified"):
            take(pledge, f"find_{result}", by=by, at=at, found=found)
        else:
            raise ValueError(result)
        if result == "unverified":
            subject, body = f"承诺无法核实：{case.number}", f"“{pledge.case_material}”：{found}"
            telling.tell_staff(case, telling.leaders_of(case, at), "pledge.unverified", subject, body, by=by, at=at)
        _note(case, "check_pledge", by=by, at=at, material=pledge.case_material.material.key, result=_words(pledge))
    return pledge


def mend(pledge: Pledge, *, mended: str, by: User, at: datetime.datetime) -> Pledge:
    """已经整改：补来了符合要求的材料或改正了；不再撤销。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        pledge.lock()
        _stop(pledge, at)
        take(pledge, "mend", by=by, at=at, mended=mended)
        _note(pledge.case, "mend_pledge", by=by, at=at, text=mended)
        body = f"办件 {pledge.case.number} 的承诺已经整改，原来的决定继续有效。"
        telling.tell_applicant(pledge.case, "pledge.mended", "整改已经认可", body, by=by, at=at)
    return pledge


def ask_to_revoke(pledge: Pledge, *, reason: str, by: User, at: datetime.datetime) -> Pledge:
    """报请撤销决定：整改期限过了还没有整改的，报分管副局长审定。Raises: NotNow（期限没过）、PermissionDenied。"""
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        pledge.lock()
        if pledge.mend_due_at is not None and pledge.mend_due_at > at:
            raise NotNow(f"整改期限到{last_day_words(pledge.mend_due_at)}，还没有过。")
        case = pledge.case
        if why := undoing.retracting(case):
            raise NotNow(f"{why}：同一件决定不收回两次，先等那一样。")
        _stop(pledge, at)
        term = term_of(pledge, DECIDE_DAYS, at)
        take(pledge, "ask_to_revoke", by=by, at=at, reason=reason, due_at=term.due_at)
        clocks.start(case, clock_kind(pledge), term, at=at)
        _note(case, "ask_to_revoke", by=by, at=at, reason=reason)
        subject, body = f"请审定撤销决定：{case.number}", f"“{pledge.case_material}”的承诺不实，逾期没有整改：{reason}"
        telling.tell_staff(case, leaders.on_duty(case, at)[:1], "pledge.revoke", subject, body, by=by, at=at)
    return pledge


def revoke(pledge: Pledge, *, decision: str, by: User, at: datetime.datetime) -> Pledge:
    """撤销决定：领导审定，出撤销决定书，写明复议、诉讼，告诉申请人（行政许可法第六十九条第二款）。

    Raises: NotNow、PermissionDenied（不是领导，或就是报请、核查的人）。
    """
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        pledge.lock()
        case = pledge.case
        leaders.require(case, by=by, at=at)
        if why := undoing.retracting(case):
            raise NotNow(f"{why}：同一件决定不收回两次，先定那一样。")
        if case.has_retractions and case.retractions.filter(state=RetractionState.DONE).exists():
            raise NotNow("决定已经另行撤回、撤销：请选“不撤销”，写明这一点。")
        _refuse_moved(case)
        _stop(pledge, at)
        term = days_of(pledge, SERVE_DAYS, SERVE_BASIS, at)
        take(pledge, "revoke", by=by, at=at, decision=decision, due_at=term.due_at)
        clocks.start(case, _serving(pledge), term, at=at)
        _note(case, "revoke", by=by, at=at, decision=decision)
        paper = pledge_papers.revocation(pledge, by=by, at=at)
        decision_notices.tell(case, Decided.REVOKED, reference=paper.number, by=by, at=at)
        body = f"办件 {case.number} 的决定已经撤销，理由、依据和救济途径请看撤销决定书。"
        telling.tell_applicant(case, "pledge.revoked", "决定已撤销", body, by=by, at=at)
        told = [case.responsible]
        body = f"请在{last_day_words(term.due_at)}前送达撤销决定书，送到了才失去效力；另有一份送达回证。"
        telling.tell_staff(case, told, "pledge.serve", f"请送达撤销决定：{case.number}", body, by=by, at=at)
    return pledge


def _refuse_moved(case: Case) -> None:
    """证照延续、换发到了别的件上：在这一件上撤销，撤不掉现在有效的那一本。Raises: NotNow。"""
    held = certificate_of(case)
    if held is not None and (now := held.standing()) != held:
        raise NotNow(
            f"证照已经延续、换发，现在有效的记在办件 {now.case.number} 上："
            "请选“不撤销”，写明这一点，到那一件上提出撤销。"
        )


def keep(pledge: Pledge, *, decision: str, by: User, at: datetime.datetime) -> Pledge:
    """不撤销：可能对公共利益造成重大损害等，由领导写明理由（行政许可法第六十九条第三款）。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(pledge.case, at=at)
    with transaction.atomic():
        pledge.lock()
        leaders.require(pledge.case, by=by, at=at)
        _stop(pledge, at)
        take(pledge, "keep", by=by, at=at, decision=decision)
        _note(pledge.case, "keep_decision", by=by, at=at, decision=decision)
        body = f"办件 {pledge.case.number} 的决定不撤销：{decision}"
        telling.tell_staff(
            pledge.case, [pledge.owner or by], "pledge.kept", f"不撤销：{pledge.case.number}", body, by=by, at=at
        )
    return pledge


def _words(pledge: Pledge) -> str:
    return str(PledgeState(pledge.state).label)


def _serving(pledge: Pledge) -> str:
    return f"{REVOKED}{pledge.case_material.material.key}"


def _stop(pledge: Pledge, at: datetime.datetime) -> None:
    for clock in pledge.case.clocks.running().filter(kind=clock_kind(pledge)).select_for_update(of=("self",)):
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
