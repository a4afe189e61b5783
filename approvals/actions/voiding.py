"""误录作废：窗口录错了的一件，当天由录的人自己作废，隔了天的由负责人作废；告诉申请人，编号不再用，材料照留。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals.actions import archiving, deadlines, ending, fees, telling
from approvals.models import Case, Voiding
from approvals.rules import endings as rules
from approvals.states import CaseState, VoidWhy
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow, take


def void(
    case: Case, *, why: str, text: str, replaced_by: str = "", by: User, at: datetime.datetime
) -> Voiding:  # fmt: skip
    """作废误录的一件；replaced_by 是改按哪一件办的编号。

    Raises: NotNow(告知、受理过了，不是窗口录的，联办的，另一件对不上)、PermissionDenied(隔了天的、别人录的)。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not (rules.may_void_for_others(case, by) or (rules.same_day(case, at) and _entered_by(case, by))):
            raise PermissionDenied("收件的人只能当天作废自己录的；隔了天的、别人录的，请科室负责人作废。")
        other = _replacing(case, replaced_by, why, by)
        made: Voiding = Voiding.objects.create(case=case, why=why, text=text, replaced_by=other, at=at, by=by)
        told = _words(made)
        take(case, "void", by=by, at=at, told=told)
        ending.stop_all(case, by=by, at=at)
        fees.end(case, by=by, at=at)
        for paper in Paper.objects.about(case).in_force():
            papers.void(paper, reason="窗口误录，这一件已经作废。", by=User.objects.system(), at=at)
        archiving.order(case, at=at)
        body = f"办件 {case.number} {told}材料、信息没有用于别处；有疑问请与收件窗口联系。"
        telling.tell_applicant(case, "case.voided", "误录的一件已作废", body, by=by, at=at)
    return made


def _entered_by(case: Case, by: User) -> bool:
    """收件那一笔是不是他记的：首问责任人可能是另一位。"""
    entry = Entry.objects.about(case).filter(verb="approvals.case.receive").order_by("seq").first()
    return entry is not None and entry.by_id == by.pk


def _replacing(case: Case, number: str, why: str, by: User) -> Case | None:
    """改按哪一件办：看得见、还作数的另一件；录了两次的，是同一个申请人、同一个事项留下的那一件。Raises: NotNow。"""
    if not number:
        if why == VoidWhy.TWICE:
            raise NotNow("录了两次的，请写留下的是哪一件。")
        return None
    found: Case | None = Case.objects.visible_to(by).filter(number=number).select_related("applicant").first()
    if found is None or found.pk == case.pk or found.state == CaseState.VOIDED:
        raise NotNow("改按的那一件没有找到，或者就是这一件、也作废了：请核对编号。")
    same = found.applicant.id_number == case.applicant.id_number and found.item_id == case.item_id
    if why == VoidWhy.TWICE and not same:
        raise NotNow("那一件不是同一个申请人、同一个事项，不是录了两次。")
    return found


def _words(made: Voiding) -> str:
    """告诉申请人的一句；录错了申请人的，改按哪一件是别人的事，不说。"""
    own = made.replaced_by is not None and made.why != VoidWhy.APPLICANT
    instead = f"改按 {made.replaced_by} 办理。" if own else ""
    return f"是窗口{made.get_why_display()}，已经作废，不算您申请过。{instead}"
