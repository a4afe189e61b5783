"""查询办件：条件、列、保存的查询、导出。"""

import datetime
import io
from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from agencies.models import User
from approvals.actions import finding as kept
from approvals.models import Applicant, Case, CaseView
from approvals.models.view import LONGEST
from catalog.rules.tables import guarded
from office import identity
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import finding
from portal.desk.access import staff_only
from portal.desk.forms import PersonSearchForm
from portal.desk.pages import page
from portal.desk.queues import with_due
from portal.files import attachment

PER_PAGE, SHOWN, EXPORTED = 25, 1000, 10_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOOLS = ("page", "csrfmiddlewaretoken", "name", "condition")


@staff_only
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """照网址里的条件查；只查得到看得见的。证件号码不进网址。"""
    at, user = clock.now(), _user(request)
    if identity.is_unmistakable(request.GET.get("q", "")):
        messages.warning(request, _("证件号码请填在下面的框里查，不要放进网址。"))
        return redirect("desk:search")
    form = finding.FilterForm(user, request.GET)
    context: dict[str, Any] = {"form": form, "asked": form.asked, "person": PersonSearchForm()}
    if form.is_valid() and form.asked:
        context |= _found(request, form.cases(at), at)
    return page(request, "desk/search.html", context | _kept(request), at)


@staff_only
@require_POST
def person(request: HttpRequest) -> HttpResponse:
    """按证件号码或手机号查：走盲索引，号码不进网址。"""
    at, user, form = clock.now(), _user(request), PersonSearchForm(request.POST)
    context: dict[str, Any] = {"form": finding.FilterForm(user), "person": form, "asked": form.is_valid()}
    if form.is_valid():
        number = form.cleaned_data["number"]
        context |= _found(request, _of_person(number, user), at) | {"by_number": number}
    return page(request, "desk/search.html", context | _kept(request), at)


def _of_person(number: str, user: User) -> QuerySet[Any]:
    """这个号码的、他看得见的办件，新收的在前。"""
    whose = Applicant.objects.with_id_number(number) | Applicant.objects.with_phone(number)
    wanted = Q(applicant__in=whose) | Q(user__in=User.objects.with_phone(number))
    seen = Case.objects.visible_to(user).filter(wanted).values("pk")
    cases = with_due(Case.objects.filter(pk__in=seen)).select_related("first_contact", "certificate")
    return cases.order_by("-received_at", "-pk")


def _found(request: HttpRequest, cases: QuerySet[Any], at: datetime.datetime) -> dict[str, Any]:
    """查到的一页；一千件以上的不数下去，请写细一点。"""
    chosen = finding.columns_of(request.GET, _user(request))
    shown = Paginator(cases[: SHOWN + 1], PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": shown,
        "many": shown.paginator.count > SHOWN,
        "most": SHOWN,
        "columns": chosen,
        "rows": finding.rows(shown.object_list, chosen),
    }


def _kept(request: HttpRequest) -> dict[str, Any]:
    """保存的查询，和这一次的条件。"""
    user = _user(request)
    chosen = {column.key for column in finding.columns_of(request.GET, user)}
    return {
        "views": CaseView.objects.visible_to(user),
        "condition": _condition(request.GET),
        "choices": [(column, column.key in chosen) for column in finding.COLUMNS],
        "units": user.units_with("view_cases").order_by("path"),
    }


def _condition(query: QueryDict) -> str:
    """网址里的条件，空着的、翻页的不要。"""
    told = query.copy()
    for name in list(told):
        values = [value for value in told.getlist(name) if value]
        if name in TOOLS or not values:
            del told[name]
        else:
            told.setlist(name, values)
    return told.urlencode()


def _asked(request: HttpRequest) -> QueryDict:
    """交上来的条件。"""
    return QueryDict(request.POST.get("condition", "")[:LONGEST])


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    return user


# 导出 -----------------------------------------------------------------


@staff_only
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """导出：查到什么就是什么，列也相同；谁导出了什么，记一笔。"""
    at, user, asked = clock.now(), _user(request), _asked(request)
    form, person = finding.FilterForm(user, asked), PersonSearchForm(request.POST)
    by_number = "number" in request.POST and person.is_valid()
    if not by_number and not (form.is_valid() and form.asked):
        messages.error(request, _("请先写条件，查到以后再导出。"))
        return redirect("desk:search")
    found = _of_person(person.cleaned_data["number"], user) if by_number else form.cases(at)
    cases = list(found[: EXPORTED + 1])
    if len(cases) > EXPORTED:
        messages.error(request, _("一次最多导出 %s 件，请把条件写细一点。") % EXPORTED)
        return redirect(f"{reverse('desk:search')}?{_condition(asked)}")
    chosen = finding.columns_of(asked, user)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        # 号码不留原样：日志里写遮住的，查到哪几件另写编号
        said = f"number={identity.mask(person.cleaned_data['number'])}" if by_number else _condition(asked)
        facts = {"condition": said, "cases": len(cases), "columns": [column.key for column in chosen]}
        facts |= {"numbers": [case.number for case in cases]} if by_number else {}
        journal.record("portal.cases.export", about=user, by=user, at=at, facts=facts)
    return attachment(ContentFile(_workbook(cases, chosen)), f"办件{local(at):%Y%m%d-%H%M}.xlsx", XLSX)


def _workbook(cases: list[Any], chosen: list[finding.Column]) -> bytes:
    """一件一行。字都按字写：以 = + - @ 开头的也不会当成公式去算。"""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("办件"))
    sheet.freeze_panes = "B2"
    sheet.append([_("编号"), *(str(column.label) for column in chosen)])
    for case, cells in finding.rows(cases, chosen):
        sheet.append([_cell(sheet, case.number), *(_cell(sheet, _plain(column, value)) for column, value in cells)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, guarded(text))
    cell.data_type = "s"
    return cell


def _plain(column: finding.Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "text":
        return str(value)
    return f"{local(value):%Y-%m-%d}" if column.kind == "day" else f"{local(value):%Y-%m-%d %H:%M}"


# 保存的查询 -----------------------------------------------------------


@staff_only
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """保存查询：条件连同正在看的列；起个名字，同名的换成新的。"""
    name, asked = request.POST.get("name", "").strip()[:40], _asked(request)
    back = f"{reverse('desk:search')}?{_condition(asked)}"
    if not name:
        messages.error(request, _("请给这个查询起个名字。"))
        return redirect(back)
    seen = QueryDict(_condition(asked), mutable=True)
    seen.setlist("c", [column.key for column in finding.columns_of(asked, _user(request))])
    try:
        kept.keep_view(name=name, query=seen.urlencode(), by=_user(request), at=clock.now())
        messages.success(request, _("已保存“%s”，在“保存的查询”里。") % name)
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect(back)


@staff_only
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """平时看哪些列：本人的，下次不写也照这样。"""
    chosen = QueryDict(mutable=True)
    chosen.setlist("c", [key for key in request.POST.getlist("c") if key in finding.BY_KEY])
    kept.keep_view(name="", query=chosen.urlencode(), by=_user(request), at=clock.now())
    messages.success(request, _("记住了，以后都看这些列。"))
    asked = QueryDict(_condition(_asked(request)), mutable=True)
    asked.pop("c", None)
    return redirect(f"{reverse('desk:search')}?{asked.urlencode()}")


@staff_only
@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """给同单位的人用，或者收回。"""
    user = _user(request)
    view = get_object_or_404(CaseView.objects.visible_to(user), pk=pk)
    code = request.POST.get("unit", "")
    unit = get_object_or_404(user.units_with("view_cases"), code=code) if code else None
    try:
        kept.share_view(view, unit=unit, by=user)
        messages.success(
            request, _("%s的人都能用“%s”了。") % (unit, view) if unit else _("“%s”只有您自己用了。") % view
        )
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect("desk:search")


@staff_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """删去保存的查询；删的只是这几个条件，办件一件不少。"""
    view = get_object_or_404(CaseView.objects.visible_to(_user(request)), pk=pk)
    try:
        kept.drop_view(view, by=_user(request))
        messages.success(request, _("已删去查询“%s”。") % view.name)
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect("desk:search")
