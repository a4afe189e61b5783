"""没有提交的草稿：久不动的、删除了的，保存期满连文件一起删净；登录过的提前告诉他(个人信息保护法第十九条、第四十七条)。"""

import datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from agencies.models import User
from approvals.models import Draft, JointDraft, Upload
from office.notices import actions as notices
from office.notices.models import Notice
from office.papers.words import date_words
from office.workdays.rules import local

REMINDER = "draft.expiring"


def kept_until(draft: Draft) -> datetime.datetime:
    """存到什么时候：最后一次保存以后、删除以后若干个自然日(DRAFT_DAYS)。"""
    kept, discarded = settings.DRAFT_DAYS["kept"], settings.DRAFT_DAYS["discarded"]
    until: datetime.datetime = draft.saved_at + datetime.timedelta(days=kept)
    if draft.discarded_at is None:
        return until
    return min(until, draft.discarded_at + datetime.timedelta(days=discarded))


def remind(*, at: datetime.datetime, limit: int = 500) -> int:
    """快要到期的，告诉登录过的那个人一次；他再打开存一次，就重新算。返回告诉了几个。"""
    days = settings.DRAFT_DAYS["kept"] - settings.DRAFT_DAYS["notice"]
    told = Notice.objects.filter(
        kind=REMINDER, subject_type=Draft._meta.label_lower, subject_key=Cast(OuterRef("pk"), TextField()),
        queued_at__gte=OuterRef("saved_at"),
    )  # fmt: skip
    quiet = Draft.objects.open().filter(~Exists(told), saved_at__lte=at - datetime.timedelta(days=days))
    drafts = list(quiet.exclude(user=None).select_related("guide", "user").order_by("pk")[:limit])
    system = User.objects.system()
    for draft in drafts:
        name, day = draft.guide.name, date_words(local(kept_until(draft)).date())
        notices.queue(
            REMINDER, about=draft, to=draft.user, subject=f"草稿快要删除：{name}", responsible=draft.user,
            body=f"您填了一部分的“{name}”申请一直没有提交，{day}以后会删除。还要办的，打开它再存一次。",
            by=system, at=at,
        )  # fmt: skip
    return len(drafts)


def clear(*, at: datetime.datetime, limit: int = 500) -> int:
    """保存期满的删净：内容、文件、令牌都不留。返回删了几份。"""
    with transaction.atomic():
        gone = _expired(at).select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:limit]
        keys = [draft.pk for draft in gone]
        uploads = Upload.objects.filter(draft__in=keys)
        files = set(uploads.exclude(file="").values_list("file", flat=True))
        uploads.delete()
        Draft.objects.filter(pk__in=keys).delete()
        JointDraft.objects.filter(joint=None, drafts=None).delete()
        unused = files - set(Upload.objects.filter(file__in=files).values_list("file", flat=True))
        transaction.on_commit(lambda: _delete(unused))
    return len(keys)


def _delete(names: set[str]) -> None:
    for name in sorted(names):
        default_storage.delete(name)


def _expired(at: datetime.datetime) -> "QuerySet[Draft]":
    kept, discarded = (at - datetime.timedelta(days=settings.DRAFT_DAYS[name]) for name in ("kept", "discarded"))
    return Draft.objects.filter(Q(saved_at__lte=kept) | Q(discarded_at__lte=discarded), case=None, joint__joint=None)
