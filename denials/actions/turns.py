"""轮次:谁的岗、何时到、何时前;开一轮就提醒此刻有职责的人。"""

import datetime

from django.core.exceptions import PermissionDenied

from agencies.models import Post, Unit, User
from agencies.models.post import Standing
from agencies.states import UnitKind
from denials.actions import telling
from denials.models import Lateness, Report, Turn
from denials.states import ClockKind, Rung, Verdict
from office.sure import sure


def chief_posts(report: Report) -> list[Post | None]:
    """由哪些科室负责人审核:窗口件是审批科和业务科室,其余是业务科室。空岗也占一轮,到点照样上报。"""
    units = [report.section]
    if report.unit.kind == UnitKind.WINDOW:
        approval = Unit.objects.filter(agency=report.unit.agency, kind=UnitKind.APPROVAL).order_by("path").first()
        if approval is not None and approval != report.section:
            units.insert(0, approval)
    return [Post.objects.chief_of(unit) for unit in units]


def open_chiefs(report: Report, *, by: User, at: datetime.datetime) -> None:
    due_at = report.clocks.running().get(kind=ClockKind.CHIEF).due_at
    for post in chief_posts(report):
        _open(report, Rung.CHIEF, post, due_at, by=by, at=at)


def open_current(report: Report, *, by: User, at: datetime.datetime) -> None:
    """按报告此刻所在的那一级开轮。"""
    if report.rung == Rung.CHIEF:
        open_chiefs(report, by=by, at=at)
        return
    post = report.deputy_post if report.rung == Rung.DEPUTY else report.director_post
    kinds = [ClockKind.DEPUTY] if report.rung == Rung.DEPUTY else [ClockKind.ANSWER, ClockKind.PROMISE]
    due_at = report.clocks.running().filter(kind__in=kinds).order_by("due_at").values_list("due_at", flat=True)[0]
    _open(report, report.rung, post, due_at, by=by, at=at)


def open_for_clerk(report: Report, *, by: User, at: datetime.datetime) -> None:
    """退回:轮到经办人补充,期限是还在走的答复期限。"""
    due_at = report.clocks.running().order_by("due_at").values_list("due_at", flat=True)[0]
    Turn.objects.create(report=report, rung=Rung.CLERK, opened_at=at, due_at=due_at)


def open_study(report: Report, post: Post | None, rung: str, *, by: User, at: datetime.datetime) -> None:
    """研究:还是这一级,到所承诺的日期为止。"""
    _open(report, rung, post, sure(report.study_due_at), by=by, at=at)


def _open(
    report: Report, rung: str, post: Post | None, due_at: datetime.datetime, *, by: User, at: datetime.datetime
) -> None:
    turn = Turn.objects.create(report=report, rung=rung, post=post, opened_at=at, due_at=due_at)
    telling.tell_holder(turn, by=by, at=at)


def mine(report: Report, *, by: User, at: datetime.datetime) -> tuple[Turn, Standing]:
    """此刻轮到 by 的那一轮和他的身份;同时占两席时先给先开的一席。Raises: PermissionDenied。"""
    for turn in report.turns.open().select_related("post").order_by("pk"):
        standing = turn.post.standing_of(by, at) if turn.post else None
        if standing is not None:
            return turn, standing
    raise PermissionDenied("这份报告此刻不由您审定。")


def speak(turn: Turn, standing: Standing, *, verdict: str, text: str, how_to: str = "", at: datetime.datetime) -> None:
    """记下这一轮的意见。"""
    turn.by, turn.standing, turn.closed_at = standing.user, standing.describe(), at
    turn.verdict, turn.text, turn.how_to = verdict, text, how_to
    turn.save(update_fields=["by", "standing", "closed_at", "verdict", "text", "how_to"])


def close(report: Report, *, by: User, at: datetime.datetime, verdict: str, text: str = "") -> None:
    """结束还开着的轮次(补充已交、已不必再审)。"""
    for turn in report.turns.open():
        turn.by, turn.closed_at, turn.verdict, turn.text = by, at, verdict, text
        turn.save(update_fields=["by", "closed_at", "verdict", "text"])


def close_silent(report: Report, *, at: datetime.datetime, due_at: datetime.datetime) -> None:
    """到点没有意见:逾期记在那一级、那个岗、到点时有职责的人名下。"""
    for turn in report.turns.open().select_related("post"):
        standing = turn.post.holder_at(due_at) if turn.post else None
        person = standing.user if standing else (report.clerk if turn.rung == Rung.CLERK else None)
        Lateness.objects.create(
            report=report, rung=turn.rung, post=turn.post, user=person, due_at=due_at, noticed_at=at
        )
        turn.closed_at, turn.verdict = at, Verdict.SILENT
        turn.save(update_fields=["closed_at", "verdict"])
