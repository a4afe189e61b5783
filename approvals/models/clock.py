"""办件的时钟与亮牌。"""

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
