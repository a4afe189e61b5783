"""双公示：准予许可的决定列入，七个工作日内由人核对公开；不公开要两个人；更正、撤下都留着是谁、为什么。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import archiving, telling
from approvals.actions.acceptance import in_name_of
from approvals.actions.letters import certificate_of
from approvals.models import Case, Disclosure, DisclosureClock, Flag
from approvals.rules import age_unseen
from approvals.rules import disclosures as rules
from approvals.states import DisclosureClockKind, FlagKind, PartyKind
from office import clocks
from office.journal import actions as journal
from office.papers.models import Paper
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.sure import sure
from office.workdays.rules import local

# 核对的人可以改的；相对人类别、遮住的号码、机关照办件的，改不了
EDITABLE = (
    "party_name", "party_code", "representative", "document_name", "document_number", "licence_kind",
    "certificate_name", "certificate_number", "content", "valid_from", "valid_until", "remark",
)  # fmt: skip


def begin(case: Case, *, by: User, at: datetime.datetime) -> Disclosure | None:
    """列入双公示，起七个工作日；不是许可、依法不公开的没有。在准予的事务里、决定书出了以后调用。"""
    if not rules.discloses(case, local(at).date()):
        return None
    paper = Paper.objects.about(case).of_kind("grant").in_force().order_by("-pk").first()
    certificate, day, authority = certificate_of(case), local(sure(case.decided_at)).date(), in_name_of(case)
    one: Disclosure = Disclosure(
        case=case, **rules.party_of(case.applicant), document_name=paper.title if paper else "准予行政许可决定书",
        document_number=paper.number if paper else case.number, licence_kind=rules.licence_kind(case.guide.name),
        certificate_name=certificate.name if certificate else "",
        certificate_number=certificate.number if certificate else "",
        content=rules.content_of(case, certificate), decided_on=day,
        valid_from=certificate.valid_from if certificate else day,
        valid_until=certificate.valid_until if certificate else None, authority_name=authority.name,
        authority_code=authority.uscc, made_at=at,
    )  # fmt: skip
    one.save()
    term = one.term(DisclosureClockKind.PUBLISH, at=at, facts={})
    clocks.start(one, DisclosureClockKind.PUBLISH, term, at=at)
    return one


def publish(
    one: Disclosure, *, told: Mapping[str, Any], by: User, at: datetime.datetime, adult: bool = False
) -> Disclosure:
    """核对公开：照核对过的几样公开；号码里看不出年龄的自然人，要看过证件(adult)。

    Raises: NotNow(少写了、写了不能公开的、没有看过证件)、PermissionDenied。
    """
    if age_unseen(one.case.applicant) and not adult:
        raise NotNow(
            "相对人的证件号码里看不出出生日期：请看过证件，确认他已满十八周岁，再公开；未成年人的请提出不公开。"
        )
    if why := rules.why_barred(one.case, local(at).date()):
        raise NotNow(f"现在不能公开：{why}请提出不公开。")
    settle(one, at=at)
    with transaction.atomic():
        one.lock()
        _written(one, told, by)
        take(one, "publish", by=by, at=at)
        archiving.renew(one.case, at=at)
        _note(one, "disclose", {}, by=by, at=at)
    return one


def propose_exclusion(one: Disclosure, *, reason: str, by: User, at: datetime.datetime) -> Disclosure:
    """提出不公开：写明涉及国家秘密、商业秘密还是个人隐私；等另一个有权决定的人核实，期限照走。

    Raises: NotNow、PermissionDenied。
    """
    settle(one, at=at)
    with transaction.atomic():
        _reasoned(reason)
        take(one, "propose_exclusion", by=by, at=at, reason=reason)
        _note(one, "propose_not_disclosing", {"reason": reason}, by=by, at=at)
        chief = telling.chief_for(one.case.section, at)
        subject = f"请核实要不要公开：{one.case.number}"
        people = [chief] if chief is not None and chief.pk != by.pk else []
        telling.tell_staff(one.case, people, "disclosure.settle", subject, reason, by=by, at=at)
    return one


def exclude(one: Disclosure, *, by: User, at: datetime.datetime) -> Disclosure:
    """核实：不公开。Raises: NotNow、PermissionDenied(就是提出的人)。"""
    return _settled(one, "exclude", "not_disclose", by=by, at=at)


def decline_exclusion(one: Disclosure, *, by: User, at: datetime.datetime) -> Disclosure:
    """核实：应当公开，回到待核对。Raises: NotNow、PermissionDenied。"""
    return _settled(one, "decline_exclusion", "decline_not_disclosing", by=by, at=at)


def _settled(one: Disclosure, step: str, verb: str, *, by: User, at: datetime.datetime) -> Disclosure:
    settle(one, at=at)
    with transaction.atomic():
        one.lock()
        facts = {"reason": one.reason}
        take(one, step, by=by, at=at)
        archiving.renew(one.case, at=at)
        _note(one, verb, facts, by=by, at=at)
    return one


def correct(one: Disclosure, *, told: Mapping[str, Any], reason: str, by: User, at: datetime.datetime) -> Disclosure:
    """更正公开的内容：当事人提出异议成立的，或者自己发现的；公开页上写明更正过、为什么。

    Raises: NotNow(没有改动、写了不能公开的)、PermissionDenied。
    """
    with transaction.atomic():
        _reasoned(reason)
        one.lock()
        before = {name: getattr(one, name) for name in EDITABLE}
        _written(one, told, by)
        after = {name: getattr(one, name) for name in EDITABLE}
        labels: dict[str, Any] = {field.name: field.verbose_name for field in one._meta.concrete_fields}
        changed = [str(labels[name]) for name in EDITABLE if before[name] != after[name]]
        if not changed:
            raise NotNow("没有改动。")
        take(one, "correct", by=by, at=at, reason=reason)
        archiving.renew(one.case, at=at)
        _note(one, "correct_disclosure", {"reason": reason, "result": "、".join(changed)}, by=by, at=at)
    return one


def withdraw(one: Disclosure, *, reason: str, by: User, at: datetime.datetime) -> Disclosure:
    """撤下：不该公开的、信用修复的；页面打不开了，记录还在。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        _reasoned(reason)
        take(one, "withdraw", by=by, at=at, reason=reason)
        archiving.renew(one.case, at=at)
        _note(one, "take_down_disclosure", {"reason": reason}, by=by, at=at)
    return one


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise NotNow("请写明理由。")
    if rules.is_private(reason):
        raise NotNow("理由里不能有身份证件号码、电话号码。")


def _written(one: Disclosure, told: Mapping[str, Any], by: User) -> None:
    """写进去；自然人的姓名是遮住的，改不了。one 已锁住。Raises: NotNow、PermissionDenied。"""
    if not rules.may_check(one, by):
        raise PermissionDenied("由承办科室核对。")
    given = {name: told[name] for name in EDITABLE if name in told}
    if one.party_number:
        given.pop("party_name", None)
    if one.party_kind != PartyKind.PERSON and "party_code" in given:  # 类别照代码，不另选
        one.party_kind = rules.kind_of(given["party_code"])
    whole = {name: getattr(one, name) for name in EDITABLE} | {"party_kind": one.party_kind} | given
    if flaw := rules.flaw_of(whole):
        raise NotNow(flaw)
    for name, value in given.items():
        setattr(one, name, value)
    one.save(update_fields=[*given, "party_kind"])


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """公开到期：返回处理了几个。"""
    return clocks.sweep(DisclosureClock, fire, at=at, limit=limit)


def settle(one: Disclosure, *, at: datetime.datetime) -> None:
    """动手以前，先把已经到期的记下。"""
    with transaction.atomic():
        one.lock()
        clocks.sweep(DisclosureClock, fire, at=at, only=one)


def fire(clock: DisclosureClock, *, at: datetime.datetime) -> None:
    """七个工作日没有公开：亮牌，督办承办科室负责人和分管副局长；还要公开。"""
    case, system = clock.disclosure.case, User.objects.system()
    kind = FlagKind.DISCLOSURE
    Flag.objects.create(case=case, kind=kind, unit=case.section, due_at=clock.due_at, raised_at=at)
    _note(clock.disclosure, "disclosure_due", {"due_at": clock.due_at}, by=system, at=at)
    body = f"应当在{last_day_words(clock.due_at)}前公开，还没有核对公开，请现在办。"
    subject = f"督办：{case.number} {kind.label}"
    telling.tell_staff(case, telling.leaders_of(case, at), "case.flag", subject, body, by=system, at=at)


def _note(one: Disclosure, verb: str, facts: dict[str, Any], *, by: User, at: datetime.datetime) -> None:
    case = one.case
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
