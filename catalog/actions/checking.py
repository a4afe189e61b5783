"""核对：草稿提交给第二个人看，看过的内容摘要钉住；一改就作废，从头再来。"""

import datetime
from typing import Any

from django.db import transaction

from agencies.models import User
from catalog import rules
from catalog.models import Guide
from office import steps
from office.notices import actions as notices


class Incomplete(Exception):
    """指南还不完整；missing 逐条列出缺什么、哪里不对。"""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__("办事指南还不完整：" + "；".join(missing) + "。")


class SamePerson(Exception):
    """自己改的、自己提交的，自己不能核对；str() 是给人看的一句中文。"""


def refuse_incomplete(guide: Guide) -> None:
    """Raises: Incomplete。"""
    if missing := rules.unready(guide):
        raise Incomplete(missing)


def refuse_same_person(guide: Guide, by: Any) -> None:
    """Raises: SamePerson。"""
    if not rules.is_second_person(guide, by):
        raise SamePerson("这一版是您改的或者您提交的，要由另一位目录管理员核对。")


def digest_of(guide: Guide) -> str:
    """这一版此刻说了什么。"""
    return rules.content_digest(
        guide,
        materials=guide.materials.order_by("position", "pk"),
        bases=guide.bases.order_by("position", "pk"),
        desks=guide.desks.all(),
    )


def submit(*, guide: Guide, by: Any, at: datetime.datetime) -> Guide:
    """提交核对：要素齐全才能提交；提醒本机关别的目录管理员。

    Raises: Incomplete、steps.NotNow、PermissionDenied。
    """
    with transaction.atomic():
        guide.lock()
        if guide.is_draft:
            refuse_incomplete(guide)
        steps.take(guide, "submit", by=by, at=at)
        keepers = User.objects.trusted_with("keep_catalogue", guide.item.agency)
        for keeper in keepers.exclude(pk__in=[guide.submitted_by_id, guide.edited_by_id]):
            _tell(guide, keeper, "请核对办事指南", f"{by}提交了“{guide}”，请核对。", by=by, at=at)
    return guide


def check_off(*, guide: Guide, by: Any, at: datetime.datetime) -> Guide:
    """核对通过：由没有改过、没有提交过这一版的人做；内容摘要从此钉住。

    Raises: SamePerson、Incomplete、steps.NotNow、PermissionDenied。
    """
    with transaction.atomic():
        guide.lock()
        refuse_same_person(guide, by)
        refuse_incomplete(guide)
        steps.take(guide, "check_off", by=by, at=at, digest=digest_of(guide))
        _tell(guide, guide.submitted_by, "办事指南已核对", f"{by}核对通过了“{guide}”，可以发布了。", by=by, at=at)
    return guide


def send_back(*, guide: Guide, by: Any, at: datetime.datetime, reason: str) -> Guide:
    """退回修改：核对的人写明理由，回到草稿，告诉提交的人。

    Raises: SamePerson、steps.NotNow(没有写理由、不在核对中)、PermissionDenied。
    """
    if not reason.strip():
        raise steps.NotNow("退回要写明理由。")
    with transaction.atomic():
        guide.lock()
        refuse_same_person(guide, by)
        submitted_by = guide.submitted_by
        steps.take(guide, "send_back", by=by, at=at, reason=reason)
        _tell(guide, submitted_by, "办事指南退回修改", f"{by}退回了“{guide}”：{reason}", by=by, at=at)
    return guide


def reopen(*, guide: Guide, by: Any, at: datetime.datetime) -> Guide:
    """撤回修改：提交了、核对了的回到草稿再改，核对作废，告诉核对的人。

    Raises: steps.NotNow、PermissionDenied。
    """
    with transaction.atomic():
        guide.lock()
        checked_by = guide.checked_by
        steps.take(guide, "reopen", by=by, at=at)
        if checked_by and checked_by != by:
            body = f"{by}要再改“{guide}”，您的核对作废；改好后会重新提交核对。"
            _tell(guide, checked_by, "您核对过的办事指南又改了", body, by=by, at=at)
    return guide


def _tell(guide: Guide, to: Any, subject: str, body: str, *, by: Any, at: datetime.datetime) -> None:
    notices.queue("catalog.checking", about=guide, to=to, subject=subject, body=body, responsible=to, by=by, at=at)
