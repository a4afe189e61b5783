"""告知监管科室：决定作出以后交给批后监管的科室，由那里的人签收。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q

from agencies.models import Unit
from approvals.models.case import Case
from approvals.rules import decision_notices as rules
from approvals.states import Decided, DecisionNoticeClockKind, DecisionNoticeState
from office import clocks
from office.clocks import STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S, K = DecisionNoticeState, DecisionNoticeClockKind


class DecisionNoticeQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "DecisionNoticeQuerySet":
        """告知本单位的；办这一件的单位也看得到有没有签收。"""
        units = user.unit_keys("view_cases")
        return self.filter(Q(unit__in=units) | Q(case__section__in=units))

    def waiting(self) -> "DecisionNoticeQuerySet":
        return self.filter(state=S.SENT)

    def waiting_for(self, user: Any) -> "DecisionNoticeQuerySet":
        """等这个人的科室签收、不是他自己决定的；分管的也签得了，平日不摆在他面前。"""
        return self.waiting().filter(unit__in=user.unit_keys("review_case")).exclude(decided_by=user.pk)

    def with_next_due(self) -> "DecisionNoticeQuerySet":
        found: DecisionNoticeQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "DecisionNoticeQuerySet":
        return self.select_related(
            "case__guide", "case__agency", "case__applicant", "case__section", "unit", "decided_by", "signed_by"
        )


class DecisionNotice(Stateful):
    """一次告知：哪一个决定、告诉哪个科室、谁签收的。一件可以先准予、后撤销，各告知一次。"""

    under = "case"
    forgets = ("remark",)

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="decision_notices")
    decided = models.CharField("决定了什么", max_length=12, choices=Decided.choices)
    unit = models.ForeignKey(Unit, verbose_name="监管科室", on_delete=models.PROTECT, related_name="decision_notices")
    reference = models.CharField("文号", max_length=60, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField("告知时间")
    state = StateField("状态", max_length=12, default=S.SENT, choices=S.choices)
    signed_at = models.DateTimeField("签收时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签收人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    remark = models.TextField("监管意见", blank=True)

    objects = DecisionNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "告知监管科室"
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "told_at"], condition=Q(state=S.SENT), name="decision_notice_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=S.SENT, signed_at=None, signed_by=None, remark="")
                | Q(state=S.SIGNED, signed_at__isnull=False, signed_by__isnull=False),
                name="signed_decision_notice_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("decided_by")),
                name="who_decided_does_not_sign_for_supervision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}：告知{self.unit}"

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        calendar = workdays.calendar_for(self.case.agency.code)
        due_at, provisional = workdays.due(at, rules.DAYS, "wd", calendar=calendar)
        return Term(rules.DAYS, "wd", rules.BASIS, due_at, provisional)

    @move(
        "state", S.SENT, S.SIGNED, label="签收", permission=rules.may_sign, conditions=[rules.is_waiting],
        clocks={K.RECEIPT: STOP},
    )  # fmt: skip
    def sign(self, *, by: Any, at: datetime.datetime, remark: str) -> None:
        self.signed_at, self.signed_by, self.remark = at, by, remark


class SigningClock(clocks.Clock):
    """签收的期限。"""

    subject = "notice"

    notice = models.ForeignKey(
        DecisionNotice, verbose_name="告知监管科室", on_delete=models.PROTECT, related_name="clocks"
    )

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "告知监管科室时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "kind"], condition=Q(ended_at=None), name="one_running_clock_per_decision_notice"
            )
        ]

    def agency_code(self) -> str:
        return str(self.notice.case.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
