"""送达撤销告知书：“不”已经送到（或者已经寄出）以后才撤销的，告知书另行送达，自己的期限、自己的回证。"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from agencies.models import User
from approvals import rules
from approvals.actions import letters, telling
from approvals.models import Case
from approvals.models.delivery import RESULT
from approvals.states import DECIDED, ClockKind
from office import clocks
from office.clocks import Term
from office.papers.models import Paper
from office.papers.words import last_day_words
from office.steps import NotNow
from office.workdays import calendar as workdays

SERVE_DAYS, BASIS = 10, "参照行政许可法第四十四条"


def begin(case: Case, *, by: User, at: datetime.datetime) -> None:
    """另行送达：起十个工作日，告诉原来的首问责任人；结果还没有送出的，与结果一起送，不另起。在事务里调用。"""
    if case.state in DECIDED and not case.deliveries.of(RESULT).on_the_way().exists():
        return
    calendar = workdays.calendar_for(case.agency.code)
    due_at, provisional = workdays.due(at, SERVE_DAYS, "wd", calendar=calendar)
    clocks.start(case, ClockKind.SET_ASIDE, Term(SERVE_DAYS, "wd", BASIS, due_at, provisional), at=at)
    body = f"原决定已经送达过，请在{last_day_words(due_at)}前送达《撤销决定、重新办理告知书》；另有一份送达回证。"
    subject = f"请送达撤销告知书：{case.number}"
    telling.tell_staff(case, [case.responsible], "denials.serve_set_aside", subject, body, by=by, at=at)


def is_apart(case: Case) -> bool:
    """撤销告知书是不是另行送达、还没有送到。"""
    return bool(case.clocks.running().filter(kind=ClockKind.SET_ASIDE).exists())


def notices_of(case: Case) -> "Iterable[Paper]":
    """撤销告知书。"""
    found: Iterable[Paper] = Paper.objects.about(case).of_kind("set_aside").in_force().order_by("pk")
    return found


def results_of(case: Case) -> "Iterable[Paper]":
    """随结果一起送的：决定书；撤销告知书另行送达的，不在内。"""
    return [paper for paper in letters.results_of(case) if paper.kind != "set_aside" or not is_apart(case)]


def may_send(case: Case, by: User) -> None:
    """Raises: NotNow(没有要另行送达的)、PermissionDenied。"""
    if not rules.by_system(case, by) and not rules.handles(case, by):
        raise PermissionDenied("只有办过这一件的窗口和科室可以送达。")
    if not is_apart(case):
        raise NotNow("没有要另行送达的撤销告知书。")
