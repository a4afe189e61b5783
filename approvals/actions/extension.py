"""延期：承办科室报请，本机关负责人在到期之前批准，把理由和新的日期告诉申请人（行政许可法第四十二条）。"""

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Holding, Post, User
from agencies.models.post import Standing
from approvals import rules
from approvals.actions import approval_forms, deadlines, letters, telling
from approvals.models import Case, Clock, Extension
from approvals.states import Approver, ClockKind
from office.journal import actions as journal
from office.papers.words import last_day_words, term_words
from office.steps import NotNow, take
from office.sure import sure
from office.workdays import calendar as workdays

INSTANT = datetime.timedelta(microseconds=1)


def ask(case: Case, *, value: int, reason: str, by: User, at: datetime.datetime) -> Extension:
    """报请延期：到期之前，一件一次，不超过法律许可的上限。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        extension = _drafted(case, value, reason, by, at)
        extension.save(force_insert=True)
        facts = {"length": extension.length, "reason": reason}
        journal.record("approvals.extension.ask", about=extension, by=by, at=at, after=extension.state, facts=facts)
        _note(case, "ask_extension", facts, by=by, at=at)
        subject = f"请批准延期：{case.number}"
        body = f"拟延长{extension.length}，原期限{last_day_words(extension.due_before)}；到期之前没有批准的，自行失效。"
        telling.tell_staff(case, _directors(case, at), "case.extension_asked", subject, body, by=by, at=at)
    return extension


def _drafted(case: Case, value: int, reason: str, by: User, at: datetime.datetime) -> Extension:
    """还没有报的一份。Raises: NotNow、PermissionDenied。"""
    if not rules.may_ask_extension(case, by):
        raise PermissionDenied("延期由承办科室报请。")
    found = rules.extension_limit(case.item, case.guide)
    clock = rules.limit_clock(case.clocks.running())
    if reason_not := rules.why_not_extend(case, clock, found, at):
        raise NotNow(reason_not)
    limit = sure(found)
    if not 0 < value <= limit.value:
        raise NotNow(f"延长的期限在 1 到{term_words(limit.value, limit.unit)}之间（{limit.basis}）。")
    made: Extension = Extension(
        case=case, value=value, most=limit.value, unit=limit.unit, basis=limit.basis, approver=limit.approver,
        reason=reason, asked_at=at, asked_by=by, due_before=clock.due_at,
    )  # fmt: skip
    return made


def preview_asked(case: Case, *, value: int, reason: str, by: User, at: datetime.datetime) -> bytes:
    """报请以前预览延期通知书，照此刻批准算。

    Raises: NotNow、PermissionDenied、MissingFact、MissingGlyph、Refused。
    """
    return preview(_drafted(case, value, reason, by, at), by=by, at=at)


def preview(extension: Extension, *, by: User, at: datetime.datetime, **_said: str) -> bytes:
    """批准以前预览延期通知书：原期限、新期限照此刻批准算好；不登记、不占文号。

    Raises: NotNow(期限停着、已届满)、MissingFact、MissingGlyph、Refused。
    """
    clock = _clock_to_extend(extension.case, at)
    extension.due_before, extension.due_after = clock.due_at, _later(clock, extension)
    return letters.preview("extension", extension.case, letters.extension_words(extension), by=by, at=at)


def _directors(case: Case, at: datetime.datetime) -> list[User]:
    standing = _in_charge(case, at)
    return [standing.user] if standing else []


def _in_charge(case: Case, at: datetime.datetime) -> Standing | None:
    """此刻的本机关负责人；他在回避之列的，由这个岗位上另一位在岗的人。"""
    post = Post.objects.director_of(case.agency)
    standing = post.holder_at(at) if post else None
    if standing is None or not rules.stays_out(case, standing.user):
        return standing
    others = Holding.objects.present(at).filter(post=post).select_related("user", "post").order_by("rank", "pk")
    found = (one for one in others if not rules.stays_out(case, one.user))
    return next((Standing(one.user, one.rank, one.post, covers=standing.user) for one in found), None)


def sanction(extension: Extension, *, text: str, document: str = "", by: User, at: datetime.datetime) -> Extension:
    """同意延期：期限往后挪，出延期通知书。到期之后、期限停着的时候不能。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(extension.case, at=at)
    with transaction.atomic():
        extension.lock()
        case = extension.case
        standing = _standing(case, by, at)
        clock = _clock_to_extend(case, at)
        if extension.approver != Approver.DIRECTOR and not document:
            raise NotNow(f"依法须经{extension.get_approver_display()}批准，请写明批准文件。")
        before, after = clock.due_at, _later(clock, extension)
        take(
            extension, "sanction", by=by, at=at, text=text, document=document, standing=standing, due_before=before,
            due_after=after,
        )  # fmt: skip
        _move_clocks(case, extension)
        extension.paper = letters.extension(extension, by=by, at=at)
        extension.save(update_fields=["paper"])
        approval_forms.extension_form(extension, by=by, at=at)
        facts = {"length": extension.length, "reason": extension.reason, "due_before": before, "due_after": after}
        _note(case, "extend", facts, by=by, at=at)
        body = f"办件 {case.number} 的办理期限延长{extension.length}，到{last_day_words(after)}，理由见延期通知书。"
        telling.tell_applicant(case, "case.extended", "办理期限延长", body, by=by, at=at)
        _answer(extension, "同意延期", by=by, at=at)
    return extension


def decline(extension: Extension, *, text: str, by: User, at: datetime.datetime) -> Extension:
    """不同意延期：期限照旧。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(extension.case, at=at)
    with transaction.atomic():
        extension.lock()
        standing = _standing(extension.case, by, at)
        take(extension, "decline", by=by, at=at, text=text, standing=standing)
        approval_forms.extension_form(extension, by=by, at=at)
        _answer(extension, "不同意延期", by=by, at=at)
    return extension


def _standing(case: Case, by: User, at: datetime.datetime) -> str:
    """此刻以局长（或代局长）的身份。Raises: PermissionDenied。"""
    standing = _in_charge(case, at)
    if standing is None or standing.user != by:
        raise PermissionDenied("延期由本机关负责人批准，此刻不由您行使。")
    return standing.describe()


def _clock_to_extend(case: Case, at: datetime.datetime) -> Clock:
    """Raises: NotNow（期限停着，或已经届满）。"""
    clock: Clock | None = rules.limit_clock(case.clocks.running())
    if clock is None or clock.due_at <= at:
        raise NotNow("期限已经届满或办件已有结果，不能再批准延期。")
    if clock.paused_at is not None:
        raise NotNow("办理期限正停着（特别程序），恢复计算以后再批准。")
    return clock


def _later(clock: Clock, extension: Extension) -> datetime.datetime:
    calendar = workdays.calendar_for(extension.case.agency.code)
    return workdays.due(clock.due_at - INSTANT, extension.value, extension.unit, calendar=calendar)[0]


def _move_clocks(case: Case, extension: Extension) -> None:
    """法定与承诺时限一起往后；已经过了期、亮过牌的承诺时限不改：误了就是误了。"""
    calendar = workdays.calendar_for(case.agency.code)
    limits = case.clocks.running().filter(kind__in=[ClockKind.STATUTORY, ClockKind.PROMISED], fired_at=None)
    for clock in limits.select_for_update(of=("self",)):
        clock.due_at = _later(clock, extension)
        clock.provisional = calendar.is_provisional(clock.started_at, clock.due_at)
        clock.save(update_fields=["due_at", "provisional"])


def _answer(extension: Extension, words: str, *, by: User, at: datetime.datetime) -> None:
    case = extension.case
    subject = f"{words}：{case.number}"
    telling.tell_staff(case, [extension.asked_by], "case.extension_answered", subject, extension.text, by=by, at=at)


def _note(case: Case, verb: str, facts: Mapping[str, object], *, by: User, at: datetime.datetime) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
