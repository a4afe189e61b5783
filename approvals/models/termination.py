"""终止办理：科室报请、分管领导审定；不参加必经环节的，先书面催告。"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Post
from agencies.states import Role
from approvals.models.case import Case
from approvals.rules import endings as rules
from approvals.states import WAITING, RequiredStep, TerminationGround, TerminationState
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S, G = TerminationState, TerminationGround
PERSON = settings.AUTH_USER_MODEL


class Reminder(models.Model):
    """书面催告一次：来参加什么、最迟哪天。"""

    forgets = ("text",)

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="reminders")
    what = models.CharField("要参加的环节", max_length=12, choices=RequiredStep.choices)
    text = models.TextField("怎样参加")
    due_at = models.DateTimeField("最迟何时", help_text="不含。")
    sent_at = models.DateTimeField("何时催告")
    sent_by = models.ForeignKey(PERSON, verbose_name="谁催告的", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "催告"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reminder_says_how"),
            models.CheckConstraint(condition=Q(due_at__gt=F("sent_at")), name="reminder_leaves_time"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 催告{self.get_what_display()}"


class TerminationQuerySet(StatefulQuerySet):
    def open(self) -> TerminationQuerySet:
        """等审定的；办件已有别的结果的，不再等。"""
        return self.filter(state=S.ASKED, case__state__in=WAITING)

    def waiting_for(self, user: Any, at: datetime.datetime) -> TerminationQuerySet:
        """此刻等这个人审定的：分管的副局长、局长；他自己报请的除外。"""
        held = Post.objects.filter(pk__in=user.duties(at))
        directed = Q(case__agency__in=held.filter(role=Role.DIRECTOR).values("unit__agency"))
        led = Q(case__section__in=held.filter(role=Role.DEPUTY).values("portfolio"))
        return self.open().filter(directed | led).exclude(asked_by=user)

    def visible_to(self, user: Any) -> TerminationQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user))

    def with_context(self) -> TerminationQuerySet:
        return self.select_related("case__guide", "case__section", "case__applicant", "asked_by", "decided_by")


class Termination(Stateful):
    """一次报请：凭什么、查明的事实、依据到条、谁审定。没有审定的，数据库不让办件终止。"""

    under = "case"
    forgets = ("facts", "text")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="terminations")
    ground = models.CharField("凭什么", max_length=12, choices=G.choices)
    facts = models.TextField("查明的事实")
    basis = models.CharField("依据", max_length=300)
    elsewhere = models.CharField("去哪里接着办", max_length=200, blank=True)
    state = StateField("状态", default=S.ASKED, choices=S.choices)
    asked_at = models.DateTimeField("报请时间")
    asked_by = models.ForeignKey(PERSON, verbose_name="报请人", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, verbose_name="审定人", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField("审定意见", blank=True)

    objects = TerminationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "终止办理"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=[S.ASKED, S.SANCTIONED]), name="case_is_terminated_once"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="termination_names_its_basis"),
            models.CheckConstraint(
                condition=~Q(ground=G.TRANSFERRED) | ~Q(elsewhere=""), name="transferred_matter_names_its_new_home"
            ),
            models.CheckConstraint(
                condition=Q(state=S.ASKED)
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="another_answers_a_termination",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_ground_display()}"

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.ASKED, S.SANCTIONED, label="审定终止", permission=rules.may_answer)
    def sanction(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.decided_at, self.decided_by, self.text = at, by, text

    @move("state", S.ASKED, S.DECLINED, label="不终止，接着办", permission=rules.may_answer)
    def decline(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.decided_at, self.decided_by, self.text = at, by, text
