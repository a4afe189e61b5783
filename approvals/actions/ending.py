"""特别程序与延期的收尾：结束、到期、随办件终止。到期处理与人动手都从这里走，结果一样。"""

import datetime

from agencies.models import User
from approvals import rules
from approvals.actions import joint_course, telling, turns, unconfirmed
from approvals.models import Case, Clock, Hearing, Procedure, Slip
from approvals.states import Matter, ProcedureKind, ProcedureState
from office.steps import take


def end(procedure: Procedure, *, result: str, by: User, at: datetime.datetime) -> Procedure:
    """结束特别程序：记下结果，停它自己的时钟；最后一个不计入时限的结束了，法定与承诺时限接着走。

    在事务里、办件已锁住时调用。Raises: NotNow、PermissionDenied。
    """
    case = procedure.case
    take(procedure, "end", by=by, at=at, result=result)
    clock = Clock.objects.select_for_update().get(pk=procedure.clock_id)
    clock.stop(at)
    clock.save(update_fields=["ended_at", "late"])
    waiting = case.procedures.running().excluded().exists()
    last = not procedure.counted and not waiting
    step = "leave_last_excluded_procedure" if last else "leave_procedure"
    take(case, step, by=by, at=at, procedure=procedure.name, result=result)
    if last:
        turns.resume(case, at=at)
    body = f"办件 {case.number} 的{procedure.name}已经结束：{result}"
    body += "办理期限从现在起接着计算。" if last else ""
    telling.tell_applicant(case, "case.procedure_ended", f"{procedure.name}已结束", body, by=by, at=at)
    joint_course.follow(case, by=by, at=at)
    return procedure


def stop_all(case: Case, *, by: User, at: datetime.datetime) -> None:
    """随办件终止：办件已有结果，还在进行的特别程序、没有答复的征求意见到此为止，没有批下来的延期失效，没有确认的撤回作废；

    时钟已由那一步停下。联办的，联办件随之跟上。
    """
    for procedure in case.procedures.running():
        take(procedure, "stop", by=by, at=at)
    for slip in Slip.objects.unanswered().filter(case=case):
        take(slip, "drop", by=by, at=at)
    for hand_off in case.hand_offs.open() if case.elsewhere else ():
        take(hand_off, "stop", by=by, at=at)
    lapse_extension(case, at=at)
    unconfirmed.drop(case, Matter.WITHDRAW, at=at)
    joint_course.follow(case, by=by, at=at)


def lapse_extension(case: Case, *, at: datetime.datetime) -> None:
    """延期失效：到期还没有批准，或办件已有结果。"""
    system = User.objects.system()
    for extension in case.extensions.asked().select_related("asked_by"):
        take(extension, "lapse", by=system, at=at)
        subject = f"延期没有批下来，已失效：{case.number}"
        body = "期限届满或办件已有结果，报请的延期自行失效。"
        telling.tell_staff(case, [extension.asked_by], "case.extension_lapsed", subject, body, by=system, at=at)


def ran_out(clock: Clock, *, by: User, at: datetime.datetime) -> bool:
    """特别程序到期：须满的期间（公告、冷静期等）和异议都答复了的公示，期满自行结束，返回真；

    其余的没有按期结束，返回假，由调用者亮牌。
    """
    procedure = clock.procedure
    result = _at_full_term(procedure)
    if not result:
        return False
    end(procedure, result=result, by=by, at=at)
    subject = f"{procedure.name}期满：{clock.case.number}"
    telling.tell_staff(
        clock.case, telling.leaders_of(clock.case, at), "case.procedure_over", subject, "请接着办理。", by=by, at=at
    )
    return True


def _at_full_term(procedure: Procedure) -> str:
    """期满时的结果；不会因期满而结束的是空串。"""
    if procedure.kind == ProcedureKind.PERIOD:
        return f"{procedure.name}期满。"
    if procedure.kind == ProcedureKind.PUBLICITY and rules.objections_answered(procedure):
        count = procedure.publication.objections.count()
        return f"公示期满，收到的 {count} 条异议都已答复。" if count else "公示期满，没有收到异议。"
    return ""


def waive(hearing: Hearing, *, text: str, by: User, at: datetime.datetime) -> None:
    """没有要求听证：记下，特别程序随之结束。在事务里、办件已锁住时调用。Raises: NotNow、PermissionDenied。"""
    take(hearing, "waive", by=by, at=at, text=text)
    end(hearing.procedure, result=text, by=by, at=at)


def hearing_not_requested(clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """五日内没有要求听证，视为放弃（行政许可法第四十七条）。"""
    hearing = Hearing.objects.get(case=clock.case_id, procedure__state=ProcedureState.RUNNING)
    waive(hearing, text="五个工作日内没有要求听证，视为放弃。", by=by, at=at)
