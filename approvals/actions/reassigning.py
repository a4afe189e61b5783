"""改派：派错了科室、职责调整了，由负责人换一个科室承办；期限照走，件按移交的办法交过去。"""

import datetime

from django.db import transaction

from agencies.models import Unit, User
from agencies.states import UnitKind
from approvals import rules
from approvals.actions import deadlines, enquiries, handlers, handover, mandates, telling
from approvals.models import Case, Enquiry, Mandate, Reassignment
from approvals.rules.mandates import decides_or_reviews
from approvals.states import MANDATE_OPEN
from office.steps import NotNow, take

SECTIONS = (UnitKind.SECTION, UnitKind.APPROVAL)


def candidates(case: Case) -> list[Unit]:
    """可以改派去的：同一机关的别的科室，有人审、另有人定，都不用回避。

    指南点名另审一级的、正在等它提意见的不在其中：一个单位不能对同一件说两次。
    """
    named = [row["unit"] for row in case.guide.review_steps]
    asked = case.slips.unanswered().values("unit")
    found = Unit.objects.filter(agency=case.section.agency_id, kind__in=SECTIONS).exclude(pk=case.section_id)
    return [unit for unit in found.exclude(code__in=named).exclude(pk__in=asked).order_by("path") if _able(case, unit)]


def _able(case: Case, unit: Unit) -> bool:
    """审查和决定不能是同一个人，所以至少要两个人。"""
    reviewers, deciders = (
        {user.pk for user in User.objects.trusted_with(perm, unit) if not rules.stays_out(case, user)}
        for perm in ("review_case", "decide_case")
    )
    return bool(reviewers and deciders) and len(reviewers | deciders) > 1


def reassign(case: Case, *, to: Unit, reason: str, by: User, at: datetime.datetime) -> Reassignment:
    """改派：换承办科室，期限照走；还没有提的意见、没有答复的询问随之转去，件交给新的科室，两边的负责人都告诉。

    审查完毕以前才行；正在审定、特别程序没有结束的不能。Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        left = case.section
        take(case, "reassign", by=by, at=at, frm=str(left), to=str(to), reason=reason)
        if to not in candidates(case):
            raise NotNow(f"{to}不能承办这一件：要是本机关的另一个科室，有人审查、另有人决定，并且还没有在审这一件。")
        made: Reassignment = Reassignment.objects.create(
            case=case, from_unit=left, to_unit=to, reason=reason, by=by, at=at
        )
        handler = case.handler
        _change(case, left, to)
        handlers.change(case, to=None, why=f"改由{to}承办，另定承办人", by=by, at=at)
        handover.onward(case, by=by, at=at)
        _pass_enquiries(case, left, by=by, at=at)
        _free_from_agent(case, by=by, at=at)
        _tell(case, made, handler, by=by, at=at)
    return made


def _change(case: Case, left: Unit, to: Unit) -> None:
    """换科室；轮到原来的科室审的，改轮到新的科室；它还没有提的意见由新的科室提，那一级的期限不变。"""
    case.section = to
    if case.examiner_id == left.pk:
        case.examiner = to
    pending = case.reviews.filter(unit=left, opinion="")
    if left.pk in case.examiners and not case.reviews.filter(unit=left).exclude(opinion="").exists():
        case.examiners = [to.pk if key == left.pk else key for key in case.examiners]
    elif left.pk in case.examiners:
        case.examiners = [*case.examiners, to.pk]  # 它提过前面一级的，留着
    pending.update(unit=to)
    Case.objects.filter(pk=case.pk).update(section=to, examiner=case.examiner, examiners=case.examiners)


def _pass_enquiries(case: Case, left: Unit, *, by: User, at: datetime.datetime) -> None:
    """原来的科室还没有答复的询问，由新的科室的人答复；当时问的是谁、答复的期限都不变。"""
    for one in Enquiry.objects.under_way().filter(case=case, unit=left):
        _unit, owner = enquiries.handler_of(case, at)
        enquiries.pass_on(one, to=owner, by=by, at=at)


def _free_from_agent(case: Case, *, by: User, at: datetime.datetime) -> None:
    """代办员正好在接手的科室审查、决定的，不能又代申请人：解除，告诉申请人。"""
    made = Mandate.objects.filter(case=case, state__in=MANDATE_OPEN).exclude(user=None).first()
    if made is not None and decides_or_reviews(case, made.user):
        mandates.relieve(made, why=f"改由{case.section}承办，他在那里审查、决定", by=by, at=at)


def _tell(case: Case, made: Reassignment, handler: User | None, *, by: User, at: datetime.datetime) -> None:
    """两边的负责人，和原来的承办人。"""
    chiefs = [telling.chief_for(unit, at) for unit in (made.from_unit, made.to_unit)]
    people = [one for one in (*chiefs, handler) if one and one != by]
    body = f"办件 {case.number} 由{made.from_unit}改由{made.to_unit}承办，期限照走。原因：{made.reason}"
    telling.tell_staff(case, people, "case.reassigned", f"改派：{case.number}", body, by=by, at=at)
