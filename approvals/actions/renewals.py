"""按时申请的延续，到有效期届满没有决定的，视为准予延续（行政许可法第五十条第二款）。由到期处理做，不由人做。"""

import datetime

from agencies.models import User
from approvals.actions import (
    acceptance,
    certifying,
    decision_notices,
    disclosures,
    ending,
    fees,
    handover,
    letters,
    pledge_checks,
    telling,
)
from approvals.models import Case, Clock, Flag, PriorCertificate
from approvals.rules import renewals as rules
from approvals.states import CaseState, FlagKind
from catalog.states import FeeStage
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import take
from office.sure import sure


def run_out(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """届满的时刻到了：没有决定的视为准予；还在等申请人补正的、原证照已经失效的，不视为准予。"""
    case = clock.case
    prior = PriorCertificate.objects.select_related("certificate").get(case=case)
    if prior.certificate.ended_as or case.state == CaseState.CORRECTING:
        _no_longer(prior, clock, by=by, at=at)
    else:
        _deem(case, prior, clock, by=by, at=at)


def _no_longer(prior: PriorCertificate, clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """补正没有到齐，责任不在机关：照晚了的办。法律没有写这种情形，待核实。"""
    case = prior.case
    prior.lapses_at = None
    prior.save(update_fields=["lapses_at"])
    clock.ended_at = at
    clock.save(update_fields=["ended_at"])
    facts = {"certificate": _words(prior), "reason": "原证照已经失效" if prior.certificate.ended_as else "等申请人补正"}
    _note(case, "not_deemed_renewed", by=by, at=at, facts=facts)
    if not prior.certificate.ended_as:
        body = (
            f"办件 {case.number} 申请延续的{_words(prior)}有效期已经届满，要补的材料还没有到齐，不视为准予延续。"
            "补齐以后照样办理；准予以前不能再凭它从事许可的活动。"
        )
        telling.tell_applicant(case, "case.renewal_late", "证照有效期已届满", body, by=by, at=at)


def _deem(case: Case, prior: PriorCertificate, clock: Clock, *, by: User, at: datetime.datetime) -> None:
    old = prior.certificate
    if case.state == CaseState.RECEIVED:  # 收到了还没有说受不受理的，也是没有作出决定
        take(case, "deem_accepted", by=by, at=at, authority=acceptance.in_force(case, at))
    since, until = rules.extended(old.valid_from, sure(old.valid_until))
    over = date_words(sure(old.valid_until))
    decision = f"{_words(prior)}有效期至{over}，届满以前没有作出是否准予延续的决定，依法视为准予延续。"
    take(case, "deem_renewed", by=by, at=at, decision=decision)
    prior.deemed_at = at
    prior.save(update_fields=["deemed_at"])
    case.prior = prior  # 走那一步时重新读过，换成刚存的
    told = certifying.Told(old.name, old.number, since, until, old.scope, reissued=True)
    certifying.issue(case, told, by=by, at=at)
    ending.stop_all(case, by=by, at=at)
    pledge_checks.begin_checks(case, by=by, at=at)
    letters.grant(case, by=by, at=at)
    decision_notices.of_outcome(case, by=by, at=at)
    disclosures.begin(case, by=by, at=at)
    fees.arise(case, FeeStage.DECISION, by=by, at=at)
    handover.onward(case, by=by, at=at)
    body = f"办件 {case.number}：{decision}有效期延续到{date_words(until)}，请查收通知书。"
    telling.tell_applicant(case, "case.deemed_renewed", "视为准予延续", body, by=by, at=at)
    Flag.objects.create(case=case, kind=FlagKind.RENEWAL, unit=case.section, due_at=clock.due_at, raised_at=at)
    told_to = [*telling.leaders_of(case, at), case.first_contact]
    body = f"{FlagKind.RENEWAL.label}；请印制、送达通知书和证照，查明为什么没有按时决定。"
    telling.tell_staff(case, told_to, "case.deemed", f"视为准予延续：{case.number}", body, by=by, at=at)


def _words(prior: PriorCertificate) -> str:
    return f"{prior.certificate.name}（{prior.certificate.number}）"


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, facts: dict[str, str]) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
