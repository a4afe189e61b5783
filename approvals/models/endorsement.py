"""审核意见：由上一级决定的，承办科室负责人先审核。"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit
from approvals.models.case import Case


class StandingEndorsements(models.Manager["Endorsement"]):
    """算数的：退回重审的，随审查意见一起作废。"""

    def get_queryset(self) -> "models.QuerySet[Endorsement]":
        return super().get_queryset().filter(voided_at=None)


class Endorsement(models.Model):
    """承办科室负责人审核同意，报分管副局长、局长决定；不同意的退回重审，或者提出拟否定报告，不在这里写。"""

    forgets = ("text", "voided_why")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="endorsements")
    unit = models.ForeignKey(Unit, verbose_name="承办科室", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="审核人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("审核时间")
    text = models.TextField("审核意见")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_why = models.TextField("作废的原因", blank=True)

    objects = StandingEndorsements()
    every: ClassVar[models.Manager["Endorsement"]] = models.Manager()  # 连作废了的

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(voided_at=None), name="one_standing_endorsement_of_a_case"
            ),
            models.CheckConstraint(condition=Q(voided_at=None) | ~Q(voided_why=""), name="voided_endorsement_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}审核：{self.case}"
