"""首问与询问的时限政策。"""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from agencies.models import Agency
from approvals.rules.contacts import DEFAULT_TIMES
from office.workdays.rules import local


class ServicePolicyQuerySet(models.QuerySet["ServicePolicy"]):
    def in_force(self, agency: Agency, at: datetime.datetime) -> Any:
        """某机关某时的政策；没有登记就是缺省的。"""
        dated = self.filter(agency=agency, valid_from__lte=local(at).date())
        return dated.order_by("-valid_from").first() or DEFAULT_TIMES


class ServicePolicy(models.Model):
    """一个机关自某日起的首问、引导、协调、询问时限(工作日数)；从不改旧的，只登记新的。"""

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="service_policies")
    valid_from = models.DateField("自何日起")
    conclude_days = models.PositiveSmallIntegerField("首问了结(工作日)", default=DEFAULT_TIMES.conclude_days)
    follow_up_days = models.PositiveSmallIntegerField("引导回访(工作日)", default=DEFAULT_TIMES.follow_up_days)
    coordinate_days = models.PositiveSmallIntegerField("协调(工作日)", default=DEFAULT_TIMES.coordinate_days)
    enquiry_days = models.PositiveSmallIntegerField("答复询问(工作日)", default=DEFAULT_TIMES.enquiry_days)
    promise_days = models.PositiveSmallIntegerField("约定答复最长(工作日)", default=DEFAULT_TIMES.promise_days)

    objects = ServicePolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "首问与询问时限"
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_service_policy_per_agency_and_day"),
            models.CheckConstraint(
                condition=Q(
                    conclude_days__gte=1, follow_up_days__gte=1, coordinate_days__gte=1, enquiry_days__gte=1,
                    promise_days__gte=1,
                ),
                name="service_policy_gives_at_least_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.agency} 自 {self.valid_from}"
