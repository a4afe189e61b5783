"""工作周历与值班表：哪天几点把件交给谁，哪天谁在受理点值班。"""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from agencies.models.unit import Unit
from agencies.models.user import User
from agencies.states import Weekday


class RunQuerySet(models.QuerySet["WeeklyRun"]):
    def in_use(self) -> "RunQuerySet":
        return self.filter(active=True)

    def on(self, day: datetime.date) -> "RunQuerySet":
        """这一天（照星期几）该有的。"""
        return self.in_use().filter(weekday=day.isoweekday())

    def touching(self, units: Any) -> "RunQuerySet":
        """从这些单位出发，或到这些单位来的。"""
        return self.in_use().filter(Q(from_unit__in=units) | Q(to_unit__in=units))

    def visible_to(self, user: Any) -> "RunQuerySet":
        return self.filter(from_unit__in=Unit.objects.visible_to(user))


class WeeklyRun(models.Model):
    """工作周历的一行：每周这一天这个时间，从这里把件送到那里。"""

    from_unit = models.ForeignKey(Unit, verbose_name="交出单位", on_delete=models.PROTECT, related_name="runs_out")
    to_unit = models.ForeignKey(Unit, verbose_name="接收单位", on_delete=models.PROTECT, related_name="runs_in")
    weekday = models.PositiveSmallIntegerField("星期", choices=Weekday)
    time = models.TimeField("时间")
    active = models.BooleanField("在用", default=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作周历"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["from_unit", "to_unit", "weekday"], name="one_run_a_day_between_two_units"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="run_goes_elsewhere"),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="run_is_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.time:%H:%M} {self.from_unit} → {self.to_unit}"


class DutyQuerySet(models.QuerySet["Duty"]):
    def on(self, day: datetime.date) -> "DutyQuerySet":
        return self.filter(weekday=day.isoweekday(), active=True)

    def visible_to(self, user: Any) -> "DutyQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


class Duty(models.Model):
    """值班表的一行：受理点每周这一天谁值班（村干部周一至周五轮流）。"""

    unit = models.ForeignKey(Unit, verbose_name="受理点", on_delete=models.PROTECT, related_name="duties")
    weekday = models.PositiveSmallIntegerField("星期", choices=Weekday)
    user = models.ForeignKey(User, verbose_name="值班人", on_delete=models.PROTECT, related_name="rota")
    active = models.BooleanField("在用", default=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "值班表"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "weekday"], condition=Q(active=True), name="one_on_duty_a_day"),
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="duty_is_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.get_weekday_display()}：{self.user}"
