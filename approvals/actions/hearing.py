"""听证：告知权利、要求、安排、笔录（行政许可法第四十六条至第四十八条）。申请人不承担组织听证的费用。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, ending, letters, party_papers, procedures, recusals, telling
from approvals.models import Case, Hearing, Party, Procedure
from approvals.models.hearing import NOTICE_DAYS
from approvals.states import ClockKind, ProcedureKind
from office import clocks
from office.journal import actions as journal
from office.papers.words import date_words, last_day_words, moment_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays
from office.workdays.rules import add_working_days, local


def tell(case: Case, *, key: str, reason: str, by: User, at: datetime.datetime) -> Procedure:
    """告知听证权利：送听证告知书，起五日的期限。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        procedure = procedures.start_as(case, key=key, kinds={ProcedureKind.HEARING}, reason=reason, by=by, at=at)
        hearing = Hearing(case=case, procedure=procedure, told_at=at)
        term = hearing.term(ClockKind.HEARING_REQUEST, at=at, facts={})
        hearing.request_due_at = term.due_at
        hearing.save()
        clocks.start(case, ClockKind.HEARING_REQUEST, term, at=at)
        journal.record("approvals.hearing.tell", about=hearing, by=by, at=at, after=hearing.state)
        letters.hearing_right(hearing, by=by, at=at)
    return procedure


def request(hearing: Hearing, *, text: str, by: User, at: datetime.datetime, party: Party | None = None) -> Hearing:
    """要求听证：被告知之日起五日内；party 是提出的利害关系人，申请人提的没有。

    Raises: NotNow（过了五日、已经要求过）、PermissionDenied。
    """
    if party is not None and party.request_due_at <= at:
        raise NotNow(f"{party.name}要求听证的期限到{last_day_words(party.request_due_at)}，已经过了。")
    return _ask(hearing, "request", "要求听证", text, by=by, at=at, party=party)


def order(hearing: Hearing, *, text: str, by: User, at: datetime.datetime) -> Hearing:
    """依职权听证：涉及公共利益的重大事项，不等要求就举行。Raises: NotNow、PermissionDenied。"""
    return _ask(hearing, "order", "依职权举行听证", text, by=by, at=at)


def _ask(
    hearing: Hearing, step: str, words: str, text: str, *, by: User, at: datetime.datetime, **asker: Party | None
) -> Hearing:
    deadlines.settle(hearing.case, at=at)
    with transaction.atomic():
        take(hearing, step, by=by, at=at, text=text, **asker)
        case = hearing.case
        # 申请人看得到这一句：利害关系人是谁、说了什么，只在听证那一栏
        told = "利害关系人提出" if hearing.party else f"{words}：{text}" if hearing.ex_officio else text
        _note(case, "ask_hearing", {"text": told}, by=by, at=at)
        staff = [hearing.procedure.started_by, *telling.leaders_of(case, at)]
        subject = f"{words}：{case.number}"
        body = "二十个工作日内组织，七个工作日以前通知时间、地点，主持人不能是审查人。"
        telling.tell_staff(case, staff, "case.hearing_requested", subject, body, by=by, at=at)
    return hearing


def waive(hearing: Hearing, *, text: str, by: User, at: datetime.datetime) -> Hearing:
    """不要求听证：申请人明确说不要的，当时记下，特别程序随之结束。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(hearing.case, at=at)
    with transaction.atomic():
        if still := hearing.case.parties.filter(request_due_at__gt=at).order_by("request_due_at").last():
            until = last_day_words(still.request_due_at)
            raise NotNow(f"利害关系人要求听证的期限到{until}，到期以前不能结束（行政许可法第四十七条）。")
        ending.waive(hearing, text=text, by=by, at=at)
    return hearing


def schedule(
    hearing: Hearing, *, sits_at: datetime.datetime, place: str, chair: User, by: User, at: datetime.datetime
) -> Hearing:
    """定时间地点：七个工作日以前通知申请人并公告，二十个工作日之内；主持人不能是审查人。

    Raises: NotNow、PermissionDenied。
    """
    deadlines.settle(hearing.case, at=at)
    with transaction.atomic():
        hearing.lock()
        case = hearing.case
        if not rules.is_neutral(chair, case):
            raise NotNow("主持人不能是这件申请的审查人、申请人，或已经回避的人（行政许可法第四十八条）。")
        _in_time(hearing, sits_at, at)
        take(hearing, "schedule", by=by, at=at, sits_at=sits_at, place=place, chair=chair)
        letters.hearing_notice(hearing, by=by, at=at)
        _tell_parties(hearing, by=by, at=at)
        letters.hearing_announcement(hearing, by=by, at=at)
        body = f"办件 {case.number} 的听证定于{moment_words(sits_at)}在{place}公开举行，不收费用，详见听证通知书。"
        telling.tell_applicant(case, "case.hearing", "听证的时间和地点", body, by=by, at=at)
        _note(case, "schedule_hearing", {"text": f"{moment_words(sits_at)}，{place}"}, by=by, at=at)
    return hearing


def _tell_parties(hearing: Hearing, *, by: User, at: datetime.datetime) -> None:
    """利害关系人每人一份听证通知书（第四十八条第一款第一项：通知申请人、利害关系人）。"""
    case = hearing.case
    for party in case.parties.order_by("pk") if case.has_parties else ():
        party_papers.hearing_notice(party, hearing, by=by, at=at)
        if party.phone and hearing.sits_at:
            body = f"“{case.guide.name}”的听证定于{moment_words(hearing.sits_at)}在{hearing.place}公开举行，不收费用。"
            telling.tell_phone(case, party.phone, "case.hearing", "听证的时间和地点", body, by=by, at=at)


def _in_time(hearing: Hearing, sits_at: datetime.datetime, at: datetime.datetime) -> None:
    """七日之前通知；二十日之内举行，已经误了的照样要开，牌已经亮了。Raises: NotNow。"""
    calendar = workdays.calendar_for(hearing.case.agency.code)
    earliest = add_working_days(local(at).date(), NOTICE_DAYS, special=calendar.special)
    if local(sits_at).date() <= earliest:
        raise NotNow(f"要在七个工作日以前通知：最早在{date_words(earliest)}的次日举行。")
    hold = hearing.clocks.running().get(kind=ClockKind.HEARING_HOLD)
    if sits_at >= hold.due_at and hold.fired_at is None:
        raise NotNow("要在二十个工作日之内举行（行政许可法第四十七条）。")


def record(hearing: Hearing, *, present: str, text: str, signers: str, by: User, at: datetime.datetime) -> Hearing:
    """完成笔录：听证以后，由到场的人核对无误签名；决定要根据笔录作出。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(hearing.case, at=at)
    with transaction.atomic():
        hearing.lock()
        if hearing.sits_at and hearing.sits_at > at:
            raise NotNow(f"听证定在{moment_words(hearing.sits_at)}，还没有开。")
        recusals.answered_first(hearing.case)
        take(hearing, "finish_record", by=by, at=at, present=present, record=text, signers=signers)
        letters.hearing_record(hearing, by=by, at=at)
        _note(hearing.case, "record_hearing", {}, by=by, at=at)
    return hearing


def _note(case: Case, verb: str, facts: dict[str, str], *, by: User, at: datetime.datetime) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
