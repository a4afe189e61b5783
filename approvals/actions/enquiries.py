"""询问：有问必答；难以即时答复的，约定一个时间；误了就上交。"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Holding, Post, Unit, User
from agencies.states import Role
from approvals.actions import climbs, covers, guard, telling
from approvals.models import Case, Enquiry, EnquiryClock, Message, Party, ServicePolicy
from approvals.rules import enquiries as rules
from approvals.rules import stays_out
from approvals.states import (
    BY_STAFF,
    SAYS_WHAT,
    UNDER_WAY,
    WAITING,
    EnquiryChannel,
    EnquiryClockKind,
    EnquiryKind,
)
from office import clocks
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays import calendar as workdays
from office.workdays.rules import end_of, local

K = EnquiryClockKind
WHO_AND_WHY = "请写明请谁回避、他与这件申请有什么利害关系。"
ALREADY_ASKED = "这个问题您已经问过，正在答复，请看进度页。"
ALREADY_ASKED_HERE = "这个问题申请人已经问过，还没有答复：请打开那一件询问，在那里答复。"


def handler_of(case: Case, at: datetime.datetime) -> tuple[Unit, User]:
    """此刻由谁答复：审查中的是审查的人，其余是首问责任人；不在岗的，是顶他的人；总有一个人。"""
    if case.state in UNDER_WAY:
        return case.section, _reviewer(case, at) or case.responsible
    here = Holding.objects.present(at).filter(user=case.responsible.pk, post__unit=case.intake_unit)
    own = case.responsible if here.exists() else Post.objects.first_contact_of(case.intake_unit, at)
    return case.intake_unit, own or case.responsible


def on_hand(case: Case, at: datetime.datetime) -> User | None:
    """承办人；他离岗了，是此刻代他的人；没有定的、没有人代的是 None。"""
    if case.handler is None or Holding.objects.present(at).filter(user=case.handler, post__unit=case.section).exists():
        return case.handler
    taker = covers.covered_by(case.handler, at)
    return taker if taker and taker.may("review_case", case.section) and not stays_out(case, taker) else None


def _reviewer(case: Case, at: datetime.datetime) -> User | None:
    """承办人，离岗的是代他的人；还没有承办人的，是审查过、还在岗的人，再没有，是承办科室此刻当班的审查人、负责人。"""
    if (named := on_hand(case, at)) is not None:
        return named
    present = Holding.objects.present(at).filter(post__unit=case.section).values("user")
    given = case.reviews.filter(reviewer__in=present).select_related("reviewer").order_by("-given_at").first()
    if given is not None:
        return given.reviewer
    posts = Post.objects.filter(unit=case.section, role__in=[Role.REVIEWER, Role.CHIEF]).order_by("-role", "code")
    return next((standing.user for post in posts if (standing := post.holder_at(at))), None)


def _who_answers(case: Case, kind: str, at: datetime.datetime) -> tuple[Unit, User]:
    """交给谁：申请回避的，承办科室此刻的负责人（没有科长的是分管副局长、局长）；别的，此刻经办的人。"""
    chief = telling.chief_for(case.section, at) if kind == EnquiryKind.RECUSAL else None
    return (case.section, chief) if chief else handler_of(case, at)


def ask(
    case: Case, *, kind: str, text: str = "", by: User, at: datetime.datetime, channel: str = EnquiryChannel.ONLINE,
    party: Party | None = None,
) -> Enquiry:  # fmt: skip
    """询问：交给此刻经办的人，起答复的期限。同一个问题还没有答复的，不再收一遍。申请回避答复以前，不作决定。

    channel 不是网上的，由工作人员替他登记；party 是提出的利害关系人，申请人提的不给。
    Raises: NotNow(问过了还没答复、没写问什么、有了结果才申请回避)、PermissionDenied(不是申请人，不办这一件)、
    ValueError(没有这种询问)。
    """
    kind = EnquiryKind(kind)
    may = rules.may_ask if channel == EnquiryChannel.ONLINE else rules.may_register
    if not may(case, by):
        raise PermissionDenied("只有申请人可以询问；电话、窗口问的，由办这一件的人登记。")
    if kind in SAYS_WHAT and not text.strip():
        raise NotNow(WHO_AND_WHY if kind == EnquiryKind.RECUSAL else "请写明问的是什么。")
    with transaction.atomic():
        case.lock()
        if Enquiry.objects.under_way().filter(case=case, kind=kind, party=party).exists():
            raise NotNow(ALREADY_ASKED_HERE if channel in BY_STAFF else ALREADY_ASKED)
        if kind == EnquiryKind.RECUSAL and case.state not in WAITING:
            raise NotNow("这件申请已经有了结果。不服决定的，照决定书上写的申请复议、提起诉讼。")
        unit, owner = _who_answers(case, kind, at)
        told = {"kind": kind, "channel": channel, "text": text.strip(), "party": party}
        made: Enquiry = Enquiry.objects.create(case=case, unit=unit, owner=owner, asked_at=at, asked_by=by, **told)
        clocks.start(made, K.ANSWER, made.term(K.ANSWER, at=at, facts={}), at=at)
        facts = {"kind": kind, "channel": channel}
        journal.record("approvals.enquiry.ask", about=made, by=by, at=at, after=made.state, facts=facts)
        body = f"办件 {case.number}：{made.get_kind_display()}。{made.text}"
        subject = "有人申请回避，请决定、答复" if kind == EnquiryKind.RECUSAL else "申请人询问，请答复"
        telling.tell_staff(case, [owner], "enquiry.asked", subject, body, by=by, at=at)
    return made


def ask_for(
    case: Case,
    *,
    channel: str,
    kind: str,
    text: str,
    reply: str,
    by: User,
    at: datetime.datetime,
    quoting: bool = False,
) -> Enquiry:
    """替打电话来、到窗口来的人登记；当场答得了的，连答复一起记。Raises: NotNow、PermissionDenied、ValueError。"""
    with transaction.atomic():
        made = ask(case, kind=kind, text=text, channel=channel, by=by, at=at)
        return answer(made, text=reply, quoting=quoting, by=by, at=at) if reply.strip() else made


def add(enquiry: Enquiry, messages: Sequence[Message], *, by: User, at: datetime.datetime) -> None:
    """申请人又发来的留言，并进正在答复的一件：告诉答复的人。"""
    body = f"办件 {enquiry.case.number}：" + "\n".join(one.text for one in messages)
    telling.tell_staff(enquiry.case, [enquiry.owner], "enquiry.asked", "申请人又有留言，请一并答复", body, by=by, at=at)
    journal.record(
        "approvals.enquiry.add", about=enquiry, by=by, at=at, before=enquiry.state, after=enquiry.state,
        facts={"messages": len(messages)},
    )  # fmt: skip


def pass_on(enquiry: Enquiry, *, to: User, by: User, at: datetime.datetime) -> None:
    """改派了：还没有答复的，由接手的科室的人答复，告诉他；期限不变。"""
    before, enquiry.owner = enquiry.owner, to
    enquiry.save(update_fields=["owner"])
    facts = {"text": f"{before.full_name} → {to.full_name}"}
    journal.record(
        "approvals.enquiry.hand_over",
        about=enquiry,
        by=by,
        at=at,
        before=enquiry.state,
        after=enquiry.state,
        facts=facts,
    )
    body = f"办件 {enquiry.case.number}：{enquiry.get_kind_display()}。{enquiry.text}"
    telling.tell_staff(enquiry.case, [to], "enquiry.asked", "改派来的询问，请答复", body, by=by, at=at)


def answer(enquiry: Enquiry, *, text: str, by: User, at: datetime.datetime, quoting: bool = False) -> Enquiry:
    """答复询问：告诉申请人；话里不能有“不”，已经依法作出不予决定的除外。Raises: NotNow、PermissionDenied。"""
    if not text.strip():
        raise NotNow("请写明答复。")
    with transaction.atomic():
        settle(enquiry, at=at)
        refused = rules.is_already_refused(enquiry.case)
        said = guard.Said(text.strip()) if refused else guard.passed(text.strip(), quoting=quoting)
        take(enquiry, "reply", by=by, at=at, text=said.text)
        enquiry.messages.unread().update(read_at=at, read_by=by)
        if said.quoted:
            guard.show_chief(enquiry.case, enquiry.place_of_chief(), said, by=by, at=at)
        body = f"办件 {enquiry.case.number}，您问“{enquiry.get_kind_display()}”：{said.text}"
        _tell(enquiry, "enquiry.answered", "您的询问有答复了", body, by=by, at=at)
    return enquiry


def _tell(enquiry: Enquiry, kind: str, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    """告诉提的人：申请人，或者那位利害关系人（没有留电话的，看他自己的页）。"""
    if enquiry.party is None:
        telling.tell_applicant(enquiry.case, kind, subject, body, by=by, at=at)
    elif enquiry.party.phone:
        telling.tell_phone(enquiry.case, enquiry.party.phone, kind, subject, body, by=by, at=at)


def promise(enquiry: Enquiry, *, until: datetime.date, why: str, by: User, at: datetime.datetime) -> Enquiry:
    """约定答复时间：难以即时答复的，说明为什么、哪天之前答复，告诉申请人；只能约一次，最长由政策定。

    Raises: NotNow(太晚、已过、没写为什么、已经约过)、PermissionDenied。
    """
    if not why.strip():
        raise NotNow("请写明为什么不能马上答复。")
    if flaw := guard.flaw_of(why):
        raise NotNow(flaw)
    with transaction.atomic():
        settle(enquiry, at=at)
        most = ServicePolicy.objects.in_force(enquiry.case.agency, at).promise_days
        calendar = workdays.calendar_for(enquiry.case.agency.code)
        latest, _provisional = workdays.due(at, most, "wd", calendar=calendar)
        if not local(at).date() <= until or end_of(until) > latest:
            raise NotNow(f"约定的日子要在今天到{last_day_words(latest)}之间。")
        take(enquiry, "promise", by=by, at=at, until=end_of(until), why=why.strip())
        body = (
            f"办件 {enquiry.case.number}，您问“{enquiry.get_kind_display()}”：{why.strip()}"
            f"最迟{last_day_words(end_of(until))}答复您。"
        )
        _tell(enquiry, "enquiry.promised", "您的询问约定了答复时间", body, by=by, at=at)
    return enquiry


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理：返回处理了几个。两个清扫同时跑、中途被杀、晚一天跑，结果一样。"""
    return clocks.sweep(EnquiryClock, fire, at=at, limit=limit)


def settle(enquiry: Enquiry, *, at: datetime.datetime) -> None:
    """人动手之前，先把这件已经到期的结清(同一把锁里)。在事务里调用。"""
    with transaction.atomic():
        enquiry.lock()
        while clocks.sweep(EnquiryClock, fire, at=at, only=enquiry):
            enquiry.lock()


def fire(clock: EnquiryClock, *, at: datetime.datetime) -> None:
    """没有按时答复：先科室负责人，再分管副局长；误的是谁，记着。"""
    enquiry, system = clock.enquiry, User.objects.system()
    late = enquiry.owner
    climbs.climb_or_note(enquiry, clock, then=K.ANSWER, at=at)
    body = f"办件 {enquiry.case.number} 的询问“{enquiry.get_kind_display()}”没有按时答复，原由{late}答复。"
    told = [enquiry.owner, late]
    telling.tell_staff(enquiry.case, told, "enquiry.late", "询问逾期未答复", body, by=system, at=at)
