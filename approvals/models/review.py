"""审查意见。"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from agencies.models import Unit
from approvals.models.case import Case
from approvals.models.clock import Clock
from approvals.states import Opinion


class StandingReviews(models.Manager["Review"]):
    """算数的：退回重审作废了的不在里面；从办件取意见，取到的就是这些。"""

    def get_queryset(self) -> "models.QuerySet[Review]":
        return super().get_queryset().filter(voided_at=None)


class Review(models.Model):
    """一个单位的审查意见。退回重审的，原来那一行留着、作废，另起一行。指南写了分级审查的，一级一行，照指南抄下键、名称和第几级；没有写的只有承办科室一行，键是空的。"""

    forgets = ("text", "voided_why", "instruction")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, verbose_name="审查单位", on_delete=models.PROTECT, related_name="reviews")
    key = models.CharField("指南里的键", max_length=60, blank=True)
    name = models.CharField("名称", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField("第几级", default=1)
    clock = models.OneToOneField(
        Clock, verbose_name="期限", on_delete=models.PROTECT, null=True, blank=True, related_name="review"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审查人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opinion = models.CharField("意见", max_length=6, choices=Opinion.choices, blank=True)
    text = models.TextField("意见内容", blank=True)
    asked_at = models.DateTimeField("交办时间")
    given_at = models.DateTimeField("提出时间", null=True, blank=True)
    instruction = models.TextField("退回时的要求", blank=True)
    bound = models.BooleanField("领导审定了可以办", default=False)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_why = models.TextField("作废的原因", blank=True)

    objects = StandingReviews()
    every: ClassVar[models.Manager["Review"]] = models.Manager()  # 连作废了的，给“经过”和归档看

    class Meta:
        verbose_name = verbose_name_plural = "审查意见"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "key"],
                condition=models.Q(voided_at=None),
                name="one_standing_review_per_step_of_a_case",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at=None) | ~models.Q(opinion="") & ~models.Q(voided_why=""),
                name="voided_review_was_given_and_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(opinion="") | models.Q(reviewer__isnull=False, given_at__isnull=False),
                name="given_review_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.get_opinion_display() or '待审查'}"
