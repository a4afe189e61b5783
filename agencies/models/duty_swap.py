"""换班：值班表的某一天换一个人值，每周的值班表不动。"""

import datetime
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models.unit import Unit

PERSON = settings.AUTH_USER_MODEL


class DutySwapQuerySet(models.QuerySet["DutySwap"]):
    def running(self) -> "DutySwapQuerySet":
        """提出了、说定了的；谢绝、收回、取消了的不在内。"""
        return self.filter(ended_at=None)

    def agreed(self) -> "DutySwapQuerySet":
        """说定了、还作数的。"""
        return self.running().filter(agreed_at__isnull=False)

    def touching(self, days: Collection[datetime.date]) -> "DutySwapQuerySet":
        return self.filter(Q(day__in=days) | Q(return_day__in=days))

    def coming(self, today: datetime.date) -> "DutySwapQuerySet":
        """还有哪一天没有过去的。"""
        return self.filter(Q(day__gte=today) | Q(return_day__gte=today))

    def visible_to(self, user: Any) -> "DutySwapQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))

    def with_context(self) -> "DutySwapQuerySet":
        return self.select_related("unit__agency", "giver", "taker", "agreed_by")


class DutySwap(models.Model):
    """一次换班：day 那天 giver 的班由 taker 值；写了 return_day 的，taker 那天的班由 giver 值。

    写下了不改，只登记说定、终止。
    """

    unit = models.ForeignKey(Unit, verbose_name="受理点", on_delete=models.PROTECT, related_name="swaps")
    day = models.DateField("换出去的一天")
    giver = models.ForeignKey(PERSON, verbose_name="谁的班", on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(PERSON, verbose_name="换给谁", on_delete=models.PROTECT, related_name="+")
    return_day = models.DateField("还的一天", null=True, blank=True)
    reason = models.CharField("事由", max_length=200, help_text="例如开会、下乡；不写病情等个人隐私。")
    asked_by = models.ForeignKey(PERSON, verbose_name="谁提出的", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    agreed_by = models.ForeignKey(
        PERSON, verbose_name="谁说定的", on_delete=models.PROTECT, null=True, related_name="+"
    )
    agreed_at = models.DateTimeField("说定时间", null=True)
    ended_by = models.ForeignKey(PERSON, verbose_name="谁终止的", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("终止时间", null=True)

    objects = DutySwapQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "换班"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], condition=Q(ended_at=None), name="one_swap_of_a_day"),
            models.UniqueConstraint(
                fields=["unit", "return_day"], condition=Q(ended_at=None), name="one_swap_of_a_return_day"
            ),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="nobody_swaps_with_himself"),
            models.CheckConstraint(condition=~Q(return_day=F("day")), name="return_is_another_day"),
            models.CheckConstraint(condition=~Q(reason=""), name="swap_says_why"),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(agreed_by__isnull=False), name="agreed_swap_says_who"
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_by__isnull=False), name="ended_swap_says_who"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.day}：{self.giver} → {self.taker}"
