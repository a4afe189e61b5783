"""一件事：群众眼里的一件事，背后是几个事项、几个单位。"""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from catalog.models.guide import Guide
from catalog.states import TimeUnit


class JointMatterQuerySet(models.QuerySet["JointMatter"]):
    def offered(self) -> Self:
        return self.filter(withdrawn=False)

    def for_reading(self) -> Self:
        """连同各个事项、牵头单位一起取。"""
        return self.select_related("lead__agency", "window__agency").prefetch_related("items__item__section__agency")


class JointMatter(models.Model):
    """联办的一件事：有哪些事项、谁牵头、在哪个窗口收、全部办完的时限（行政许可法第二十六条第二款、第四十二条第二款）。"""

    code = models.SlugField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=200)
    summary = models.TextField("说明", help_text="群众看得懂：什么时候用得着，一次办哪几样。")
    lead = models.ForeignKey("agencies.Unit", verbose_name="牵头单位", on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey("agencies.Unit", verbose_name="综合窗口", on_delete=models.PROTECT, related_name="+")
    limit_value = models.PositiveSmallIntegerField("联办时限", default=45)
    limit_unit = models.CharField("联办时限单位", max_length=2, choices=TimeUnit, default=TimeUnit.WORKING_DAY)
    limit_basis = models.CharField("联办时限依据", max_length=200, default="行政许可法第四十二条第二款")
    extension_value = models.PositiveSmallIntegerField("至多延长", default=15)
    needs_check = models.JSONField("待核实", default=dict, blank=True)
    withdrawn = models.BooleanField("已停用", default=False)

    objects = JointMatterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "一件事"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="joint_limit_is_whole",
                condition=Q(limit_value__gt=0) & ~Q(limit_unit="") & ~Q(limit_basis=""),
            ),
            models.CheckConstraint(name="joint_extension_stays_within_the_law", condition=Q(extension_value__lte=15)),
        ]

    def __str__(self) -> str:
        return self.name

    def guides_on(self, day: datetime.date) -> list[tuple["JointItem", Guide]]:
        """这一天各个事项在用的指南；没有在用指南的事项不列。"""
        rows = list(self.items.select_related("item").order_by("step", "position"))
        guides = Guide.objects.in_force_on(day).for_reading().filter(item__in=[row.item_id for row in rows])
        found = {guide.item_id: guide for guide in guides}
        return [(row, found[row.item_id]) for row in rows if row.item_id in found]


class JointItem(models.Model):
    """一件事里的一个事项。同一步的并联；后一步的，要等前一步都办成了才收件（串联）。"""

    matter = models.ForeignKey(JointMatter, verbose_name="一件事", on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="joints")
    position = models.PositiveSmallIntegerField("顺序")
    step = models.PositiveSmallIntegerField("第几步", default=1)
    optional = models.BooleanField("可以不选", default=True)
    hint = models.CharField("什么情形选它", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "一件事的事项"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_row_per_item_of_a_joint_matter", fields=["matter", "item"]),
            models.CheckConstraint(name="joint_item_has_a_step", condition=Q(step__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.matter}：{self.item}"
