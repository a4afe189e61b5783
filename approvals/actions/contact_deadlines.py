"""首问的到期处理：没有了结的催，协调没有定的上交，引导没有回访的记下。"""

import datetime

from django.db import transaction

from agencies.models import Post, User
from approvals.actions import slips
from approvals.models import Contact, ContactClock
from approvals.states import ContactClockKind
from office import clocks
from office.journal import actions as journal
from office.steps import take

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
    if clock.kind == K.COORDINATE and (above := contact.above(at)):
        _climb(contact, clock, above, by=system, at=at)
    else:
        journal.record(
            f"approvals.contact.{clock.kind}_due",
            about=contact, by=system, at=at, before=contact.state, after=contact.state, facts={"due_at": clock.due_at},
        )  # fmt: skip
    told = [contact.owner, late, contact.clerk, *_chief(contact, at)]
    body = f"{contact.unit}的首问 {contact.number}(首问责任人{contact.clerk})：{contact.asked[:80]}。"
    slips.tell_staff(contact, told, "contact.late", f"{SUBJECTS[K(clock.kind)]}：{contact.number}", body,
                     by=system, at=at)  # fmt: skip


def _climb(contact: Contact, clock: ContactClock, above: tuple[int, User], *, by: User, at: datetime.datetime) -> None:
    """上交一级：原来的钟记为逾期停下，上一级重新起一个。"""
    rung, owner = above
    clock.stop(at)
    clock.save(update_fields=["ended_at", "late"])
    take(contact, "climb", by=by, at=at, rung=rung, owner=owner, kind=clock.kind)
    clocks.start(contact, K.COORDINATE, contact.term(K.COORDINATE, at=at, facts={}), at=at)


def _chief(contact: Contact, at: datetime.datetime) -> list[User]:
    """逾期了，管这个单位的科室负责人也要知道。"""
    place = contact.place_of_chief()
    post = Post.objects.chief_of(place) if place else None
    standing = post.holder_at(at) if post else None
    return [standing.user] if standing else []
