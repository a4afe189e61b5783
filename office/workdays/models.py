"""工作日历的名词:例外日、年度安排、变更。平常的日子按星期,不存。"""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models


def notice_year(day: date) -> int:
    """哪一年的放假通知管这一天:历年十二月里的例外日都属于次年元旦的安排。"""
    return day.year + (day.month == 12)


class SpecialDay(models.Model):
    """与“周一至周五上班”不同的一天。

    暂估与正式是两层:年度公布之后只用正式层;暂估层留到在走的期限重算完,好知道当初是按哪些天算的。
    """

    date = models.DateField("日期")
    works = models.BooleanField("上班", help_text="调休上班勾选，放假不勾选。")
    name = models.CharField("名称", max_length=60)
    source = models.CharField("依据文件", max_length=200)
    agency_code = models.CharField(
        "适用机关", max_length=40, blank=True, default="", help_text="机关代码；空白为全部机关。"
    )
    provisional = models.BooleanField("暂估", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "节假日与调休"
        constraints = [
            models.UniqueConstraint(fields=["date", "agency_code", "provisional"], name="one_line_per_day_and_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}({'上班' if self.works else '休息'})"


class CalendarYear(models.Model):
    """一年的放假通知到了没有。不在表里的年度也算暂估。"""

    OFFICIAL, PROVISIONAL = "official", "provisional"
    STATUSES: ClassVar[Mapping[str, str]] = {OFFICIAL: "已公布", PROVISIONAL: "暂估"}

    year = models.PositiveSmallIntegerField("年度", unique=True)
    status = models.CharField("状态", max_length=12, choices=STATUSES, default=PROVISIONAL)
    source = models.CharField("依据文件", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度安排"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="provisional") | ~models.Q(source=""), name="official_year_names_its_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年({self.get_status_display()})"


class CalendarChangeQuerySet(models.QuerySet["CalendarChange"]):
    def version(self) -> tuple[Any, Any]:
        """只要有一次变更提交或回滚,就与从前不同:行只增不改,序号回滚也不复用。"""
        found = self.aggregate(last=models.Max("pk"), count=models.Count("pk"))
        return found["last"], found["count"]


class CalendarChange(models.Model):
    """日历的一次变更:谁、何时、改了什么。各进程靠它知道自己记着的日历旧了。"""

    append_only: ClassVar[bool] = True

    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="经手人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    note = models.CharField("变更", max_length=200)

    objects = CalendarChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历变更"

    def __str__(self) -> str:
        return self.note
