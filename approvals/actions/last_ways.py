"""送不到怎么办：上门直接送达、留置送达、到窗口拒绝签收、公告送达；公告是最后的一种，期满以后来领的另记一笔。依据民事诉讼法关于送达的规定，行政程序参照。"""

import datetime
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from agencies.models import User
from approvals import rules
from approvals.actions import archiving, deadlines, delivering, letters, served, telling
from approvals.models import Case, Clock, Delivery
from approvals.models.delivery import RESULT, Sent
from approvals.states import PUBLIC_NOTICE, ApplicantKind, DeliveryResult, LastWay
from office import clocks
from office.clocks import Term
from office.identity import IdentityKind
from office.papers.words import last_day_words
from office.steps import NotNow
from office.workdays import calendar as workdays

NOTICE_DAYS = 30  # 民事诉讼法第九十五条：自发出公告之日起，经过三十日，即视为送达
NOTICE_BASIS = "参照民事诉讼法第九十五条"
COLLECTED = ("collector", "collector_id_kind", "collector_id", "relation")
TWO = "上门、留置、拒绝签收的，要有两名送达人，不能是同一个人。"


def at_the_door(
    case: Case, *, collector: str, relation: str, place: str, second: User, by: User, at: datetime.datetime,
    what: Sent = RESULT,
) -> Delivery:  # fmt: skip
    """上门直接送达：本人签收；本人不在的，同住的成年家属代收；单位由法定代表人或者负责收件的人签收(第八十八条)。

    Raises: NotNow、PermissionDenied。
    """
    _two(case, second, by)
    applicant = case.applicant
    if applicant.kind == ApplicantKind.PERSON and not relation and collector != applicant.name:
        raise NotNow("不是本人签收的，请写明与受送达人的关系；只有同住的成年家属可以代收。")
    if applicant.kind != ApplicantKind.PERSON and not relation:
        raise NotNow("单位的文书由谁签收，请写明他的身份，例如“法定代表人”“负责收件的人”。")
    row = _row(case, LastWay.DOOR, what, by, at)
    row.collector, row.relation, row.place, row.second = collector, relation, place, second
    who = f"{collector}{f'（{relation}）' if relation else '（本人）'}"
    deadlines.settle(case, at=at)
    return served.received(row, f"上门直接送达：{who}签收", by=by, at=at)


def left_behind(
    case: Case, *, explained: str, witness: str, recorded: bool, place: str, second: User, by: User,
    at: datetime.datetime, what: Sent = RESULT,
) -> Delivery:  # fmt: skip
    """留置送达：拒收的，有见证人签名，或者拍照、录像记下过程，把文书留在住所，就算送达(第八十九条)。

    Raises: NotNow、PermissionDenied。
    """
    _two(case, second, by)
    if not witness and not recorded:
        raise NotNow("留置要有基层组织或者所在单位的代表见证，或者拍照、录像记录过程，两样至少有一样。")
    row = _row(case, LastWay.LEFT, what, by, at)
    row.explained, row.witness, row.recorded = explained, witness, recorded
    row.place, row.second = place, second
    deadlines.settle(case, at=at)
    return served.received(row, f"留置送达：{explained}"[:200], by=by, at=at)


def unsigned(
    case: Case, *, explained: str, witness: str = "", second: User, by: User, at: datetime.datetime,
    what: Sent = RESULT,
) -> Delivery:  # fmt: skip
    """到窗口来了，拒绝签署送达回证：两名送达人注明情况、签名，视为送达(参照民诉法解释第一百三十一条，待确认)。

    Raises: NotNow、PermissionDenied。
    """
    _two(case, second, by)
    row = _row(case, LastWay.UNSIGNED, what, by, at)
    row.explained, row.witness, row.second = explained, witness, second
    deadlines.settle(case, at=at)
    return served.received(row, f"到窗口拒绝签收：{explained}"[:200], by=by, at=at)


def uncollected(case: Case) -> "QuerySet[Delivery]":
    """公告期满算送达了、本人还没有来领的。"""
    full = case.deliveries.filter(way=LastWay.NOTICE, result=DeliveryResult.RECEIVED, collected_at=None)
    return cast("QuerySet[Delivery]", full)


def may_collect(case: Case, row: Delivery, user: User) -> bool:
    return rules.may_take_in(case, user) if row.sent.is_result else rules.handles(case, user)


def collect(
    row: Delivery, *, collector: str, id_number: str, relation: str, by: User, at: datetime.datetime,
    id_kind: str = IdentityKind.RESIDENT,
) -> Delivery:  # fmt: skip
    """公告期满以后来领：核对身份，交给他，出一份领取的回证；送达的日期、各个期限都不变。

    Raises: NotNow(没有期满、领过了、证件不对)、PermissionDenied。
    """
    case = row.case
    with transaction.atomic():
        case.lock()
        if not may_collect(case, row, by):
            raise PermissionDenied("由收件窗口、办过这一件的人交给他。")
        found = uncollected(case).filter(pk=row.pk).first()
        if found is None:
            raise NotNow("公告还没有期满，或者已经领走了。")
        told = delivering.identified(case, id_kind=id_kind, id_number=id_number, relation=relation, at=at)
        found.collector, found.relation = collector, told.relation
        found.collector_id_kind, found.collector_id = id_kind, told.number
        found.collected_at, found.handed_by = at, by
        found.save(update_fields=[*COLLECTED, "collected_at", "handed_by"])
        paper = letters.collection(case, found, served.papers_of(found), by=by, at=at)
        delivering.noted(case, "collect_after_notice", by=by, at=at, paper=str(paper))
        archiving.renew(case, at=at)
    return found


def put_up(
    case: Case, *, explained: str, missing: bool, place: str, by: User, at: datetime.datetime, what: Sent = RESULT
) -> Delivery:
    """公告送达：下落不明，或者别的方式送过、送不到的，才可以；经过三十日才算送达，其间送达的期限停着(第九十五条)。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        delivering.may_send(case, what, by)
        if what.is_result and not rules.in_the_desks_hands(case):
            raise NotNow(rules.in_the_desks_hands.reason)
        tried = case.deliveries.of(what)
        if tried.on_the_way().exists():
            raise NotNow(served.ON_THE_WAY)
        if not missing and not tried.filter(result=DeliveryResult.RETURNED).exclude(way=LastWay.NOTICE).exists():
            raise NotNow("公告是最后的一种：先用别的方式送过、退回来了，或者受送达人下落不明，才能公告。")
        row = _row(case, LastWay.NOTICE, what, by, at)
        for clock in served.clocks_of(row):
            clock.pause(at)
            clock.save(update_fields=["paused_at"])
        row.explained, row.missing, row.place, row.clock = explained, missing, place, _thirty_days(case, what, at)
        row.save()
        letters.service_notice(case, row, served.papers_of(row), by=by, at=at)
        until = last_day_words(row.clock.due_at)
        delivering.noted(case, "put_up_notice", by=by, at=at, until=until)
        body = f"办件 {case.number} 的文书没有送到，已在{place}公告，到{until}视为送达；您随时可以到窗口领取。"
        telling.tell_applicant(case, "case.dispatched", "文书已公告送达", body, by=by, at=at)
    return row


def _thirty_days(case: Case, what: Sent, at: datetime.datetime) -> Clock:
    due_at, provisional = workdays.due(at, NOTICE_DAYS, "d", calendar=workdays.calendar_for(case.agency.code))
    kind = f"{PUBLIC_NOTICE}{what.key}"
    made: Clock = clocks.start(case, kind, Term(NOTICE_DAYS, "d", NOTICE_BASIS, due_at, provisional), at=at)
    return made


def _two(case: Case, second: User, by: User) -> None:
    if second not in served.servers(case, by):
        raise NotNow(TWO)


def _row(case: Case, way: str, what: Sent, by: User, at: datetime.datetime) -> Delivery:
    return Delivery(case=case, **delivering.columns(what), way=way, sent_at=at, sent_by=by)
