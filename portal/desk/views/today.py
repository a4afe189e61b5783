"""今日：等我做的事，最急的在前；16:30 的汇总、谁离岗谁代、没送出去的通知、消息。"""

import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Absence, Agency, Holding, Post, User
from agencies.states import Rank
from approvals.models import Difference, Message
from approvals.states import clock_label
from catalog.states import DeliveryWay
from denials.actions import sheets
from denials.models import Recall, RegisterEntry, Report, Turn
from office.notices import actions as notices
from office.notices import digests
from office.notices.kinds import STAFF
from office.notices.models import Notice
from office.steps import NotNow
from office.workdays import clock
from portal import words
from portal.desk import queues, set_aside, story
from portal.desk.access import staff, staff_only
from portal.desk.pages import page, show_or_save
from portal.desk.views import calendar
from portal.notice_forms import PaceForm, fixed

SHOWN, FEW = 20, 6
CHOSEN: dict[str, Any] = {
    DeliveryWay.EXPRESS: lazy("等邮寄"),
    DeliveryWay.WINDOW: lazy("等来领"),
    DeliveryWay.ELECTRONIC: lazy("电子送达"),
}


@staff_only
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    at = clock.now()
    numbers = queues.counts(user, at)
    inbox = Notice.objects.inbox(user).unread()
    context = {
        "counts": numbers,
        "rows": rows(queues.tasks(user, at)[:SHOWN], at),
        "queues": [(queue, numbers[queue.key]) for queue in queues.QUEUES if numbers[queue.key]],
        "returned": [(report, story.time_left(report.due_at, at)) for report in queues.returned(user)[:SHOWN]],
        "messages_in": messages_in(user),
        "to_serve": to_serve(user, at) if numbers["set_aside"] else (),
        "differences": differences(user, at) if numbers["differences"] else (),
        "recalls": Recall.objects.waiting_for(user, at).count() if user.is_staff else 0,
        "ladder": Turn.objects.waiting_for(user, at).count(),
        "sheets": next_sheets(user, at),
        "absences": absences(user, at),
        "covering": covering(user, at),
        "on_duty": calendar.on_duty(user.unit_keys("view_cases"), at),
        "unsent": story.targets(Notice.objects.failed_for(user)[:FEW]),
        "inbox": story.targets(inbox[:FEW]),
        "unread": inbox.order_by().count(),
    }
    return page(request, "desk/today.html", context, at)


def messages_in(user: User) -> Any:
    """申请人发来、还没有人看的，先到的在前。"""
    return Message.objects.waiting_for(user).select_related("case__guide").order_by("sent_at", "pk")[:FEW]


def to_serve(user: User, at: datetime.datetime) -> list[Any]:
    """原决定送达过、撤销告知书还没有送到的，先到期的在前。"""
    found = set_aside.waiting_for(user).select_related("case__guide")[:FEW]
    return [(one.case, one.due_at, story.time_left(one.due_at, at)) for one in found]


def differences(user: User, at: datetime.datetime) -> list[Any]:
    """记在我名下、还没有处理的差异，移交的、邮件的，先到期的在前。"""
    found = Difference.objects.open().filter(owner=user).select_related("case__guide").order_by("due_at", "pk")[:FEW]
    return [(one, story.time_left(one.due_at, at)) for one in found]


def rows(cases: Any, at: datetime.datetime) -> list[dict[str, Any]]:
    """一件一行：该做什么、还剩多久。"""
    made = []
    for case in cases:
        left, tone = story.time_left(case.due_at, at)
        queue = queues.BY_KEY.get(getattr(case, "queue", ""))
        way = getattr(case, "chosen_way", "") if queue is not None and queue.key == "deliver" else ""
        row = {"case": case, "queue": queue, "clock": clock_label(case.due_kind or ""), "left": left, "tone": tone}
        made.append(row | {"chosen": CHOSEN.get(way or "", "")})
    return made


def next_sheets(user: User, at: datetime.datetime) -> list[dict[str, Any]]:
    """下一张日汇总表何时截止，现在会有哪些：看得见的报告和报备里，还没有上过表的。"""
    units = user.units_with("view_cases")
    made = []
    for agency in Agency.objects.filter(units__in=units).distinct():
        closes_at = sheets.expected_sheet(agency, at)
        reports = Report.objects.visible_to(user).filter(agency=agency, sheets=None).select_related("case__item")
        entries = RegisterEntry.objects.filter(agency=agency, unit__in=units, sheets=None)
        made.append(
            {
                "agency": agency,
                "closes_at": closes_at,
                "left": words.span(closes_at - at) if closes_at > at else "",
                "reports": list(reports.order_by("filed_at")[:FEW]),
                "total": reports.count(),
                "entries": entries.count(),
            }
        )
    return made


def absences(user: User, at: datetime.datetime) -> list[dict[str, Any]]:
    """我所在单位此刻离岗的人，和此刻由谁代。"""
    units = user.units_with("view_cases")
    held = Holding.objects.running(at).filter(post__unit__in=units, user=OuterRef("user"))
    away = Absence.objects.covering(at).filter(Exists(held)).select_related("user").order_by("from_at")
    made = []
    for absence in away[:FEW]:
        mine = Holding.objects.running(at).filter(user=absence.user, rank=Rank.A)
        posts = list(Post.objects.filter(holdings__in=mine, unit__in=units).distinct())
        standings = Holding.objects.standings_of((post.pk for post in posts), at)
        made.append({"absence": absence, "posts": [(post, standings.get(post.pk)) for post in posts]})
    return made


def covering(user: User, at: datetime.datetime) -> list[Any]:
    """此刻由我以 B 岗代行的岗位。"""
    return [standing for standing in user.standings(at).values() if standing.rank == Rank.B]


@staff_only
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """重发：负责人联系好了，再送一次。"""
    notice = get_object_or_404(Notice.objects.filter(responsible=request.user), pk=pk)
    try:
        notices.resend(notice, by=staff(request), at=clock.now())
        messages.success(request, _("已放回托盘，马上重新发送。"))
    except NotNow as reason:
        messages.error(request, str(reason))
    return redirect("desk:today")


@staff_only
@show_or_save
def paces(request: HttpRequest) -> HttpResponse:
    """各种通知怎样收；督办的改不了。"""
    user = staff(request)
    form = PaceForm(STAFF, user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        digests.choose(user, paces=form.paces(), by=user, at=clock.now())
        messages.success(request, _("已记下您的选择。"))
        return redirect("desk:notice-paces")
    return page(request, "desk/notice_paces.html", {"form": form, "fixed": fixed(STAFF)}, clock.now())


@staff_only
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """消息全部标为已读。"""
    notices.read(staff(request), at=clock.now())
    return redirect("desk:today")
