"""别的系统送来的申请：收件，文件随之归到各份材料、申请表各格名下；以后的补交、撤回也从这里进。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from agencies.models import User
from approvals.actions import deadlines, decision, drafts, intake, joint_course
from approvals.actions.files import BadUpload, Files, checked, clean_name, keep, not_too_many
from approvals.models import Case
from approvals.states import ConfirmedBy, MaterialWay
from office.journal import actions as journal
from office.vault import digest


def faults(given: Files, field: Mapping[str, Any]) -> list[str]:
    """这一处的文件有哪几个收不下：与群众自己上传的同一道关，存下之前先全部看过。"""
    found = []
    for name, content in given:
        try:
            checked(clean_name(name), content, field)
        except BadUpload as reason:
            found.append(str(reason))
    try:
        not_too_many(len(given), field)
    except BadUpload as reason:
        found.append(str(reason))
    return found


def as_answer(given: Files) -> list[dict[str, str]]:
    """一格附件写进申请表的样子，同 files.as_answers。"""
    return [{"name": clean_name(name), "digest": digest(_read(content))} for name, content in given]


def _read(content: Any) -> bytes:
    content.seek(0)
    raw: bytes = content.read()
    return raw


def receive(*, brought: Mapping[str, Files], by: User, at: datetime.datetime, **facts: Any) -> Case:
    """收申请：收件(facts 同 intake.receive)，brought 是各份材料的文件，以材料代号为键。有一个收不下，就一件也不收。

    Raises: NotNow、BadUpload。
    """
    with transaction.atomic():
        case = intake.receive(by=by, at=at, **facts)
        for row in case.materials.select_related("material").filter(material__key__in=brought):
            keep(row, brought[row.material.key], by=by, at=at)
    return case


def supplement(case: Case, *, files: Mapping[str, Files], source: str, by: User, at: datetime.datetime) -> Case:
    """补交：别的系统替申请人送来的补正材料，与申请人自己在网上补交同一扇门(drafts.supplement)，经过里写明是谁送的。

    Raises: NotNow、BadUpload、PermissionDenied。
    """
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        _sent_in(case, source, by=by, at=at)
        return drafts.supplement(case, files=files, way=MaterialWay.SYSTEM, by=by, at=at)


def withdraw(case: Case, *, reason: str, source: str, by: User, at: datetime.datetime) -> Case:
    """撤回：别的系统送来的，与申请人自己在网上撤回同一扇门(decision.withdraw)。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        joint_course.lock_branches(case)
        case.lock()
        _sent_in(case, source, by=by, at=at)
        return decision.withdraw(case, reason=reason, by=by, at=at, way=ConfirmedBy.EXCHANGE)


def _sent_in(case: Case, source: str, *, by: User, at: datetime.datetime) -> None:
    state, facts = case.state, {"source": source}
    journal.record("approvals.case.sent_in", about=case, by=by, at=at, before=state, after=state, facts=facts)
