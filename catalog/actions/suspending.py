"""停办与恢复：暂不受理一个事项，写明为什么、改去哪里；到日子自己恢复，也可以提前恢复。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from catalog import rules
from catalog.models import Item, Suspension
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.rules import local


class WrongSuspension(Exception):
    """停办登记得不对；str() 是给人看的一句中文。"""


def suspend(
    *,
    item: Item,
    starts_on: datetime.date,
    message: str,
    by: Any,
    at: datetime.datetime,
    ends_on: datetime.date | None = None,
    replacement: Item | None = None,
) -> Suspension:
    """停办：从 starts_on 起不受理，到 ends_on 那天恢复(None 是还说不准)。已经受理的照常办。

    Raises: WrongSuspension、PermissionDenied。
    """
    if not rules.keeps(by, item.agency):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=item.pk)
        today = local(at).date()
        if wrong := obstacle(item, starts_on, ends_on, message, replacement, today=today):
            raise WrongSuspension(wrong)
        made = Suspension.objects.create(
            item=item, starts_on=starts_on, ends_on=ends_on, message=message.strip(), replacement=replacement,
            declared_by=by, declared_at=at,
        )  # fmt: skip
        facts = {
            "from": starts_on,
            "to": ends_on,
            "message": made.message,
            "replacement": replacement and replacement.code,
        }
        journal.record("catalog.item.suspend", about=item, by=by, at=at, facts=facts)
    return made


def obstacle(
    item: Item,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    message: str,
    replacement: Item | None,
    *,
    today: datetime.date,
) -> str:
    """为什么不能这样停办；可以就是空串。"""
    if not message.strip():
        return "停办要写给群众的说明。"
    if starts_on < today:
        return "停办不能从过去的日子算起。"
    if ends_on is not None and ends_on <= starts_on:
        return "恢复的日子要晚于停办的日子。"
    same = item.suspensions.exclude(ends_on__lte=starts_on).exclude(ends_on__lte=F("starts_on"))
    if (same.filter(starts_on__lt=ends_on) if ends_on else same).exists():
        return "这个事项在这段时间里已经登记过停办。"
    if replacement is None:
        return ""
    if replacement == item:
        return "可以改办的不能是这个事项自己。"
    if replacement.guide_on(starts_on) is None or replacement.suspensions.on(starts_on).exists():
        return f"“{replacement}”到那天也办不了，请另选一个可以改办的事项。"
    return ""


def lift(*, suspension: Suspension, on: datetime.date, reason: str, by: Any, at: datetime.datetime) -> Suspension:
    """恢复办理：on 这一天起照常受理；还没有开始停办的就是取消。

    Raises: NotNow(已经恢复)、WrongSuspension(日子不对)、PermissionDenied。
    """
    if not rules.keeps(by, suspension.item.agency):
        raise PermissionDenied("您没有维护这个机关事项目录的权限。")
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=suspension.item_id)
        suspension.refresh_from_db()
        today = local(at).date()
        if suspension.ends_on is not None and suspension.ends_on <= max(today, suspension.starts_on):
            raise NotNow("这个事项已经恢复办理。")
        day = max(on, suspension.starts_on)
        if on < today or (suspension.ends_on is not None and day > suspension.ends_on):
            raise WrongSuspension("恢复的日子要在今天和原定恢复的日子之间。")
        suspension.ends_on, suspension.lifted_by, suspension.lifted_at, suspension.lift_reason = day, by, at, reason
        suspension.save(update_fields=["ends_on", "lifted_by", "lifted_at", "lift_reason"])
        journal.record("catalog.item.resume", about=suspension.item, by=by, at=at, facts={"on": day, "reason": reason})
    return suspension


def refuse_suspended(item: Item, *, at: datetime.datetime) -> None:
    """收件之前：正停办的不收，把说明和可以改办的告诉人。Raises: NotNow。"""
    if found := item.suspension_on(local(at).date()):
        raise NotNow(found.words())
