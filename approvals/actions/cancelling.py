"""注销：六种情形之一，登记、出注销决定书、告诉持有人（行政许可法第七十条）。是登记手续，不是新的“不”。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import (
    archiving,
    certifying,
    deadlines,
    decision_notices,
    letters,
    retraction_papers,
    telling,
    undoing,
)
from approvals.models import Cancellation, Case
from approvals.rules import retractions as rules
from approvals.states import CancelGround, CertificateEnd, Decided
from office.papers.words import date_words
from office.steps import NotNow
from office.workdays.rules import local


def cancel(
    case: Case, *, ground: str, cancelled_on: datetime.date, facts: str, basis: str, by: User, at: datetime.datetime
) -> Cancellation:
    """注销：情形要与登记对得上；没有撤销、撤回、吊销过的，证照从这天起失效。

    Raises: NotNow(没有证照、没有送达、正在收回、注销过、情形对不上、日子不对、档案销毁了)、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.may_cancel(case, by):
            raise PermissionDenied("注销由有权决定这一件的人登记。")
        if why := undoing.under_way(case):
            raise NotNow(f"{why}：先了结，再看要不要注销。")
        found = letters.certificate_of(case) if rules.is_served(case) else None
        if found is None:
            raise NotNow("这一件没有送达了的证照：没有送达的，写错的更正笔误。")
        if Cancellation.objects.filter(case=case).exists():
            raise NotNow("这本证照已经注销。")
        _dated(case, cancelled_on, at)
        if why := rules.why_not_cancel(found, ground, cancelled_on):
            raise NotNow(why)
        told = {"facts": facts, "basis": basis, "cancelled_on": cancelled_on}
        paper = retraction_papers.cancellation(case, found, CancelGround(ground), told, by=by, at=at)
        made = Cancellation.objects.create(case=case, ground=ground, **told, noted_at=at, noted_by=by, paper=paper)
        if not found.ended_as:
            certifying.retract(
                case, ended_as=CertificateEnd.CANCELLED, ended_on=cancelled_on, basis=paper.number,
                reason=facts[:300], by=by, at=at,
            )  # fmt: skip
        else:
            archiving.renew(case, at=at)
        certifying.note(
            case, "cancel_certificate", found, by=by, at=at, reference=paper.number, reason=made.get_ground_display()
        )
        decision_notices.tell(case, Decided.CANCELLED, reference=paper.number, by=by, at=at)
        body = (
            f"办件 {case.number} 的{found.name}（{found.number}）自{date_words(cancelled_on)}起注销："
            f"{made.get_ground_display()}。详见注销决定书。"
        )
        telling.tell_applicant(case, "case.certificate_ended", "证照已注销", body, by=by, at=at)
    return made


def _dated(case: Case, day: datetime.date, at: datetime.datetime) -> None:
    if day > local(at).date() or (case.delivered_at and day < local(case.delivered_at).date()):
        raise NotNow("从哪天起，要在送达以后、不晚于今天。")
