"""整改的时钟。"""

from django.db import models
from django.db.models import Q

from office import clocks
from supervision.models.task import Task
from supervision.states import ClockKind


class Clock(clocks.Clock):
    """差评整改的一个期限，各步怎样动它见 docs/steps.md。"""

    subject = "task"

    task = models.ForeignKey(Task, verbose_name="差评整改", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "整改时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_task"
            )
        ]

    def agency_code(self) -> str:
        return str(self.task.unit.agency.code)

    @property
    def label(self) -> str:
        return str(ClockKind(self.kind).label)
