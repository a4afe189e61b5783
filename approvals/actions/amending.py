"""当场更正与申请人修改：受理以前改申请表，改了什么逐项记下（行政许可法第三十二条第一款第三项）。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import confirmations, correction, deadlines
from approvals.models import Amendment, Case, CaseMaterial
from approvals.states import BEFORE_ACCEPTANCE, Matter
from catalog import rules as catalogue
from catalog.rules.forms import fields_of
from office.journal import actions as journal
from office.steps import NotNow


def correct(case: Case, *, answers: Mapping[str, Any], lines: str, by: User, at: datetime.datetime) -> Amendment:
    """当场更正：可以当场改的错误，允许申请人当场改；窗口录入，申请人确认了才能受理。

    lines 是改了什么，一行一项，写进确认书。Raises: NotNow（已受理、没有改动）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("当场更正由收件窗口登记。")
        made = _amend(case, answers, by_applicant=False, by=by, at=at)
        confirmations.ask(case, Matter.AMEND, text=lines, by=by, at=at)
    return made


def revise(case: Case, *, answers: Mapping[str, Any], by: User, at: datetime.datetime) -> Amendment:
    """申请人修改：受理以前自己在网上改；窗口打开时看得到原来的和现在的。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not (rules.is_applicant(case, by) or rules.by_system(case, by)):
            raise PermissionDenied("只有申请人自己可以修改。")
        return _amend(case, answers, by_applicant=True, by=by, at=at)


def _amend(case: Case, answers: Mapping[str, Any], *, by_applicant: bool, by: User, at: datetime.datetime) -> Amendment:
    if case.state not in BEFORE_ACCEPTANCE:
        raise NotNow("已经受理，不能再改申请表。")
    if not rules.not_held(case):
        raise NotNow(rules.not_held.reason)
    if not rules.not_elsewhere(case):
        raise NotNow(rules.not_elsewhere.reason)
    labels = {field["key"]: field["label"] for _page, field in fields_of(case.guide.form)}
    changed: dict[str, Any] = {
        key: [case.answers.get(key), answers.get(key)]
        for key in labels
        if case.answers.get(key) != answers.get(key) and key in {*case.answers, *answers}
    }
    if not changed:
        raise NotNow("没有改动。")
    case.answers = dict(answers)
    case.save(update_fields=["answers"])
    _ask_for_more(case)
    told: dict[str, Any] = {"by_applicant": by_applicant, "answers": changed}
    made = Amendment.objects.create(case=case, made_at=at, made_by=by, **told)
    _count(case)
    verb = "revise" if by_applicant else "correct"
    facts = {"note": "、".join(labels[key] for key in changed)}
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
    correction.follow_the_form(case, by=by, at=at)
    return made


def _ask_for_more(case: Case) -> None:
    """照改过的内容，多要的材料添上；不再要的留着，由窗口核对时标“不需要”。"""
    listed = set(case.materials.values_list("material", flat=True))
    CaseMaterial.objects.bulk_create(
        CaseMaterial(case=case, material=material)
        for material in case.guide.materials.all()
        if material.pk not in listed and catalogue.asks_for(material, case.guide.form, case.answers)
    )


def note_files(case: Case, files: Mapping[str, list[Any]], *, by: User, at: datetime.datetime) -> None:
    """申请人又交了文件：材料的键 → [原来的文件名, 现在的]。在事务里、办件已锁住时调用。"""
    Amendment.objects.create(case=case, made_at=at, made_by=by, by_applicant=True, files=dict(files))
    _count(case)


def see(case: Case, *, by: User, at: datetime.datetime) -> None:
    """看过申请人的改动。Raises: PermissionDenied。"""
    with transaction.atomic():
        case.lock()
        if not rules.may_take_in(case, by):
            raise PermissionDenied("由收件窗口的人看。")
        if case.amendments.unseen().update(seen_at=at, seen_by=by):
            _count(case)
            verb = "approvals.case.see_changes"
            journal.record(verb, about=case, by=by, at=at, before=case.state, after=case.state)


def _count(case: Case) -> None:
    case.unseen_changes = case.amendments.unseen().count()
    Case.objects.filter(pk=case.pk).update(unseen_changes=case.unseen_changes)
