"""日汇总表:每个工作日 16:30,一科一张,没有也有一张(零报告)。"""

from typing import Any

from django.db import models

from agencies.models import Unit
from denials.models.register import RegisterEntry
from denials.models.report import Report
from denials.states import SheetKind


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: Any) -> "SheetQuerySet":
        return self.filter(unit__in=user.unit_keys("read_denials"))


class Sheet(models.Model):
    """一个科室一天的汇总表:只登记,从不耽误报告。"""

    append_only = True

    kind = models.CharField("种类", max_length=10, choices=SheetKind.choices)
    unit = models.ForeignKey(Unit, verbose_name="科室", on_delete=models.PROTECT, related_name="sheets")
    day = models.DateField("日期")
    closes_at = models.DateTimeField("截止时刻")
    made_at = models.DateTimeField("汇总时间")
    reports = models.ManyToManyField(Report, verbose_name="报告", related_name="sheets", blank=True)
    entries = models.ManyToManyField(RegisterEntry, verbose_name="报备", related_name="sheets", blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日汇总表"
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "day"], name="one_sheet_per_section_kind_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.get_kind_display()}"
