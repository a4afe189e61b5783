"""报告的时钟。"""

from django.db import models
from django.db.models import Q

from denials.models.report import Report
from denials.states import ClockKind
from office import clocks


class Clock(clocks.Clock):
    """梯子上的一个期限，各步怎样动它见 docs/steps.md。"""

    subject = "report"

    report = models.ForeignKey(Report, verbose_name="报告", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "审定时钟"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_report"
            )
        ]

    def agency_code(self) -> str:
        return str(self.report.agency.code)

    @property
    def label(self) -> str:
        return str(ClockKind(self.kind).label)

    @property
    def hours_policy(self) -> str:
        return str(self.report.times.hours_policy)
