"""告知监管科室：决定作出的同一个事务里交出，由监管科室的人签收；一个工作日没有签收的，亮牌。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals.actions import archiving, telling
from approvals.models import Case, DecisionNotice, Flag, SigningClock
from approvals.rules import decision_notices as rules
from approvals.rules.archives import DESTROYED
from approvals.states import Decided, DecisionNoticeClockKind, FlagKind, Outcome
from office import clocks
from office.journal import actions as journal
from office.papers.models import Paper
from office.papers.words import last_day_words
from office.steps import NotNow, take

LETTERS = {Outcome.GRANTED: "grant", Outcome.REFUSED: "refusal", Outcome.NOT_ACCEPTED: "not_accepted"}


def of_outcome(case: Case, *, by: User, at: datetime.datetime) -> DecisionNotice:
    """准予、不予许可、不予受理：在作决定的事务里、文书出了以后调用。"""
    outcome = Outcome(case.outcome)
    paper = Paper.objects.about(case).of_kind(LETTERS[outcome]).in_force().order_by("-pk").first()
    return tell(case, rules.OF_OUTCOME[outcome], reference=paper.number if paper else "", by=by, at=at)


def tell(case: Case, decided: Decided, *, reference: str = "", by: User, at: datetime.datetime) -> DecisionNotice:
    """交给监管科室，起一个工作日的签收期限；办件已锁住。本科室自己决定、自己监管的不另发通知，清单上等签收。"""
    unit = rules.supervising_unit(case)
    told = {"decided": decided, "unit": unit, "reference": reference[:60], "decided_by": by, "told_at": at}
    notice: DecisionNotice = DecisionNotice(case=case, **told)
    notice.save()
    term = notice.term(DecisionNoticeClockKind.RECEIPT, at=at, facts={})
    clocks.start(notice, DecisionNoticeClockKind.RECEIPT, term, at=at)
    facts = {"unit": unit.name, "decided": decided.label, "reference": reference}
    _note(notice, "tell_supervisor", facts, by=by, at=at)
    if unit.pk != case.section_id:
        staff = User.objects.trusted_with("review_case", unit)
        body = f"“{case.guide.name}”{decided.label}，请在{last_day_words(term.due_at)}前签收，列入批后监管。"
        telling.tell_staff(case, staff, "decision.told", f"请签收决定：{case.number}", body, by=by, at=at)
    return notice


def sign(notice: DecisionNotice, *, remark: str = "", by: User, at: datetime.datetime) -> DecisionNotice:
    """签收：逾期的也要签，仍记逾期；写了监管意见的，告诉作决定的人和承办科室负责人。

    Raises: NotNow、PermissionDenied。
    """
    settle(notice, at=at)
    with transaction.atomic():
        if remark.strip() and notice.case.is_destroyed:  # 签收照样可以，只是不再往里写话
            raise NotNow(DESTROYED)
        take(notice, "sign", by=by, at=at, remark=remark.strip())
        case = notice.case
        archiving.renew(case, at=at)
        _note(notice, "sign_for_supervision", {"unit": notice.unit.name}, by=by, at=at)
        if notice.remark:
            chief = telling.chief_for(case.section, at)
            people = [notice.decided_by, *([chief] if chief else [])]
            subject = f"监管科室有意见：{case.number}"
            body = f"{notice.unit}签收了决定，意见：{notice.remark}"
            telling.tell_staff(case, people, "decision.remark", subject, body, by=by, at=at)
    return notice


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """签收到期：返回处理了几个。"""
    return clocks.sweep(SigningClock, fire, at=at, limit=limit)


def settle(notice: DecisionNotice, *, at: datetime.datetime) -> None:
    """签收以前，先把已经到期的记下。"""
    with transaction.atomic():
        notice.lock()
        clocks.sweep(SigningClock, fire, at=at, only=notice)


def fire(clock: SigningClock, *, at: datetime.datetime) -> None:
    """没有签收：亮牌，记在监管科室名下，告诉那里的负责人和承办科室的；还要签收。"""
    notice, system = clock.notice, User.objects.system()
    case = notice.case
    Flag.objects.create(
        case=case, kind=FlagKind.SUPERVISION, unit=notice.unit, due_at=clock.due_at, raised_at=at
    )  # fmt: skip
    _note(notice, "supervision_due", {"unit": notice.unit.name, "due_at": clock.due_at}, by=system, at=at)
    found = (telling.chief_for(notice.unit, at), telling.chief_for(case.section, at))
    people = [one for one in found if one is not None]
    subject = f"督办：{case.number} {FlagKind.SUPERVISION.label}"
    body = (
        f"{notice.unit}没有在{last_day_words(clock.due_at)}前签收“{notice.get_decided_display()}”的决定，请现在签收。"
    )
    telling.tell_staff(case, people, "case.flag", subject, body, by=system, at=at)


def _note(
    notice: DecisionNotice, verb: str, facts: dict[str, object], *, by: User, at: datetime.datetime
) -> None:  # fmt: skip
    case = notice.case
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
