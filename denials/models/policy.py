"""逐级审定的时限政策。"""

import datetime
from typing import Any

from django.db import models

from agencies.models import Agency
from denials.rules import DEFAULT_POLICY
from office.workdays.rules import HOURS_POLICIES, local


class LadderPolicyQuerySet(models.QuerySet["LadderPolicy"]):
    def in_force(self, agency: Agency, at: datetime.datetime) -> Any:
        """某机关某时的政策;没有登记就是方案原文的时限。"""
        dated = self.filter(agency=agency, valid_from__lte=local(at).date())
        return dated.order_by("-valid_from").first() or DEFAULT_POLICY


class LadderPolicy(models.Model):
    """一个机关自某日起的时限;从不改旧的,只登记新的。"""

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="ladder_policies")
    valid_from = models.DateField("自何日起")
    roll_up_time = models.TimeField("汇总时刻", default=DEFAULT_POLICY.roll_up_time)
    chief_time = models.TimeField("科室负责人次日审定时刻", default=DEFAULT_POLICY.chief_time)
    deputy_hours = models.PositiveSmallIntegerField("分管副局长时限(小时)", default=DEFAULT_POLICY.deputy_hours)
    answer_hours = models.PositiveSmallIntegerField("答复时限(小时)", default=DEFAULT_POLICY.answer_hours)
    hours_policy = models.CharField(
        "小时怎么算", max_length=16, choices=list(HOURS_POLICIES.items()), default=DEFAULT_POLICY.hours_policy
    )
    strict = models.BooleanField("凡否定都须审定", default=False, help_text="开启后，按明确规定或先例也不能直接否定。")

    objects = LadderPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审定时限政策"
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_policy_per_agency_and_day"),
            models.CheckConstraint(
                condition=models.Q(answer_hours__gte=models.F("deputy_hours")),
                name="answer_is_not_before_the_deputy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} 自 {self.valid_from}"
