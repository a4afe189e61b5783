"""收费：核定、减免、登记缴费、退费；没有了结的清单；各事项收了多少。"""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from approvals.actions import fees
from approvals.models import Fee
from approvals.rules.fees import yuan
from catalog.rules.tables import guarded
from denials.rules import LADDER
from office.workdays import clock
from portal.desk import periods
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.fee_forms import AssessForm, OrderRefundForm, PayForm, ReduceForm, RefundForm
from portal.desk.fees import NAMES, fee_of, figures, may_do
from portal.desk.pages import done, page, show_or_save
from portal.desk.views.deeds import filled, given
from portal.files import attachment

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# 步名 → 动作、说什么、摆出哪份文书。
DEEDS: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "assess": (fees.assess, lazy("已核定，缴费通知书可以打印了。"), "fee_notice"),
    "reduce": (fees.reduce, lazy("减免已记下。"), "fee_notice"),
    "pay": (fees.pay, lazy("已登记缴费。"), ""),
    "order_refund": (fees.order_refund, lazy("已定：应当退费，请办退付。"), ""),
    "refund": (fees.refund, lazy("已登记退费。"), ""),
}


@staff_only
@show_or_save
def deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """费用上的一个动作；不收费的办件没有这一页。"""
    case, at = case_of(request, number), clock.now()
    fee = fee_of(case)
    if name not in DEEDS or fee is None:
        raise Http404
    require(may_do(fee, request.user, name))
    act_on, words, paper = DEEDS[name]

    def act(form: Any) -> None:
        act_on(case, by=staff(request), at=at, **form.told())

    return filled(
        request, case, form_for(name, fee, given(request)), "desk/fee.html", act,
        lambda: done(request, case, words, paper), at, name=NAMES[name],
    )  # fmt: skip


def form_for(name: str, fee: Fee, data: Any) -> forms.Form:
    if name == "assess":
        return AssessForm(fee.case.guide.fee["lines"], data)
    if name == "reduce":
        return ReduceForm(fee, data)
    if name == "pay":
        return PayForm(clock.now(), data)
    return OrderRefundForm(data) if name == "order_refund" else RefundForm(data)


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """没有了结的：等核定、等退的在前，待缴的在后。"""
    user, at = staff(request), clock.now()
    rows = Fee.objects.visible_to(user).unsettled().with_context().order_by("state", "arose_at", "pk")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "desk/fees.html", {"page": shown, "leads": user.may_somewhere(*LADDER)}, at)


def _asked(request: HttpRequest) -> tuple[periods.PeriodForm, list[dict[str, Any]], dict[str, int]]:
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*LADDER))
    form, since, until = periods.asked(request, at)
    rows = figures(Fee.objects.visible_to(user), since, until)
    return form, rows, {name: sum(row[name] for row in rows) for name in COLUMNS}


COLUMNS = {
    "cases": lazy("件数"),
    "due": lazy("照标准应缴"),
    "reduced": lazy("减免"),
    "taken": lazy("已缴"),
    "returned": lazy("其中已退"),
    "owed": lazy("还没有缴"),
    "dropped": lazy("不再收"),
}


@staff_only
@require_safe
def totals(request: HttpRequest) -> HttpResponse:
    """各事项收了多少；缺省是最近三十天产生的。"""
    form, rows, total = _asked(request)
    context = {"form": form, "columns": COLUMNS, "rows": [_told(row["case__item__name"], row) for row in rows]}
    context |= {"total": _told(_("合计"), total) if rows else None, "asked": request.GET.urlencode()}
    return page(request, "desk/fee_figures.html", context, clock.now())


def _told(name: str, row: dict[str, Any]) -> tuple[str, list[tuple[Any, str]]]:
    """一行：事项，各栏的名称和数。"""
    return name, [
        (label, str(row[key]) if key == "cases" else yuan(row[key]).removesuffix("元"))
        for key, label in COLUMNS.items()
    ]


@staff_only
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """同一段时间的数，电子表格。名称都按字写，不会被当成公式；数是数，单位是元。"""
    _form, rows, _total = _asked(request)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("收费"))
    sheet.append([_("事项"), *(str(label) for label in COLUMNS.values())])
    for row in rows:
        name = WriteOnlyCell(sheet, guarded(row["case__item__name"]))
        name.data_type = "s"
        sheet.append([name, *(row[key] if key == "cases" else Decimal(row[key]) / 100 for key in COLUMNS)])
    out = io.BytesIO()
    book.save(out)
    return attachment(ContentFile(out.getvalue()), _("收费.xlsx"), XLSX)
