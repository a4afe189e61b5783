"""指南的一生：起草、发布、被新版取代、停用。每件事一个事务，都记日志。核对在 checking。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from agencies.models import User
from catalog import rules
from catalog.actions import checking, comparing, finding
from catalog.models import Guide, Item
from office import steps
from office.journal import actions as journal

FILE_STANDS = "照目录文件发布，文件代替核对"


class WrongDay(Exception):
    """生效或停用的日期不对;str() 是给人看的一句中文。"""


def draft_from(*, item: Item, by: Any, at: datetime.datetime, guide: Guide | None = None) -> Guide:
    """起草新版:照抄 guide(不给就从空白开始),版本号接着编。一个事项同时只有一份草稿。

    Raises: PermissionDenied、steps.NotNow(已有草稿)。
    """
    if not rules.keeps(by, item.agency):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=item.pk)
        if waiting := item.guides.in_hand().first():
            raise steps.NotNow(f"这个事项已有一份{waiting.get_state_display()}的新版，请接着改那一份。")
        version = (item.guides.order_by("-version").values_list("version", flat=True).first() or 0) + 1
        made = {"edited_by": by, "edited_at": at}
        content = {name: getattr(guide, name) for name in (*rules.GUIDE_CONTENT, "window")} if guide else {}
        draft: Guide = Guide.objects.create(**{"name": item.name, **content, **made, "item": item, "version": version})
        if guide:
            _copy_parts(guide, draft)
        journal.record("catalog.guide.draft", about=draft, by=by, at=at, facts={"from": guide and guide.version})
    return draft


def _copy_parts(guide: Guide, draft: Guide) -> None:
    draft.desks.set(guide.desks.all())
    parts: list[Any] = [*guide.materials.all(), *guide.bases.all()]
    for part in parts:
        part.pk, part.guide = None, draft
        part._state.adding = True
        part.save()


def publish(*, guide: Guide, by: Any, at: datetime.datetime, effective_from: datetime.date | None = None) -> Guide:
    """发布：核对过、核对后没有动过的才能发布；从生效日期(不给就用草稿上写的，再没有就是当日)起替下现行版本，此后不再改动。

    没有核对的草稿只有系统照目录文件发布(部署时的 load_catalogue)，日志写明文件代替核对。

    Raises: checking.Incomplete、WrongDay、steps.NotNow、PermissionDenied。
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=guide.item_id)
        guide.lock()
        day = effective_from or guide.effective_from or today
        checking.refuse_incomplete(guide)
        digest = checking.digest_of(guide)
        _refuse_unchecked(guide, digest, by)
        _make_room(guide, day, today=today, by=by, at=at)
        checked = f"{guide.checked_by}核对" if guide.checked_by else FILE_STANDS
        steps.take(guide, "publish", by=by, at=at, effective_from=day, digest=digest, checked=checked)
        comparing.note_change(guide)
        supersede_outlived(at=at, item=guide.item)
        finding.index(guide.item, at=at)
    return guide


def _refuse_unchecked(guide: Guide, digest: str, by: Any) -> None:
    if guide.is_draft and not by.is_system:
        raise steps.NotNow("这一版还没有核对：请先提交核对，由另一位目录管理员核对通过以后再发布。")
    if guide.is_pending and guide.checked_by and guide.digest != digest:
        raise steps.NotNow("这一版与核对时的内容不同，请撤回修改，重新提交核对。")


def _make_room(guide: Guide, day: datetime.date, *, today: datetime.date, by: Any, at: datetime.datetime) -> None:
    """现行版本到 day 为止。已经按旧版办过的日子不能改写。"""
    others = guide.item.guides
    latest = others.published().order_by("-version").first()
    if latest is not None:
        if day < max(latest.effective_from, today):
            raise WrongDay(f"新版的生效日期不能早于今天，也不能早于第{latest.version}版的生效日期。")
        _end(latest, day, by=by, at=at)
    if clash := others.in_force_on(day).first():
        raise WrongDay(f"第{clash.version}版要用到 {clash.effective_to:%Y-%m-%d}，新版只能从那天起生效。")


def _end(guide: Guide, day: datetime.date | None, *, by: Any, at: datetime.datetime) -> None:
    guide.effective_to = day
    guide.save(update_fields=["effective_to"])
    journal.record("catalog.guide.end", about=guide, by=by, at=at, facts={"effective_to": day})


def supersede_outlived(*, at: datetime.datetime, item: Item | None = None) -> int:
    """取代:新版已经生效的,把旧版登记为“已被新版取代”。哪一版有效只看日期,这里只是登记,晚了也不误事。"""
    found = Guide.objects.outlived(timezone.localdate(at)).select_related("item__agency").order_by("pk")
    outlived = list(found.filter(item=item) if item else found)
    system = User.objects.system() if outlived else None
    for guide in outlived:
        steps.take(guide, "supersede", by=system, at=at)
        finding.index(guide.item, at=at)
    return len(outlived)


def retire(*, guide: Guide, by: Any, at: datetime.datetime, reason: str, on: datetime.date | None = None) -> Guide:
    """停用:从 on(缺省为当日)起不再适用;还没生效就停用的,原来的版本继续有效。

    Raises: WrongDay、steps.NotNow、PermissionDenied。
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=guide.item_id)
        guide.lock()
        begins = guide.effective_from or today
        pending = begins > today
        day = begins if pending else (on or today)
        if day < today:
            raise WrongDay("停用日期不能早于今天。")
        steps.take(guide, "retire", by=by, at=at, effective_to=day, reason=reason)
        if pending:
            for previous in guide.item.guides.published().filter(effective_to=day):
                _end(previous, None, by=by, at=at)
        finding.index(guide.item, at=at)
    return guide
