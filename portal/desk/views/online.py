"""网上受理率、办结率：各事项、各单位、各月；没有做到全程网办的事项和它的批准。"""

import io

from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from agencies.models import Agency
from approvals.models import Case
from catalog.actions import recording
from catalog.rules.tables import guarded
from denials.rules import LADDER
from office.workdays import clock
from office.workdays.rules import local
from portal import online
from portal.desk import periods
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import page
from portal.files import attachment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BY = ("item", "unit", "month")  # 工作台上只看自己机关的，不按机关分


def _asked(request: HttpRequest) -> tuple[periods.PeriodForm, str, list[online.Row]]:
    """要看的一段、怎样分、各行。Raises: PermissionDenied。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*LADDER))
    form, since, until = periods.asked(request, at)
    by = request.GET.get("by", "item")
    by = by if by in BY else "item"
    return form, by, online.figures(Case.objects.visible_to(user), by, since, until)


@staff_only
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """缺省按事项，最近三十天；下面是没有做到全程网办的事项。"""
    form, by, rows = _asked(request)
    at = clock.now()
    today = local(at).date()
    agencies = Agency.objects.visible_to(request.user).values("pk")
    query = request.GET.copy()
    tabs = []
    for key in BY:
        query["by"] = key
        tabs.append((online.GROUPS[key].label, f"?{query.urlencode()}", key == by))
    context = {
        "form": form, "by": by, "tabs": tabs, "head": online.GROUPS[by].label, "columns": online.COLUMNS,
        "rows": [(row.name, online.told(row)) for row in rows],
        "total": online.told(online.total(rows, "")) if rows else None,
        "offline": [(one, one.holds_on(today)) for one in recording.offline(agencies, day=today)],
        "today": today,
        "asked": request.GET.urlencode(),
    }  # fmt: skip
    return page(request, "desk/online.html", context, at)


@staff_only
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """同样的数，电子表格。名称都按字写，不会被当成公式；率是 0 到 1 的数。"""
    _form, by, rows = _asked(request)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("网上受理率、办结率"))
    sheet.append([str(online.GROUPS[by].label), *(str(label) for label in online.COLUMNS)])
    for row in [*rows, online.total(rows, _("合计"))]:
        name = WriteOnlyCell(sheet, guarded(row.name))
        name.data_type = "s"
        sheet.append([name, *online.cells(row)])
    out = io.BytesIO()
    book.save(out)
    return attachment(ContentFile(out.getvalue()), _("网上受理率、办结率.xlsx"), XLSX)
