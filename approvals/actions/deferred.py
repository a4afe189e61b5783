"""容缺的材料补来：窗口当面收的当场核对；网上交来的，交上的时刻就算补了，窗口一个工作日内核对，不能用的说明再补。"""

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.models import Post, User
from approvals import rules
from approvals.actions import acceptance, deadlines, joint_course, material_papers, telling
from approvals.actions.files import Files, keep, share
from approvals.models import Case, CaseMaterial
from approvals.models.material import NOT_RECEIVED, RECEIVED
from approvals.rules.materials import Brought, as_asked
from approvals.states import LOOK, REMIND, UNDER_WAY, MaterialWay, Verdict
from office import clocks
from office.clocks import Term
from office.journal import actions as journal
from office.papers.words import date_words
from office.steps import NotNow
from office.sure import sure
from office.workdays import calendar as workdays
from office.workdays.rules import local

LOOK_DAYS, LOOK_BASIS = 1, "本机关的要求：网上补来的容缺材料，一个工作日内核对"


def owed(case: Case) -> QuerySet[CaseMaterial]:
    """容缺的几份：还没有补来的，和补来了等窗口核对的。"""
    rows: QuerySet[CaseMaterial] = case.materials.select_related("material").filter(verdict=Verdict.DEFERRED)
    return rows.order_by("due_date", "pk")


def bring(case: Case, *, key: str, by: User, at: datetime.datetime, brought: Brought | None = None) -> Case:
    """窗口收到补来的一份、核对合格：停它的时钟，出接收凭证；brought 不给就照指南要的份数。

    网上补来、已经出过凭证的，只记核对合格。Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        row = _looked_at(case, key, by)
        online = row.brought_at is not None
        row.verdict, row.brought_at = Verdict.OK, None
        if brought or not online:
            row.receive(brought or as_asked(row.material), at)
        row.save(update_fields=["verdict", "brought_at", *RECEIVED])
        _stop(case, key, at)
        _note(case, "bring_deferred", {"material": key}, by=by, at=at)
        if brought or not online:
            material_papers.deferred_receipt(case, [row], by=by, at=at)
    return case


def bring_online(case: Case, *, files: Mapping[str, Files], by: User, at: datetime.datetime) -> Case:
    """申请人在网上补来：停容缺的时钟，起窗口核对的时钟，出接收凭证，提醒窗口。files 以材料代号为键。

    联办里同一样材料，各件容缺的都算补来。Raises: BadUpload、NotNow（没有容缺这一份、已经有了结果）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        siblings = joint_course.lock_branches(case)
        case.lock()
        if not rules.may_handle_materials(case, by):
            raise PermissionDenied("您不是这件申请的申请人。")
        rows = {row.material.key: row for row in owed(case)} if case.state in UNDER_WAY else {}
        if not files or files.keys() - rows.keys():
            raise NotNow(_("这件申请现在没有等着补交的这份材料。"))
        came = [rows[key] for key in files]
        made = {row.material.name: keep(row, files[row.material.key], by=by, at=at) for row in came}
        _came(case, came, by=by, at=at)
        for sibling in siblings:
            shared = [row for row in owed(sibling) if row.material.name in made and sibling.state in UNDER_WAY]
            for row in shared:
                share(made[row.material.name], sibling, row.material.name)
            if shared:
                _came(sibling, shared, by=by, at=at)
    return case


def ask_again(
    case: Case, *, key: str, reason: str, due_date: datetime.date, by: User, at: datetime.datetime
) -> Case:  # fmt: skip
    """网上补来的这一份不能用：写明哪里要改、哪天以前再补，告诉申请人；答应的日期还没有到的，不能提前。

    Raises: NotNow（没有等着核对的、没有写明、日期不对）、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        row = _looked_at(case, key, by)
        if row.brought_at is None:
            raise NotNow("这份材料没有在网上补来，不用核对。")
        if not reason.strip():
            raise NotNow("请写明哪里要改、怎样才能用。")
        earliest = max(sure(row.due_date), local(at).date())
        if due_date < earliest:
            raise NotNow(f"补交日期不能早于{date_words(earliest)}。")
        for name, value in {
            **NOT_RECEIVED,
            "brought_at": None,
            "comment": reason.strip(),
            "due_date": due_date,
        }.items():
            setattr(row, name, value)
        row.save(update_fields=["brought_at", "comment", "due_date", *RECEIVED])
        _stop(case, key, at)
        acceptance.start_deferral(case, row, at, latest=acceptance.latest_deferral(case, at))
        _note(case, "ask_deferred_again", {"material": key, "due_date": due_date}, by=by, at=at)
        body = (
            f"办件 {case.number}，您补交的“{row}”要再补一次：{row.comment}请在{date_words(due_date)}以前补交，"
            "网上、邮寄、窗口都可以。"
        )
        telling.tell_applicant(case, "case.deferred_again", "补交的材料请再补一次", body, by=by, at=at)
    return case


def _looked_at(case: Case, key: str, by: User) -> CaseMaterial:
    """窗口要核对的那一份，锁住。Raises: NotNow、PermissionDenied。"""
    if not rules.may_take_in(case, by):
        raise PermissionDenied("只有收件窗口的人可以核对材料。")
    row: CaseMaterial | None = owed(case).filter(material__key=key).select_for_update(of=("self",)).first()
    if row is None:
        raise NotNow("这份材料不在容缺清单里。")
    return row


def _came(case: Case, rows: list[CaseMaterial], *, by: User, at: datetime.datetime) -> None:
    """这几份在网上补来了：第一次补来的，容缺的时钟停在此刻；等核对时又添的，核对的期限不重算。"""
    calendar = workdays.calendar_for(case.agency.code)
    for row in rows:
        if row.brought_at is not None:
            continue
        row.brought_at = at
        row.receive(Brought(way=MaterialWay.ONLINE), at)
        row.save(update_fields=["brought_at", *RECEIVED])
        _stop(case, row.material.key, at)
        due_at, provisional = workdays.due(at, LOOK_DAYS, "wd", calendar=calendar)
        term = Term(LOOK_DAYS, "wd", LOOK_BASIS, due_at, provisional)
        clocks.start(case, f"{LOOK}{row.material.key}", term, at=at)
    _note(case, "bring_deferred_online", {"materials": sorted(row.material.key for row in rows)}, by=by, at=at)
    material_papers.deferred_receipt(case, rows, by=by, at=at)
    names = "、".join(str(row) for row in rows)
    owner = Post.objects.first_contact_of(case.intake_unit, at) or case.responsible
    body = f"办件 {case.number}：申请人在网上补来了容缺的{names}，请核对：合格的记下，不能用的写明再补。"
    subject = f"容缺的材料补来了：{case.number}"
    telling.tell_staff(case, [owner, case.responsible], "case.deferred_came", subject, body, by=by, at=at)


def _stop(case: Case, key: str, at: datetime.datetime) -> None:
    """这一份的补交、提醒、核对都不再走。"""
    for clock in case.clocks.running().filter(kind__in=[f"deferred:{key}", f"{REMIND}{key}", f"{LOOK}{key}"]):
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])


def _note(case: Case, verb: str, facts: dict[str, object], *, by: User, at: datetime.datetime) -> None:
    state = case.state
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=state, after=state, facts=facts)
