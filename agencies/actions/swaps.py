"""换班：值班表上的人自己换一天，对方答应才算；或者由管这个受理点的人定。每周的值班表不动。"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies import rules
from agencies.models import Duty, DutySwap, Unit, User
from agencies.models.week import OnDuty
from office.journal import actions as journal
from office.notices import actions as notices
from office.stateful import NotNow
from office.workdays.rules import local

AHEAD = 28  # 最远换到几天以后


@dataclass(frozen=True)
class Wish:
    """换哪一天、换给谁；return_day 是对方的哪一天由他还，只替不还的是 None。"""

    unit: Unit
    day: datetime.date
    taker: User
    reason: str
    return_day: datetime.date | None = None


def may_set(unit: Unit, user: User) -> bool:
    """可以直接定的：这个受理点的负责人、分管领导，维护值班表的人。"""
    leads = any(user.may(perm, unit) for perm in ("review_denial", "sanction_denial"))
    return leads or rules.may_keep_posts(user, unit.agency)


def turns(units: Iterable[Unit | int], today: datetime.date) -> list[OnDuty]:
    """今天起四周里各受理点排了班的每一天，换了班的是换来的人。"""
    days = [today + datetime.timedelta(days=n) for n in range(AHEAD)]
    return Duty.objects.filter(unit__in=units).on_days(days)


def ask(wish: Wish, *, by: User, at: datetime.datetime) -> DutySwap:
    """提出换班：值班的人自己提，对方答应才算；负责人、分管领导、维护值班表的人定的，当时就算，两个人都告诉。

    Raises: NotNow(那天没有排班、不在四周以内、对方不在值班表上、那天已经在换)、PermissionDenied(不是他的班)。
    """
    today = local(at).date()
    with transaction.atomic():
        unit = Unit.objects.select_for_update(no_key=True).get(pk=wish.unit.pk)  # 一个受理点一次只换一样
        planned = {one.day: one.user for one in turns([unit], today)}
        giver, sets = planned.get(wish.day), may_set(unit, by)
        if giver is None:
            raise NotNow("那一天没有排班，或不在四周以内。")
        if by != giver and not sets:
            raise PermissionDenied("只能换自己的班；别人的由负责人定。")
        if flaw := _flaw(wish, unit, giver, planned):
            raise NotNow(flaw)
        told = {"unit": unit, "day": wish.day, "giver": giver, "taker": wish.taker, "return_day": wish.return_day}
        agreed = {"agreed_by": by, "agreed_at": at} if sets else {}
        reason = wish.reason.strip()
        made: DutySwap = DutySwap.objects.create(**told, reason=reason, asked_by=by, asked_at=at, **agreed)
        facts = {"giver": giver.full_name, "taker": wish.taker.full_name, "day": wish.day, "reason": reason}
        journal.record("agencies.dutyswap.ask", about=made, by=by, at=at, facts={**facts, "return": wish.return_day})
        words = "已经定了，照此值班。" if sets else f"{giver.full_name}请您答应，在“工作周历”里按。"
        _tell(made, [giver, wish.taker] if sets else [wish.taker], words, by=by, at=at)
    return made


def _flaw(wish: Wish, unit: Unit, giver: User, planned: dict[datetime.date, User]) -> str:
    """第一处不对的地方；没有就是空串。"""
    days = [wish.day, *([wish.return_day] if wish.return_day else [])]
    on_the_rota = Duty.objects.filter(unit=unit, user=wish.taker, active=True).exists()
    back = wish.return_day is None or planned.get(wish.return_day) == wish.taker
    checks = (
        (bool(wish.reason.strip()), "请写明事由。"),
        (wish.taker != giver, f"那一天本来就是{giver.full_name}值班。"),
        (on_the_rota and wish.taker.is_active, f"{wish.taker.full_name}不在{unit}的值班表上。"),
        (back and wish.return_day != wish.day, f"要还的那一天不是{wish.taker.full_name}值班。"),
        (not DutySwap.objects.running().touching(days).filter(unit=unit).exists(), "这一天已经换过班，或正在商量。"),
    )
    return next((words for right, words in checks if not right), "")


def agree(made: DutySwap, *, by: User, at: datetime.datetime) -> DutySwap:
    """答应：从此那一天由他值。Raises: NotNow(已经说定、终止了，那一天过了)、PermissionDenied(不是问他的)。"""
    with transaction.atomic():
        made = _locked(made)
        if by.pk != made.taker_id and not may_set(made.unit, by):
            raise PermissionDenied("由对方答应，或由负责人定。")
        if made.ended_at is not None or made.agreed_at is not None:
            raise NotNow("这次换班已经说定或终止了。")
        if made.day < local(at).date():
            raise NotNow("那一天已经过了。")
        made.agreed_by, made.agreed_at = by, at
        made.save(update_fields=["agreed_by", "agreed_at"])
        journal.record("agencies.dutyswap.agree", about=made, by=by, at=at)
        _tell(made, [made.giver, made.taker], "说定了，照此值班。", by=by, at=at)
    return made


def end(made: DutySwap, *, by: User, at: datetime.datetime) -> DutySwap:
    """还没有说定的，对方谢绝、提出的人收回；说定了的，只有负责人能取消，哪一天都还没有过去才行。

    Raises: NotNow(已经终止、已经值过)、PermissionDenied。
    """
    with transaction.atomic():
        made = _locked(made)
        own = made.agreed_at is None and by.pk in (made.giver_id, made.taker_id, made.asked_by_id)
        if not own and not may_set(made.unit, by):
            raise PermissionDenied("没有说定的由两个人谢绝、收回；说定了的由负责人取消。")
        if made.ended_at is not None:
            raise NotNow("这次换班已经终止了。")
        days = [made.day, *([made.return_day] if made.return_day else [])]
        if made.agreed_at is not None and min(days) <= local(at).date():
            raise NotNow("已经照换的值过班，不能再取消。")
        made.ended_by, made.ended_at = by, at
        made.save(update_fields=["ended_by", "ended_at"])
        journal.record("agencies.dutyswap.end", about=made, by=by, at=at)
        _tell(made, [made.giver, made.taker], "不换了，照值班表值班。", by=by, at=at)
    return made


def _locked(made: DutySwap) -> DutySwap:
    found: DutySwap = DutySwap.objects.select_for_update(of=("self",)).with_context().get(pk=made.pk)
    return found


def _tell(made: DutySwap, people: list[User], words: str, *, by: User, at: datetime.datetime) -> None:
    """告诉当事的人，自己做的不用告诉自己。"""
    back = f"，{made.return_day:%m月%d日}由{made.giver.full_name}还" if made.return_day else ""
    body = f"{made.unit}{made.day:%m月%d日}由{made.taker.full_name}替{made.giver.full_name}值班{back}：{words}"
    for one in people:
        if one != by:
            notices.queue("duty.swap", about=made, to=one, subject="值班换班", body=body, responsible=one, by=by, at=at)
