"""办理用时：一个事项最近实际要多少天，给群众看的老实话。由 actions.paces 每天重算，页面只读。"""

from django.db import models
from django.db.models import Q

ENOUGH = 5  # 少于五件的不说：几件事说明不了什么，也容易认出是谁


class Pace(models.Model):
    """九成的办件在多少个日历天之内办好（从收件到决定）。"""

    item = models.OneToOneField("catalog.Item", verbose_name="事项", on_delete=models.CASCADE, related_name="pace")
    cases = models.PositiveIntegerField("办结几件")
    days = models.PositiveIntegerField("九成在几天内")
    since = models.DateField("从哪天起的办件")
    counted_on = models.DateField("哪天算的")

    class Meta:
        verbose_name = verbose_name_plural = "办理用时"
        default_permissions = ()
        constraints = [models.CheckConstraint(name="pace_counts_cases", condition=Q(cases__gt=0, days__gt=0))]

    def __str__(self) -> str:
        return f"{self.item}：{self.cases} 件，九成在 {self.days} 天内"

    @property
    def tells(self) -> bool:
        """件数够了，可以给人看。"""
        return self.cases >= ENOUGH
