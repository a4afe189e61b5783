"""送到了：结果、撤销决定书、撤销告知书到手以后各走各的一步，出送达回证；公告的期满了也从这里走。

人动手以前的结清由调用的一方先做（delivering、last_ways），到期处理（deadlines）也直接调用。
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from agencies.models import User
from approvals import rules
from approvals.actions import (
    bars,
    certifying,
    joint_course,
    letters,
    pledge_papers,
    retraction_papers,
    retraction_steps,
    serving,
    telling,
)
from approvals.models import Case, Clock, Delivery, Pledge, Retraction
from approvals.states import REVOKED, CertificateEnd, ClockKind, DeliveryResult
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow, take
from office.workdays.rules import local

INSTANT = datetime.timedelta(microseconds=1)
ON_THE_WAY = "已经寄出了，还没有回音。退回来的，先记下退回。"
OVER = "没有寄出过，或者已经有了结果。"
INVITATION = (
    "办件 %s 的结果已送达。欢迎在“查进度”里评价这次服务，一件评一次；不满意的，会有人联系您。评不评价都不影响结果。"
)


def received(row: Delivery, note: str, *, by: User, at: datetime.datetime, alone: bool = True) -> Delivery:
    """送到了：row 是新的一次，或者寄出、公告了的那一次；alone=False 的，回证由几件合出一份。

    note 连同谁收的，写在办件和文书上，随档案销毁；日志只增不改，只写方式(way)。Raises: NotNow、PermissionDenied。
    """
    case = row.case
    with transaction.atomic():
        case.lock()
        under_way = set(case.deliveries.of(row.sent).on_the_way().values_list("pk", flat=True))
        if under_way - {row.pk}:
            raise NotNow(ON_THE_WAY)
        if row.pk and not under_way:
            raise NotNow(OVER)
        sent = list(papers_of(row))
        if row.set_aside:
            _set_aside(row, note, by=by, at=at)
        elif row.retraction is not None:
            _retraction(row, row.retraction, note, by=by, at=at)
        elif row.pledge is not None:
            _revocation(row, row.pledge, note, by=by, at=at)
        else:
            result(case, way=row.get_way_display(), note=note, by=by, at=at)
        row.result, row.ended_at = DeliveryResult.RECEIVED, at
        row.save()
        if alone:
            letters.delivery(case, row, sent, by=by, at=at)
    return row


def servers(case: Case, by: User) -> list[User]:
    """可以一起送的：收件窗口、承办科室的人，不在回避之列，不是自己。"""
    window = User.objects.trusted_with("take_in", case.intake_unit)
    section = User.objects.trusted_with("review_case", case.section)
    found = {one.pk: one for one in (*window, *section) if one != by and not rules.stays_out(case, one)}
    return list(found.values())


def notice_over(clock: Clock, *, at: datetime.datetime) -> None:
    """公告期满：第三十日终了就是送达的时刻，由系统登记，出送达回证。在到期处理的事务里调用。"""
    row = Delivery.objects.select_related("case", "pledge", "retraction").get(clock=clock)
    clock.stop(at)
    clock.late = False
    clock.save(update_fields=["ended_at", "late"])
    up = timezone.localtime(row.sent_at)
    note = f"公告送达：{up.year}年{up.month}月{up.day}日发出，三十日期满"
    received(row, note, by=User.objects.system(), at=clock.due_at - INSTANT)


def papers_of(row: Delivery) -> Iterable[Paper]:
    """这一次送的是哪几份文书。"""
    if row.retraction is not None:
        return retraction_papers.papers_of(row.retraction, of_notice=row.of_notice)
    if row.pledge is not None:
        return pledge_papers.revocations(row.pledge)
    return serving.notices_of(row.case) if row.set_aside else serving.results_of(row.case)


def clocks_of(row: Delivery) -> Any:
    """这一次送达的时钟：办件结果的、撤销决定书的、撤销告知书的、撤回撤销的文书的。"""
    kind: str = ClockKind.SET_ASIDE if row.set_aside else ClockKind.DELIVERY
    if row.pledge is not None:
        kind = f"{REVOKED}{row.pledge.case_material.material.key}"
    if row.retraction is not None:
        kind = ClockKind.RETRACTION_SERVE
    return row.case.clocks.running().filter(kind=kind).select_for_update(of=("self",))


def result(case: Case, *, way: str, note: str, by: User, at: datetime.datetime) -> None:
    """办件的结果送到了：走“送达”这一步，决定书随之送达。在事务里调用。Raises: NotNow、PermissionDenied。"""
    take(case, "deliver", by=by, at=at, note=way, delivery_note=note)
    _mark(serving.results_of(case), note, by=by, at=at)
    bars.of_refusal(case, at)
    telling.tell_applicant(case, "case.delivered", "结果已送达，请您评价", INVITATION % case.number, by=by, at=at)
    joint_course.follow(case, by=by, at=at)


def _set_aside(row: Delivery, note: str, *, by: User, at: datetime.datetime) -> None:
    """撤销告知书送到了：停它自己的时钟。"""
    case = row.case
    serving.may_send(case, by)
    _stop(row, at)
    _mark(serving.notices_of(case), note, by=by, at=at)
    _noted(case, "serve_set_aside", row.get_way_display(), by=by, at=at)
    body = f"办件 {case.number} 的撤销告知书已送达，复议、诉讼的期限从今天起算，详见告知书。"
    telling.tell_applicant(case, "denials.set_aside_served", "撤销告知书已送达", body, by=by, at=at)


def _revocation(row: Delivery, pledge: Pledge, note: str, *, by: User, at: datetime.datetime) -> None:
    """撤销决定书送到了：决定从这时起失去效力，据它发的证照也是。"""
    case = row.case
    pledge.lock()
    _stop(row, at)
    take(pledge, "serve", by=by, at=at, note=row.get_way_display())
    _mark(pledge_papers.revocations(pledge), note, by=by, at=at)
    day, basis = local(at).date(), pledge_papers.revoked_by(pledge)
    certifying.retract(case, ended_as=CertificateEnd.REVOKED, ended_on=day, basis=basis, by=by, at=at)
    _noted(case, "serve_revocation", row.get_way_display(), by=by, at=at)
    body = f"办件 {case.number} 的撤销决定书已送达，复议、诉讼的期限从今天起算，详见决定书。"
    telling.tell_applicant(case, "pledge.served", "撤销决定书已送达", body, by=by, at=at)


def _retraction(row: Delivery, one: Retraction, note: str, *, by: User, at: datetime.datetime) -> None:
    """撤回、撤销的文书送到了：告知书的，陈述申辩从这时起；决定书的，决定和证照从这时起失去效力。"""
    one.lock()
    _stop(row, at)
    (retraction_steps.told if row.of_notice else retraction_steps.served)(one, row.get_way_display(), by=by, at=at)
    _mark(papers_of(row), note, by=by, at=at)


def _stop(row: Delivery, at: datetime.datetime) -> None:
    for clock in clocks_of(row):
        clock.stop(at)
        clock.save(update_fields=["ended_at", "late"])


def _mark(sent: Iterable[Paper], note: str, *, by: User, at: datetime.datetime) -> None:
    for paper in sent:
        papers.deliver_mark(paper, how=note[:60], by=by, at=at)


def _noted(case: Case, verb: str, way: str, *, by: User, at: datetime.datetime) -> None:
    journal.record(
        f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts={"note": way}
    )
