"""重新研究：领导阅知以后，把一件已经说了“不”的叫回来。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Post
from approvals.models import Case
from denials import rules
from denials.models.register import RegisterEntry
from denials.states import RECALL_OPEN, ClockKind, RecallOpinion, RecallState, Rung
from office import clocks
from office.clocks import ALL, STOP, Term
from office.prepared import among
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S = RecallState
PERSON = settings.AUTH_USER_MODEL
# 方案只说“可以叫回重新研究”，没有说几天。五个工作日是我们的理解，待民政局确认（docs/operations.md）。
# 答复了（或者到期没有答复）以后领导几天内定，方案也没有写：照审定撤销决定的五个工作日，同样待确认。
STUDY_DAYS, SETTLE_DAYS, BASIS = 5, 5, "方案没有规定，暂按五个工作日，待确认"


class RecallQuerySet(StatefulQuerySet):
    def open(self) -> "RecallQuerySet":
        return self.filter(state__in=RECALL_OPEN)

    def waiting_for(self, user: Any, at: datetime.datetime) -> "RecallQuerySet":
        """等这个人的：要他研究的；答复了或逾期了、由他叫回的那一级定的。"""
        return self.waiting_at(user.duties(at))

    def waiting_at(self, posts: Iterable[int]) -> "RecallQuerySet":
        """等这些岗位的(主键)。"""
        to_settle = Q(state=S.ANSWERED) | Q(state=S.STUDYING, late_at__isnull=False)
        to_study = Q(among("study_post", posts), state=S.STUDYING)
        return self.filter(to_study | to_settle & Q(among("post", posts)))


class Recall(Stateful):
    """重新研究。原决定在改正以前一直有效；改正是撤销原决定、另收一件，原件不重开。"""

    under = "case"

    entry = models.ForeignKey(RegisterEntry, verbose_name="报备", on_delete=models.PROTECT, related_name="recalls")
    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="recalls")
    rung = models.CharField("叫回的一级", max_length=8, choices=Rung.choices)
    post = models.ForeignKey(Post, verbose_name="叫回的岗位", on_delete=models.PROTECT, related_name="recalls")
    called_by = models.ForeignKey(PERSON, verbose_name="叫回的人", on_delete=models.PROTECT, related_name="+")
    standing = models.CharField("以什么身份", max_length=80)
    reason = models.TextField("为什么叫回")
    called_at = models.DateTimeField("叫回时间")
    study_post = models.ForeignKey(Post, verbose_name="由谁研究", on_delete=models.PROTECT, related_name="studies")
    due_at = models.DateTimeField("答复期限")
    state = StateField("状态", default=S.STUDYING, choices=S.choices)
    late_at = models.DateTimeField("记为逾期", null=True, blank=True)
    late_user = models.ForeignKey(
        PERSON, verbose_name="逾期责任人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settle_due_at = models.DateTimeField("领导定的期限", null=True, blank=True)
    settle_late_at = models.DateTimeField("领导逾期记于", null=True, blank=True)
    settle_late_user = models.ForeignKey(
        PERSON, verbose_name="逾期没有定的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opinion = models.CharField("研究意见", max_length=8, choices=RecallOpinion.choices, blank=True)
    opinion_text = models.TextField("研究意见的理由", blank=True)
    opinion_by = models.ForeignKey(
        PERSON, verbose_name="答复人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opinion_standing = models.CharField("答复人以什么身份", max_length=80, blank=True)
    opinion_at = models.DateTimeField("答复时间", null=True, blank=True)
    decision_text = models.TextField("决定的理由", blank=True)
    basis_text = models.TextField("改正的依据", blank=True)
    decided_by = models.ForeignKey(
        PERSON, verbose_name="决定人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_standing = models.CharField("决定人以什么身份", max_length=80, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    new_case = models.OneToOneField(
        Case, verbose_name="重新办理的办件", on_delete=models.PROTECT, null=True, blank=True, related_name="redoes"
    )
    elsewhere = models.TextField("不能重新收件时去哪里", blank=True)

    objects = RecallQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重新研究"
        default_permissions = ()
        indexes = [
            models.Index(fields=["study_post"], condition=Q(state=S.STUDYING), name="recall_to_study"),
            models.Index(fields=["post"], condition=Q(state__in=RECALL_OPEN), name="recall_to_settle"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=RECALL_OPEN), name="one_open_recall_per_entry"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=S.SET_ASIDE), name="a_refusal_is_set_aside_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recall_says_why"),
            models.CheckConstraint(
                condition=~Q(state=S.ANSWERED)
                | (Q(opinion_at__isnull=False, opinion_by__isnull=False) & ~(Q(opinion="") | Q(opinion_text=""))),
                name="answered_recall_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RECALL_OPEN)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_text="")),
                name="settled_recall_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.SET_ASIDE) | (~Q(basis_text="") & (Q(new_case__isnull=False) | ~Q(elsewhere=""))),
                name="a_refusal_set_aside_goes_on_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state=S.SET_ASIDE) | Q(new_case=None, elsewhere=""), name="only_a_correction_opens_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} 重新研究"

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        calendar = workdays.calendar_for(self.entry.agency.code)
        days = SETTLE_DAYS if kind == ClockKind.SETTLE else STUDY_DAYS
        due_at, provisional = workdays.due(at, days, "wd", calendar=calendar)
        return Term(days, "wd", BASIS, due_at, provisional)

    @property
    def study_until(self) -> datetime.datetime:
        """研究的最迟：照时钟。due_at 是叫回时说的那一刻，写下了不改；放假通知到了，只有时钟改期。"""
        return self._until(ClockKind.STUDY) or self.due_at

    @property
    def settle_until(self) -> datetime.datetime | None:
        """领导定的最迟，照时钟；还没有轮到定的没有。"""
        return self._until(ClockKind.SETTLE) or self.settle_due_at

    def _until(self, kind: str) -> datetime.datetime | None:
        return next((clock.due_at for clock in self.clocks.all() if clock.kind == kind), None)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.STUDYING, S.ANSWERED, label="答复重新研究", permission=rules.may_study_recall,
        clocks={ClockKind.STUDY: STOP},
    )  # fmt: skip
    def answer(
        self, *, by: Any, at: datetime.datetime, opinion: str, text: str, standing: str, due_at: datetime.datetime
    ) -> None:
        self.settle_due_at = due_at
        self.opinion, self.opinion_text = opinion, text
        self.opinion_by, self.opinion_standing, self.opinion_at = by, standing, at

    @move("state", S.STUDYING, None, label="研究逾期", permission=rules.by_system, offered=False)
    def run_late(self, *, by: Any, at: datetime.datetime, user: Any, due_at: datetime.datetime) -> None:
        self.late_at, self.late_user = at, user
        self.settle_due_at = due_at

    @move("state", RECALL_OPEN, None, label="逾期没有定", permission=rules.by_system, offered=False)
    def run_over(self, *, by: Any, at: datetime.datetime, user: Any) -> None:
        self.settle_late_at, self.settle_late_user = at, user

    @move("state", S.ANSWERED, S.UPHELD, label="维持", permission=rules.may_settle_recall, clocks={ALL: STOP})
    @move(
        "state", S.STUDYING, S.UPHELD, label="维持", permission=rules.may_settle_recall,
        conditions=[rules.study_ran_out], clocks={ALL: STOP},
    )  # fmt: skip
    def uphold(self, *, by: Any, at: datetime.datetime, text: str, standing: str) -> None:
        self.decision_text = text
        self.decided_by, self.decided_standing, self.decided_at = by, standing, at

    @move("state", S.ANSWERED, S.SET_ASIDE, label="改正", permission=rules.may_settle_recall, clocks={ALL: STOP})
    @move(
        "state", S.STUDYING, S.SET_ASIDE, label="改正", permission=rules.may_settle_recall,
        conditions=[rules.study_ran_out], clocks={ALL: STOP},
    )  # fmt: skip
    def set_aside(
        self, *, by: Any, at: datetime.datetime, text: str, basis: str, standing: str, new_case: Any, elsewhere: str
    ) -> None:
        self.decision_text, self.basis_text = text, basis
        self.decided_by, self.decided_standing, self.decided_at = by, standing, at
        self.new_case, self.elsewhere = new_case, elsewhere


class RecallClock(clocks.Clock):
    """重新研究的答复期限。"""

    subject = "recall"

    recall = models.ForeignKey(Recall, verbose_name="重新研究", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "重新研究的时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["recall", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_recall"
            )
        ]

    def agency_code(self) -> str:
        return str(self.recall.entry.agency.code)

    @property
    def label(self) -> str:
        return "重新研究"
