"""一次性告知。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.models.material import CaseMaterial


class CorrectionNotice(models.Model):
    """一次性告知书:一件只发一次,列明缺什么、怎么补、依据什么、何时前。"""

    forgets = ("again_reason",)

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="correction")
    issued_at = models.DateTimeField("告知时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="告知人", on_delete=models.PROTECT, related_name="+"
    )
    due_at = models.DateTimeField("补正期限")
    answered_at = models.DateTimeField("补齐时间", null=True, blank=True)
    round = models.PositiveSmallIntegerField("第几次", default=1)
    again_reason = models.TextField("为什么又告知一次", blank=True)
    again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="同意再告知的负责人", on_delete=models.PROTECT, null=True,
        related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "一次性告知"
        constraints = [
            models.CheckConstraint(
                condition=Q(round=1) | Q(round=2, again_by__isnull=False) & ~Q(again_reason=""),
                name="second_notice_has_a_chiefs_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} 一次性告知"

    def current_lines(self) -> Any:
        """这一次告知的各项；上一次的已经补过。"""
        return self.lines.filter(round=self.round)


class CorrectionLine(models.Model):
    """告知的一项。"""

    forgets = ("defect", "remedy")

    notice = models.ForeignKey(CorrectionNotice, verbose_name="告知", on_delete=models.PROTECT, related_name="lines")
    case_material = models.ForeignKey(CaseMaterial, verbose_name="材料", on_delete=models.PROTECT, related_name="+")
    defect = models.CharField("问题", max_length=300)
    remedy = models.CharField("怎么补", max_length=300)
    basis = models.CharField("依据", max_length=300)
    answered_at = models.DateTimeField("补交时间", null=True, blank=True)
    round = models.PositiveSmallIntegerField("第几次告知的", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "告知事项"

    def __str__(self) -> str:
        return f"{self.case_material}：{self.defect}"
