"""维护事项与草稿:谁改的、改了什么,都记下来。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from catalog import rules
from catalog.actions import checking, finding
from catalog.models import Guide, Item
from office.journal import actions as journal
from office.steps import NotNow

NOT_KEPT = {"id", "pinyin"}


class BadCodes(Exception):
    """编码对不上;faults 逐条说明。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults))


def keep_item(*, item: Item, by: Any, at: datetime.datetime, search: bool = True) -> dict[str, Any]:
    """维护事项:新建或者改动,返回改了什么(栏 → [原值, 新值]);没有改动就不写。

    search=False 先不建检索词,由调用者随后建(导入时紧接着要发布,发布会建)。

    Raises: PermissionDenied、BadCodes。
    """
    if faults := rules.code_faults(item):
        raise BadCodes(faults)
    with transaction.atomic():
        old = Item.objects.select_for_update(no_key=True).filter(pk=item.pk).first()
        for agency in {item.agency, old.agency if old else item.agency}:
            if not rules.keeps(by, agency):
                raise PermissionDenied("您没有维护这个机关事项目录的权限。")
        names = [f.name for f in Item._meta.concrete_fields if f.name not in NOT_KEPT]
        now = {name: getattr(item, name) for name in names}
        before = {name: getattr(old, name) if old else None for name in names}
        changes = {name: [before[name], now[name]] for name in names if before[name] != now[name]}
        if changes:
            item.save()
            verb = "catalog.item.change" if old else "catalog.item.create"
            journal.record(verb, about=item, by=by, at=at, facts=changes)
            if search:
                finding.index_family(item, at=at)
    return changes


def discard(*, guide: Guide, by: Any, at: datetime.datetime) -> None:
    """丢弃草稿：不要了的草稿连同材料、依据删去，记在事项名下。

    Raises: PermissionDenied、steps.NotNow(不是草稿)。
    """
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=guide.item_id)
        guide.lock()
        if not rules.may_keep(guide, by):
            raise PermissionDenied("您没有维护这个机关事项目录的权限。")
        if not guide.is_draft:
            raise NotNow("只有草稿可以丢弃。")
        journal.record("catalog.guide.discard", about=guide.item, by=by, at=at, facts={"version": guide.version})
        guide.delete()


def begin_edit(*, guide: Guide, by: Any, at: datetime.datetime) -> Guide:
    """动手改指南之前：提交了、核对了的先回到草稿，核对作废；发布过的改不了(数据库也不让)。

    返回锁住的、读到最新的这一版；改完用 note_edit 记下改了什么，在同一个事务里。

    Raises: PermissionDenied、steps.NotNow。
    """
    locked: Guide = Guide.objects.select_for_update(no_key=True).get(pk=guide.pk)
    if not rules.may_keep(locked, by):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    if locked.is_pending:
        checking.reopen(guide=locked, by=by, at=at)
    if not locked.is_draft:
        raise NotNow("发布过的办事指南不能改，请起草新版。")
    return locked


def note_edit(*, guide: Guide, changed: list[str], by: Any, at: datetime.datetime) -> None:
    """改完记一笔：改了哪些栏、谁改的。核对的人不能是最后改的人。

    Raises: PermissionDenied、steps.NotNow。
    """
    if not rules.may_keep(guide, by):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    if not guide.is_draft:
        raise NotNow("只有草稿可以改，发布过的请起草新版。")
    if changed:
        guide.edited_by, guide.edited_at = by, at
        guide.save(update_fields=["edited_by", "edited_at"])
        journal.record("catalog.guide.edit", about=guide, by=by, at=at, facts={"changed": changed})
