"""没有提交的草稿：久不动的、删除了的，保存期满连文件一起删净；登录过的提前告诉他(个人信息保护法第十九条、第四十七条)。"""

import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from agencies.models import User
from approvals.models import Draft, JointDraft, Reuse, Upload
from office.notices import actions as notices
from office.notices.models import Notice
from office.papers.words import date_words
from office.workdays.rules import local

REMINDER = "draft.expiring"


def kept_until(draft: Draft) -> datetime.datetime:
    """存到什么时候：最后一次保存以后、删除以后若干个自然日(DRAFT_DAYS)；一件事的几张表一同算，看最后存的一张。"""
    saved = draft.saved_at
    if draft.joint is not None and draft.discarded_at is None:
        saved = max(draft.joint.drafts.open().values_list("saved_at", flat=True), default=saved)
    until: datetime.datetime = saved + _days("kept")
    if draft.discarded_at is None:
        return until
    return min(until, draft.discarded_at + _days("discarded"))


def _days(name: str) -> datetime.timedelta:
    return datetime.timedelta(days=settings.DRAFT_DAYS[name])


def remind(*, at: datetime.datetime, limit: int = 500) -> int:
    """快要到期的，告诉登录过的那个人一次，一件事只告诉一次；他再打开存一次，就重新算。返回告诉了几个。"""
    quiet = _unsent().filter(~Exists(_told()), pk=F("lead"), moved_at__lte=at - _days("kept") + _days("notice"))
    rows = quiet.exclude(user=None).select_related("guide", "joint__matter", "user").order_by("pk")
    drafts, system = list(rows[:limit]), User.objects.system()
    for draft in drafts:
        name = draft.joint.matter.name if draft.joint else draft.guide.name
        day = date_words(local(max(kept_until(draft), at + _days("notice"))).date())
        notices.queue(
            REMINDER, about=draft, to=draft.user, subject=f"草稿快要删除：{name}", responsible=draft.user,
            body=f"您填了一部分的“{name}”申请一直没有提交，{day}以后会删除。还要办的，打开它再存一次。",
            by=system, at=at,
        )  # fmt: skip
    return len(drafts)


def clear(*, at: datetime.datetime, limit: int = 500) -> int:
    """保存期满的删净：内容、文件、令牌都不留。登录过的，没有提前告诉的不删。返回删了几份。"""
    with transaction.atomic():
        keys = [*_expired(at)[:limit]]
        gone = Draft.objects.filter(pk__in=keys).select_for_update(skip_locked=True).order_by("pk")
        keys = [draft.pk for draft in gone]
        uploads = Upload.objects.filter(draft__in=keys)
        files = set(uploads.exclude(file="").values_list("file", flat=True))
        uploads.delete()
        Reuse.objects.filter(draft__in=keys).delete()
        Draft.objects.filter(pk__in=keys).delete()
        JointDraft.objects.filter(joint=None, drafts=None).delete()
        unused = files - set(Upload.objects.filter(file__in=files).values_list("file", flat=True))
        transaction.on_commit(lambda: _delete(unused))
    return len(keys)


def _delete(names: set[str]) -> None:
    for name in sorted(names):
        default_storage.delete(name)


def _unsent() -> "QuerySet[Any]":
    """还没有提交的；一件事的几张表，lead 是打头的一张，moved_at 是最后存的一张的时间。"""
    siblings = Draft.objects.open().filter(joint=OuterRef("joint"))
    lead, moved = siblings.order_by("pk").values("pk")[:1], siblings.order_by("-saved_at").values("saved_at")[:1]
    unsent = Draft.objects.open().filter(joint__joint=None)
    return unsent.annotate(lead=Coalesce(Subquery(lead), "pk"), moved_at=Coalesce(Subquery(moved), "saved_at"))


def _told() -> "QuerySet[Any]":
    """最后一次保存以后告诉过了。"""
    lead = {"subject_type": Draft._meta.label_lower, "subject_key": Cast(OuterRef("lead"), TextField())}
    told: QuerySet[Any] = Notice.objects.filter(kind=REMINDER, queued_at__gte=OuterRef("moved_at"), **lead)
    return told


def _expired(at: datetime.datetime) -> "QuerySet[Draft, int]":
    warned = Q(user=None) | Q(Exists(_told().filter(queued_at__lte=at - _days("notice"))))
    quiet = _unsent().filter(warned, moved_at__lte=at - _days("kept"))
    thrown = Q(discarded_at__lte=at - _days("discarded"))
    thrown |= Q(discarded_at__isnull=False, saved_at__lte=at - _days("kept"))
    found = Draft.objects.filter(thrown | Q(pk__in=quiet.values("pk")), case=None)
    return found.order_by("pk").values_list("pk", flat=True)
