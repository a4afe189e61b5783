"""现场核查：指派两人、写笔录、两人签名（行政许可法第三十四条第三款、第五十五条）。"""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, letters, procedures, telling
from approvals.models import Case, Inspection, Procedure
from approvals.states import ClockKind, ProcedureKind, ProcedureState
from office.journal import actions as journal
from office.papers.words import moment_words
from office.steps import NotNow


def assign(
    case: Case, *, key: str, reason: str, officers: tuple[User, User], visits_at: datetime.datetime, place: str,
    by: User, at: datetime.datetime,
) -> Procedure:  # fmt: skip
    """指派核查：两名不同的工作人员，时间地点先告诉申请人。Raises: NotNow、PermissionDenied。"""
    one, two = officers
    if one == two:
        raise NotNow("现场核查要有两名以上工作人员（行政许可法第三十四条）。")
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not all(rules.may_inspect(case, officer) for officer in officers):
            raise NotNow("核查人员要是正在审查的单位的工作人员，不能是申请人本人，也不能是已经回避的人。")
        procedure = procedures.start_as(case, key=key, kinds={ProcedureKind.INSPECTION}, reason=reason, by=by, at=at)
        Inspection.objects.create(procedure=procedure, officer_1=one, officer_2=two, visits_at=visits_at, place=place)
        if rules.is_testing(procedure.name):
            _assigned(case, at=at)
        when = moment_words(visits_at)
        body = f"办件 {case.number} 定于{when}在{place}核查，两名工作人员会出示证件。请您或您委托的人在场。"
        telling.tell_applicant(case, "case.inspection", "现场核查的时间和地点", body, by=by, at=at)
        subject = f"请去核查：{case.number}"
        body = f"{when}，{place}。两人同去，笔录要两人签名。"
        telling.tell_staff(case, officers, "case.inspection_assigned", subject, body, by=by, at=at)
    return procedure


def _assigned(case: Case, *, at: datetime.datetime) -> None:
    """两名检验人员定了：指派的五日停下。"""
    for clock in case.clocks.running().filter(kind=ClockKind.ASSIGN).select_for_update(of=("self",)):
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])


def record(
    inspection: Inspection, *, found: str, conclusion: str, present: str, by: User, at: datetime.datetime
) -> Inspection:
    """写核查笔录：由核查人员之一写，写的人随即签名；改写了的，另一人先前的签名作废。

    Raises: NotNow（还没有去、两人都已签名、程序已结束）、PermissionDenied。
    """
    deadlines.settle(inspection.procedure.case, at=at)
    with transaction.atomic():
        inspection = _locked(inspection, by)
        if inspection.visits_at > at:
            raise NotNow(f"核查定在{moment_words(inspection.visits_at)}，还没有去。")
        inspection.found, inspection.conclusion, inspection.present = found, conclusion, present
        inspection.recorded_at, inspection.signed_1_at, inspection.signed_2_at = at, None, None
        return _signed(inspection, "record_inspection", by=by, at=at)


def sign(inspection: Inspection, *, by: User, at: datetime.datetime) -> Inspection:
    """签核查笔录：另一名核查人员看过、签名；两人都签了，笔录就定了。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(inspection.procedure.case, at=at)
    with transaction.atomic():
        inspection = _locked(inspection, by)
        if inspection.recorded_at is None:
            raise NotNow("笔录还没有写。")
        return _signed(inspection, "sign_inspection", by=by, at=at)


def _locked(inspection: Inspection, by: User) -> Inspection:
    """锁住办件，读到最新的。Raises: NotNow、PermissionDenied。"""
    inspection.procedure.lock()
    found = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    if not rules.is_inspector(found, by):
        raise PermissionDenied("笔录由两名核查人员写和签。")
    if found.procedure.state != ProcedureState.RUNNING:
        raise NotNow("这次核查已经结束。")
    if rules.both_signed(found):
        raise NotNow("笔录已经由两名核查人员签名，不再改动。")
    return found


def _signed(inspection: Inspection, verb: str, *, by: User, at: datetime.datetime) -> Inspection:
    if by.pk == inspection.officer_1_id:
        inspection.signed_1_at = at
    else:
        inspection.signed_2_at = at
    inspection.save()
    case = inspection.procedure.case
    journal.record(
        f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state,
        facts={"text": inspection.conclusion},
    )  # fmt: skip
    if rules.both_signed(inspection):
        letters.inspection_record(inspection, by=by, at=at)
    return inspection
