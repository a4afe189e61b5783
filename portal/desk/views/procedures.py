"""特别程序：清单、启动、结束。"""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.models import User
from approvals import rules
from approvals.actions import extension, hearing, inspection, procedures, publication
from approvals.models import Case, Objection, Procedure
from approvals.states import ProcedureKind
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.pages import PREVIEW, done, page, previewed, show_or_save
from portal.desk.parties import heard
from portal.desk.procedure_forms import AnswerForm, EndForm, ExtendForm, start_form
from portal.desk.procedures import offers_on, startable, why_not_extend
from portal.desk.views.case import frame
from portal.desk.views.deeds import filled, given


def procedure_of(case: Case, pk: int) -> Procedure:
    found: Procedure = get_object_or_404(case.procedures.select_related("clock"), pk=pk)
    return found


@staff_only
@require_safe
def index(request: HttpRequest, number: str) -> HttpResponse:
    """特别程序：指南允许哪些，正在走哪些，走过哪些。"""
    case, at = case_of(request, number), clock.now()
    people = (
        "started_by",
        "ended_by",
        "hearing__chair",
        "hearing__party",
        "inspection__officer_1",
        "inspection__officer_2",
    )
    found = (
        case.procedures.select_related("clock", "paper", "publication", *people)
        .prefetch_related("publication__objections")
        .order_by("-pk")
    )
    rows = [(one, offers_on(one, request.user, at)) for one in found]
    context = {
        **frame(request, case, at, "desk:case-procedures"),
        "rows": rows,
        "startable": startable(case, at),
        "extensions": case.extensions.select_related("asked_by", "decided_by", "paper").order_by("-pk"),
        "may_start": may(case, request.user, "enter_procedure"),
        **heard(case, request.user),
    }
    return page(request, "desk/procedures.html", context, at)


@staff_only
@show_or_save
def start(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """启动一种特别程序：写明为什么，告知书随之登记。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_run_procedures(case, request.user))
    row: Any = next((one for one in startable(case, at) if one["key"] == key), None)
    if row is None:
        raise Http404

    def act(form: Any) -> None:
        begin(case, row, form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, start_form(case, row, given(request)), "desk/procedure_start.html", act,
        lambda: done(request, case, _("已启动，特别程序告知书可以打印了。"), "special"), at,
        name=_("启动特别程序"), row=row, previews="",
    )  # fmt: skip


def begin(case: Case, row: Any, told: dict[str, Any], *, by: User, at: datetime.datetime) -> None:
    """照这一种的手续启动。"""
    reason = told.pop("reason")
    given = {"key": row["key"], "reason": reason, "by": by, "at": at}
    kind = rules.procedure_kind(row["name"])
    if kind == ProcedureKind.HEARING:
        hearing.tell(case, **given)
    elif kind == ProcedureKind.INSPECTION:
        officers = told.pop("officer_1"), told.pop("officer_2")
        inspection.assign(case, officers=officers, **told, **given)
    elif kind == ProcedureKind.PUBLICITY:
        publication.publish(case, shown=publication.Shown(**told), **given)
    else:
        procedures.start(case, **given)


@staff_only
@show_or_save
def objection(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """答复对公示的异议。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_run_procedures(case, request.user))
    found = get_object_or_404(Objection, pk=pk, publication__procedure__case=case)

    def act(form: Any) -> None:
        publication.answer(found, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, AnswerForm(given(request)), "desk/objection.html", act,
        lambda: done(request, case, _("已答复。")), at, name=_("答复异议"), objection=found,
    )  # fmt: skip


@staff_only
@show_or_save
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """结束一种特别程序：写下结果。"""
    case, at = case_of(request, number), clock.now()
    procedure = procedure_of(case, pk)
    require(may(procedure, request.user, "end"))

    def act(form: Any) -> None:
        procedures.finish(procedure, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, EndForm(given(request)), "desk/procedure_end.html", act,
        lambda: done(request, case, _("已记下结果。")), at,
        name=_("结束特别程序"), procedure=procedure,
    )  # fmt: skip


@staff_only
@show_or_save
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """报请延期：到期之前报本机关负责人批准。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_ask_extension(case, request.user))
    limit = rules.extension_limit(case.item, case.guide)
    if limit is None:
        messages.error(request, _("法律、法规没有规定这个事项可以延长期限。"))
        return redirect("desk:case", number)

    def act(form: Any) -> None:
        extension.ask(case, by=staff(request), at=at, **form.cleaned_data)

    form = ExtendForm(limit, given(request))

    def preview() -> bytes:
        return extension.preview_asked(case, by=staff(request), at=at, **form.cleaned_data)

    if PREVIEW in request.POST and (shown := previewed(form, preview)):
        return shown
    return filled(
        request, case, form, "desk/extend.html", act,
        lambda: done(request, case, _("已报请批准。到期之前没有批下来的，自行失效。")), at,
        name=_("报请延期"), limit=limit, reason=why_not_extend(case, at),
        clock=rules.limit_clock(case.clocks.running()),
    )  # fmt: skip
