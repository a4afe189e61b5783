"""成批移交档案：一本移交清册，一次交接，一张接收凭证；对不上的逐件写明，有人负责。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Agency
from approvals.models.archive import Archive
from approvals.rules import archives as rules
from approvals.states import ArchiveBatchState, ArchiveState
from office.papers.models import Paper
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = ArchiveBatchState
PERSON = settings.AUTH_USER_MODEL


class ArchiveBatchQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "ArchiveBatchQuerySet":
        """档案员、管理员和稽核看本机关的。"""
        found = Q()
        for perm in rules.SEE:
            found |= Q(agency__in=user.agencies_with(perm).values("pk"))
        return self.filter(found)


class ArchiveBatch(Stateful):
    """一批移交：列好清册、交出去、等接收凭证；凭证到了，没有差异的各件一次登记移交。"""

    number = models.CharField("清册编号", max_length=30, unique=True)
    agency = models.ForeignKey(Agency, verbose_name="移交机关", on_delete=models.PROTECT, related_name="+")
    received_by = models.CharField("接收的档案部门", max_length=100)
    state = StateField("状态", default=S.DRAWN, choices=S.choices)
    drawn_at = models.DateTimeField("列清册的时间")
    drawn_by = models.ForeignKey(PERSON, verbose_name="列清册的人", on_delete=models.PROTECT, related_name="+")
    paper = models.OneToOneField(
        Paper, verbose_name="移交清册", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    receipt_number = models.CharField("接收凭证号", max_length=100, blank=True)
    transferred_on = models.DateField("移交日期", null=True, blank=True)
    ended_at = models.DateTimeField("登记接收、作废的时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, verbose_name="登记接收、作废的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField("为什么作废", max_length=300, blank=True)

    objects = ArchiveBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "档案移交清册"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=S.ACKNOWLEDGED)
                | (Q(transferred_on__isnull=False, ended_by__isnull=False) & ~Q(receipt_number="")),
                name="acknowledged_batch_names_its_receipt",
            ),
            models.CheckConstraint(condition=~Q(state=S.DROPPED) | ~Q(reason=""), name="dropped_batch_says_why"),
        ]

    def __str__(self) -> str:
        return self.number

    @staticmethod
    def due(archives: Any) -> Any:
        """该移交、还没有列进清册的：检测合格，有保管期限，没有占着的清册，没有没了结的差异。"""
        held = ArchiveBatchLine.objects.holding().values("archive")
        return archives.filter(state=ArchiveState.CHECKED).exclude(period="").exclude(pk__in=held)

    @move("state", S.DRAWN, S.ACKNOWLEDGED, label="登记接收", permission=rules.may_hand_over_batch)
    def acknowledge(
        self, *, by: Any, at: datetime.datetime, receipt_number: str, transferred_on: datetime.date, differences: int
    ) -> None:
        self.receipt_number, self.transferred_on = receipt_number, transferred_on
        self.ended_at, self.ended_by = at, by

    @move("state", S.DRAWN, S.DROPPED, label="作废", permission=rules.may_hand_over_batch)
    def drop(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.ended_by, self.reason = at, by, reason


class ArchiveBatchLineQuerySet(models.QuerySet["ArchiveBatchLine"]):
    def holding(self) -> "ArchiveBatchLineQuerySet":
        """占着这一件的：清册还没有登记接收，或者有差异没有了结。"""
        return self.filter(Q(batch__state=S.DRAWN) | Q(difference__gt="", settled_at=None))


class ArchiveBatchLine(models.Model):
    """清册上的一件：列清册那一刻的摘要和大小；接收时对不上的，写明哪里不对、谁负责、怎样了结。"""

    batch = models.ForeignKey(ArchiveBatch, verbose_name="清册", on_delete=models.PROTECT, related_name="lines")
    archive = models.ForeignKey(Archive, verbose_name="档案", on_delete=models.PROTECT, related_name="lines")
    order = models.PositiveSmallIntegerField("序号")
    digest = models.CharField("SM3 摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    files = models.PositiveIntegerField("包里几个文件")
    difference = models.CharField("接收时的差异", max_length=300, blank=True)
    owner = models.ForeignKey(
        PERSON, verbose_name="差异由谁负责", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField("差异了结的时间", null=True, blank=True)
    settlement = models.CharField("差异怎样了结", max_length=300, blank=True)

    objects = ArchiveBatchLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "移交清册的各件"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["batch", "archive"], name="package_is_listed_once_in_a_batch"),
            models.CheckConstraint(
                condition=Q(difference="") | Q(owner__isnull=False), name="difference_in_a_batch_has_an_owner"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | (~Q(settlement="") & ~Q(difference="")),
                name="settled_difference_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} 第{self.order}件"
