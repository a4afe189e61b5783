"""停办：一个事项从哪天到哪天暂不受理，为什么，改去哪里。停不停只看日期，到日子自己恢复。"""

import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from catalog import rules


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def on(self, day: datetime.date) -> Self:
        """这一天正停着的。"""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)

    def coming(self, day: datetime.date) -> Self:
        """还没有开始的。"""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), starts_on__gt=day)

    def over(self, day: datetime.date) -> Self:
        """已经恢复的，没开始就取消的也在内。"""
        return self.filter(Q(ends_on__lte=day) | Q(ends_on__lte=F("starts_on")))


class Suspension(models.Model):
    """停办。内容不改、不删，只登记哪天恢复；已经受理的办件不受影响。"""

    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="suspensions")
    starts_on = models.DateField("从哪天起停办")
    ends_on = models.DateField("哪天恢复办理", null=True, blank=True, help_text="这一天起照常受理；还说不准就空着。")
    message = models.TextField("对群众的说明", max_length=500, help_text="为什么停、急着办怎么办，写给群众看。")
    replacement = models.ForeignKey(
        "catalog.Item", verbose_name="可以改办的事项", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    declared_at = models.DateTimeField("登记时间", editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="恢复的登记人", on_delete=models.PROTECT, related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    lifted_at = models.DateTimeField("恢复的登记时间", null=True, blank=True, editable=False)
    lift_reason = models.CharField("恢复的说明", max_length=300, blank=True, editable=False)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "停办"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="suspension_says_why", condition=~Q(message="")),
            models.CheckConstraint(
                name="suspension_ends_no_earlier_than_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="恢复的日子不能早于停办的日子。",
            ),
            models.CheckConstraint(
                name="suspended_item_is_not_its_own_replacement",
                condition=Q(replacement=None) | ~Q(replacement=F("item")),
                violation_error_message="可以改办的不能是这个事项自己。",
            ),
            models.CheckConstraint(
                name="lifted_suspension_says_who_and_when",
                condition=Q(lifted_by=None, lifted_at=None)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False, ends_on__isnull=False),
            ),
            ExclusionConstraint(
                name="one_suspension_per_item_and_day",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (Func("starts_on", "ends_on", function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个事项在这段时间里已经登记过停办。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.starts_on:%Y-%m-%d} 起停办"

    def words(self) -> Any:
        """对群众说的一段话。"""
        return rules.suspension_words(self)
