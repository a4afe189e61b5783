"""办理权限:哪个机关、从哪天到哪天、盖哪个章,可以决定这个事项。委托制在这里落笔,办件时查这里。"""

import datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def on(self, day: datetime.date) -> Self:
        """这一天有效的权限;起含止不含。"""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def overlapping(self, start: datetime.date, end: datetime.date | None) -> Self:
        """与 [start, end) 有重叠的;end 为 None 表示没有终止日期。"""
        later = self.filter(Q(valid_to=None) | Q(valid_to__gt=start) & Q(valid_to__gt=F("valid_from")))
        return later.filter(valid_from__lt=end) if end else later

    def in_force(self, item: Any, agency: Any, day: datetime.date) -> "Authority | None":
        """这个机关这一天决定这个事项的权限;没有就是 None。"""
        return self.on(day).filter(item=item, agency=agency).select_related("seal", "principal").first()


class Authority(models.Model):
    """办理权限。不改不删,只登记终止日期。"""

    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="authorities")
    agency = models.ForeignKey(
        "agencies.Agency", verbose_name="有权机关", on_delete=models.PROTECT, related_name="authorities"
    )
    seal = models.ForeignKey("agencies.Seal", verbose_name="用章", on_delete=models.PROTECT, related_name="authorities")
    principal = models.ForeignKey(
        "agencies.Agency", verbose_name="委托机关", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+", help_text="受委托的，以它的名义决定（行政许可法第二十四条）；空着是以自己的名义。",
    )  # fmt: skip
    valid_from = models.DateField("起")
    valid_to = models.DateField("止(不含)", null=True, blank=True)
    basis = models.CharField("依据", max_length=300)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理权限"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="authority_names_its_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="authority_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="authority_is_entrusted_by_another", condition=Q(principal=None) | ~Q(principal=F("agency"))
            ),
            ExclusionConstraint(
                name="one_authority_per_item_agency_and_day",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_to", function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.item}"
