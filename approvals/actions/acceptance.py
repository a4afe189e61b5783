"""受理那一刻要定下的:权力来源、以谁的名义、容缺期限。受理与视为受理共用。"""

import datetime

from agencies.models import Agency
from approvals.models import Case, CaseMaterial
from approvals.states import REMIND, ClockKind, Verdict
from catalog.models import Authority
from office import clocks
from office.clocks import Term
from office.papers.words import last_day_words
from office.steps import NotNow
from office.sure import sure
from office.workdays import calendar as workdays
from office.workdays.rules import end_of, local

REMIND_BEFORE = datetime.timedelta(days=3)  # 到期前三天提醒


def in_force(case: Case, at: datetime.datetime) -> Authority | None:
    """决定机关此日对此事项的权力来源。"""
    return Authority.objects.in_force(case.item, case.agency, local(at).date())


def source_of(case: Case) -> Authority | None:
    """凭哪一项权力办:记在办件上的；还没有记、又不是本机关的事项的,看收件那一天的。"""
    if case.authority_id or case.agency_id == case.item.agency_id:
        return case.authority
    return in_force(case, case.received_at)


def in_name_of(case: Case) -> Agency:
    """以哪个机关的名义:受委托的是委托机关，它是复议的被申请人、诉讼的被告。

    行政许可法第二十四条、行政复议法第十九条、行政诉讼法第二十六条第五款；下放的、本机关的，是决定机关自己。
    """
    source = source_of(case)
    return case.agency if source is None else source.principal or case.agency


def issuers_of(case: Case) -> set[Agency]:
    """原来的证照可能是谁发的：以谁的名义的、决定机关自己的、事项所属机关的（委托、下放以前由它发）。"""
    return {in_name_of(case), case.agency, case.item.agency}


def start_deferred(case: Case, at: datetime.datetime) -> None:
    """受理:容缺的每一份起一个时钟;期限不得晚于办结期限(视为受理时没有人能改日期,就以办结期限为限)。

    Raises: NotNow。
    """
    limits = [clock.due_at for clock in case.clocks.running().exclude(kind=ClockKind.ASSIGN)]
    for row in case.materials.select_related("material").filter(verdict=Verdict.DEFERRED):
        start_deferral(case, row, at, latest=min(limits, default=None), cut=case.deemed)


def start_deferral(
    case: Case, row: CaseMaterial, at: datetime.datetime, *, latest: datetime.datetime | None, cut: bool = False
) -> None:  # fmt: skip
    """容缺的一份:起补交的时钟,到期前另有提醒;晚于 latest 的,cut 为真就以它为限。Raises: NotNow。"""
    due_at = end_of(sure(row.due_date))
    if latest is not None and due_at > latest:
        if not cut:
            raise NotNow(f"“{row.material.name}”的补交日期不能晚于办结期限({last_day_words(latest)})。")
        due_at = latest
    calendar = workdays.calendar_for(case.agency.code)
    basis = f"容缺受理承诺：{row.material.name}"[:200]
    term = Term(0, "at", basis, due_at, calendar.is_provisional(at, due_at))
    clocks.start(case, f"deferred:{row.material.key}", term, at=at)
    remind_at = due_at - REMIND_BEFORE
    if remind_at > at:
        term = Term(0, "at", basis, remind_at, calendar.is_provisional(at, remind_at))
        clocks.start(case, f"{REMIND}{row.material.key}", term, at=at)


LIMITS = (ClockKind.STATUTORY, ClockKind.PROMISED, ClockKind.RENEWAL)


def latest_deferral(case: Case, at: datetime.datetime) -> datetime.datetime | None:
    """再补的最晚到何时:还没有过的办结期限,停着的照从现在接着走的算;都过了的没有。"""
    limits = list(case.clocks.running().filter(kind__in=LIMITS))
    for clock in limits:
        clock.resume(at)  # 不存
    return min((clock.due_at for clock in limits if clock.due_at > at), default=None)
