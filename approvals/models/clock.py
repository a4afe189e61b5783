"""办件的时钟与亮牌。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit
from approvals.models.case import Case
from approvals.states import ClockKind, FlagKind, clock_label
from office import clocks


class Clock(clocks.Clock):
    """办件上的一个期限，各步怎样动它见 docs/steps.md。"""

    subject = "case"

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "办件时钟"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_case"
            )
        ]
        indexes = [
            *clocks.Clock.Meta.indexes,
            models.Index(
                fields=["case"], condition=Q(kind=ClockKind.SET_ASIDE, ended_at=None), name="set_aside_to_serve"
            ),
        ]

    def agency_code(self) -> str:
        return str(self.case.agency.code)

    @property
    def label(self) -> str:
        return clock_label(self.kind)


class Flag(models.Model):
    """亮牌:到期没有做到的事,记在单位名下。"""

    append_only = True

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField("种类", max_length=12, choices=FlagKind.choices)
    unit = models.ForeignKey(Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="flags")
    due_at = models.DateTimeField("到期时间")
    raised_at = models.DateTimeField("亮牌时间")

    class Meta:
        verbose_name = verbose_name_plural = "亮牌"

    def __str__(self) -> str:
        return f"{self.case}{self.get_kind_display()}"

    @property
    def tone(self) -> str:
        """标签的颜色：超过承诺时限是黄牌，别的照红牌。"""
        return "warn" if self.kind == FlagKind.PROMISED else "bad"


class FlagReason(models.Model):
    """超期的原因：向申请人说，也公开说(优化营商环境条例第三十六条)。写下就不改。"""

    append_only = True

    flag = models.OneToOneField(
        Flag, verbose_name="亮牌", on_delete=models.PROTECT, primary_key=True, related_name="reason"
    )
    text = models.CharField("原因", max_length=300)
    given_at = models.DateTimeField("说明时间", db_index=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="说明人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "超期说明"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="flag_reason_says_why")]

    def __str__(self) -> str:
        return f"{self.flag}：{self.text}"
