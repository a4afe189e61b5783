"""移交清单：按工作周历，一次从一个单位交到另一个单位的一批件；签出一次，逐件扫码签收。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Unit, WeeklyRun
from approvals import rules
from approvals.states import BatchState
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = BatchState


class BatchQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "BatchQuerySet":
        """交出单位的人；签出以后，还有接收单位的人。"""
        units = user.unit_keys("view_cases")
        return self.filter(Q(from_unit__in=units) | (Q(to_unit__in=units) & Q(sent_at__isnull=False)))

    def drafts(self) -> "BatchQuerySet":
        return self.filter(state=S.DRAFT)

    def on_the_road(self) -> "BatchQuerySet":
        return self.filter(state=S.SENT)

    def with_numbers(self) -> "BatchQuerySet":
        """带上共几件、签收了几件。"""
        signed = Q(transfers__state="signed_in")
        numbers = {"total": models.Count("transfers"), "signed": models.Count("transfers", filter=signed)}
        return self.select_related("from_unit", "to_unit").annotate(**numbers)


class Batch(Stateful):
    """一张移交清单。编号就是清单码，逐件的码是办件编号。"""

    number = models.CharField("清单编号", max_length=30, unique=True)
    from_unit = models.ForeignKey(Unit, verbose_name="交出单位", on_delete=models.PROTECT, related_name="batches_out")
    to_unit = models.ForeignKey(Unit, verbose_name="接收单位", on_delete=models.PROTECT, related_name="batches_in")
    day = models.DateField("移交日期")
    run = models.ForeignKey(
        WeeklyRun, verbose_name="周历", on_delete=models.PROTECT, null=True, blank=True, related_name="batches"
    )
    state = StateField("状态", default=S.DRAFT, choices=S.choices)
    drawn_at = models.DateTimeField("拟定时间")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="拟定人", on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField("签出时间", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签出人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField("签收完毕时间", null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签收人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "移交清单"
        indexes = [
            models.Index(fields=["from_unit", "-day"], name="batch_going_out"),
            models.Index(fields=["to_unit", "-day"], name="batch_coming_in"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "day"], name="one_proposed_batch_a_run"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="batch_goes_elsewhere"),
            models.CheckConstraint(
                condition=~Q(state__in=[S.SENT, S.FINISHED]) | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="sent_batch_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.FINISHED) | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="finished_batch_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.DRAFT, S.SENT, label="签出", permission=rules.may_send)
    def sign_out(self, *, by: Any, at: datetime.datetime, cases: int) -> None:
        self.sent_at, self.sent_by = at, by

    @move("state", S.SENT, S.FINISHED, label="结束签收", permission=rules.may_finish)
    def finish(self, *, by: Any, at: datetime.datetime, missing: int) -> None:
        self.finished_at, self.finished_by = at, by

    @move("state", [S.DRAFT, S.SENT], S.CALLED_OFF, label="取消清单", permission=rules.may_send)
    def call_off(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        pass
