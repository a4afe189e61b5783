"""轮次:谁的岗、何时到、何时前;开一轮就提醒此刻有职责的人。"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from agencies.models import Holding, Post, Unit, User
from agencies.models.post import Standing
from agencies.states import UnitKind
from denials.actions import telling
from denials.models import Clock, Lateness, Report, Turn
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


def open_current(reports: Sequence[Report], *, by: User, at: datetime.datetime) -> None:
    """按各份报告此刻所在的那一级开轮。"""
    running: dict[int, dict[str, datetime.datetime]] = {}
    for report, kind, due_at in (
        Clock.objects.running().filter(report__in=reports).values_list("report", "kind", "due_at")
    ):
        running.setdefault(report, {})[kind] = due_at
    opened = [turn for one in reports for turn in _turns_of(one, running[one.pk], at)]
    _open(opened, by=by, at=at)


def _turns_of(report: Report, due: dict[str, datetime.datetime], at: datetime.datetime) -> list[Turn]:
    """要开的轮次，还没有存；due 是还在走的期限。"""
    if report.rung == Rung.CHIEF:
        return [_turn(report, Rung.CHIEF, post, due[ClockKind.CHIEF], at) for post in chief_posts(report)]
    if report.rung == Rung.DEPUTY:
        return [_turn(report, Rung.DEPUTY, report.deputy_post, due[ClockKind.DEPUTY], at)]
    soonest = min(when for kind, when in due.items() if kind in (ClockKind.ANSWER, ClockKind.PROMISE))
    return [_turn(report, report.rung, report.director_post, soonest, at)]


def open_for_clerk(report: Report, *, by: User, at: datetime.datetime) -> None:
    """退回:轮到经办人补充,期限是还在走的答复期限。"""
    due_at = report.clocks.running().order_by("due_at").values_list("due_at", flat=True)[0]
    _turn(report, Rung.CLERK, None, due_at, at).save()


def open_study(report: Report, post: Post | None, rung: str, *, by: User, at: datetime.datetime) -> None:
    """研究:还是这一级,到所承诺的日期为止。"""
    _open([_turn(report, rung, post, sure(report.study_due_at), at)], by=by, at=at)


def _turn(report: Report, rung: str, post: Post | None, due_at: datetime.datetime, at: datetime.datetime) -> Turn:
    return Turn(report=report, rung=rung, post=post, opened_at=at, due_at=due_at)


def _open(opened: Sequence[Turn], *, by: User, at: datetime.datetime) -> None:
    Turn.objects.bulk_create(opened)
    telling.tell_holders(opened, by=by, at=at)


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


def close_silent(due: Sequence[tuple[Report, datetime.datetime]], *, at: datetime.datetime) -> None:
    """到点没有意见(报告、哪一刻到点):逾期记在那一级、那个岗、到点时有职责的人名下。"""
    limits = {report.pk: (report, due_at) for report, due_at in due}
    silent = list(Turn.objects.open().filter(report__in=limits))
    standings = {
        moment: Holding.objects.standings_of({turn.post_id for turn in silent if turn.post_id}, moment)
        for moment in {due_at for _report, due_at in due}
    }
    late = []
    for turn in silent:
        report, due_at = limits[turn.report_id]
        standing = standings[due_at].get(turn.post_id) if turn.post_id else None
        person = standing.user if standing else (report.clerk if turn.rung == Rung.CLERK else None)
        late.append(
            Lateness(report=report, rung=turn.rung, post_id=turn.post_id, user=person, due_at=due_at, noticed_at=at)
        )
    Lateness.objects.bulk_create(late)
    Turn.objects.filter(pk__in=[turn.pk for turn in silent]).update(closed_at=at, verdict=Verdict.SILENT)
