"""首问：登记、答复、引导、协调、回访、转为办件；去处只有这些，没有“不行”。"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from agencies.models import Agency, Post, Unit, User
from agencies.states import UnitKind
from approvals.actions import contact_deadlines, guard, slips
from approvals.actions.codes import query_code
from approvals.models import Case, Contact, Coordination, Referral
from approvals.rules import contacts as rules
from approvals.states import ContactChannel, Followed
from catalog.models import Item
from office import clocks
from office.journal import actions as journal
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.vault import blind_index
from office.workdays.rules import local

PREFIX = "SW"  # 首问；办件编号全是数字，两者不会相撞


@dataclass(frozen=True)
class Asker:
    """来问的人；都可以不说。"""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Route:
    """引导去哪里：本系统的单位给 unit，外单位写全称。"""

    destination: str
    method: str
    route: str
    address: str
    phone: str
    person: str = ""
    hours: str = ""
    unit: Unit | None = None


def register(
    *,
    asked: str,
    channel: str,
    unit: Unit,
    by: User,
    at: datetime.datetime,
    asker: Asker = Asker(),
    item: Item | None = None,
    key: str | None = None,
) -> Contact:
    """首问登记：谁先接到谁是首问责任人，起了结的期限；key 是提交凭据，重发还是那一件。

    Raises: PermissionDenied(不在这个单位办业务)、NotNow(没写问什么)。
    """
    if not rules.may_register(unit, by):
        raise PermissionDenied("您不在这个单位办业务，不能在这里登记。")
    with transaction.atomic():
        if key and (known := _known_by(key)):
            return known
        return _open(asked, channel, unit, clerk=by, asker=asker, item=item, key=key, by=by, at=at)


def ask_online(*, asked: str, phone: str, item: Item | None, key: str, by: User, at: datetime.datetime) -> Contact:
    """群众在网上问：交给窗口此刻当班的首问责任人，起同样的期限；key 是提交凭据，重发还是那一件。

    Raises: NotNow(没写问什么、没有一个窗口有人)。
    """
    with transaction.atomic():
        if known := _known_by(key):
            return known
        unit, clerk = _taker(item, at)
        contact = _open(
            asked, ContactChannel.ONLINE, unit, clerk=clerk, asker=Asker(phone=phone), item=item, key=key, by=by, at=at
        )
        slips.tell_staff(contact, [clerk], "contact.asked", "网上有人咨询", f"{contact.number}：{contact.asked}",
                         by=by, at=at)  # fmt: skip
    return contact


def _taker(item: Item | None, at: datetime.datetime) -> tuple[Unit, User]:
    """网上问的归哪个窗口、谁：说了事项的，指南写的受理窗口；没有说、那里没有人的，上级在先的服务中心窗口。"""
    guide = item.guide_on(local(at).date()) if item else None
    windows = Unit.objects.filter(kind=UnitKind.WINDOW).select_related("agency").order_by("agency__path", "path")
    for unit in [*([guide.window] if guide and guide.window else []), *windows]:
        clerk = Post.objects.first_contact_of(unit, at)
        if clerk is not None:
            return unit, clerk
    raise NotNow("现在网上接不了咨询，请打电话问。")


def _open(
    asked: str, channel: str, unit: Unit, *, clerk: User, asker: Asker, item: Item | None, key: str | None, by: User,
    at: datetime.datetime,
) -> Contact:  # fmt: skip
    """登记一行，起了结的期限，告诉来问的人；在登记的事务里。Raises: NotNow(没写问什么)。"""
    if not asked.strip():
        raise NotNow("请写明群众问什么、办什么。")
    number = _number(unit.agency, at)
    code = query_code()
    contact: Contact = Contact.objects.create(
        number=number, query_code=code, query_index=blind_index(f"{number}/{code}", purpose="query-code"),
        submission_key=key, agency=unit.agency, unit=unit, clerk=clerk, owner=clerk, channel=channel,
        asked=asked.strip(), name=asker.name, phone=asker.phone, item=item, registered_at=at,
    )  # fmt: skip
    clocks.start(contact, "conclude", contact.term("conclude", at=at, facts={}), at=at)
    facts = {"channel": channel, "unit": unit}
    journal.record("approvals.contact.register", about=contact, by=by, at=at, after=contact.state, facts=facts)
    body = f"您问的事已登记，编号 {number}，查询码 {code}，首问责任人{clerk.full_name}负责到底。"
    slips.tell_asker(contact, "contact.registered", "已登记", body, by=by, at=at)
    return contact


def _known_by(key: str) -> Contact | None:
    """这个凭据已经登记成的；同时来两次的，后来的等先来的。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    known: Contact | None = Contact.objects.filter(submission_key=key).first()
    return known


def _number(agency: Agency, at: datetime.datetime) -> str:
    """首问编号：SW + 区划代码 + 年月日 + 流水。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_contact_number')")
        serial = cursor.fetchone()[0]
    return f"{PREFIX}{agency.region_code}{local(at):%Y%m%d}{serial:06d}"


def answer(contact: Contact, *, text: str, by: User, at: datetime.datetime, quoting: bool = False) -> Contact:
    """答复：当场说清楚了什么；否定的话、推出去的话不收(见 rules.wording)。Raises: NotNow、PermissionDenied。"""
    _needs(text, "请写明答复了什么。")
    with transaction.atomic():
        contact_deadlines.settle(contact, at=at)
        said = guard.passed(text.strip(), quoting=quoting)
        take(contact, "reply", by=by, at=at, text=said.text)
        _end_coordination(contact, by=by, at=at)
        if said.quoted:
            guard.show_chief(contact, contact.place_of_chief(), said, by=by, at=at)
        slips.tell_asker(
            contact, "contact.answered", "您问的事有答复了", f"{contact.number}：{said.text}", by=by, at=at
        )
    return contact


def refer(contact: Contact, *, route: Route, by: User, at: datetime.datetime) -> Referral:
    """引导：写明归谁、怎么去、怎么办、找谁，出引导单，起回访的期限。Raises: NotNow、PermissionDenied、MissingFact。"""
    given = {"写明归哪个单位": route.destination, "写明怎么办": route.method, "写明怎么去": route.route,
             "写明地址": route.address, "写明电话": route.phone}  # fmt: skip
    for wanted, text in given.items():
        _needs(text, f"引导要落到实处：请{wanted}。")
    if flaw := guard.flaw_of(f"{route.method}\n{route.route}"):
        raise NotNow(flaw)
    with transaction.atomic():
        contact_deadlines.settle(contact, at=at)
        take(contact, "refer", by=by, at=at, destination=route.destination)
        _end_coordination(contact, by=by, at=at)
        referral = Referral.objects.create(contact=contact, referred_at=at, referred_by=by, **vars(route))
        slips.referral(contact, referral, by=by, at=at)
        body = (
            f"{contact.number}：请找{referral.destination}，地址{referral.address}，电话{referral.phone}。"
            f"{referral.method}没有办到请告诉我们，我们接着办。"
        )
        slips.tell_asker(contact, "contact.referred", "您的事这样办", body, by=by, at=at)
        if referral.unit is not None:
            slips.tell_receiving_unit(contact, referral.unit, by=by, at=at)
    return referral


def coordinate(contact: Contact, *, question: str, by: User, at: datetime.datetime) -> Coordination:
    """提请协调：归谁办说不清的，交审批科负责人(不在的，分管副局长)定，有期限，不让群众等着猜。

    Raises: NotNow(没写哪里说不清、上面没有人)、PermissionDenied。
    """
    _needs(question, "请写明哪里说不清、可能归谁。")
    with transaction.atomic():
        contact_deadlines.settle(contact, at=at)
        rung, owner = contact.above(at) or (0, None)
        if owner is None:
            raise NotNow("现在没有可以协调的负责人：审批科负责人、分管副局长的岗位都空着。请告诉机构与人事管理员。")
        take(contact, "coordinate", by=by, at=at, question=question.strip(), owner=owner, rung=rung)
        made = Coordination.objects.create(contact=contact, question=question.strip(), raised_at=at, raised_by=by)
        due = last_day_words(contact.clocks.running().get(kind="coordinate").due_at)
        body = f"{contact.unit}提请协调：{made.question}。请不晚于{due}定下由谁办；到时没有定，上交上一级。"
        slips.tell_staff(contact, [owner], "contact.coordinate", f"请协调：{contact.number}", body, by=by, at=at)
        told = f"{contact.number}：归哪家办还要协调，最迟{due}告诉您。"
        slips.tell_asker(contact, "contact.coordinating", "您问的事正在协调", told, by=by, at=at)
    return made


OUTCOME_OF = {"confirm": Followed.SERVED, "sign": Followed.SIGNED, "send_again": Followed.NOT_SERVED}


def follow_up(contact: Contact, *, step: str, note: str, by: User, at: datetime.datetime) -> Referral:
    """回访：已办到(confirm)、承办单位接办(sign)、没有办到(send_again，回来再想办法)。

    Raises: NotNow、PermissionDenied。
    """
    _needs(note, "请写明怎样联系的、群众怎么说。")
    with transaction.atomic():
        contact_deadlines.settle(contact, at=at)
        found: Referral = contact.referral_open()
        take(contact, step, by=by, at=at, note=note.strip())
        _close_referral(found, OUTCOME_OF[step], note.strip(), by=by, at=at)
    return found


def become_case(contact: Contact, *, case: Case, by: User, at: datetime.datetime) -> Contact:
    """转为办件：收件的同一事务里记下；办件的首问责任人就是登记首问的人。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        referral = contact.referral_open()
        take(contact, "become_case", by=by, at=at, case=case)
        _end_coordination(contact, by=by, at=at)
        _close_referral(referral, Followed.SIGNED, f"已收件：{case.number}", by=by, at=at)
    return contact


def reopen(contact: Contact, *, text: str, by: User, at: datetime.datetime) -> Contact:
    """群众说没有解决：回到首问责任人手里，重新起期限。Raises: NotNow、PermissionDenied。"""
    said = text.strip() or "群众没有写原因。"
    with transaction.atomic():
        contact_deadlines.settle(contact, at=at)
        referral = contact.referral_open()
        take(contact, "reopen", by=by, at=at, text=said)
        _close_referral(referral, Followed.NOT_SERVED, said, by=by, at=at)
        body = f"{contact.number}：{said}"
        slips.tell_staff(contact, [contact.clerk], "contact.reopened", "群众说没有解决", body, by=by, at=at)
    return contact


def _close_referral(referral: Referral | None, outcome: str, note: str, *, by: User, at: datetime.datetime) -> None:
    if referral is not None:
        referral.outcome, referral.note, referral.followed_at, referral.followed_by = outcome, note, at, by
        referral.save(update_fields=["outcome", "note", "followed_at", "followed_by"])


def _end_coordination(contact: Contact, *, by: User, at: datetime.datetime) -> None:
    contact.coordinations.filter(ended_at=None).update(ended_at=at, ended_by=by)


def _needs(text: str, reason: str) -> None:
    if not text.strip():
        raise NotNow(reason)
