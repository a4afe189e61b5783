"""工作手册的一生：登记、开工、报进度、做成、没有做成、取消、重做、到期清除。排印在 portal.manual。"""

import datetime
import json
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from agencies.models import Agency, Unit, User
from catalog import rules
from catalog.models import ManualOrder
from office import steps
from office.journal import actions as journal
from office.vault import digest

KEEP = datetime.timedelta(days=30)  # 做成的留几天；内容随时可以再排
MOST_ATTEMPTS = 2  # 排印的进程半途没了，再做一次；又没了，不再自己做


class Stopped(Exception):
    """排着排着，有人取消了。"""


def digest_of(agency: Agency | None, section: Unit | None, on: datetime.date, contents: Any) -> str:
    """同一范围、同一天、同样内容的一本，摘要相同。"""
    told = [agency and agency.code, section and section.code, on.isoformat(), contents]
    return digest(json.dumps(told, ensure_ascii=False, default=str))


def order(
    *,
    agency: Agency | None,
    section: Unit | None,
    on: datetime.date,
    contents: Any,
    total: int,
    by: Any,
    at: datetime.datetime,
) -> tuple[ManualOrder, bool]:
    """登记排印一本工作手册；同样内容的已经有了（排着的、做成的），就用那一本。返回（那一本，是不是新登记的）。

    Raises: PermissionDenied、steps.NotNow(一个事项也没有)。
    """
    told = {"agency": agency, "section": section, "on_date": on}
    if not rules.may_order_manual(ManualOrder(**told), by):
        raise PermissionDenied("您没有排印这一本工作手册的权限。")
    if not total:
        raise steps.NotNow("这一天还没有在用的办事指南，排不出工作手册。")
    content = digest_of(agency, section, on, contents)
    with transaction.atomic():
        if standing := ManualOrder.objects.standing().filter(content_digest=content).first():
            return standing, False
        made = ManualOrder.objects.create(**told, content_digest=content, total=total, ordered_by=by, ordered_at=at)
        journal.record("catalog.manual.order", about=made, by=by, at=at, facts={"on": on, "total": total})
    return made, True


def begin(*, order: ManualOrder, contents: Any, total: int, at: datetime.datetime) -> bool:
    """开始排印（含上次做到一半的）；做了两次都没有做完的，不再做。返回该不该接着做。"""
    with transaction.atomic():
        order.lock()
        if not order.is_waiting:
            return False
        if order.attempts >= MOST_ATTEMPTS:
            fail(order=order, reason=f"排印的进程中断了 {order.attempts} 次，没有再做。请看运行日志。", at=at)
            return False
        content = digest_of(order.agency, order.section, order.on_date, contents)
        steps.take(order, "begin", by=User.objects.system(), at=at, content_digest=content, total=total)
    return True


def progress(*, order: ManualOrder, done: int) -> None:
    """报进度：排好了几部分。Raises: Stopped。"""
    running = ManualOrder.objects.filter(pk=order.pk, state="making")
    if not running.update(done=done):
        raise Stopped


def finish(*, order: ManualOrder, file: str, file_digest: str, pages: int, size: int, seconds: float,
           at: datetime.datetime) -> ManualOrder:  # fmt: skip
    """做成：文件已经存好，记下页数、用时、大小、摘要，定下清除的日子。

    Raises: steps.NotNow(刚刚被取消)。
    """
    facts = {"pages": pages, "seconds": round(seconds), "size": size, "file": file, "file_digest": file_digest}
    steps.take(order, "finish", by=User.objects.system(), at=at, expires_at=at + KEEP, **facts)
    return order


def fail(*, order: ManualOrder, reason: str, at: datetime.datetime) -> ManualOrder:
    """没有做成：写明原因，等人来看。Raises: steps.NotNow。"""
    steps.take(order, "fail", by=User.objects.system(), at=at, reason=reason[:500])
    return order


def cancel(*, order: ManualOrder, by: Any, at: datetime.datetime) -> ManualOrder:
    """取消：排着的不排了，正在排的排完手上这一部分就停。Raises: steps.NotNow、PermissionDenied。"""
    steps.take(order, "cancel", by=by, at=at)
    return order


def retry(*, order: ManualOrder, by: Any, at: datetime.datetime) -> ManualOrder:
    """再做一次：没有做成的、取消了的重新排队。Raises: steps.NotNow(同样内容的已经另有一本)、PermissionDenied。"""
    try:
        steps.take(order, "retry", by=by, at=at)
    except IntegrityError as error:
        raise steps.NotNow("同样内容的一本已经排着或者做成了，请用那一本。") from error
    return order


def expire(*, at: datetime.datetime) -> int:
    """到期清除：做成满三十天的，删掉文件，行留着；返回清了几本。"""
    system, outlived = User.objects.system(), list(ManualOrder.objects.outlived(at).order_by("pk"))
    for one in outlived:
        name = one.file.name
        with transaction.atomic():
            steps.take(one, "expire", by=system, at=at)
            transaction.on_commit(partial(default_storage.delete, name))
    return len(outlived)
