"""服务纪律、责任追究的记录（调政办发〔2020〕9号三（二）2、三（六）4）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from agencies.models import Unit
from office.stateful import StateField, move
from supervision import rules
from supervision.models.deciding import Decided, DecidedQuerySet
from supervision.states import (
    CONDUCT_OPEN,
    CONDUCT_STANDS,
    ConductKind,
    ConductOutcome,
    ConductRule,
    ConductSource,
    ConductState,
)

S, PERSON = ConductState, settings.AUTH_USER_MODEL


class ConductQuerySet(DecidedQuerySet):
    def open(self) -> "ConductQuerySet":
        return self.filter(state__in=CONDUCT_OPEN)

    def standing(self) -> "ConductQuerySet":
        """成立的：作了处理、没有因申诉撤销的。"""
        return self.filter(state__in=CONDUCT_STANDS)

    def with_context(self) -> "ConductQuerySet":
        return self.select_related("person", "unit__agency", "raised_by", "decided_by", "appeal_answered_by")

    def per_unit(self) -> Any:
        """各单位：共几件、在办的、成立的、申诉后撤销的。"""
        return (
            self.order_by()
            .values("unit", "unit__name", "kind")
            .annotate(
                total=Count("pk"),
                open=Count("pk", filter=Q(state__in=CONDUCT_OPEN)),
                stands=Count("pk", filter=Q(state__in=CONDUCT_STANDS)),
                overturned=Count("pk", filter=Q(state=S.OVERTURNED)),
            )
            .order_by("unit__name", "kind")
        )


class ConductRecord(Decided):
    """一件记录：登记、听取本人陈述、处理、本人可以申诉。登记的事实不改不删。"""

    kind = models.CharField("哪一种", max_length=16, choices=ConductKind.choices)
    person = models.ForeignKey(PERSON, verbose_name="本人", on_delete=models.PROTECT, related_name="conduct_records")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="conduct_records")
    rule = models.CharField("违反哪一条", max_length=12, choices=ConductRule.choices)
    happened_on = models.DateField("哪天的事")
    facts = models.TextField("事实")
    source = models.CharField("怎样发现的", max_length=12, choices=ConductSource.choices)
    reference = models.CharField("来处", max_length=100, blank=True, help_text="办件编号、投诉编号、检查记录的文号。")
    state = StateField("状态", default=S.RAISED, choices=S.choices)
    raised_at = models.DateTimeField("登记时间")
    raised_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    statement = models.TextField("本人陈述", blank=True)
    stated_at = models.DateTimeField("陈述时间", null=True, blank=True)
    outcome = models.CharField("怎样处理", max_length=10, choices=ConductOutcome.choices, blank=True)
    reasons = models.TextField("处理的理由", blank=True)

    objects = ConductQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纪律与追责记录"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConductKind.values), name="conduct_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(rule__in=ConductRule.values), name="conduct_names_a_known_rule"),
            models.CheckConstraint(condition=~Q(facts=""), name="conduct_says_what_happened"),
            models.CheckConstraint(condition=~Q(raised_by=F("person")), name="nobody_raises_his_own_conduct"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")), name="nobody_judges_his_own_conduct"
            ),
            models.CheckConstraint(
                condition=Q(appeal_answered_by=None)
                | ~Q(appeal_answered_by=F("person")) & ~Q(appeal_answered_by=F("decided_by")),
                name="an_appeal_is_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=S.RAISED) | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reasons=""),
                name="judged_conduct_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[S.RAISED, S.DISMISSED]) | ~Q(outcome=""), name="decided_conduct_has_an_outcome"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-raised_at"], name="conduct_of_unit")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.get_rule_display()}"

    def statement_due(self) -> datetime.datetime:
        """陈述到哪个时刻（不含）：从登记起几个工作日，本局参数(CONDUCT_DAYS)。"""
        return self.days_after(self.raised_at, settings.CONDUCT_DAYS["statement"])

    # 步:只给字段赋值 --------------------------------------------------

    @move(
        "state", S.RAISED, None, label="陈述", permission=rules.may_state, conditions=[rules.not_yet_stated]
    )  # fmt: skip
    def state_case(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.statement, self.stated_at = text, at

    @move("state", S.RAISED, S.DECIDED, label="处理", permission=rules.may_judge)
    def decide(self, *, by: Any, at: datetime.datetime, outcome: str, reasons: str) -> None:
        self.outcome, self.reasons = outcome, reasons
        self.decided_at, self.decided_by = at, by

    @move("state", S.RAISED, S.DISMISSED, label="不成立", permission=rules.may_judge)
    def dismiss(self, *, by: Any, at: datetime.datetime, reasons: str) -> None:
        self.reasons = reasons
        self.decided_at, self.decided_by = at, by

    @move("state", S.DECIDED, S.APPEALED, label="申诉", permission=rules.may_state)
    def lodge_appeal(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal, self.appealed_at = text, at

    @move("state", S.APPEALED, S.UPHELD, label="维持", permission=rules.may_answer_appeal)
    def uphold(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal_answer, self.appeal_answered_at, self.appeal_answered_by = text, at, by

    @move("state", S.APPEALED, S.OVERTURNED, label="撤销处理", permission=rules.may_answer_appeal)
    def overturn(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.appeal_answer, self.appeal_answered_at, self.appeal_answered_by = text, at, by
