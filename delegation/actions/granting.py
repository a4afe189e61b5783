"""委托的拟定、生效、收回、到期。"""

import datetime
from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Agency, Seal, User
from catalog.actions import authority as authorities
from catalog.models import Authority, Item
from delegation import rules
from delegation.models import Delegation
from delegation.states import DelegationKind, DelegationState
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow, take
from office.workdays.rules import local


@dataclass(frozen=True)
class Terms:
    """一项委托的内容。起含止不含;委托书、承诺书、协议可以在生效之前补全。"""

    item: Item
    from_agency: Agency
    to_agency: Agency
    seal: Seal
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    instrument_number: str = ""
    instrument_date: datetime.date | None = None
    promise: str = ""
    agreement: str = ""
    kind: str = DelegationKind.ENTRUSTED


def propose(*, terms: Terms, by: User, at: datetime.datetime) -> Delegation:
    """拟定委托。Raises: NotNow(不是本机关的事项、不是下级机关、章不对、起止颠倒)、PermissionDenied。"""
    with transaction.atomic():
        delegation: Delegation = Delegation(proposed_by=by, proposed_at=at)
        _write(delegation, terms, by)
        journal.record(
            "delegation.delegation.propose", about=delegation, by=by, at=at, after=delegation.state, facts=vars(terms)
        )
    return delegation


def amend(delegation: Delegation, *, terms: Terms, by: User, at: datetime.datetime) -> Delegation:
    """修改拟定中的委托;生效之后一个字也不能改。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        delegation.lock()
        _may(delegation, by)
        if delegation.state != DelegationState.DRAFTED:
            raise NotNow("委托已经生效，内容不能再改；要变就收回另立。")
        _write(delegation, terms, by)
        journal.record(
            "delegation.delegation.amend",
            about=delegation, by=by, at=at, before=delegation.state, after=delegation.state, facts=vars(terms),
        )  # fmt: skip
    return delegation


def grant(delegation: Delegation, *, by: User, at: datetime.datetime) -> Delegation:
    """生效:受托机关从起始日起有权决定这个事项;同一事务写下办理权限。

    Raises: NotNow(内容不合、文书不全、起始日已过、与已有权限重叠)、PermissionDenied。
    """
    with transaction.atomic():
        delegation.lock()
        _may(delegation, by)
        if delegation.state == DelegationState.DRAFTED:
            _not_backwards(delegation.valid_from, at)
        authority = delegation.authority or _authority(delegation, by=by, at=at)
        take(delegation, "go_live", by=by, at=at, authority=authority)
    return delegation


def revoke(delegation: Delegation, *, on: datetime.date, reason: str, by: User, at: datetime.datetime) -> Delegation:
    """收回委托:on 这一天起受托机关不再有权,事项回到委托机关;已经办过的不受影响。

    Raises: NotNow(没有生效、没写原因、日期已过或不在起止之间)、PermissionDenied。
    """
    with transaction.atomic():
        delegation.lock()
        if not reason.strip():
            raise NotNow("收回委托要写明原因。")
        _not_backwards(on, at)
        take(delegation, "revoke", by=by, at=at, on=on, reason=reason)
        _end(Authority.objects.get(delegation=delegation), on, reason, by=by, at=at)
    return delegation


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期:止期已到的委托记作已到期;返回几件。权限由止期自己终止,晚扫一天也没有多出一天的权。"""
    done = 0
    for key in list(Delegation.objects.over_by(local(at).date()).values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            if Delegation.lock_by_key(key, wait=False):
                done += _expire(key, at)
    return done


def _expire(key: int, at: datetime.datetime) -> int:
    """锁住之后再看一眼:别的清扫者可能已经记过。"""
    delegation = Delegation.objects.over_by(local(at).date()).filter(pk=key).first()
    if delegation is None:
        return 0
    take(delegation, "expire", by=User.objects.system(), at=at)
    return 1


def _write(delegation: Delegation, terms: Terms, by: User) -> None:
    for field in fields(terms):
        setattr(delegation, field.name, getattr(terms, field.name))
    _may(delegation, by)
    if flaw := rules.first_flaw(delegation):
        raise NotNow(flaw)
    delegation.save()


def _may(delegation: Delegation, by: User) -> None:
    if not rules.may_delegate(delegation, by):
        raise PermissionDenied(f"您没有维护{delegation.from_agency}委托的权限。")


def _not_backwards(day: datetime.date, at: datetime.datetime) -> None:
    """倒签会改写已经办过的事凭什么办。"""
    if day < local(at).date():
        raise NotNow(f"{date_words(day)}已经过去，委托不能倒签。")


def _authority(delegation: Delegation, *, by: User, at: datetime.datetime) -> Authority:
    try:
        return authorities.grant(
            item=delegation.item,
            agency=delegation.to_agency,
            seal=delegation.seal,
            valid_from=delegation.valid_from,
            valid_to=delegation.valid_to,
            basis=f"{'委托书' if delegation.principal else '下放决定'} {delegation.instrument_number}",
            principal=delegation.principal,
            by=by,
            at=at,
        )
    except authorities.WrongTerm as wrong:
        raise NotNow(str(wrong)) from wrong


def _end(authority: Authority, on: datetime.date, reason: str, *, by: User, at: datetime.datetime) -> None:
    try:
        authorities.revoke(authority=authority, on=on, reason=reason, by=by, at=at)
    except authorities.WrongTerm as wrong:
        raise NotNow(str(wrong)) from wrong
