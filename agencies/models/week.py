"""工作周历与值班表：哪天几点把件交给谁，哪天谁在受理点值班。"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q

from agencies.models.duty_swap import DutySwap
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


@dataclass(frozen=True)
class OnDuty:
    """某个受理点某一天谁值班；换了班的，instead_of 是照值班表该谁值。"""

    unit: Unit
    day: datetime.date
    user: User
    instead_of: User | None = None


class DutyQuerySet(models.QuerySet["Duty"]):
    def on_days(self, days: Collection[datetime.date]) -> list[OnDuty]:
        """这几天各受理点谁值班：值班表排的，换了班的是换来的人。看值班都从这里看；没有排班的不查换班。

        换班以后值班表改了人的，照新的值班表：换班换的是原来那个人的班。
        """
        weekdays = {day.isoweekday() for day in days}
        rows = self.filter(weekday__in=weekdays, active=True).select_related("unit__agency", "user")
        duties = list(rows.order_by("unit__path", "weekday"))
        changed = _changed({one.unit_id for one in duties}, days)
        found = []
        for day in sorted(days):
            for one in duties:
                if one.weekday == day.isoweekday():
                    giver, taker = changed.get((one.unit_id, day), (None, one.user))
                    taken = giver is not None and giver == one.user
                    found.append(OnDuty(one.unit, day, taker if taken else one.user, one.user if taken else None))
        return found

    def visible_to(self, user: Any) -> "DutyQuerySet":
        return self.filter(unit__in=Unit.objects.visible_to(user))


def _changed(units: set[int], days: Collection[datetime.date]) -> dict[tuple[int, datetime.date], tuple[User, User]]:
    """这几天换了班的：受理点、哪天 → 谁的班、谁来值。"""
    if not units:
        return {}
    found: dict[tuple[int, datetime.date], tuple[User, User]] = {}
    for one in DutySwap.objects.agreed().touching(days).filter(unit__in=units).select_related("giver", "taker"):
        found[one.unit_id, one.day] = one.giver, one.taker
        if one.return_day is not None:
            found[one.unit_id, one.return_day] = one.taker, one.giver
    return found


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
