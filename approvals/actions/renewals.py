"""按时申请的延续，到有效期届满没有决定的，视为准予延续（行政许可法第五十条第二款）。由到期处理做，不由人做。"""

import datetime

from agencies.models import User
from approvals.actions import (
    certifying,
    decision_notices,
    deemed,
    disclosures,
    ending,
    expiry,
    fees,
    handover,
    letters,
    pledge_checks,
    telling,
    undoing,
)
from approvals.models import Case, Certificate, Clock, Flag, PriorCertificate
from approvals.rules import certificates
from approvals.rules import renewals as rules
from approvals.states import CaseState, FlagKind
from catalog.states import FeeStage
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import take
from office.sure import sure
from office.workdays.rules import end_of

WAITS = "等申请人补正"


def run_out(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """届满的时刻到了：没有决定的视为准予；不能视为准予的，写明为什么，照常由人决定。"""
    case = clock.case
    prior = PriorCertificate.objects.select_related("certificate__case").get(case=case)
    now = prior.certificate.standing()
    if why := _why_not(case, now, clock):
        _no_longer(prior, now, clock, why, by=by, at=at)
    else:
        _deem(case, prior, now, clock, by=by, at=at)


def _why_not(case: Case, now: Certificate, clock: Clock) -> str:
    """为什么不视为准予；视为准予的是空串。now 是现在顶着原证照的那一本。

    已经决定撤回、撤销只等送达的，届满以前已有相反的决定；法律没有写这种情形，也没有写还在补正的，待核实。
    """
    if now.ended_as:
        return "原证照已经失效"
    if now.valid_until is None or end_of(now.valid_until) > clock.due_at:
        return "现在的那一本有效期没有届满"
    if not expiry.living().filter(pk=now.pk).exists():
        return "已经准予延续、变更"
    if why := undoing.decided(now.case):
        return why
    return WAITS if case.state == CaseState.CORRECTING else ""


def _no_longer(
    prior: PriorCertificate, now: Certificate, clock: Clock, why: str, *, by: User, at: datetime.datetime
) -> None:
    """不视为准予，届满的时刻清空；补正没有到齐的，告诉申请人。"""
    case = prior.case
    prior.lapses_at = None
    prior.save(update_fields=["lapses_at"])
    clock.ended_at = at
    clock.save(update_fields=["ended_at"])
    _note(case, "not_deemed_renewed", by=by, at=at, facts={"certificate": _words(now), "reason": why})
    if why == WAITS:
        body = (
            f"办件 {case.number} 申请延续的{_words(now)}有效期已经届满，要补的材料还没有到齐，不视为准予延续。"
            "补齐以后照样办理；准予以前不能再凭它从事许可的活动。"
        )
        telling.tell_applicant(case, "case.renewal_late", "证照有效期已届满", body, by=by, at=at)


def _deem(
    case: Case, prior: PriorCertificate, now: Certificate, clock: Clock, *, by: User, at: datetime.datetime
) -> None:
    if case.state == CaseState.RECEIVED:  # 收到了还没有说受不受理的，也是没有作出决定
        deemed.accept(case, by=by, at=at)
    over = sure(now.valid_until)
    since, until = rules.extended(now.valid_from, over)
    decision = (
        f"{_words(now)}有效期至{date_words(over)}，届满以前没有作出是否准予延续的决定，依法视为准予延续，"
        f"有效期延续到{date_words(until)}。"
    )
    # 届满那一刻依法已经视为准予，以后才到的期限没有误：清扫来得再晚，也同一直在跑时一样
    case.clocks.running().filter(due_at__gte=clock.due_at).exclude(pk=clock.pk).update(ended_at=at, late=False)
    take(case, "deem_renewed", by=by, at=at, decision=decision)
    prior.deemed_at = at
    prior.save(update_fields=["deemed_at"])
    case.prior = prior  # 走那一步时重新读过，换成刚存的
    told = certifying.Told(now.name, now.number, since, until, now.scope, reissued=True)
    # 结果只是一份决定书的，不另发证照：延续到哪天写在决定里
    certifying.issue(case, told if certificates.certifies(case) else None, deemed=True, by=by, at=at)
    ending.stop_all(case, by=by, at=at)
    pledge_checks.begin_checks(case, by=by, at=at)
    letters.grant(case, by=by, at=at)
    decision_notices.of_outcome(case, by=by, at=at)
    disclosures.begin(case, by=by, at=at)
    fees.arise(case, FeeStage.DECISION, by=by, at=at)
    handover.onward(case, by=by, at=at)
    body = f"办件 {case.number}：{decision}请查收通知书。"
    telling.tell_applicant(case, "case.deemed_renewed", "视为准予延续", body, by=by, at=at)
    Flag.objects.create(case=case, kind=FlagKind.RENEWAL, unit=case.section, due_at=clock.due_at, raised_at=at)
    told_to = [*telling.leaders_of(case, at), case.responsible]
    body = f"{FlagKind.RENEWAL.label}；请印制、送达通知书和证照，查明为什么没有按时决定。"
    if why := undoing.under_way(now.case):
        body += f"原证照在办件 {now.case.number} 上，{why}：要接着收回的，那一件不再提出，送达以后到这一件上提出。"
    telling.tell_staff(case, told_to, "case.deemed", f"视为准予延续：{case.number}", body, by=by, at=at)


def _words(certificate: Certificate) -> str:
    return f"{certificate.name}（{certificate.number}）"


def _note(case: Case, verb: str, *, by: User, at: datetime.datetime, facts: dict[str, str]) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
