"""等我做的事：按我在各单位的权限分成几队，按到期先后排好。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Switch
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from approvals.models import (
    Batch,
    Case,
    Clock,
    Contact,
    DecisionNotice,
    DeliveryChoice,
    Difference,
    Disclosure,
    Endorsement,
    Enquiry,
    Fee,
    Message,
    Pledge,
    Retraction,
    Review,
    Slip,
)
from approvals.models.case import handled_by
from approvals.states import DECIDED, UNDER_WAY, WAITING, CaseState
from catalog.states import Decider, Handling
from denials.models import Clock as LadderClock
from denials.models import Report
from denials.states import ReportState
from portal.desk import set_aside
from supervision.models import Task

S = CaseState
Where = Callable[[User, datetime.datetime], Q]
IN_HAND = Q(unit=F("section"))  # 件到了承办单位手里


@dataclass(frozen=True)
class Queue:
    """一队：title 队名，verb 该做什么，where 哪些办件在队里。"""

    key: str
    title: Any
    verb: Any
    where: Where


def _taken_in(user: User) -> Q:
    return Q(intake_unit__in=user.unit_keys("take_in"))


def _to_check(user: User, at: datetime.datetime) -> Q:
    return Q(state=S.RECEIVED, held_at=None) & _taken_in(user)


def _unanswered(user: User, at: datetime.datetime) -> Q:
    return Q(state=S.CORRECTING, held_at=None, correction__due_at__lte=at) & _taken_in(user)


def _on_the_spot(user: User, at: datetime.datetime) -> Q:
    instant = Q(state=S.ACCEPTED, held_at=None, guide__handling=Handling.INSTANT)
    return instant & Q(intake_unit__level=F("section__level")) & _taken_in(user)


def _to_review(user: User, at: datetime.datetime) -> Q:
    """承办科室的；分级审查的，轮到我的单位、件在手里等开始的，和等我的单位提意见的。"""
    units = user.unit_keys("review_case")
    whole = Q(state__in=[S.ACCEPTED, S.REVIEWING], held_at=None, examiner=None, section__in=units) & IN_HAND
    begins = Q(state=S.ACCEPTED, held_at=None, unit__in=units, unit=F("examiner"))
    mine = Review.objects.filter(case=OuterRef("pk"), unit__in=units, opinion="")
    asked = Q(state=S.REVIEWING, held_at=None, examiners__overlap=list(units)) & Q(Exists(mine))
    return whole | begins | asked


def _to_decide(user: User, at: datetime.datetime) -> Q:
    """科室决定的；由上一级决定的，先是科室负责人审核，审核了的到分管副局长、局长。"""
    decides, reviews = user.unit_keys("decide_case"), user.unit_keys("review_case")
    passed = Q(Exists(Endorsement.objects.filter(case=OuterRef("pk"))))
    mine = Q(guide__decider="", section__in=decides)
    mine |= ~Q(guide__decider="") & Q(section__in=decides & reviews) & ~passed
    mine |= Q(guide__decider=Decider.DEPUTY, section__in=decides & user.unit_keys("sanction_denial")) & passed
    mine |= Q(guide__decider=Decider.DIRECTOR, agency__in=user.agencies_with("direct_denials")) & passed
    return Q(state=S.REVIEWED, held_at=None) & IN_HAND & mine


def _to_deliver(user: User, at: datetime.datetime) -> Q:
    return Q(state__in=DECIDED, unit=F("intake_unit")) & _taken_in(user)


def _to_close(user: User, at: datetime.datetime) -> Q:
    return Q(state=S.DELIVERED) & _taken_in(user)


QUEUES = (
    Queue("check", _("待核对"), _("核对材料"), _to_check),
    Queue("unanswered", _("补正逾期"), _("联系申请人"), _unanswered),
    Queue("instant", _("当场办结"), _("当场办结"), _on_the_spot),
    Queue("review", _("待审查"), _("审查"), _to_review),
    Queue("decide", _("待决定"), _("作出决定"), _to_decide),
    Queue("deliver", _("待送达"), _("送达"), _to_deliver),
    Queue("close", _("待归档"), _("办结归档"), _to_close),
)
BY_KEY = {queue.key: queue for queue in QUEUES}


HANDLED, UNHANDLED = "handled", "unhandled"
HANDLING = {HANDLED: _("我承办的"), UNHANDLED: _("还没有承办人")}


def handling(user: User, at: datetime.datetime) -> dict[str, Q]:
    """在办的件里，我承办的（我代的同事承办的也算），和我的科室还没有承办人的。"""
    open_ones = Q(state__in=UNDER_WAY)
    return {
        HANDLED: open_ones & handled_by(user, at),
        UNHANDLED: open_ones & Q(handler=None, section__in=user.unit_keys("review_case")),
    }


def tasks(user: User, at: datetime.datetime, *keys: str) -> "QuerySet[Any]":
    """等我做的办件，最急的在前；每件带着 queue（哪一队）、due_at 和 due_kind（最早到期的时钟）。"""
    chosen = [BY_KEY[key] for key in keys] or list(QUEUES)
    wheres = [(queue.key, queue.where(user, at)) for queue in chosen]
    every = Q(pk__in=[])
    for _key, where in wheres:
        every |= where
    queue = Switch(*(When(where, then=Value(key)) for key, where in wheres), output_field=CharField())
    way = Subquery(DeliveryChoice.objects.filter(case=OuterRef("pk")).values("way"))
    return with_due(Case.objects.filter(every).annotate(queue=queue, chosen_way=way))


def with_due(cases: "QuerySet[Any]") -> "QuerySet[Any]":
    """带上最早到期的时钟，最急的在前；没有时钟的排在后面。"""
    running = Clock.objects.running().filter(case=OuterRef("pk"), paused_at=None).order_by("due_at")
    soonest = {
        "due_at": Subquery(running.values("due_at")[:1]),
        "due_kind": Subquery(running.values("kind")[:1]),
        "due_provisional": Subquery(running.values("provisional")[:1]),
    }
    return cases.annotate(**soonest).order_by(F("due_at").asc(nulls_last=True), "received_at", "pk").listed()


def returned(user: User) -> "QuerySet[Any]":
    """退回来要补充的报告，最早到期的在前；due_at 是答复申请人的期限（退回补充期间它不停）。"""
    mine = Report.objects.filter(state=ReportState.RETURNED, unit__in=user.unit_keys("file_denial"))
    running = LadderClock.objects.running().filter(report=OuterRef("pk")).order_by("due_at")
    return mine.annotate(due_at=Subquery(running.values("due_at")[:1])).with_context().order_by("due_at", "pk")


def counts(user: User, at: datetime.datetime) -> dict[str, int]:
    """各队有多少件：一条查询数完；导航上的数字也取自这里。"""
    numbers = {queue.key: Count("pk", filter=queue.where(user, at)) for queue in QUEUES}
    numbers |= {key: Count("pk", filter=where) for key, where in handling(user, at).items()}
    # 正着说在办的有哪些,不说“不是归档的”:索引才用得上
    cases = Case.objects.filter(state__in=[*WAITING, *DECIDED, S.DELIVERED])
    found: dict[str, int] = cases.aggregate(**numbers)
    found["reviews"] = found["review"]
    found["refusals"] = returned(user).count()
    found |= in_person(user, at)
    found["handovers"] = found["batches"] + found["differences"]
    found["tasks"] = sum(found[queue.key] for queue in QUEUES)
    found["today"] = found["tasks"] + found["refusals"] + sum(found[key] for key in PERSONAL)
    return found


PERSONAL = (
    "ratings",
    "contacts",
    "enquiries",
    "messages",
    "batches",
    "differences",
    "slips",
    "pledges",
    "fees",
    "set_aside",
    "retractions",
    "decision_notices",
    "disclosures",
)


def in_person(user: User, at: datetime.datetime) -> dict[str, int]:
    """落在我名下的别的事各有几件：合成一条查询。"""
    signs_for = user.unit_keys("take_in") | user.unit_keys("review_case")
    rows: list[QuerySet[Any]] = [
        Task.objects.in_hand(user),
        Contact.objects.waiting_for(user),
        Enquiry.objects.in_hand(user),
        Message.objects.waiting_for(user),
        Batch.objects.on_the_road().filter(to_unit__in=signs_for),
        Difference.objects.open().filter(owner=user),
        Slip.objects.waiting_for(user),
        Pledge.objects.waiting_for(user),
        Fee.objects.waiting_for(user),
        set_aside.waiting_for(user),
        Retraction.objects.waiting_for(user, at),
        DecisionNotice.objects.waiting_for(user),
        Disclosure.objects.waiting_for(user),
    ]
    named = [
        row.order_by().values_list(Value(key)).annotate(Count("pk", distinct=True))
        for key, row in zip(PERSONAL, rows, strict=True)
    ]
    return dict.fromkeys(PERSONAL, 0) | dict(named[0].union(*named[1:], all=True))
