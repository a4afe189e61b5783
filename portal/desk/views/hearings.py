"""听证的各步：登记要求、定时间地点、完成笔录。一个网址一步，先填一页。"""

import datetime
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Holding, User
from approvals.actions import hearing as hearings
from approvals.models import Case, Hearing
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.pages import done, show_or_save
from portal.desk.procedure_forms import OrderForm, RecordForm, RequestForm, ScheduleForm, WaiveForm
from portal.desk.procedures import HEARING
from portal.desk.views.deeds import filled, given

# 步名 → 动作、做成了说什么、摆出哪份文书。
DEEDS: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "request": (hearings.request, lazy("已登记，二十个工作日内组织听证。"), ""),
    "order": (hearings.order, lazy("已定为依职权听证，二十个工作日内组织。"), ""),
    "waive": (hearings.waive, lazy("已登记，特别程序结束。"), ""),
    "schedule": (hearings.schedule, lazy("时间地点已定，听证通知书、听证公告可以打印了。"), "hearing_notice"),
    "finish_record": (hearings.record, lazy("笔录已完成，可以打印签名了。"), "hearing_record"),
}


@staff_only
@show_or_save
def hearing(request: HttpRequest, number: str, pk: int, name: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    found: Hearing = get_object_or_404(case.hearings.select_related("procedure", "chair", "party"), pk=pk)
    if name not in DEEDS:
        raise Http404
    require(may(found, request.user, name))
    deed, words, paper = DEEDS[name]

    def act(form: Any) -> None:
        deed(found, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, form_for(name, case, at, given(request)), "desk/hearing.html", act,
        lambda: done(request, case, words, paper), at, name=HEARING[name], hearing=found,
    )  # fmt: skip


def form_for(name: str, case: Case, at: datetime.datetime, data: Any) -> Any:
    if name == "schedule":
        return ScheduleForm(possible_chairs(case, at), data)
    if name == "request":
        return RequestForm(case.parties.order_by("pk") if case.has_parties else (), data)
    return {"waive": WaiveForm, "finish_record": RecordForm, "order": OrderForm}[name](data)


def possible_chairs(case: Case, at: datetime.datetime) -> Any:
    """本机关在任的人，这件申请的审查人、回避的人、申请人除外；最后由动作把关。"""
    serving = Holding.objects.running(at).filter(post__unit__agency=case.agency_id).values("user")
    reviewers = case.reviews(manager="every").exclude(reviewer=None).values("reviewer")
    found = User.objects.filter(pk__in=serving, is_active=True).exclude(pk__in=[*case.recused, case.user_id or 0])
    return found.exclude(pk__in=reviewers).order_by("full_name")
