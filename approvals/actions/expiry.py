"""证照到期：照指南写的日子提醒持证人申请延续，窗口和科室看得见快到期的（行政许可法第五十条）。

提醒是发证那一件上的时钟，和别的期限一样到期、一样只做一次；延续了、换发了、失效了就停。
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.models import User
from approvals.actions import telling
from approvals.models import Case, Certificate, Clock, PriorCertificate
from approvals.rules import renewals
from approvals.states import EXPIRY, WAITING, Outcome
from catalog.models import Guide, Item
from catalog.rules.renewal import Renewal, renewal_of
from office import clocks
from office.clocks import Term
from office.papers.words import date_words
from office.workdays.rules import DAY, local, on

MORNING = datetime.time(9)  # 提醒在上午发，不在半夜
EXPIRING = "certificate.expiring"  # 通知的种类
LISTED_AHEAD = 90  # 清单列出九十日以内到期的
LISTED_AFTER = 365  # 届满了没有延续、没有注销的，一年以内还列着


def renewal_for(case: Case, day: datetime.date) -> Renewal | None:
    """这一天照哪一版指南提醒：在用的那一版；没有在用的，是办件照着办的那一版。"""
    guide = Guide.objects.in_force_on(day).filter(item=case.item_id).only("renewal").first()
    return renewal_of((guide or case.guide).renewal)


def watch(certificate: Certificate, *, at: datetime.datetime) -> None:
    """起到期以前的提醒；原来的先停。已经过了的日子只补最近的一次。在事务里、办件已锁住时调用。"""
    case = certificate.case
    stop(case, at=at)
    today, until = local(at).date(), certificate.valid_until
    if until is None or until < today or certificate.ended_as or not certificate.current:
        return
    told = renewal_for(case, today)
    days = list(told.reminds_on(until).items()) if told else []
    past = [ahead for ahead, day in days if day < today]
    for ahead, day in days:
        if ahead not in past[:-1]:
            term = Term(0, "at", f"提前{ahead}日提醒：{told.basis if told else ''}"[:200], max(on(day, MORNING), at))
            clocks.start(case, f"{EXPIRY}{ahead}", term, at=at)


def stop(case: Case, *, at: datetime.datetime) -> None:
    """不再提醒：延续、换发、失效了。没有提醒的不动。"""
    for clock in case.clocks.running().filter(kind__startswith=EXPIRY).select_for_update(of=("self",)):
        clock.ended_at = at
        clock.save(update_fields=["ended_at"])


def remind(clock: Clock, *, by: User, at: datetime.datetime) -> str:
    """提醒一次，时钟就停；已经申请了的、失效了的不再提醒。返回提醒了什么，没有提醒是空串。"""
    clock.ended_at = at
    clock.save(update_fields=["ended_at"])
    case = clock.case
    found = Certificate.objects.filter(case=case, current=True, ended_as="").first()
    today = local(at).date()
    if found is None or found.valid_until is None or _applied(found) or not case.applicant.phone:
        return ""
    if found.valid_until < today:  # 停了机、补起得晚，已经届满的不再说“快到期”
        return ""
    told = renewal_for(case, today)
    item = Item.objects.filter(code=told.item).only("name", "kind", "situation").first() if told else None
    if item is None:
        return ""
    body = f"您的{found.name}（{found.number}）有效期到{date_words(found.valid_until)}。"
    body += f"需要继续有效的，请申请“{item.name}”"
    apply_by = renewals.apply_by(item, told, found.valid_until)
    body += f"，最迟在{date_words(apply_by)}。" if apply_by is not None and apply_by >= today else "。"
    telling.tell_applicant(case, EXPIRING, "证照快到期", body, by=by, at=at)
    return body


def _applied(certificate: Certificate) -> bool:
    """延续、换发的申请正在办，或者已经办成；补发沿用编号的，连原来的那几本上提的都算。"""
    held = [certificate]
    while held[-1].replaces is not None:
        held.append(held[-1].replaces)
    named = PriorCertificate.objects.filter(certificate__in=held).exclude(case__in=[one.case_id for one in held])
    return named.filter(Q(case__state__in=WAITING) | Q(case__outcome=Outcome.GRANTED)).exists()


def watch_missing(*, at: datetime.datetime, limit: int = 1000) -> int:
    """还有效、指南写了到期怎么办、还没有起提醒的(以前发的，指南后来才写的)，补上；返回补了几本。"""
    today = local(at).date()
    watched = Clock.objects.filter(case=OuterRef("case"), kind__startswith=EXPIRY)
    written = Guide.objects.in_force_on(today).filter(item=OuterRef("case__item")).exclude(renewal=[])
    found = living().filter(Exists(written), ~Exists(watched), valid_until__gte=today).order_by("pk")
    done = 0
    for key in list(found.values_list("case", flat=True)[:limit]):
        with transaction.atomic():
            if Case.lock_by_key(key, wait=False):
                watch(Certificate.objects.select_related("case__guide").get(case=key), at=at)
                done += 1
    return done


def living() -> QuerySet[Certificate]:
    """还算数的：没有失效，编号没有被换发、补发的沿用，没有延续成另一本。"""
    renewed = PriorCertificate.objects.filter(certificate=OuterRef("pk"), case__outcome=Outcome.GRANTED)
    return Certificate.objects.filter(~Exists(renewed), current=True, ended_as="")


def expiring(user: Any, at: datetime.datetime) -> QuerySet[Certificate]:
    """这个人看得见的：快到期的，届满了没有延续也没有注销的；先到期的在前。"""
    today = local(at).date()
    between = (today - LISTED_AFTER * DAY, today + LISTED_AHEAD * DAY)
    return (
        living()
        .filter(case__in=Case.objects.visible_to(user), valid_until__range=between)
        .select_related("case__item", "case__applicant", "case__section")
        .order_by("valid_until", "pk")
    )
