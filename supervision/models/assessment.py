"""代办考核（调政办发〔2020〕9号三（五）2）：一年一人一份，数从记录里取，一人提出、一人审定，本人可以提异议。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Unit
from approvals.models import AgentStop
from office.stateful import StateField, move
from supervision import rules
from supervision.models.deciding import Decided, DecidedQuerySet
from supervision.states import (
    ASSESSMENT_OPEN,
    ASSESSMENT_VOID,
    OUTCOMES_OF,
    REWARDS,
    STOPS,
    AssessmentGrade,
    AssessmentOutcome,
    AssessmentState,
)

S, PERSON = AssessmentState, settings.AUTH_USER_MODEL
PAIRED = [Q(grade=grade, outcome__in=outcomes) for grade, outcomes in OUTCOMES_OF.items()]


class AssessmentQuerySet(DecidedQuerySet):
    def visible_to(self, user: Any) -> Any:
        """同纪律记录；审定以前本人还看不到。"""
        return super().visible_to(user).exclude(Q(person=user), state__in=[S.PROPOSED, S.RETURNED])

    def open(self) -> "AssessmentQuerySet":
        return self.filter(state__in=ASSESSMENT_OPEN)

    def with_context(self) -> "AssessmentQuerySet":
        return self.select_related(
            "person", "unit__agency", "proposed_by", "decided_by", "successor", "appeal_answered_by"
        )


class Assessment(Decided):
    """一位代办员一年的考核。figures、grounds 是提出那天从记录里取的，写下不改。"""

    person = models.ForeignKey(PERSON, verbose_name="代办员", on_delete=models.PROTECT, related_name="assessments")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField("年度")
    figures: "models.JSONField[Any, Any]" = models.JSONField("取自记录的数")
    grounds: "models.JSONField[Any, Any]" = models.JSONField("照规则怎样算的")
    suggested = models.CharField("照规则的等次", max_length=12, choices=AssessmentGrade.choices)
    grade = models.CharField("提出的等次", max_length=12, choices=AssessmentGrade.choices)
    reasons = models.TextField("理由")
    outcome = models.CharField("奖惩", max_length=10, choices=AssessmentOutcome.choices)
    basis = models.CharField("奖惩的依据", max_length=150, blank=True)
    until = models.DateField("暂停到哪天（含）", null=True, blank=True)
    successor = models.ForeignKey(
        PERSON, verbose_name="手上的由谁接", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField("状态", default=S.PROPOSED, choices=S.choices)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(PERSON, verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    opinion = models.TextField("审定的意见", blank=True)
    stop = models.OneToOneField(
        AgentStop, verbose_name="停止代办", on_delete=models.PROTECT, null=True, blank=True, related_name="assessment"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代办考核"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"], condition=~Q(state__in=ASSESSMENT_VOID), name="one_assessment_a_year"
            ),
            models.CheckConstraint(
                condition=PAIRED[0] | PAIRED[1] | PAIRED[2] | PAIRED[3] | PAIRED[4],
                name="assessment_rewards_and_sanctions_as_the_grade_allows",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="assessment_says_why"),
            models.CheckConstraint(
                condition=Q(outcome=AssessmentOutcome.NOTHING) | ~Q(basis=""), name="assessment_outcome_has_a_basis"
            ),
            models.CheckConstraint(
                condition=Q(outcome=AssessmentOutcome.SUSPENDED, until__isnull=False)
                | ~Q(outcome=AssessmentOutcome.SUSPENDED) & Q(until=None),
                name="only_a_suspension_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(outcome__in=STOPS) & ~Q(successor=F("person")),
                name="only_a_stopped_agent_has_a_successor",
            ),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="nobody_proposes_his_own_assessment"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")) & ~Q(decided_by=F("proposed_by")),
                name="assessment_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(appeal_answered_by=None)
                | ~Q(appeal_answered_by=F("person"))
                & ~Q(appeal_answered_by=F("proposed_by"))
                & ~Q(appeal_answered_by=F("decided_by")),
                name="assessment_objection_is_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=S.PROPOSED, decided_at=None, decided_by=None)
                | ~Q(state=S.PROPOSED) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_assessment_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[S.PROPOSED, S.RETURNED], stop=None)
                | ~Q(state__in=[S.PROPOSED, S.RETURNED]) & Q(outcome__in=STOPS, stop__isnull=False)
                | ~Q(state__in=[S.PROPOSED, S.RETURNED]) & ~Q(outcome__in=STOPS) & Q(stop=None),
                name="a_stopping_assessment_stops_the_agent",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-year"], name="assessment_of_unit")]

    def __str__(self) -> str:
        return f"{self.year}年度代办考核"

    @property
    def is_reward(self) -> bool:
        return self.outcome in REWARDS

    @property
    def concerned(self) -> set[int]:
        """提出的人也不能复核。"""
        return super().concerned | {self.proposed_by_id}

    # 步:只给字段赋值 --------------------------------------------------

    @move("state", S.PROPOSED, S.DECIDED, label="审定", permission=rules.may_confirm)
    def confirm(self, *, by: Any, at: datetime.datetime, text: str, stop: AgentStop | None) -> None:
        self.opinion, self.decided_at, self.decided_by, self.stop = text, at, by, stop

    @move("state", S.PROPOSED, S.RETURNED, label="退回", permission=rules.may_confirm)
    def send_back(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.opinion, self.decided_at, self.decided_by = text, at, by

    @move("state", S.DECIDED, S.APPEALED, label="提出异议", permission=rules.may_state)
    def lodge_appeal(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal, self.appealed_at = text, at

    @move("state", S.APPEALED, S.UPHELD, label="维持", permission=rules.may_answer_appeal)
    def uphold(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal_answer, self.appeal_answered_at, self.appeal_answered_by = text, at, by

    @move("state", S.APPEALED, S.OVERTURNED, label="撤销", permission=rules.may_answer_appeal)
    def overturn(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal_answer, self.appeal_answered_at, self.appeal_answered_by = text, at, by
