"""目录导入的经过：交来、看一遍、确认、导入、放弃。"""

import datetime
import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalog import rules
from catalog.actions import taking_in
from catalog.models import Intake
from catalog.rules import workbooks
from office.journal import actions as journal
from office.steps import NotNow

logger = logging.getLogger(__name__)
STALE = "您看过以后，目录又有了变动。请照下面新的结果再看一遍，再确认。"
BROKEN = "系统处理这个文件时出了错，什么也没有导入；已记入日志，请找维护人员。"


def hand_in(*, name: str, content: bytes, by: Any, at: datetime.datetime) -> Intake:
    """交来一个文件。

    Raises: PermissionDenied；workbooks.Unreadable(太大)。
    """
    if not by.may_somewhere(rules.KEEPS):
        raise PermissionDenied("您没有维护事项目录的权限。")
    if len(content) > workbooks.MOST_BYTES:
        raise workbooks.Unreadable(f"文件太大：最多 {workbooks.MOST_BYTES // 2**20} MB。")
    with transaction.atomic():
        made = Intake.objects.create(by=by, name=name[-200:], content=content, size=len(content), uploaded_at=at)
        journal.record("catalog.intake.upload", about=made, by=by, at=at, facts={"name": made.name, "size": made.size})
    return made


def confirm(*, intake: Intake, by: Any, at: datetime.datetime) -> Intake:
    """确认导入：看过的、没有错的才可以。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        intake = _locked(intake, by)
        if not intake.may_confirm:
            raise NotNow("现在不能导入：要先看过、没有错、有变动，而且还没有导入。")
        intake.confirmed_at = at
        intake.save(update_fields=["confirmed_at"])
        journal.record("catalog.intake.confirm", about=intake, by=by, at=at, facts={"changed": intake.changed})
    return intake


def discard(*, intake: Intake, by: Any, at: datetime.datetime) -> Intake:
    """放弃：文件清空，这一行留着。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        intake = _locked(intake, by)
        if intake.ended_at or intake.confirmed_at:
            raise NotNow("已经确认或者结束了，不能放弃。")
        _end(intake, at)
        journal.record("catalog.intake.discard", about=intake, by=by, at=at)
    return intake


def _locked(intake: Intake, by: Any) -> Intake:
    found = Intake.objects.select_for_update(no_key=True).select_related("by").get(pk=intake.pk)
    if found.by_id != by.pk:
        raise PermissionDenied("只有交来的人可以做。")
    return found


def _end(intake: Intake, at: datetime.datetime) -> None:
    intake.ended_at, intake.content = at, b""
    intake.save(update_fields=["ended_at", "content", "taken_in"])


def go_on(*, intake: Intake, at: datetime.datetime, tell: taking_in.Tell = taking_in.quiet) -> Intake:
    """做下一步：没有看过的看一遍，确认了的导入。看的时候说的与做的时候不同，就不做，请人再看。"""
    with transaction.atomic():
        found = Intake.objects.waiting().select_for_update(no_key=True, skip_locked=True, of=("self",))
        locked = found.select_related("by").filter(pk=intake.pk).first()
        if locked is None:  # 别的进程正在做，或者已经做完
            return intake
        try:
            with transaction.atomic():
                _step(locked, at, tell)
        except Exception:
            logger.exception("目录导入 %s 没有做成", locked.pk)
            _look(locked, taking_in.Report(faults=[BROKEN]), at)
    return locked


def _step(intake: Intake, at: datetime.datetime, tell: taking_in.Tell) -> None:
    content, by, real = bytes(intake.content), intake.by, intake.confirmed_at is not None
    shown = {name: told for name, told in intake.report.items() if name != "note"} if real else None
    report = taking_in.take_in(content=content, by=by, at=at, dry_run=not real, tell=tell, shown=shown)
    if not real or report.wrong or report.told() != shown:
        _look(intake, report, at, note=STALE if real and not report.wrong else "")
        return
    intake.taken_in = True
    _end(intake, at)
    journal.record("catalog.intake.done", about=intake, by=by, at=at, facts={"changed": report.changed})


def _look(intake: Intake, report: taking_in.Report, at: datetime.datetime, *, note: str = "") -> None:
    intake.looked_at, intake.confirmed_at = at, None
    intake.report, intake.changed, intake.wrong = report.told(), report.changed, report.wrong
    if note:
        intake.report["note"] = note
    intake.save(update_fields=["looked_at", "confirmed_at", "report", "changed", "wrong"])


def empty_tray(*, at: datetime.datetime, tell: Any = None) -> int:
    """后台：把等着的都做下一步；返回做了几件。tell(哪一行, 做了几个, 共几个)。"""
    waiting = list(Intake.objects.waiting().defer("content").order_by("uploaded_at", "pk"))
    for one in waiting:
        go_on(intake=one, at=at, tell=_teller(one.pk, tell) if tell else taking_in.quiet)
    return len(waiting)


def _teller(key: int, tell: Any) -> taking_in.Tell:
    def told(done: int, total: int) -> None:
        if done % 5 == 0:
            tell(key, done, total)

    return told
