"""保管期限：一个事项的件办完以后，电子档案保管多久，照哪一份批准的保管期限表。"""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from catalog.models.exception import recorder
from catalog.states import RetentionPeriod


class RetentionQuerySet(models.QuerySet["Retention"]):
    def of(self, item: Any) -> Self:
        """这个事项的，新登记的在前；子项没有的看主项。"""
        own = self.filter(item=item)
        return (own if own.exists() else self.filter(item=item.parent_id)).order_by("-pk")


class Retention(models.Model):
    """保管期限。登记过的不改；表改了，再登记一笔，以后归集的照新的。"""

    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="retentions")
    period = models.CharField("保管期限", max_length=9, choices=RetentionPeriod)
    basis = models.CharField(
        "依据", max_length=200, help_text="经档案主管部门审核的本单位文件材料归档范围和档案保管期限表，写到条目。"
    )
    document_number = models.CharField("批准文号", max_length=100)
    recorded_by = recorder("登记人")
    recorded_at = models.DateTimeField("登记时间", editable=False)

    objects = RetentionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "档案保管期限"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="retention_is_of_a_known_period", condition=Q(period__in=RetentionPeriod.values)
            ),
            models.CheckConstraint(name="retention_names_its_basis", condition=~Q(basis="") & ~Q(document_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_period_display()}"
