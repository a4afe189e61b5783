"""现场核查的笔录：写、签；只有指派的两名核查人员。"""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from approvals import rules
from approvals.actions import inspection as inspections
from approvals.models import Inspection
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.pages import done, show_or_save
from portal.desk.procedure_forms import InspectionForm
from portal.desk.procedures import INSPECTION
from portal.desk.views.deeds import filled, given

FORMS: dict[str, Any] = {"record": InspectionForm, "sign": forms.Form}


@staff_only
@show_or_save
def inspection(request: HttpRequest, number: str, pk: int, name: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    parts = ("procedure__case", "officer_1", "officer_2")
    found = get_object_or_404(Inspection.objects.select_related(*parts), pk=pk, procedure__case=case)
    if name not in FORMS:
        raise Http404
    require(rules.is_inspector(found, request.user))

    def act(form: Any) -> None:
        deed: Any = {"record": inspections.record, "sign": inspections.sign}[name]
        deed(found, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, FORMS[name](given(request)), "desk/inspection.html", act,
        lambda: done(request, case, _("已签名。两人都签了，核查笔录就可以打印。"), "inspection_record"), at,
        name=INSPECTION[name], inspection=found, signing=name == "sign",
    )  # fmt: skip
