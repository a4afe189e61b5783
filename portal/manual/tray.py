"""待排的工作手册：一本一本排，存进受保护的目录。

排印的进程半途没了：占着的锁随连接放开，行还是“正在排印”，下一趟接着从头再做一次。
"""

import datetime
import logging
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from catalog.actions import manuals
from catalog.models import ManualOrder
from catalog.models.manual import press
from office.steps import NotNow
from office.vault import digest
from portal.manual.contents import Book, gather
from portal.manual.making import make
from portal.manual.typesetting import edition

logger = logging.getLogger(__name__)


def contents_of(book: Book) -> list[Any]:
    """内容的指纹：版式也算，改了版式就不是同样的一本。"""
    return [edition(), *book.contents]


def empty_tray(*, at: datetime.datetime) -> int:
    """清空待排托盘；别人正在排就不插手。返回做成几本。"""
    with press() as mine:
        if not mine:
            return 0
        waiting = ManualOrder.objects.waiting().select_related("agency", "section").order_by("ordered_at", "pk")
        return sum(_make(order, at=at) for order in list(waiting))


def _make(order: ManualOrder, *, at: datetime.datetime) -> bool:
    """做一本；不成就在行上写明原因。"""
    try:
        book = gather(agency=order.agency, section=order.section, on=order.on_date)
        if not manuals.begin(order=order, contents=contents_of(book), total=book.size, at=at):
            return False
        _print(order, book, at=at)
    except (manuals.Stopped, NotNow):  # 取消了
        return False
    except Exception as error:
        logger.exception("工作手册 %s 没有做成", order.pk)
        manuals.fail(order=order, reason=f"{type(error).__name__}：{error}", at=at)
        return False
    return True


def _print(order: ManualOrder, book: Book, *, at: datetime.datetime) -> None:
    with tempfile.TemporaryDirectory(prefix="manual-") as room:
        out = Path(room) / "manual.pdf"
        made = make(book, out, tell=lambda done: manuals.progress(order=order, done=done))
        content = digest(out.read_bytes())
        with out.open("rb") as stream:
            name = default_storage.save(f"manuals/{order.pk}-{content[:12]}.pdf", File(stream))
        facts: dict[str, Any] = {"file": name, "file_digest": content, "pages": made.pages, "size": out.stat().st_size}
    try:
        ended = at + datetime.timedelta(seconds=made.seconds)
        manuals.finish(order=order, seconds=made.seconds, at=ended, **facts)
    except BaseException:
        default_storage.delete(name)
        raise
