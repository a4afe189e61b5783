"""轮到谁:梯子上每一级的一次值守,和没有按时的记录。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Post
from denials.models.report import Report
from denials.states import Rung, Verdict
from office.prepared import among


class TurnQuerySet(models.QuerySet["Turn"]):
    def open(self) -> "TurnQuerySet":
        return self.filter(closed_at=None)

    def waiting_for(self, user: Any, at: datetime.datetime) -> "TurnQuerySet":
        """此刻轮到这个人的(A 岗在岗是 A,离岗由 B),最急的在前。"""
        return self.waiting_at(user.duties(at)).order_by("due_at", "pk")

    def waiting_at(self, posts: Iterable[int]) -> "TurnQuerySet":
        """轮到这些岗位的(主键)。"""
        return self.open().filter(among("post", posts))


class Turn(models.Model):
    """一级的一次值守:谁的岗、何时到、何时前、说了什么。"""

    report = models.ForeignKey(Report, verbose_name="报告", on_delete=models.PROTECT, related_name="turns")
    rung = models.CharField("梯级", max_length=8, choices=Rung.choices)
    post = models.ForeignKey(
        Post, verbose_name="岗位", on_delete=models.PROTECT, null=True, blank=True, related_name="turns"
    )
    opened_at = models.DateTimeField("到达时间")
    due_at = models.DateTimeField("期限")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="处理人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    standing = models.CharField("以什么身份", max_length=80, blank=True)
    verdict = models.CharField("意见", max_length=10, choices=Verdict.choices, blank=True)
    text = models.TextField("意见内容", blank=True)
    how_to = models.TextField("如何行", blank=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "逐级审定"
        indexes = [models.Index(fields=["post", "due_at"], condition=Q(closed_at=None), name="turn_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "rung", "post"], condition=Q(closed_at=None), name="one_open_turn_per_seat"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", Verdict.SILENT, Verdict.MOOT]) | Q(by__isnull=False),
                name="spoken_turn_says_who",
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(verdict=""), name="closed_turn_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.get_rung_display()}"


class Lateness(models.Model):
    """逾期:记在那一级和当时有职责的人名下。"""

    append_only = True

    report = models.ForeignKey(Report, verbose_name="报告", on_delete=models.PROTECT, related_name="latenesses")
    rung = models.CharField("梯级", max_length=8, choices=Rung.choices)
    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, null=True, related_name="latenesses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="责任人", on_delete=models.PROTECT, null=True, related_name="latenesses"
    )
    due_at = models.DateTimeField("期限")
    noticed_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = verbose_name_plural = "审定逾期"
        constraints = [
            models.UniqueConstraint(fields=["report", "rung", "post", "due_at"], name="one_lateness_per_missed_limit")
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.get_rung_display()}逾期"
