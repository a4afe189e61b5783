"""指明原证照：延续、变更、换发的申请说的是哪一本；延续的，写明按时没有（行政许可法第四十九条、第五十条）。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, expiry, telling
from approvals.actions.acceptance import issuers_of
from approvals.actions.firsts import applied_at
from approvals.models import Case, Certificate, PriorCertificate
from approvals.rules import certificates
from approvals.rules import renewals as renewal_rules
from approvals.states import WAITING, ClockKind
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow
from office.workdays.rules import end_of, local

BASIS = "行政许可法第五十条第二款：届满以前作出决定，逾期视为准予延续"


def candidates(case: Case, at: datetime.datetime) -> list[Certificate]:
    """同一个人在本机关的（委托、下放的连同委托、下放机关的）、还算数的证照里，这个事项能延续、变更的：名称一样，或者指南写着到期办这个事项。"""
    holder = case.applicant.id_index
    if not holder or not renewal_rules.on_a_certificate(case):
        return []
    name, day = certificates.certificate_name(case.guide.result_name), local(at).date()
    held = expiry.living().filter(agency__in=issuers_of(case), case__applicant__id_index=holder).exclude(case=case)
    found = held.select_related("case__item", "case__guide").order_by("-valid_from", "-pk")
    return [one for one in found if one.name == name or _leads_to(one, case, day)]


def _leads_to(certificate: Certificate, case: Case, day: datetime.date) -> bool:
    told = expiry.renewal_for(certificate.case, day)
    return told is not None and told.item == case.item.code


def match(case: Case, *, redoes: Case | None = None, by: User, at: datetime.datetime) -> None:
    """收件时：只有一本对得上的，就是它；一本也没有、不止一本的，由窗口指明。在收件的事务里调用。

    redoes 是机关改正的那一件，照它另收：原来说的是哪一本还是哪一本，按时没有照原来申请的那天看，不让他替机关的错晚了。
    """
    found = candidates(case, at)
    was = PriorCertificate.objects.filter(case=redoes).select_related("certificate").first() if redoes else None
    if was is not None and (now := was.certificate.standing()) in found:
        found = [now]
    if len(found) == 1:
        applied_on = was.applied_on if was is not None else local(applied_at(redoes or case)).date()
        _name(case, found[0], applied_on=applied_on, by=by, at=at)


def may_name(case: Case, user: User) -> bool:
    """指明、改指：办这一件的人，有结果以前；不是延续、变更、换发的不查库。"""
    return bool(case.state in WAITING and renewal_rules.on_a_certificate(case) and rules.handles(case, user))


def name(case: Case, certificate: Certificate, *, by: User, at: datetime.datetime) -> PriorCertificate:
    """指明原证照；指错了的改指。Raises: NotNow(有结果了，不是这个人的，不是同一本)、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.handles(case, by):
            raise PermissionDenied("由办这一件的人指明。")
        if case.state not in WAITING:
            raise NotNow("这一件已经有了结果。")
        if certificate not in candidates(case, at):
            raise NotNow("只能指明这个申请人还有效的、这个事项办得了的证照。")
        was = PriorCertificate.objects.filter(case=case).first()
        applied_on = was.applied_on if was is not None else local(applied_at(case)).date()
        return _name(case, certificate, applied_on=applied_on, by=by, at=at)


def _name(
    case: Case, certificate: Certificate, *, applied_on: datetime.date, by: User, at: datetime.datetime
) -> PriorCertificate:
    told = {
        "certificate": certificate, "named_at": at, "named_by": by, "applied_on": applied_on,
        **_terms(case, certificate, applied_on, at),
    }  # fmt: skip
    prior: PriorCertificate = PriorCertificate.objects.update_or_create(case=case, defaults=told)[0]
    case.prior = prior
    for clock in case.clocks.running().filter(kind=ClockKind.RENEWAL).select_for_update(of=("self",)):
        clock.ended_at = at
        clock.save(update_fields=["ended_at"])
    if prior.lapses_at is not None:
        clocks.start(case, ClockKind.RENEWAL, Term(0, "at", BASIS, prior.lapses_at, since=case.received_at), at=at)
    facts = {"certificate": f"{certificate.name}（{certificate.number}）"}
    if prior.apply_by is not None:
        facts |= {"apply_by": date_words(prior.apply_by), "renewal": "晚了" if prior.is_late else "按时"}
    state = case.state
    journal.record("approvals.case.name_prior", about=case, by=by, at=at, before=state, after=state, facts=facts)
    redone = applied_on < local(case.received_at).date()  # 晚了的，原来收件时告诉过
    if prior.is_late and not redone and certificate.valid_until is not None:
        body = (
            f"办件 {case.number} 申请延续的{certificate.name}有效期到{date_words(certificate.valid_until)}，应当在"
            f"{date_words(prior.apply_by)}以前申请。申请晚了，照样办理；但届满以前没有决定的，不视为准予延续，"
            "届满以后、准予以前，不能再凭它从事许可的活动。"
        )
        telling.tell_applicant(case, "case.renewal_late", "延续申请晚了", body, by=by, at=at)
    return prior


def _terms(case: Case, certificate: Certificate, applied_on: datetime.date, at: datetime.datetime) -> dict[str, object]:
    """按时没有：许可的延续才有；届满的时刻只给按时申请的，已经过去了的不再给：届满时没有视为准予，改指不能补回来。"""
    until = certificate.valid_until
    if until is None or not renewal_rules.renews(case.item):
        return {"apply_by": None, "lapses_at": None}
    apply_by = renewal_rules.apply_by(case.item, expiry.renewal_for(certificate.case, applied_on), until)
    lapses_at = end_of(until)
    in_time = apply_by is not None and applied_on <= apply_by and lapses_at > at
    return {"apply_by": apply_by, "lapses_at": lapses_at if in_time else None}
