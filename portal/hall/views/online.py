"""网上办理率，公开：各机关近一年的网上受理率、办结率，一个月一行；没有做到全程网办的事项和批准。"""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.models import Agency
from approvals.models import Case
from catalog.actions import recording
from office.workdays import clock
from office.workdays.rules import DAY, end_of, local
from portal import online

MONTHS = 12


def first_day(today: datetime.date) -> datetime.date:
    """连这个月在内十二个月，头一个月的一号。"""
    month = today.year * MONTHS + today.month - MONTHS
    return datetime.date(month // MONTHS, month % MONTHS + 1, 1)


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """各机关、各月；点一个机关，各月只数它的。不公开的事项不数。件数不连着人，少也照实写。"""
    today = local(clock.now()).date()
    since, until = end_of(first_day(today) - DAY), end_of(today)
    agencies = {one.code: one for one in Agency.objects.order_by("path")}
    chosen = request.GET.get("agency", "")
    if chosen and chosen not in agencies:
        raise Http404
    cases = Case.objects.filter(item__withheld="")
    by_agency = online.figures(cases, "agency", since, until)
    mine = cases.filter(agency__code=chosen) if chosen else cases
    offline = recording.offline(Agency.objects.all().values("pk"), day=today)
    context = {
        "since": since,
        "agencies": [(agencies[row.name], online.told(row)) for row in by_agency],
        "months": [(row.name, online.told(row)) for row in reversed(online.figures(mine, "month", since, until))],
        "total": online.told(online.total(by_agency, "")),
        "chosen": agencies.get(chosen),
        "columns": online.COLUMNS,
        "offline": [(one, one.holds_on(today)) for one in offline if not one.item.withheld],
    }
    return render(request, "hall/online.html", context)
