"""询问：是否受理、进展、未予批准的原因，有问必答。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Min, Q

from agencies.models import Unit
from approvals.models.case import Case
from approvals.models.climbing import Climbing
from approvals.models.service_policy import ServicePolicy
from approvals.rules import enquiries as rules
from approvals.states import (
    ENQUIRY_UNDER_WAY,
    SAYS_WHAT,
    EnquiryChannel,
    EnquiryClockKind,
    EnquiryKind,
    EnquiryState,
    Rung,
)
from office import clocks
from office.clocks import ALL, KEEP, START, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S, K = EnquiryState, EnquiryClockKind
BASIS = "调政办发〔2020〕9号三(六)2：有问必答；难以即时答复的，明确答复期限"


class EnquiryQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "EnquiryQuerySet":
        """看得到办件的人，和现在由他答复的人。"""
        return self.filter(Q(owner=user) | Q(case__in=Case.objects.visible_to(user)))

    def under_way(self) -> "EnquiryQuerySet":
        return self.filter(state__in=ENQUIRY_UNDER_WAY)

    def answered(self) -> "EnquiryQuerySet":
        return self.filter(state=S.ANSWERED)

    def in_hand(self, user: Any) -> "EnquiryQuerySet":
        """现在由这个人答复的。"""
        return self.under_way().filter(owner=user)

    def with_next_due(self) -> "EnquiryQuerySet":
        """连最近的期限一起取。"""
        found: EnquiryQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "EnquiryQuerySet":
        return self.select_related("case__guide", "case__agency", "case__applicant", "unit__agency", "owner", "party")


class Enquiry(Climbing, Stateful):
    """申请人对一件办件的一次询问。"""

    under = "case"
    forgets = ("text", "answer")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="enquiries")
    unit = models.ForeignKey(Unit, verbose_name="答复单位", on_delete=models.PROTECT, related_name="enquiries")
    party = models.ForeignKey(
        "approvals.Party",
        verbose_name="哪位利害关系人提的",
        on_delete=models.PROTECT,
        null=True,
        related_name="enquiries",
    )
    kind = models.CharField("问什么", max_length=10, choices=EnquiryKind.choices)
    channel = models.CharField(
        "怎样问来的", max_length=8, choices=EnquiryChannel.choices, default=EnquiryChannel.ONLINE
    )
    text = models.TextField("具体的问题", max_length=1000, blank=True)
    state = StateField("状态", default=S.OPEN, choices=S.choices)
    asked_at = models.DateTimeField("询问时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经谁提交", on_delete=models.PROTECT, related_name="+"
    )
    promised_at = models.DateTimeField("约定的答复时间", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答复人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "询问"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=S.PROMISED) | Q(promised_at__isnull=False), name="promised_enquiry_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.ANSWERED)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="answered_enquiry_says_who_when_and_what",
            ),
            models.CheckConstraint(condition=~Q(kind__in=SAYS_WHAT) | ~Q(text=""), name="other_enquiry_says_what"),
            models.CheckConstraint(
                condition=Q(party=None) | Q(kind=EnquiryKind.RECUSAL), name="party_asks_only_for_a_recusal"
            ),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="enquiry_stands_on_a_known_rung"),
            models.CheckConstraint(
                condition=Q(channel__in=EnquiryChannel.values), name="enquiry_came_in_a_known_way"
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state__in=ENQUIRY_UNDER_WAY, party=None),
                name="one_open_enquiry_of_a_kind_per_case",
            ),
            models.UniqueConstraint(
                fields=["party"], condition=Q(state__in=ENQUIRY_UNDER_WAY, party__isnull=False),
                name="one_open_enquiry_per_party",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["owner", "asked_at"], condition=Q(state__in=ENQUIRY_UNDER_WAY), name="enquiry_in_hand")
        ]

    def __str__(self) -> str:
        return f"{self.case}：{self.get_kind_display()}"

    def answering_unit(self) -> Unit:
        """问的是原来的承办科室、问过以后改派了的，由现在承办的科室办；当时问的是谁留着不改。"""
        case: Case = self.case
        if self.unit_id != case.section_id and case.reassignments.filter(from_unit=self.unit_id).exists():
            return case.section
        return self.unit

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        """没有约定的，按本机关的政策；约定了的，就是约定的时刻。"""
        if kind == K.PROMISE:
            until: datetime.datetime = facts["until"]
            calendar = workdays.calendar_for(self.case.agency.code)
            return Term(0, "at", BASIS, until, calendar.is_provisional(at, until))
        value = ServicePolicy.objects.in_force(self.case.agency, at).enquiry_days
        due_at, provisional = workdays.due(at, value, "wd", calendar=workdays.calendar_for(self.case.agency.code))
        return Term(value, "wd", BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", [S.OPEN, S.PROMISED], S.ANSWERED, label="答复", permission=rules.may_answer, clocks={ALL: STOP})
    def reply(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.answer, self.answered_at, self.answered_by = text, at, by

    @move(
        "state", S.OPEN, S.PROMISED, label="约定答复时间", permission=rules.may_answer,
        clocks={K.ANSWER: STOP, K.PROMISE: START},
    )  # fmt: skip
    def promise(self, *, by: Any, at: datetime.datetime, until: datetime.datetime, why: str) -> None:
        self.promised_at = until

    @move(
        "state", [S.OPEN, S.PROMISED], None, label="逾期上交", permission=rules.by_system, clocks={ALL: KEEP},
        offered=False,
    )  # fmt: skip
    def climb(self, *, by: Any, at: datetime.datetime, rung: int, owner: Any, kind: str) -> None:
        self.rung, self.owner = rung, owner


class EnquiryClock(clocks.Clock):
    """询问的一个期限，各步怎样动它见 docs/steps.md。"""

    subject = "enquiry"

    enquiry = models.ForeignKey(Enquiry, verbose_name="询问", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "询问时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_enquiry"
            )
        ]

    def agency_code(self) -> str:
        return str(self.enquiry.case.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
