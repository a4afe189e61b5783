"""发证：准予的同一个事务里记下证照；送达以前的笔误，说明理由更正，原决定书作废另出。"""

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import User
from approvals.actions import archiving, disclosure_ends, expiry, letters, pledge_papers, retraction_papers, undoing
from approvals.actions.acceptance import in_name_of, issuers_of
from approvals.models import Cancellation, Case, Certificate
from approvals.models.delivery import RESULT
from approvals.rules import certificates, may_decide, renewals
from approvals.states import CaseState, CertificateEnd, PledgeState, RetractionState
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.words import date_words
from office.steps import NotNow
from office.workdays.rules import local


@dataclass(frozen=True)
class Told:
    """证照上写的；valid_until 是最后一天（含），None 是长期有效。reissued：换发、补发，沿用原编号。"""

    name: str
    number: str
    valid_from: datetime.date
    valid_until: datetime.date | None
    scope: str = ""
    reissued: bool = False

    @property
    def columns(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if key != "reissued"}


def issue(case: Case, told: Told | None, *, deemed: bool = False, by: User, at: datetime.datetime) -> None:
    """发证：结果是证照的，没有证照的内容不能准予；不是的，不收。在准予的事务里、办件已锁住时调用。Raises: NotNow。

    deemed 是届满依法视为准予延续的：原证照正在收回也等不得。
    """
    prior = renewals.prior_of(case)
    if prior is not None and not deemed:
        _refuse_while_undone(prior.certificate.standing())
    if not certificates.certifies(case):
        if told is not None:
            raise NotNow("这个事项的结果不是证照，不用填证照。")
        return
    if told is None:
        name = certificates.certificate_name(case.guide.result_name)
        raise NotNow(f"这个事项的结果是{name}，请填写证照的名称、编号、有效期。")
    certificate = _kept(Certificate(case=case, agency=in_name_of(case), issued_at=at, issued_by=by), told, at, deemed)
    _note(case, "issue_certificate", certificate, by=by, at=at)


def correct(case: Case, told: Told, *, reason: str, by: User, at: datetime.datetime) -> Certificate:
    """更正证照的笔误：送达以前，作决定的人写明理由；原决定书作废，照更正后的另出一份。

    Raises: NotNow(送达、寄出以后，没有改动，编号用过)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not certificates.may_correct(case, by):
            raise PermissionDenied("由作决定的人更正。")
        found = Certificate.objects.filter(case=case).first()
        if found is None or case.state != CaseState.GRANTED:
            raise NotNow("准予以后、送达以前，才能更正证照的笔误。")
        if case.deliveries.of(RESULT).on_the_way().exists():
            raise NotNow("结果已经寄出，不能更正；退回来以后再更正。")
        was = "，".join(filter(None, certificates.printed(found).values()))
        if all(getattr(found, key) == value for key, value in told.columns.items()):
            raise NotNow("没有改动。")
        _kept(found, told, at)
        _note(case, "correct_certificate", found, by=by, at=at, reason=reason, was=was)
        _print_again(case, found, reason, by=by, at=at)
    return found


def record_late(case: Case, told: Told, *, reason: str, by: User, at: datetime.datetime) -> Certificate:
    """补登证照：本系统登记证照以前就送达、办结了的，照证照补上；决定书不动。

    Raises: NotNow(不发证照、没有送达、登记过了、编号用过)、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        if not certificates.may_correct(case, by):
            raise PermissionDenied("由作决定的人，或者有权决定这一件的人补登。")
        if not certificates.may_lack(case):
            raise NotNow("准予、送达了的，结果是证照的，才能补登。")
        if Certificate.objects.filter(case=case).exists():
            raise NotNow("这一件的证照已经登记过。")
        made = Certificate(case=case, agency=in_name_of(case), issued_at=at, issued_by=by, late_reason=reason)
        made = _kept(made, told, at)
        _note(case, "record_certificate", made, by=by, at=at, reason=reason)
        for pledge in case.pledges.filter(state=PledgeState.REVOKED).exclude(served_at=None):
            basis, day = pledge_papers.revoked_by(pledge), local(pledge.served_at).date()
            _end(case, ended_as=CertificateEnd.REVOKED, ended_on=day, basis=basis, reason="", by=by, at=at)
        for one in case.retractions.filter(state=RetractionState.DONE):
            basis, day = retraction_papers.retracted_by(one), one.ended_on or local(one.served_at).date()
            _end(case, ended_as=one.kind, ended_on=day, basis=basis, reason="", by=by, at=at)
        made.refresh_from_db()
        archiving.renew(case, at=at)
    return made


def retract(
    case: Case, *, ended_as: str, ended_on: datetime.date, basis: str, reason: str = "", by: User,
    at: datetime.datetime,
) -> None:  # fmt: skip
    """决定撤销、撤回、吊销生效了，或者注销了：据它发的证照从那天起不再有效；归档包随之重做。

    在那一步的事务里、办件已锁住时调用，没有证照的只重做归档包；凭据是真的，数据库另外核实。
    """
    _end(case, ended_as=ended_as, ended_on=ended_on, basis=basis, reason=reason, by=by, at=at)
    disclosure_ends.end(case, ended_as=ended_as, ended_on=ended_on, at=at)
    archiving.renew(case, at=at)


def _end(case: Case, *, by: User, at: datetime.datetime, basis: str, reason: str, **told: Any) -> Certificate | None:
    found = letters.certificate_of(case)
    if found is None or found.ended_as:
        return None
    found.ended_as, found.ended_on = told["ended_as"], told["ended_on"]
    found.ended_basis, found.ended_reason = basis, reason
    found.end_noted_at, found.end_noted_by = at, by
    found.save()
    expiry.stop(case, at=at)
    since = {"ended": f"{found.get_ended_as_display()}，自{date_words(found.ended_on)}起", "reference": basis}
    _note(case, "end_certificate", found, by=by, at=at, reason=reason, **since)
    return found


def _print_again(case: Case, certificate: Certificate, reason: str, *, by: User, at: datetime.datetime) -> None:
    old = Paper.objects.about(case).of_kind("grant").in_force().order_by("-pk").first()
    if old is not None:
        papers.void(old, reason=f"更正证照的笔误：{reason}"[:200], by=by, at=at)
    made = letters.grant(case, by=by, at=at, corrects=old.number if old else "")
    disclosure_ends.reissue(case, certificate, made.number, by=by, at=at)


def _kept(certificate: Certificate, told: Told, at: datetime.datetime, deemed: bool = False) -> Certificate:
    """写进去；编号用在别的证照上的，只有同一个人换发、补发才让。Raises: NotNow。"""
    if not (told.name and told.number) or (told.valid_until and told.valid_until < told.valid_from):
        raise NotNow("证照要写明名称、编号；有效期的结束不能在开始之前。")
    freed = _freed(certificate, told)
    for key, value in told.columns.items():
        setattr(certificate, key, value)
    _give_way(certificate, told, at, deemed)
    try:
        with transaction.atomic():
            certificate.save()
    except IntegrityError as error:
        raise NotNow(f"编号 {told.number} 刚刚用在另一本{told.name}上，请核对。") from error
    if freed is not None:
        freed.current = True
        freed.save(update_fields=["current"])
        expiry.watch(freed, at=at)
    expiry.watch(certificate, at=at)
    return certificate


def _freed(certificate: Certificate, told: Told) -> Certificate | None:
    """原来写成沿用、更正以后不沿用了的那一本：编号还给它。"""
    old = certificate.replaces
    if old is None or (old.name, old.number) == (told.name, told.number):
        return None
    certificate.replaces = None
    return old


def _give_way(certificate: Certificate, told: Told, at: datetime.datetime, deemed: bool) -> None:
    old = _used(certificate, told)
    if old is None:
        return
    whose = f"办件 {old.case.number} 的{told.name}"
    if not told.reissued:
        raise NotNow(f"编号 {told.number} 已经用在{whose}上，请核对；换发、补发沿用原编号的，请勾选。")
    holder = old.case.applicant.id_index  # 已经销毁的是空的，比不了，由勾选的人负责
    if holder and holder != certificate.case.applicant.id_index:
        raise NotNow(f"编号 {told.number} 已经用在{whose}上，不是这个申请人的，不能沿用，请核对。")
    if old.ended_as:
        raise NotNow(f"{whose}{old.get_ended_as_display()}，不能沿用它的编号；要恢复的，重新申请、另行编号。")
    if not deemed:
        _refuse_while_undone(old)
    old.current = False
    old.save(update_fields=["current"])
    expiry.stop(old.case, at=at)
    certificate.replaces = old


def _used(certificate: Certificate, told: Told) -> Certificate | None:
    """编号现在记在哪一本上：本机关的；换发、补发的，连同委托、下放以前由别的机关发给同一个人的。"""
    used = Certificate.objects.filter(name=told.name, number=told.number, current=True).exclude(pk=certificate.pk)
    used = used.select_related("case__applicant").order_by("pk")
    own: Certificate | None = used.filter(agency=certificate.agency).first()
    holder = certificate.case.applicant.id_index
    if own is not None or not (told.reissued and holder):
        return own
    earlier = used.filter(agency__in=issuers_of(certificate.case), case__applicant__id_index=holder)
    found: Certificate | None = earlier.first()
    return found


def _refuse_while_undone(old: Certificate) -> None:
    """原证照正在收回的，了结以前不能换成另一本，编号沿用不沿用都一样。Raises: NotNow。"""
    if why := undoing.under_way(old.case):
        whose = f"办件 {old.case.number} 的{old.name}"
        raise NotNow(f"{whose}正在收回，{why}：了结以前不能延续、变更，不能沿用它的编号。")


def _note(case: Case, verb: str, certificate: Certificate, *, by: User, at: datetime.datetime, **facts: str) -> None:
    facts |= certificates.noted(certificate)
    if certificate.replaces_id and certificate.replaces:
        facts["replaces"] = certificate.replaces.case.number
    state = case.state
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=state, after=state, facts=facts)


note = _note  # 注销共用


def may_cancel(case: Case, user: User) -> bool:
    """能不能注销；没有证照的不查库。"""
    if not (certificates.may_lack(case) and may_decide(case, user)):
        return False
    found = letters.certificate_of(case)
    return found is not None and not Cancellation.objects.filter(case=case).exists()


def lacks(case: Case, user: User) -> bool:
    """该有证照而没有登记的，他能不能补登；不发证照的不查库。"""
    if not (certificates.may_lack(case) and certificates.may_correct(case, user)):
        return False
    return letters.certificate_of(case) is None


def is_open(case: Case, user: User) -> bool:
    """此刻能不能更正；没有证照的不查库。"""
    return (
        case.state == CaseState.GRANTED
        and certificates.certifies(case)
        and certificates.may_correct(case, user)
        and letters.certificate_of(case) is not None
    )
