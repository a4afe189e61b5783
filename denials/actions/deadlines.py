"""梯子的到期处理:到点自动上移一级,从不替人说行或不行。"""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import transaction

from agencies.models import User
from approvals.actions.deadlines import settle as settle_case
from denials.actions import letters, telling, turns
from denials.models import Clock, Report
from denials.states import ClockKind, Verdict
from office import clocks
from office.papers.words import moment_words
from office.prepared import MOMENT, Prepared
from office.steps import take, take_all


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理和失效处理:返回处理了几个。两个清扫同时跑、中途被杀、晚一天跑,结果一样。"""
    if not _anything().rows(at):  # 多半是没有的,只问一句
        return 0
    # 先失效再到期:办件已撤回的,不该再给谁记一次逾期
    done = sum(lapse_orphan(pk, at=at) for pk in list(_orphans(limit).rows()))
    return done + clocks.sweep(Clock, fire, at=at, limit=limit, together=TOGETHER)


@cache
def _anything() -> Prepared:
    def either(at: datetime.datetime) -> Any:
        orphans = Report.objects.orphaned().values_list("pk")[:1]
        return Clock.objects.due(at).values_list("pk")[:1].union(orphans, all=True)

    return Prepared(either, MOMENT)


@cache
def _orphans(limit: int) -> Prepared:
    return Prepared(lambda: Report.objects.orphaned().values_list("pk", flat=True)[:limit])


def settle(report: Report, *, at: datetime.datetime) -> None:
    """人动手之前,先把办件和报告已经到期的结清(自成一个事务:动手不成也不回退)。"""
    settle_case(report.case, at=at)
    lapse_orphan(report.pk, at=at)  # 结清以后办件有了结果的(届满视为准予)，报告失效，不再往下审
    with transaction.atomic():
        report.lock()
        # 一次结清可能带出下一级的到期(停了一天才跑),所以做到没有为止。
        while clocks.sweep(Clock, fire, at=at, only=report):
            report.lock()


def fire(clock: Clock, *, at: datetime.datetime) -> None:
    """一个期限到了。上移的一级从到达的这一刻起算；48 小时的钟始终从提出时起算，晚跑也不会多出时间。"""
    if clock.kind in TOGETHER:
        TOGETHER[clock.kind]([clock], at=at)
    else:
        _miss_answer(clock.report, clock, by=User.objects.system(), at=at)


def _pass_over_chiefs(due: Sequence[Clock], *, at: datetime.datetime) -> None:
    """科室负责人到点没有审完：上移到分管副局长。"""
    reports, system = _silenced(due, at=at), User.objects.system()
    take_all(reports, "pass_over_chief", by=system, at=at)
    arrive_at_deputy(reports, by=system, at=at)


def _pass_over_deputies(due: Sequence[Clock], *, at: datetime.datetime) -> None:
    """分管副局长到点没有审定：转局长。"""
    reports, system = _silenced(due, at=at), User.objects.system()
    take_all(reports, "pass_over_deputy", by=system, at=at)
    turns.open_current(reports, by=system, at=at)


# 中午十二点一到，全局等着审核的一齐到期：成批上移。
TOGETHER: Mapping[str, clocks.Fire] = {ClockKind.CHIEF: _pass_over_chiefs, ClockKind.DEPUTY: _pass_over_deputies}


def _silenced(due: Sequence[Clock], *, at: datetime.datetime) -> list[Report]:
    """到点没有说话的，轮次一一结束，逾期记下；返回这几份报告。"""
    found = Report.objects.select_related("agency", "policy", "deputy_post", "director_post")
    by_key = found.in_bulk([clock.report_id for clock in due])
    told = [(by_key[clock.report_id], clock.due_at) for clock in due]
    turns.close_silent(told, at=at)
    return [report for report, _due_at in told]


def arrive_at_deputy(reports: Sequence[Report], *, by: User, at: datetime.datetime) -> None:
    """到分管副局长;没有设分管副局长的机关,直接到局长。"""
    take_all([one for one in reports if one.deputy_post is None], "pass_over_deputy", by=User.objects.system(), at=at)
    turns.open_current(reports, by=by, at=at)


def _miss_answer(report: Report, clock: Clock, *, by: User, at: datetime.datetime) -> None:
    """48 小时(或所承诺的时间)没有答复:转局长,把谁在办、新的答复时间告诉申请人,逾期记在当时那一级。"""
    turns.close_silent([(report, clock.due_at)], at=at)
    take(report, "miss_answer", by=by, at=at)
    turns.open_current([report], by=by, at=at)
    promised = report.clocks.running().get(kind=ClockKind.PROMISE)
    standing = report.director_post.holder_at(at) if report.director_post else None
    who = f"{report.agency.short_name}局长" + (f"({standing.user.full_name})" if standing else "")
    reasons = f"没有在{moment_words(clock.due_at)}前答复您，责任在我们。这件事现由{who}直接处理。"
    letters.promise(report, reasons=reasons, who=who, due_at=promised.due_at, by=by, at=at)
    body = f"{reasons}最迟{moment_words(promised.due_at)}答复。没有答复不等于不行。"
    telling.tell_applicant(report.case, "denials.late_answer", "答复推迟", body, by=by, at=at)


def lapse_orphan(pk: int, *, at: datetime.datetime) -> int:
    """失效:办件已撤回或终止的,报告不必再审。"""
    system = User.objects.system()
    with transaction.atomic():
        if not Report.lock_by_key(pk, wait=False):
            return 0
        report = Report.objects.orphaned().filter(pk=pk).first()
        if report is None:
            return 0
        take(report, "lapse", by=system, at=at)
        turns.close(report, by=system, at=at, verdict=Verdict.MOOT)
    return 1
