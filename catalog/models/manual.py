"""工作手册：把一天里在用的办事指南排成一本。登记一行，托盘在后台排印；到期清除文件，行留着。"""

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from catalog import rules
from catalog.states import MANUAL_STANDING, MANUAL_WAITING, ManualState
from office.stateful import StateField, Stateful, StatefulQuerySet, move

LOCK = 0x6D616E75  # 咨询锁的类别：“manu”


class ManualOrderQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> Self:
        """目录管理员看本机关的和全部事项的，科室负责人看本科室的。"""
        kept = user.agencies_with(rules.KEEPS)
        seen = Q(agency__in=kept) | Q(section__in=user.unit_keys(rules.LEADS))
        return self.filter(seen | Q(agency=None)) if user.may_somewhere(rules.KEEPS) else self.filter(seen)

    def waiting(self) -> Self:
        """排队的和正在排印的；排印的人半途没了的也在内。"""
        return self.filter(state__in=MANUAL_WAITING)

    def standing(self) -> Self:
        return self.filter(state__in=MANUAL_STANDING)

    def outlived(self, at: datetime.datetime) -> Self:
        """放满日子、该清除的。"""
        return self.filter(state=ManualState.READY, expires_at__lte=at)


@contextlib.contextmanager
def press() -> Iterator[bool]:
    """占住排印机，直到用完；别人占着就是 False。同一时刻全系统只排一本，不耽误别的后台活。

    用会话级咨询锁而不用行锁：排印要几分钟，中间要让人看到进度；排印的进程一没，锁就跟着连接放开。
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK])


class ManualOrder(Stateful):
    """工作手册的一次排印：给哪个机关或科室、截至哪一天、做到哪一步。"""

    agency = models.ForeignKey(
        "agencies.Agency", verbose_name="机关", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    section = models.ForeignKey(
        "agencies.Unit", verbose_name="科室", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    on_date = models.DateField("截至日期")
    state = StateField("状态", max_length=10, choices=ManualState, default=ManualState.ORDERED)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    ordered_at = models.DateTimeField("登记时间")
    content_digest = models.CharField("内容摘要", max_length=64)
    attempts = models.PositiveSmallIntegerField("开工次数", default=0)
    done = models.PositiveIntegerField("已排部分", default=0)
    total = models.PositiveIntegerField("共几部分", default=0)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    expires_at = models.DateTimeField("清除时间", null=True, blank=True)
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    seconds = models.PositiveIntegerField("用时(秒)", null=True, blank=True)
    size = models.PositiveBigIntegerField("文件大小", null=True, blank=True)
    file = models.FileField("文件", max_length=200, blank=True)
    file_digest = models.CharField("文件摘要", max_length=64, blank=True)
    last_error = models.CharField("没有做成的原因", max_length=500, blank=True)

    objects = ManualOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作手册"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["content_digest"], condition=Q(state__in=MANUAL_STANDING), name="one_manual_per_content"
            ),
            models.CheckConstraint(
                name="ready_manual_has_its_file",
                condition=~Q(state=ManualState.READY)
                | (Q(pages__gt=0, expires_at__isnull=False) & ~Q(file="") & ~Q(file_digest="")),
            ),
            models.CheckConstraint(
                name="failed_manual_says_why", condition=~Q(state=ManualState.FAILED) | ~Q(last_error="")
            ),
            models.CheckConstraint(
                name="section_manual_names_its_agency", condition=Q(section=None) | Q(agency__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["ordered_at"], name="manuals_waiting", condition=Q(state__in=MANUAL_WAITING))]

    def __str__(self) -> str:
        return f"{self.scope_name}工作手册（{self.on_date:%Y-%m-%d}）"

    @property
    def scope_name(self) -> str:
        """给谁做的。"""
        if self.section:
            return f"{self.agency}{self.section}"
        return str(self.agency) if self.agency else "全部事项"

    @property
    def is_waiting(self) -> bool:
        return self.state in MANUAL_WAITING

    @move(
        "state",
        MANUAL_WAITING,
        ManualState.MAKING,
        label="开始排印",
        permission=rules.by_the_system,
        offered=False,
    )
    def begin(self, *, by: Any, at: datetime.datetime, content_digest: str, total: int) -> None:
        self.content_digest = content_digest
        self.total = total
        self.done = 0
        self.attempts += 1

    @move("state", ManualState.MAKING, ManualState.READY, label="做成", permission=rules.by_the_system, offered=False)
    def finish(
        self,
        *,
        by: Any,
        at: datetime.datetime,
        expires_at: datetime.datetime,
        pages: int,
        seconds: int,
        size: int,
        file: str,
        file_digest: str,
    ) -> None:
        self.ended_at = at
        self.expires_at = expires_at
        self.pages, self.seconds, self.size = pages, seconds, size
        self.file = file
        self.file_digest = file_digest
        self.last_error = ""

    @move("state", MANUAL_WAITING, ManualState.FAILED, label="没有做成", permission=rules.by_the_system, offered=False)
    def fail(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at = at
        self.last_error = reason

    @move("state", MANUAL_WAITING, ManualState.CANCELLED, label="取消", permission=rules.may_order_manual)
    def cancel(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at

    @move(
        "state",
        [ManualState.FAILED, ManualState.CANCELLED],
        ManualState.ORDERED,
        label="再做一次",
        permission=rules.may_order_manual,
    )
    def retry(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = None
        self.last_error = ""
        self.attempts = self.done = 0

    @move(
        "state", ManualState.READY, ManualState.EXPIRED, label="到期清除", permission=rules.by_the_system, offered=False
    )
    def expire(self, *, by: Any, at: datetime.datetime) -> None:
        self.file = ""
