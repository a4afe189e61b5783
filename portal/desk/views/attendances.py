"""登记到场：直办类的，人来了、看过了，或者依法受理以后看；登记错了的作废。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from approvals.actions import attendances
from approvals.models import Attendance
from approvals.rules import attendances as rules
from approvals.states import AttendanceWay
from office.workdays import clock
from office.workdays.rules import local
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.attendances import AttendanceForm, DropForm, rows
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given


@staff_only
@show_or_save
def attendance(request: HttpRequest, number: str) -> HttpResponse:
    """登记到场，列出登记过的。"""
    case, at, user = case_of(request, number), clock.now(), staff(request)
    require(rules.may_note(case, user))

    def act(form: AttendanceForm) -> None:
        told = form.cleaned_data
        if told["way"] == AttendanceWay.WINDOW:
            attendances.came(case, form.who(), happened_at=told["happened_at"], by=user, at=at)
        elif told["way"] == AttendanceWay.VISIT:
            attendances.visited(case, form.visit(), happened_at=told["happened_at"], by=user, at=at)
        else:
            attendances.later(case, basis=told["basis"], by=user, at=at)

    shown_at = local(at).replace(second=0, microsecond=0)
    form = AttendanceForm(case, user, attendances.officers(case), given(request), shown_at)
    is_open = rules.calls_for(case.item) and rules.is_open(case)
    told: dict[str, Any] = {"name": _("登记到场"), "rows": rows(case.pk), "open": is_open}
    return filled(
        request, case, form, "desk/attendance.html", act, lambda: done(request, case, _("到场已登记。")), at, **told
    )


@staff_only
@show_or_save
def drop(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """登记错了，作废：写明为什么。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_note(case, request.user))
    row = get_object_or_404(Attendance.objects.select_related("case__item", "case__applicant"), pk=pk, case=case)

    def act(form: DropForm) -> None:
        attendances.drop(row, why=form.cleaned_data["why"], by=staff(request), at=at)

    def then() -> HttpResponse:
        messages.success(request, _("已作废；要重新登记的，在这里登记。"))
        return redirect("desk:case-attendance", number)

    told: dict[str, Any] = {"name": _("到场的登记作废"), "row": row}
    return filled(request, case, DropForm(given(request)), "desk/attendance_drop.html", act, then, at, **told)
