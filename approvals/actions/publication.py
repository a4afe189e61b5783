"""公示与异议：公示的内容只由法律许可的几格拼成；异议要答复，答复完才能结束。"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, letters, procedures, telling
from approvals.models import Case, Objection, Procedure, Publication
from approvals.states import ProcedureKind
from office.journal import actions as journal
from office.notices import actions as notices
from office.steps import NotNow
from office.workdays.rules import local


@dataclass(frozen=True)
class Shown:
    """公示什么：社会救助填人数和金额，其余填结果。adult 是看过证件、申请人已满十八周岁(号码里看不出的要看)。"""

    members: int | None = None
    amount: Decimal | None = None
    matter: str = ""
    place: str = ""
    adult: bool = False


def publish(case: Case, *, key: str, reason: str, shown: Shown, by: User, at: datetime.datetime) -> Procedure:
    """启动公示：儿童、未成年人的不公示；只公示许可的几样，公示期照指南。Raises: NotNow、PermissionDenied。"""
    if why := rules.why_not_publish(case, local(at).date()):
        raise NotNow(why)
    _lawful(case, shown)
    deadlines.settle(case, at=at)
    with transaction.atomic():
        procedure = procedures.start_as(case, key=key, kinds={ProcedureKind.PUBLICITY}, reason=reason, by=by, at=at)
        publication = Publication.objects.create(
            procedure=procedure, applicant_name=case.applicant.name, members=shown.members, amount=shown.amount,
            matter=shown.matter, place=shown.place, from_at=at, to_at=procedure.clock.due_at,
        )  # fmt: skip
        letters.publicity(publication, by=by, at=at)
    return procedure


def _lawful(case: Case, shown: Shown) -> None:
    """Raises: NotNow。"""
    if rules.age_unseen(case.applicant) and not shown.adult:
        raise NotNow("申请人的证件号码里看不出出生日期：请看过证件，确认他已满十八周岁，再公示。")
    if rules.publishes_family(case.item):
        if shown.members is None or shown.amount is None or shown.matter:
            raise NotNow("社会救助只公示申请人姓名、家庭成员数、保障金额（民发〔2021〕57号第二十四条）。")
    elif not shown.matter or shown.members is not None or shown.amount is not None:
        raise NotNow("这个事项公示申请人和拟公示的结果，不公示家庭情况。")
    if rules.DIGITS.search(shown.matter + shown.place):
        raise NotNow("公示里不能有证件号码、电话号码。")


def object_to(
    publication: Publication, *, text: str, name: str = "", phone: str = "", by: User, at: datetime.datetime
) -> Objection:
    """提出异议：公示期内谁都可以，可以不留姓名。Raises: NotNow。"""
    procedure = publication.procedure
    with transaction.atomic():
        procedure.lock()
        if not Publication.objects.now(at).filter(pk=publication.pk).exists():
            raise NotNow("公示已经期满，不再收异议；对结果有意见的，可以投诉。")
        case = procedure.case
        objection = Objection.objects.create(publication=publication, name=name, phone=phone, text=text, made_at=at)
        _note(case, "object", {}, by=by, at=at)
        staff = [procedure.started_by, *telling.leaders_of(case, at)]
        subject = f"公示有异议：{case.number}"
        telling.tell_staff(case, staff, "case.objection", subject, "请核实并答复，答复完公示才能结束。", by=by, at=at)
    return objection


def answer(objection: Objection, *, text: str, by: User, at: datetime.datetime) -> Objection:
    """答复异议：留了电话的，答复发给他。Raises: NotNow（已经答复、公示已经终止）、PermissionDenied。"""
    procedure = objection.publication.procedure
    deadlines.settle(procedure.case, at=at)
    with transaction.atomic():
        procedure.lock()
        case = procedure.case
        if not rules.may_run_procedures(case, by):
            raise PermissionDenied("异议由承办科室答复。")
        objection.refresh_from_db(from_queryset=Objection.objects.select_for_update(of=("self",)))
        if objection.answered_at:
            raise NotNow("这一条异议已经答复。")
        objection.answer, objection.answered_at, objection.answered_by = text, at, by
        objection.save(update_fields=["answer", "answered_at", "answered_by"])
        _note(case, "answer_objection", {"text": text}, by=by, at=at)
        if objection.phone:
            notices.queue(
                "case.objection_answered", about=case, to=None, address=objection.phone, channel="sms",
                subject="您对公示的异议有了答复", body=text, responsible=by, by=by, at=at,
            )  # fmt: skip
    return objection


def _note(case: Case, verb: str, facts: dict[str, str], *, by: User, at: datetime.datetime) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
