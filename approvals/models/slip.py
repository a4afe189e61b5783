"""征求意见单：一件办件请别的单位提意见，并联或依次；各有答复的时间，办件的期限照走。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Min, Q

from agencies.models import Unit
from approvals.models.case import Case
from approvals.rules import slips as rules
from approvals.states import SLIP_UNSETTLED, Opinion, SlipClockKind, SlipState
from office import clocks
from office.clocks import KEEP, START, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S, K = SlipState, SlipClockKind
BASIS = "会办单上定的答复时间；内部征求意见不停办理期限"


class SlipQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "SlipQuerySet":
        """问到本单位的；还没有轮到的也看得见，好早作准备。"""
        return self.filter(unit__in=user.unit_keys("view_cases"))

    def waiting_for(self, user: Any) -> "SlipQuerySet":
        """等本单位答复的：逾期了的也要答。"""
        units = user.unit_keys("review_case")
        return self.filter(state__in=[S.ASKED, S.EXPIRED], unit__in=units, case__state="reviewing")

    def unanswered(self) -> "SlipQuerySet":
        """还没有答复的，逾期的也算。"""
        return self.filter(state__in=[*SLIP_UNSETTLED, S.EXPIRED])

    def unsettled(self) -> "SlipQuerySet":
        return self.filter(state__in=SLIP_UNSETTLED)

    def with_next_due(self) -> "SlipQuerySet":
        found: SlipQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "SlipQuerySet":
        return self.select_related(
            "case__guide", "case__agency", "case__applicant", "unit__agency", "owner", "asked_by"
        )


class Slip(Stateful):
    """问一个单位的一张单子。turn 相同的同时问，大的等小的都答复或逾期了再问。"""

    under = "case"
    forgets = ("question", "text")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="slips")
    unit = models.ForeignKey(Unit, verbose_name="问哪个单位", on_delete=models.PROTECT, related_name="slips")
    turn = models.PositiveSmallIntegerField("第几轮", default=1)
    question = models.TextField("要他们看什么")
    days = models.PositiveSmallIntegerField("几个工作日内答复")
    state = StateField("状态", max_length=12, default=S.QUEUED, choices=S.choices)
    asked_at = models.DateTimeField("发出时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发出人", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("轮到的时间", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="责任人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opinion = models.CharField("意见", max_length=6, choices=Opinion.choices, blank=True)
    text = models.TextField("意见内容", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答复人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    late = models.BooleanField("逾期", default=False)

    objects = SlipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "征求意见单"
        default_permissions = ()
        indexes = [
            models.Index(fields=["unit"], condition=Q(state__in=[S.ASKED, S.EXPIRED]), name="slip_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "unit"], name="one_slip_per_unit_of_a_case"),
            models.CheckConstraint(
                condition=Q(turn__gte=1, days__gte=1) & ~Q(question=""), name="slip_says_what_and_by_when"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.ANSWERED)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(opinion="") & ~Q(text=""),
                name="answered_slip_says_who_when_and_what",
            ),
            models.CheckConstraint(condition=Q(state=S.ANSWERED) | Q(opinion=""), name="silence_is_no_opinion"),
            models.CheckConstraint(condition=~Q(state=S.EXPIRED) | Q(late=True), name="expired_slip_is_late"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case}：征求{self.unit}的意见"

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        calendar = workdays.calendar_for(self.case.agency.code)
        due_at, provisional = workdays.due(at, self.days, "wd", calendar=calendar)
        return Term(self.days, "wd", BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.QUEUED, S.ASKED, label="轮到", permission=rules.follows_the_order, clocks={K.ANSWER: START},
          offered=False)  # fmt: skip
    def open(self, *, by: Any, at: datetime.datetime, owner: Any) -> None:
        self.opened_at, self.owner = at, owner

    @move("state", [S.ASKED, S.EXPIRED], S.ANSWERED, label="答复", permission=rules.may_answer,
          conditions=[rules.still_under_review], clocks={K.ANSWER: STOP})  # fmt: skip
    def answer(self, *, by: Any, at: datetime.datetime, opinion: str, text: str) -> None:
        self.opinion, self.text, self.answered_at, self.answered_by = opinion, text, at, by

    @move("state", S.ASKED, S.EXPIRED, label="逾期没有答复", permission=rules.by_system, clocks={K.ANSWER: KEEP},
          offered=False)  # fmt: skip
    def expire(self, *, by: Any, at: datetime.datetime) -> None:
        self.late = True

    @move("state", [S.QUEUED, S.ASKED, S.EXPIRED], S.DROPPED, label="终止", permission=rules.follows_the_order,
          clocks={K.ANSWER: STOP}, offered=False)  # fmt: skip
    def drop(self, *, by: Any, at: datetime.datetime) -> None:
        pass


class SlipClock(clocks.Clock):
    """征求意见的答复时间。"""

    subject = "slip"

    slip = models.ForeignKey(Slip, verbose_name="征求意见单", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "征求意见时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["slip", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_slip"
            )
        ]

    def agency_code(self) -> str:
        return str(self.slip.case.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
