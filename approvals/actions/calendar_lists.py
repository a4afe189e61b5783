"""照工作周历备清单：早上把当天该送的先列好，到点点件、签出。"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction

from agencies.models import User, WeeklyRun
from agencies.rules import next_run
from approvals.actions import handover
from approvals.models import Batch, Transfer
from approvals.states import BatchState
from office.steps import NotNow
from office.workdays import calendar as workdays
from office.workdays.rules import is_working_day, local


@dataclass(frozen=True)
class Coming:
    """周历上的下一次：哪一行、几时、此刻会有几件、已经列好的清单。"""

    run: WeeklyRun
    at: datetime.datetime
    waiting: int
    batch: Batch | None


def propose(*, at: datetime.datetime) -> int:
    """备清单：今天周历上有的、还没有到点的，有待交出的就先列好；一行一天只列一张。返回列了几张。"""
    now = local(at)
    runs = WeeklyRun.objects.on(now.date()).filter(time__gte=now.time()).exclude(batches__day=now.date())
    return sum(_proposed(run, at) for run in runs.select_related("from_unit__agency", "to_unit").order_by("time", "pk"))


def _proposed(run: WeeklyRun, at: datetime.datetime) -> int:
    day = local(at).date()
    if not _works(run, day):
        return 0
    ends = {"from_unit": run.from_unit, "to_unit": run.to_unit}
    if not Transfer.objects.to_draw_up().filter(**ends).exists():
        return 0
    try:
        with transaction.atomic():
            handover.draw_up(**ends, day=day, by=User.objects.system(), at=at, run=run)
    except (NotNow, IntegrityError):  # 别的清扫刚列好，或件刚被列走
        return 0
    return 1


def draw_up_next(run: WeeklyRun, *, by: User, at: datetime.datetime) -> Batch:
    """照周历列下一次的清单。Raises: NotNow(没有要交的、已经列过)、PermissionDenied。"""
    when = next_run(run, local(at), partial(_works, run))
    day = (when or local(at)).date()
    if run.batches.filter(day=day).exists():
        raise NotNow("这一次的清单已经列好了。")
    return handover.draw_up(from_unit=run.from_unit, to_unit=run.to_unit, day=day, by=by, at=at, run=run)


def coming(units: Iterable[int], *, at: datetime.datetime) -> list[Coming]:
    """这些单位(主键)的周历：每一行的下一次，先到的在前。"""
    now = local(at)
    runs = WeeklyRun.objects.touching(units).select_related("from_unit__agency", "to_unit")
    found = [(run, when) for run in runs if (when := next_run(run, now, partial(_works, run)))]
    waiting = Counter(Transfer.objects.to_draw_up().filter(from_unit__in=units).values_list("from_unit", "to_unit"))
    batches = Batch.objects.exclude(state=BatchState.CALLED_OFF).filter(run__in=[run for run, _when in found])
    listed = {(one.run_id, one.day): one for one in batches.filter(day__gte=now.date())}
    made = []
    for run, when in sorted(found, key=lambda pair: (pair[1], pair[0].pk)):
        will_go = waiting.pop((run.from_unit_id, run.to_unit_id), 0)  # 等着的都归最近的这一次
        made.append(Coming(run, when, will_go, listed.get((run.pk, when.date()))))
    return made


def _works(run: WeeklyRun, day: datetime.date) -> bool:
    return is_working_day(day, special=workdays.calendar_for(run.from_unit.agency.code).special)
