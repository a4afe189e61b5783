"""服务纪律、责任追究：登记、本人陈述、处理、申诉、复核。谁也不能登记、处理、复核自己的。"""

import datetime
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from agencies.models import Holding, Unit, User
from office.journal import actions as journal
from office.notices import actions as notices
from office.papers.words import last_day_words
from office.steps import NotNow, take
from office.workdays.rules import local
from supervision.actions import appeals
from supervision.models import ConductRecord
from supervision.models.deciding import units_led_by


@dataclass(frozen=True)
class Told:
    """登记的一件：谁、在哪个单位、违反哪一条、哪天、什么事、怎样发现的。"""

    kind: str
    person: User
    unit: Unit
    rule: str
    happened_on: datetime.date
    facts: str
    source: str
    reference: str = ""


def may_raise(unit: Unit, user: User) -> bool:
    """管这个单位的人，和本机关的审计人。"""
    return user.may("audit", unit.agency) or units_led_by(user).filter(pk=unit.pk).exists()


def staff_of(unit: Unit, day: datetime.date) -> set[int]:
    """那一天在这个单位任职的人的主键。"""
    held = Holding.objects.filter(post__unit=unit, from_at__date__lte=day)
    return set(held.filter(Q(to_at=None) | Q(to_at__date__gte=day)).values_list("user", flat=True))


def raise_one(told: Told, *, by: User, at: datetime.datetime) -> ConductRecord:
    """登记：写明事实，通知本人陈述。

    Raises: PermissionDenied(不管这个单位、登记自己的)、NotNow(没写事实、日期晚于今天、那天不在这个单位任职)。
    """
    if told.person == by or not may_raise(told.unit, by):
        raise PermissionDenied("由管这个单位的人、本机关的审计人登记；自己的由别人登记。")
    if not told.facts.strip():
        raise NotNow("请写明事实。")
    if told.happened_on > local(at).date():
        raise NotNow("日期不能晚于今天。")
    if told.person.pk not in staff_of(told.unit, told.happened_on):
        raise NotNow(f"{told.person.full_name}那天不在{told.unit}任职。")
    with transaction.atomic():
        record: ConductRecord = ConductRecord.objects.create(**_columns(told), raised_at=at, raised_by=by)
        facts = {"person": told.person.username, "unit": told.unit.code, "rule": record.get_rule_display()}
        verb = "supervision.conductrecord.raise"
        journal.record(verb, about=record, by=by, at=at, after=record.state, facts=facts)
        until = last_day_words(record.statement_due())
        _tell(
            record, "请您陈述", f"登记了一件{record}，请在{until}以前陈述；过了这天也可以照查明的处理。", by=by, at=at
        )
    return record


def _columns(told: Told) -> dict[str, object]:
    """写进记录的几栏；人和单位原样，不拆开。"""
    return {name: getattr(told, name) for name in Told.__dataclass_fields__}


def state_case(record: ConductRecord, *, text: str, by: User, at: datetime.datetime) -> ConductRecord:
    """陈述：本人说一次。Raises: NotNow、PermissionDenied。"""
    appeals.needs(text, "请写明陈述的内容。")
    with transaction.atomic():
        take(record, "state_case", by=by, at=at, text=text.strip())
        appeals.tell_those_who(record, "decide", *_theirs(record, "陈述了，请处理"), by=by, at=at)
    return record


def decide(record: ConductRecord, *, outcome: str, reasons: str, by: User, at: datetime.datetime) -> ConductRecord:
    """处理：听了陈述，或者陈述的期限过了。Raises: NotNow、PermissionDenied。"""
    appeals.needs(reasons, "请写明处理的理由。")
    with transaction.atomic():
        record.lock()
        _heard(record, at)
        take(record, "decide", by=by, at=at, outcome=outcome, reasons=reasons.strip())
        until = appeals.until(record)
        body = f"{record}：{record.get_outcome_display()}。{record.reasons}不服的，可以在{until}以前申诉。"
        _tell(record, "处理结果", body, by=by, at=at)
    return record


def dismiss(record: ConductRecord, *, reasons: str, by: User, at: datetime.datetime) -> ConductRecord:
    """不成立：查明没有这回事、不是他的责任。Raises: NotNow、PermissionDenied。"""
    appeals.needs(reasons, "请写明为什么不成立。")
    with transaction.atomic():
        record.lock()
        take(record, "dismiss", by=by, at=at, reasons=reasons.strip())
        _tell(record, "不成立", f"{record}：{record.reasons}", by=by, at=at)
    return record


def lodge_appeal(record: ConductRecord, *, text: str, by: User, at: datetime.datetime) -> ConductRecord:
    """申诉：本人在期限里，一次。Raises: NotNow(过了期限)、PermissionDenied。"""
    with transaction.atomic():
        appeals.lodge(record, text=text, by=by, at=at)
        appeals.tell_those_who(record, "uphold", *_theirs(record, "申诉了，请复核"), by=by, at=at)
    return record


def uphold(record: ConductRecord, *, text: str, by: User, at: datetime.datetime) -> ConductRecord:
    """维持原来的处理。Raises: NotNow、PermissionDenied。"""
    appeals.answer(record, "uphold", text, partial(_tell, by=by, at=at), by=by, at=at)
    return record


def overturn(record: ConductRecord, *, text: str, by: User, at: datetime.datetime) -> ConductRecord:
    """撤销原来的处理，不再计入。Raises: NotNow、PermissionDenied。"""
    appeals.answer(record, "overturn", text, partial(_tell, by=by, at=at), by=by, at=at)
    return record


def _heard(record: ConductRecord, at: datetime.datetime) -> None:
    due = record.statement_due()
    if record.stated_at is None and at < due:
        raise NotNow(f"要先听取本人的陈述，他可以说到{last_day_words(due)}；说了或者过了才能处理。")


def _theirs(record: ConductRecord, what: str) -> tuple[str, str]:
    return "conduct.theirs", f"纪律与追责：{record.person.full_name}{what}"


def _tell(record: ConductRecord, subject: str, body: str, *, by: User, at: datetime.datetime) -> None:
    """只告诉本人。"""
    notices.queue(
        "conduct.yours", about=record, to=record.person, channel="inbox", subject=f"纪律与追责：{subject}", body=body,
        responsible=record.person, by=by, at=at,
    )  # fmt: skip
