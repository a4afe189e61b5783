"""少交的材料：由部门共享获取的、再用以前交过的，各事项各多少。"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from approvals.models import Case
from denials.rules import LADDER
from office.workdays import clock
from portal.desk import periods, reusing
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import page


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """缺省是最近三十天收的件。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*LADDER))
    form, since, until = periods.asked(request, at)
    rows = list(reusing.saved(Case.objects.visible_to(user), since, until))
    total = {name: sum(row[name] for row in rows) for name in ("cases", "all", "shared", "again")}
    return page(request, "desk/reuse_figures.html", {"form": form, "rows": rows, "total": total}, at)
