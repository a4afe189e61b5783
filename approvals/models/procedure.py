"""特别程序：指南允许的，才能进入；有自己的期限，书面告知，结束要有结果。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals import rules
from approvals.models.case import Case
from approvals.models.clock import Clock
from approvals.rules import exchange as outside
from approvals.states import ProcedureKind, ProcedureState
from catalog.states import TimeUnit
from office.papers.models import Paper
from office.papers.words import term_words
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = ProcedureState


class ProcedureQuerySet(StatefulQuerySet):
    def running(self) -> "ProcedureQuerySet":
        return self.filter(state=S.RUNNING)

    def excluded(self) -> "ProcedureQuerySet":
        """不计入办理时限的。"""
        return self.filter(counted=False)

    def of_kind(self, kind: str) -> "ProcedureQuerySet":
        return self.filter(kind=kind)


class Procedure(Stateful):
    """一次特别程序（行政许可法第四十五条）。内容照启动时钉住的指南版本抄下，此后不随指南变。"""

    under = "case"
    told_outside = outside.OF_PROCEDURE
    forgets = ("reason", "result")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="procedures")
    key = models.CharField("指南里的键", max_length=60)
    kind = models.CharField("怎么做", max_length=12, choices=ProcedureKind.choices)
    name = models.CharField("名称", max_length=100)
    value = models.PositiveIntegerField("期限")
    unit = models.CharField("单位", max_length=2, choices=TimeUnit.choices)
    basis = models.CharField("依据", max_length=300)
    counted = models.BooleanField("计入办理时限")
    reason = models.TextField("启动理由")
    state = StateField("状态", default=S.RUNNING, choices=S.choices)
    clock = models.OneToOneField(Clock, verbose_name="期限", on_delete=models.PROTECT, related_name="procedure")
    paper = models.OneToOneField(
        Paper, verbose_name="告知书", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="启动人", on_delete=models.PROTECT, related_name="+"
    )
    result = models.TextField("结果", blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="结束人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "特别程序"
        indexes = [models.Index(fields=["case", "started_at"], name="procedure_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"], condition=Q(state=S.RUNNING), name="one_running_procedure_of_a_kind_per_case"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="procedure_gives_its_reason"),
            models.CheckConstraint(condition=Q(value__gt=0), name="procedure_has_its_own_limit"),
            models.CheckConstraint(
                condition=~Q(state=S.ENDED) | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(result="")),
                name="ended_procedure_says_when_who_and_what",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.STOPPED) | Q(ended_at__isnull=False), name="stopped_procedure_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.name}"

    @property
    def duration(self) -> str:
        """期限的说法：15个工作日。"""
        return term_words(self.value, self.unit)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.RUNNING, S.ENDED, label="结束", permission=rules.may_end_this,
        conditions=[rules.objections_answered, rules.hearing_over, rules.inspection_signed],
    )  # fmt: skip
    def end(self, *, by: Any, at: datetime.datetime, result: str) -> None:
        self.result = result
        self.ended_at, self.ended_by = at, by

    @move("state", S.RUNNING, S.STOPPED, label="随办件终止", permission=rules.follows_the_case, offered=False)
    def stop(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at, self.ended_by = at, by
