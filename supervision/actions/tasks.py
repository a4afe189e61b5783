"""差评整改:联系、整改、剔除。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals.actions.telling import tell_applicant
from office.steps import NotNow, take
from supervision.actions import deadlines
from supervision.models import Task


def contact(task: Task, *, note: str, by: User, at: datetime.datetime) -> Task:
    """回访:联系评价人核实,写明情况;停联系的时钟。Raises: NotNow、PermissionDenied。"""
    _needs(note, "请写明联系的情况。")
    with transaction.atomic():
        deadlines.settle(task, at=at)
        take(task, "contact", by=by, at=at, note=note.strip())
    return task


def settle(task: Task, *, result: str, by: User, at: datetime.datetime) -> Task:
    """整改完毕:写明怎样改的(或为什么没有依据改),停全部时钟,告诉评价人。Raises: NotNow、PermissionDenied。"""
    _needs(result, "请写明整改的结果。")
    with transaction.atomic():
        deadlines.settle(task, at=at)
        take(task, "settle", by=by, at=at, result=result.strip())
        _tell_citizen(task, "rating.settled", "您的评价已有处理结果", by=by, at=at)
    return task


def exclude(task: Task, *, reason: str, by: User, at: datetime.datetime) -> Task:
    """误评剔除:核实为误评、恶意的,由科室负责人或分管副局长写明理由,不再计入统计。Raises: NotNow、PermissionDenied。"""
    _needs(reason, "请写明剔除的理由。")
    with transaction.atomic():
        deadlines.settle(task, at=at)
        take(task, "exclude", by=by, at=at, reason=reason.strip())
        _tell_citizen(task, "rating.excluded", "您的评价经核实不计入统计", by=by, at=at)
    return task


def _needs(text: str, reason: str) -> None:
    if not text.strip():
        raise NotNow(reason)


def _tell_citizen(task: Task, kind: str, subject: str, *, by: User, at: datetime.datetime) -> None:
    """实名的评价有回音;匿名的没有人可告知。"""
    if not task.rating.anonymous:
        case = task.rating.case
        tell_applicant(case, kind, subject, f"您对办件 {case.number} 的评价：{task.result}", by=by, at=at)
