"""少交的材料：由部门共享获取的、再用以前交过的，各事项各多少。"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from approvals.models import Case
from office.workdays import clock
from office.workdays.rules import DAY, end_of, local
from portal.desk import reusing
from portal.desk.access import require, staff, staff_only
from portal.desk.contact_forms import PeriodForm
from portal.desk.pages import page

LEADERS = ("review_denial", "sanction_denial", "direct_denials")


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """缺省是最近三十天收的件。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*LEADERS))
    today = local(at).date()
    form = PeriodForm(request.GET if {"since", "until"} & set(request.GET) else None)
    told = form.cleaned_data if form.is_valid() else {}
    since, until = told.get("since") or today - 29 * DAY, told.get("until") or today
    if not form.is_bound:
        form.initial = {"since": since, "until": until}
    rows = list(reusing.saved(Case.objects.visible_to(user), end_of(since - DAY), end_of(until)))
    total = {name: sum(row[name] for row in rows) for name in ("cases", "all", "shared", "again")}
    return page(request, "desk/reuse_figures.html", {"form": form, "rows": rows, "total": total}, at)
