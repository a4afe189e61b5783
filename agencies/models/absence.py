"""离岗:期间由 B 岗代。"""

import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from agencies.models.unit import Unit
from agencies.models.user import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def covering(self, at: datetime.datetime) -> "AbsenceQuerySet":
        """此刻正在离岗的(from_at ≤ at < to_at;没有 to_at 就是还没回来)。"""
        return self.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at)

    def visible_to(self, user: Any) -> "AbsenceQuerySet":
        """同一机关同事的离岗。"""
        colleagues = User.objects.filter(holdings__to_at=None, holdings__post__unit__in=Unit.objects.visible_to(user))
        return self.filter(user__in=colleagues)


class Absence(models.Model):
    user = models.ForeignKey(User, verbose_name="离岗人", on_delete=models.PROTECT, related_name="absences")
    from_at = models.DateTimeField("离岗时间")
    to_at = models.DateTimeField("返岗时间", null=True, blank=True)
    reason = models.CharField("事由", max_length=60, help_text="例如年假、出差、培训；不写病情等个人隐私。")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "离岗"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gte=F("from_at")), name="absence_ends_no_earlier_than_it_begins"
            ),
            # int8range(x, x, '[]') 就是“等于 x”:不必为一个等号装 btree_gist。
            ExclusionConstraint(
                name="nobody_is_absent_twice_at_once",
                expressions=[
                    (Func("user_id", "user_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("from_at", "to_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.reason}"
