"""首席代表的登记和终止：照签了字的授权书登记；人事维护人登记，谁也不能登记自己的。"""

import datetime
from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies import rules
from agencies.models import Holding, Representative, Unit, User
from agencies.states import Role
from office.journal import actions as journal


class WrongTerms(Exception):
    """登记的内容不对；str() 是给人看的一句中文。"""


@dataclass(frozen=True)
class Terms:
    """授权书写的。起含止不含。"""

    unit: Unit
    window: Unit
    user: User
    powers: list[str]
    instrument_number: str
    signed_by: User
    signed_on: datetime.date
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    limits: str = ""


def appoint(terms: Terms, *, by: User, at: datetime.datetime) -> Representative:
    """登记首席代表。

    Raises: PermissionDenied(不是本机关的人事维护人、登记自己的)、
    WrongTerms(不在那个科室任职、授权人不是局领导、窗口不收件、日期颠倒、同一天已有一位)。
    """
    if by == terms.user or not rules.may_keep_posts(by, terms.unit.agency):
        raise PermissionDenied("首席代表由机构与人事维护人登记；自己的由别人登记。")
    if flaw := _flaw(terms, at):
        raise WrongTerms(flaw)
    told = {field.name: getattr(terms, field.name) for field in fields(terms)}
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Representative.objects.create(**told, appointed_by=by, appointed_at=at)
        except IntegrityError as error:
            raise WrongTerms("这个科室在这个窗口，这段时间已经有首席代表；先终止，再登记。") from error
        facts: dict[str, object] = {"unit": terms.unit.code, "window": terms.window.code, "user": terms.user.username}
        facts |= {"instrument": terms.instrument_number, "from": terms.valid_from, "to": terms.valid_to}
        journal.record("agencies.representative.appoint", about=made, by=by, at=at, facts=facts)
    return made


def end(made: Representative, *, on: datetime.date, why: str, by: User, at: datetime.datetime) -> Representative:
    """终止：on 这一天起不再是。Raises: PermissionDenied、WrongTerms(没写原因、不在起止之间)。"""
    with transaction.atomic():
        made = Representative.objects.select_for_update(of=("self",)).select_related("unit__agency").get(pk=made.pk)
        if by.pk == made.user_id or not rules.may_keep_posts(by, made.unit.agency):
            raise PermissionDenied("首席代表由机构与人事维护人登记；自己的由别人登记。")
        if not why.strip():
            raise WrongTerms("请写明终止的原因。")
        if on < made.valid_from or (made.valid_to is not None and on > made.valid_to):
            raise WrongTerms("终止的日期要在授权的起止之间。")
        made.valid_to, made.ended_why = on, why.strip()
        made.save(update_fields=["valid_to", "ended_why"])
        facts = {"on": on, "reason": made.ended_why}
        journal.record("agencies.representative.end", about=made, by=by, at=at, facts=facts)
    return made


def _flaw(terms: Terms, at: datetime.datetime) -> str:
    """第一处不对的地方；没有就是空串。"""
    running = Holding.objects.running(at)
    leaders = running.filter(post__role__in=(Role.DEPUTY, Role.DIRECTOR), post__unit__agency=terms.unit.agency)
    seats = running.filter(post__unit__in=(terms.unit, terms.window))
    checks = (
        (bool(terms.powers), "请选定授权他当场办哪几样。"),
        (rules.takes_applications(terms.window), f"{terms.window}不直接收件，不是窗口。"),
        (seats.filter(user=terms.user).exists(), f"{terms.user.full_name}现在不在{terms.unit}、{terms.window}任职。"),
        (leaders.filter(user=terms.signed_by).exists(), "授权人要是本机关的局领导。"),
        (terms.signed_by != terms.user, "授权人和首席代表不能是同一个人。"),
        (terms.signed_on <= terms.valid_from, "授权日期不能晚于开始的日期。"),
        (terms.valid_to is None or terms.valid_to > terms.valid_from, "终止日期要晚于开始日期。"),
    )
    return next((words for right, words in checks if not right), "")
