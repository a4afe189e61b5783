"""服务纪律、责任追究的记录（调政办发〔2020〕9号三（二）2、三（六）4）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from agencies.models import Unit, User
from agencies.states import UnitKind
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays
from supervision import rules
from supervision.models.rating import agencies_followed_by
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


def units_led_by(user: Any) -> Any:
    """这个人管的单位：科室负责人、分管领导的；审批科负责人另管本机关的窗口。"""
    own = user.unit_keys("review_denial") | user.unit_keys("sanction_denial")
    return Unit.objects.filter(Q(pk__in=own) | Q(kind=UnitKind.WINDOW, agency__in=agencies_followed_by(user)))


class ConductQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "ConductQuerySet":
        """本人、管他那个单位的人、本机关的审计人；同事看不到。"""
        audited = user.agencies_with("audit").values("pk")
        return self.filter(Q(person=user) | Q(unit__in=units_led_by(user)) | Q(unit__agency__in=audited))

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


class ConductRecord(Stateful):
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
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, verbose_name="处理的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appeal = models.TextField("申诉", blank=True)
    appealed_at = models.DateTimeField("申诉时间", null=True, blank=True)
    appeal_answer = models.TextField("复核的意见", blank=True)
    appeal_answered_at = models.DateTimeField("复核时间", null=True, blank=True)
    appeal_answered_by = models.ForeignKey(
        PERSON, verbose_name="复核的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

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

    def is_led_by(self, user: Any) -> bool:
        return units_led_by(user).filter(pk=self.unit_id).exists()

    def is_reviewed_by(self, user: Any) -> bool:
        if user.may("sanction_denial", self.unit):
            return True
        leaders = User.objects.trusted_with("sanction_denial", self.unit)
        others = leaders.exclude(pk__in=[self.person_id, self.decided_by_id])
        return user.may("audit", self.unit.agency) and not others.exists()

    def due(self, what: str) -> datetime.datetime:
        """陈述、申诉的期限：从登记、处理起几个工作日，本局参数(CONDUCT_DAYS)；照现在的日历算，不存。"""
        since = self.raised_at if what == "statement" else self.decided_at
        calendar = workdays.calendar_for(self.unit.agency.code)
        return workdays.due(since or self.raised_at, settings.CONDUCT_DAYS[what], "wd", calendar=calendar)[0]

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
