"""进度页要说的，一句取齐：办件的几栏、上级、时钟、经过、问过的、寄来寄回的、费用、报告。

每样另问一句，一件什么都有的要问十来句；行数多少，都是这一句。没有的，子查询走索引，不花什么。
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject
from django.utils.dateparse import parse_datetime

from approvals.models import (
    Attendance,
    Case,
    Certificate,
    DeliveryChoice,
    DeliveryConsent,
    Difference,
    Enquiry,
    Fee,
    Mandate,
    Message,
    Parcel,
)
from approvals.states import AttendanceWay
from denials.models import Clock as LadderClock
from denials.models import Report
from denials.states import ClockKind
from office.journal.models import Entry
from office.prepared import KEY, TEXT, Prepared
from portal.hall.story import with_clocks
from portal.recalled import with_recalls

M = TypeVar("M", bound=Model)
# 加密的、大段的（申请表、查询码、证件号）一栏也不取，解密它们比画这一页还慢。
TOLD = (
    "number", "user", "state", "outcome", "decision", "delivery_note", "received_at", "accepted_at", "decided_at",
    "delivered_at", "closed_at", "held_at", "procedures_running", "has_pledges", "unconfirmed",
    "channel", "deemed", "elsewhere", "item__code", "item__presence", "guide__name", "guide__place", "guide__hours",
    "guide__informed_commitment", "guide__delivery",
    "applicant__kind", "applicant__name", "first_contact__full_name", "followed_by__full_name",
    "handler__full_name",
    "agency__reconsideration_body", "agency__reconsideration_url", "agency__court",
    "authority__principal__name", "authority__principal__reconsideration_body",
    "authority__principal__reconsideration_url", "authority__principal__court",
    "unit__name", "unit__phone", "section__name", "section__phone", "intake_unit__name", "intake_unit__phone",
    "examiner__name",
    "ground__kind", "ground__reference", "ground__facts", "ground__reasons", "ground__basis_text",
    "ground__possible", "ground__elsewhere", "ground__not_accepting", "ground__competent",
    "ground__competent_address", "ground__competent_phone",
)  # fmt: skip
TOLD_WITH = (
    "item", "guide", "applicant", "agency", "first_contact", "followed_by", "handler", "unit", "section", "examiner",
    "intake_unit", "ground", "authority__principal",
)  # fmt: skip
OF_A_STEP = ("verb", "at", "facts")
OF_AN_ENQUIRY = ("kind", "text", "state", "asked_at", "promised_at", "answer", "answered_at")
OF_A_PARCEL = (
    "inward", "told_at", "carrier", "tracking_number", "contents", "result", "ended_at", "found", "difference",
)  # fmt: skip
OF_A_DIFFERENCE = ("due_at", "settled_at", "how", "settlement")
OF_A_FEE = (
    "state", "basis", "holds", "lines", "standard", "amount", "ground", "method", "receipt_number", "paid_at",
    "refund_reason", "refund_number", "refunded_at",
)  # fmt: skip
PROMISES = (ClockKind.ANSWER, ClockKind.PROMISE, ClockKind.STUDY)


@dataclass(frozen=True)
class ReportTold:
    """最近的一份拟否定报告：最迟何时答复(answer_by)，误了哪一刻(missed)。"""

    state: str
    how_to: str
    answer_by: datetime.datetime | None
    missed: datetime.datetime | None


def told_by_code(number: str) -> Any:
    """凭查询码看的那一件；没有就是 None。"""
    return _by_code().first(number)


def told_to_owner(number: str, user: int) -> Any:
    """本人登录看的那一件；不是他的、没有的，都是 None。"""
    return _to_owner().first(number, user)


@cache
def _by_code() -> Prepared:
    return Prepared(lambda number: _telling().filter(number=number), TEXT)


@cache
def _to_owner() -> Prepared:
    return Prepared(lambda number, user: _telling().filter(number=number, user=user), TEXT, KEY)


def _telling() -> QuerySet[Any]:
    here = OuterRef("pk")
    subject = {"subject_type": Case._meta.label_lower, "subject_key": Cast(here, CharField())}
    told = JSONObject(name="name", kind="kind", scope="scope", to_at="to_at", state="state")
    shown = JSONObject(
        name="name", number="number", since="valid_from", until="valid_until", scope="scope", ended="ended_as",
        ended_on="ended_on",
    )  # fmt: skip
    came = Q(case=here) | Q(case__joint=OuterRef("joint"), way=AttendanceWay.WINDOW)
    attended = Attendance.objects.standing().filter(came)
    project = "in_project__project__"
    cases = Case.objects.select_related(*TOLD_WITH).only(*TOLD).annotate(
        has_form=~Q(guide__form={}),
        specialist=F(f"{project}specialist__full_name"),
        on_call=F(f"{project}phone"),
        unread=Exists(Message.objects.from_office().unread().filter(case=here)),
        attended=Exists(attended),
        agreed=Exists(DeliveryConsent.objects.filter(case=here, withdrawn_at=None)),
        chosen_way=Subquery(DeliveryChoice.objects.filter(case=here).values("way")),
        agents=ArraySubquery(Mandate.objects.open().filter(case=here).values(told=told)),
        certificate_told=Subquery(Certificate.objects.filter(case=here).values(shown=shown)),
        entries_told=_rows(Entry.objects.filter(**subject).order_by("seq"), OF_A_STEP),
        enquiries_told=_rows(Enquiry.objects.filter(case=here, party=None).order_by("-asked_at", "-pk"), OF_AN_ENQUIRY),
        parcels_told=ArraySubquery(Parcel.objects.filter(case=here).order_by("-pk").values(told=_parcel())),
        fee_told=Subquery(Fee.objects.filter(case=here).values(told=_fee())[:1]),
        report_told=Subquery(Report.objects.filter(case=here).order_by("-pk").values(told=_report())[:1]),
    )  # fmt: skip
    return with_recalls(with_clocks(cases))


def _rows(rows: QuerySet[Any], names: Iterable[str]) -> ArraySubquery:
    return ArraySubquery(rows.values(told=JSONObject(**{name: name for name in names})))


def _parcel() -> JSONObject:
    """一件邮件，连它的出入；没有出入的，出入各栏都空着。"""
    noted = JSONObject(**{name: f"noted__{name}" for name in OF_A_DIFFERENCE})
    return JSONObject(noted=noted, **{name: name for name in OF_A_PARCEL})


def _fee() -> JSONObject:
    row = JSONObject(**{name: name for name in OF_A_FEE})
    return JSONObject(row=row, rules="case__guide__fee", complaint="case__guide__complaint")


def _report() -> JSONObject:
    promises = LadderClock.objects.filter(report=OuterRef("pk"), kind__in=PROMISES)
    return JSONObject(
        state="state",
        how_to="how_to",
        answer_by=Subquery(promises.running().order_by("due_at").values("due_at")[:1]),
        missed=Subquery(promises.filter(late=True).order_by("-due_at").values("due_at")[:1]),
    )


# 取来的各样，照原来的样子还给画页面的人 --------------------------------------


def entries_of(case: Any) -> list[Entry]:
    """经过，从早到晚。"""
    return [revived(Entry, row) for row in case.entries_told]


def enquiries_of(case: Any) -> list[Enquiry]:
    """问过的，新的在前。"""
    return [revived(Enquiry, row) for row in case.enquiries_told]


def parcels_of(case: Any) -> list[Parcel]:
    """寄来、寄回的，新的在前；有出入的带着怎样了结的。"""
    found = []
    for row in case.parcels_told:
        noted = row.pop("noted")
        parcel = revived(Parcel, row)
        if noted["due_at"]:
            parcel.noted = revived(Difference, noted)
        found.append(parcel)
    return found


def report_of(case: Any) -> ReportTold | None:
    told = case.report_told
    if told is None:
        return None
    times = {name: parse_datetime(told[name] or "") for name in ("answer_by", "missed")}
    return ReportTold(**{**told, **times})


def revived(model: type[M], row: dict[str, Any]) -> M:
    """JSON 里的一行，照各栏的类型还成一个对象；没有取的栏是缺省值，不能存。"""
    fields: Any = model._meta
    return model(**{name: fields.get_field(name).to_python(value) for name, value in row.items()})
