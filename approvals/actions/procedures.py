"""特别程序：启动与结束（行政许可法第四十五条；规范行政审批流程“特别程序”）。"""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, ending, joint_course, letters, telling, turns
from approvals.models import Case, Procedure
from approvals.states import PROCEDURE, ProcedureKind
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays

OWN_DOOR = (ProcedureKind.PUBLICITY, ProcedureKind.HEARING, ProcedureKind.INSPECTION)  # 另有手续的，从各自的动作启动


def start(case: Case, *, key: str, reason: str, by: User, at: datetime.datetime) -> Procedure:
    """启动特别程序：只能是钉住的指南列出的；起它自己的时钟，书面告知申请人；不计入时限的，法定与承诺时限停下。

    Raises: NotNow（指南没有列出、同一种正在进行、另有手续、现在不能）、PermissionDenied。
    """
    return start_as(case, key=key, kinds=set(ProcedureKind) - set(OWN_DOOR), reason=reason, by=by, at=at)


def start_as(
    case: Case, *, key: str, kinds: Collection[str], reason: str, by: User, at: datetime.datetime
) -> Procedure:
    """启动 kinds 里的一种：各种特别程序的动作都从这里进。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        row = _listed(case, key)
        if rules.procedure_kind(row["name"]) not in kinds:
            raise NotNow(f"“{row['name']}”另有手续，不能这样启动。")
        step = "enter_procedure" if row["counted"] else "enter_excluded_procedure"
        take(case, step, by=by, at=at, procedure=row["name"], counted=row["counted"])
        if not row["counted"]:
            turns.pause(case, at=at)
        procedure = _create(case, row, reason, by=by, at=at)
        procedure.paper = letters.special(procedure, by=by, at=at)
        procedure.save(update_fields=["paper"])
        _tell(procedure, by=by, at=at)
        joint_course.follow(case, by=by, at=at)
    return procedure


def _listed(case: Case, key: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = next((r for r in rules.listed_procedures(case.guide) if r["key"] == key), None)
    if row is None:
        raise NotNow("这一版办事指南没有列出这种特别程序，不能另加。")
    if not turns.runs_now(case, key):
        raise NotNow(f"“{row['name']}”由分级审查里的另一级办，现在没有轮到。")
    if case.procedures.running().filter(key=key).exists():
        raise NotNow(f"“{row['name']}”正在进行，不能再启动一次。")
    return row


def _create(case: Case, row: Mapping[str, Any], reason: str, *, by: User, at: datetime.datetime) -> Procedure:
    calendar = workdays.calendar_for(case.agency.code)
    due_at, provisional = workdays.due(at, row["value"], row["unit"], calendar=calendar)
    term = Term(row["value"], row["unit"], row["basis"][:200], due_at, provisional)
    clock = clocks.start(case, f"{PROCEDURE}{row['key']}", term, at=at)
    procedure: Procedure = Procedure.objects.create(
        case=case, key=row["key"], kind=rules.procedure_kind(row["name"]), name=row["name"], value=row["value"],
        unit=row["unit"], basis=row["basis"], counted=row["counted"], reason=reason, clock=clock, started_at=at,
        started_by=by,
    )  # fmt: skip
    facts = {"name": procedure.name, "counted": procedure.counted, "reason": reason}
    journal.record("approvals.procedure.start", about=procedure, by=by, at=at, after=procedure.state, facts=facts)
    return procedure


def _tell(procedure: Procedure, *, by: User, at: datetime.datetime) -> None:
    case = procedure.case
    counts = "计入" if procedure.counted else "不计入"
    body = (
        f"办件 {case.number} 需要{procedure.name}，所需时间{procedure.duration}，"
        f"最迟{last_day_words(procedure.clock.due_at)}，{counts}办理期限。详见特别程序告知书。"
    )
    telling.tell_applicant(case, "case.procedure", f"需要{procedure.name}", body, by=by, at=at)


def finish(procedure: Procedure, *, result: str, by: User, at: datetime.datetime) -> Procedure:
    """结束特别程序：记下结果；公示要期满，异议都答复了。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(procedure.case, at=at)
    with transaction.atomic():
        procedure.lock()
        if procedure.kind == ProcedureKind.PUBLICITY and procedure.clock.due_at > at:
            raise NotNow(f"公示到{last_day_words(procedure.clock.due_at)}为止，还没有期满。")
        return ending.end(procedure, result=result, by=by, at=at)
