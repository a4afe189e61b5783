"""版本变动：新版发布时与上一版的不同，一句一句记下来，连同四减的数。发布时写下，此后不改。"""

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from catalog.states import GuideState, TimeUnit


class GuideChangeQuerySet(models.QuerySet["GuideChange"]):
    def effective(self) -> Self:
        """真的施行了或将要施行的：没到日子就撤回的不算。"""
        return self.exclude(guide__state=GuideState.RETIRED, guide__effective_to=F("guide__effective_from"))

    def between(self, start: datetime.date, end: datetime.date) -> Self:
        """在 [start, end) 里开始施行的。"""
        return self.filter(guide__effective_from__gte=start, guide__effective_from__lt=end)

    def of(self, agencies: Any) -> Self:
        """这些机关的事项的。"""
        return self.filter(guide__item__agency__in=agencies)


class GuideChange(models.Model):
    """版本变动。数字是前后两版各自的，减了多少由它们算出来。"""

    append_only: ClassVar[bool] = True

    guide = models.OneToOneField("catalog.Guide", verbose_name="新版", on_delete=models.PROTECT, related_name="change")
    previous = models.ForeignKey("catalog.Guide", verbose_name="上一版", on_delete=models.PROTECT, related_name="+")
    sentences = models.JSONField("改了什么", default=list, help_text="一处一句：section 哪一节，text 怎么改的。")
    steps_before = models.PositiveSmallIntegerField("原有环节数")
    steps_after = models.PositiveSmallIntegerField("现有环节数")
    materials_before = models.PositiveSmallIntegerField("原要材料数")
    materials_after = models.PositiveSmallIntegerField("现要材料数")
    visits_before = models.PositiveSmallIntegerField("原到现场次数")
    visits_after = models.PositiveSmallIntegerField("现到现场次数")
    days_cut = models.IntegerField("时限减少", null=True, help_text="两版单位不同的不换算，空着。")
    days_unit = models.CharField("时限单位", max_length=2, choices=TimeUnit, blank=True)
    to_instant = models.BooleanField("承诺件转为即办件", default=False)

    objects = GuideChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "版本变动"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="cut_days_have_a_unit",
                condition=Q(days_cut=None) | Q(days_cut=0) | ~Q(days_unit=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.guide_id} ← {self.previous_id}"
