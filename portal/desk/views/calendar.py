"""工作周历与值班表：下一次几时送到哪里、会有几件；受理点今天谁值班。"""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Absence, Duty, Unit, WeeklyRun
from agencies.models.week import OnDuty
from agencies.states import Weekday
from approvals import rules
from approvals.actions import calendar_lists
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import REASONS, page
from portal.desk.views import swaps

WORKING_WEEK = [day for day in Weekday if day <= Weekday.FRIDAY]


@staff_only
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """本单位的工作周历，和本单位及下面各受理点的值班表；维护值班表的人看全机关的。"""
    at, user = clock.now(), staff(request)
    units = user.unit_keys("view_cases")
    runs = list(WeeklyRun.objects.touching(units).select_related("from_unit", "to_unit").order_by("time", "pk"))
    week = [day for day in Weekday if day in WORKING_WEEK or any(run.weekday == day for run in runs)]
    today = local(at).date()
    shown_week = this_week(today)
    rota: dict[Unit, dict[datetime.date, OnDuty]] = {}
    seen = swaps.seen_by(user)
    for one in Duty.objects.filter(unit__in=seen).on_days(shown_week):
        rota.setdefault(one.unit, {})[one.day] = one
    context = {
        "coming": shown(calendar_lists.coming(units, at=at), request.user, units),
        "days": week,
        "week": [(day, [run for run in runs if run.weekday == day]) for day in week],
        "rota": [(unit, [(day, kept.get(day)) for day in shown_week]) for unit, kept in rota.items()],
        "shown_week": [(Weekday(day.isoweekday()).label, day) for day in shown_week],
        "swaps": swaps.shown(user, seen, today) if rota else (),
        "may_swap": bool(rota) and swaps.may_ask(user),
        "date": today,
        "today": today.isoweekday(),
    }
    return page(request, "desk/calendar.html", context, at)


def this_week(today: datetime.date) -> list[datetime.date]:
    """值班表看的五天：这一周的星期一至星期五，周末看下一周的。"""
    monday = today - datetime.timedelta(days=today.weekday())
    if today.isoweekday() > Weekday.FRIDAY:
        monday += datetime.timedelta(days=7)
    return [monday + datetime.timedelta(days=n) for n in range(len(WORKING_WEEK))]


def near(units: set[int]) -> Any:
    """这些单位，和以它们为上级的受理点。"""
    return Unit.objects.filter(pk__in=units) | Unit.objects.filter(parent__in=units)


def shown(coming: list[calendar_lists.Coming], user: Any, units: set[int]) -> list[dict[str, Any]]:
    """每一次：从我们这里送出去的可以列清单，送来的等着。"""
    return [
        {
            "one": one,
            "out": one.run.from_unit_id in units,
            "may": one.waiting and one.batch is None and rules.hands_over_at(user, one.run.from_unit),
        }
        for one in coming
    ]


@staff_only
@require_POST
def draw_up(request: HttpRequest, pk: int) -> HttpResponse:
    """照周历列下一次的清单。"""
    user = staff(request)
    mine = WeeklyRun.objects.filter(from_unit__in=user.unit_keys("view_cases"), active=True)
    run = get_object_or_404(mine.select_related("from_unit__agency", "to_unit"), pk=pk)
    require(rules.hands_over_at(user, run.from_unit))
    try:
        made = calendar_lists.draw_up_next(run, by=user, at=clock.now())
    except REASONS as reason:
        messages.error(request, str(reason))
        return redirect("desk:calendar")
    messages.success(request, _("清单 %s 已列好：照着点件，点齐了再签出。") % made.number)
    return redirect("desk:handover-batch", made.number)


def on_duty(units: set[int], at: datetime.datetime) -> list[tuple[OnDuty, bool]]:
    """今天各受理点谁值班，此刻是不是离岗了。"""
    duties = Duty.objects.filter(unit__in=near(units)).on_days([local(at).date()])
    away = set(
        Absence.objects.covering(at).filter(user__in=[one.user.pk for one in duties]).values_list("user", flat=True)
    )
    return [(one, one.user.pk in away) for one in duties]
