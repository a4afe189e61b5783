"""首问的到期处理：没有了结的催，协调没有定的上交，引导没有回访的记下。"""

import datetime

from django.db import transaction

from agencies.models import User
from approvals.actions import climbs, slips
from approvals.models import Contact, ContactClock
from approvals.states import ContactClockKind
from office import clocks

K = ContactClockKind
SUBJECTS = {K.CONCLUDE: "首问逾期未了结", K.COORDINATE: "协调逾期未定", K.FOLLOW_UP: "引导逾期未回访，计入零推诿"}


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """到期处理：返回处理了几个。两个清扫同时跑、中途被杀、晚一天跑，结果一样。"""
    return clocks.sweep(ContactClock, fire, at=at, limit=limit)


def settle(contact: Contact, *, at: datetime.datetime) -> None:
    """人动手之前，先把这件已经到期的结清(同一把锁里)。在事务里调用。"""
    with transaction.atomic():
        contact.lock()
        while clocks.sweep(ContactClock, fire, at=at, only=contact):
            contact.lock()


def fire(clock: ContactClock, *, at: datetime.datetime) -> None:
    """一个期限到了。"""
    contact, system = clock.contact, User.objects.system()
    late = contact.owner
    if clock.kind == K.COORDINATE:
        climbs.climb_or_note(contact, clock, then=K.COORDINATE, at=at)
    else:
        climbs.note(contact, clock, by=system, at=at)
    told = [contact.owner, late, contact.clerk, *climbs.chief_of(contact, at)]
    subject = f"{SUBJECTS[K(clock.kind)]}：{contact.number}"
    body = f"{contact.unit}的首问 {contact.number}(首问责任人{contact.clerk})：“{contact.asked[:80]}”。"
    slips.tell_staff(contact, told, "contact.late", subject, body, by=system, at=at)
