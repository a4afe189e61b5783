"""指派给个人的差事：核查人员、听证主持人。回避、离岗了，换一个人接着做。"""

import datetime

from django.db.models import Q

from agencies.models import Holding, User
from approvals import rules
from approvals.actions import telling
from approvals.models import Case, Hearing, Inspection
from approvals.states import HearingState, ProcedureState
from office.journal import actions as journal
from office.papers.words import moment_words

Seat = Inspection | Hearing


def held(user: User, case: Case | None = None) -> list[Seat]:
    """他还没做完的：程序还在进行、笔录没有两人都签名的核查；定了时间、笔录没有完成的听证。"""
    if case is not None and not case.procedures_running:
        return []
    visits = Inspection.objects.filter(
        Q(officer_1=user) | Q(officer_2=user), Q(signed_1_at=None) | Q(signed_2_at=None),
        procedure__state=ProcedureState.RUNNING,
    )  # fmt: skip
    hearings = Hearing.objects.filter(chair=user, state=HearingState.SCHEDULED)
    if case is not None:
        visits, hearings = visits.filter(procedure__case=case), hearings.filter(case=case)
    parts = ("procedure__case__section", "procedure__case__agency")
    return [*visits.select_related(*parts).order_by("pk"), *hearings.select_related(*parts).order_by("pk")]


def seated(case: Case) -> list[User]:
    """这一件上指派了、还没做完的人。"""
    if not case.procedures_running:
        return []
    visits = Inspection.objects.filter(procedure__case=case, procedure__state=ProcedureState.RUNNING)
    keys = {key for pair in visits.values_list("officer_1", "officer_2") for key in pair}
    keys |= set(Hearing.objects.filter(case=case, state=HearingState.SCHEDULED).values_list("chair", flat=True))
    return [one for one in User.objects.filter(pk__in=keys).order_by("pk") if held(one, case)]


def candidates(case: Case, at: datetime.datetime) -> list[User]:
    """可以接的：此刻审查的单位的工作人员；有听证的，还有本机关在任的人。最后由 fits 把关。"""
    found = Q(pk__in=User.objects.trusted_with("view_cases", *rules.examining(case)).values("pk"))
    if Hearing.objects.filter(case=case, state=HearingState.SCHEDULED).exists():
        serving = Holding.objects.running(at).filter(post__unit__agency=case.agency_id).values("user")
        found |= Q(pk__in=serving, is_active=True)
    return [one for one in User.objects.filter(found).order_by("pk") if not rules.stays_out(case, one)]


def fits(seat: Seat, user: User) -> bool:
    """这个人能不能接：核查的要是此刻审查的单位的另一个人，主持的要中立；都不能在回避之列。"""
    case = seat.procedure.case
    if isinstance(seat, Inspection):
        return rules.may_inspect(case, user) and not rules.is_appointed(seat, user)
    return rules.is_neutral(user, case) and seat.chair_id != user.pk


def give(seat: Seat, *, frm: User, to: User, by: User, at: datetime.datetime) -> None:
    """换人，记一笔。核查的笔录写了还没有两人都签的，作废(原文留在日志里)：换来的人没有去过，要重新去、重新写。

    调用者已锁住办件、问过 fits。
    """
    facts = {"text": f"{frm.full_name} → {to.full_name}"}
    if isinstance(seat, Inspection):
        setattr(seat, "officer_1" if seat.officer_1_id == frm.pk else "officer_2", to)
        if seat.recorded_at is not None:
            facts["annulled"] = f"{seat.found} {seat.conclusion} {seat.present}"
            seat.found = seat.conclusion = seat.present = ""
            seat.recorded_at = seat.signed_1_at = seat.signed_2_at = None
        seat.save()
    else:
        seat.chair = to
        seat.save(update_fields=["chair"])
        _tell_applicant(seat, to, by=by, at=at)
    case = seat.procedure.case
    journal.record(
        "approvals.case.replace_officer", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
    )
    when = seat.visits_at if isinstance(seat, Inspection) else seat.sits_at
    duty = "核查" if isinstance(seat, Inspection) else "主持听证"
    body = f"{frm.full_name}的{duty}由您接着做，原定{moment_words(when)}，{seat.place}。"  # type: ignore[arg-type]
    telling.tell_staff(case, [to], "case.inspection_assigned", f"请接着{duty}：{case.number}", body, by=by, at=at)


def _tell_applicant(hearing: Hearing, chair: User, *, by: User, at: datetime.datetime) -> None:
    """换了主持人要告诉申请人：他有权申请回避（行政许可法第四十八条第一款第三项）。"""
    case = hearing.case
    body = f"办件 {case.number} 的听证改由{chair.full_name}主持，时间地点不变；认为他与本案有利害关系的，可以申请回避。"
    telling.tell_applicant(case, "case.hearing", "听证主持人更换", body, by=by, at=at)
