"""依职权撤回、撤销准予的决定（行政许可法第八条第二款、第六十九条）。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Post
from agencies.states import Role
from approvals.models.case import Case
from approvals.models.certificate import Certificate
from approvals.rules import retractions as rules
from approvals.states import (
    RETRACTION_OPEN,
    KeepWhy,
    RetractionGround,
    RetractionKind,
    RetractionState,
)
from office.prepared import among
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S, K, G = RetractionState, RetractionKind, RetractionGround
PERSON = settings.AUTH_USER_MODEL
LIVE = (*RETRACTION_OPEN, S.DONE)


class RetractionQuerySet(StatefulQuerySet):
    def open(self) -> "RetractionQuerySet":
        return self.filter(state__in=RETRACTION_OPEN)

    def waiting_for(self, user: Any, at: datetime.datetime) -> "RetractionQuerySet":
        """等这个人做的：窗口送达；听取期满的、别处定了的由科室负责人上报；分管领导审定。"""
        serve = Q(state__in=[S.PROPOSED, S.DECIDED], case__intake_unit__in=user.unit_keys("take_in"))
        serve &= ~Q(ground=G.ELSEWHERE)
        heard = Q(state=S.HEARING, hear_due_at__lte=at) | Q(state=S.PROPOSED, ground=G.ELSEWHERE)
        ask = heard & Q(case__section__in=user.unit_keys("decide_case"))
        posts = user.duties(at) if user.unit_keys("sanction_denial") else ()  # 不是领导的不必问
        sanction = Retraction.objects.waiting_at(posts, user.pk)
        return self.filter(serve | ask | Q(pk__in=sanction.values("pk")))

    def waiting_at(self, posts: Iterable[int], user: int) -> "RetractionQuerySet":
        """等这个人(主键)在这些岗位(主键)上审定的：分管的副局长、局长；他自己提出、上报的除外。"""
        held = Post.objects.filter(among("pk", posts))
        directed = Q(case__agency__in=held.filter(role=Role.DIRECTOR).values("unit__agency"))
        led = Q(case__section__in=held.filter(role=Role.DEPUTY).values("portfolio"))
        alone = Q(proposed_by=user) | Q(asked_by=user)
        return self.filter(directed | led, ~alone, state=S.ASKED)

    def visible_to(self, user: Any) -> "RetractionQuerySet":
        return self.filter(case__in=Case.objects.visible_to(user))

    def sanctioned_by(self, user: Any) -> "RetractionQuerySet":
        """归这个人审定的，定过的也在内。"""
        return self.filter(case__section__in=user.unit_keys("sanction_denial"))

    def with_context(self) -> "RetractionQuerySet":
        return self.select_related(
            "case__item", "case__guide", "case__agency", "case__section", "case__intake_unit", "case__applicant",
            "proposed_by", "asked_by", "decided_by",
        )  # fmt: skip


class Retraction(Stateful):
    """一次撤回、撤销：理由、告知、陈述申辩、谁审定、何时送达。原决定在送达以前一直有效。"""

    under = "case"
    forgets = (
        "requested_by", "facts", "reasons", "public_interest", "redress", "heard", "dropped_reason",
    )  # fmt: skip

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="retractions")
    kind = models.CharField("怎样收回", max_length=10, choices=K.choices)
    ground = models.CharField("凭什么", max_length=12, choices=G.choices)
    requested_by = models.CharField("哪个利害关系人请求的", max_length=120, blank=True, help_text="空着是依职权。")
    facts = models.TextField("查明的事实")
    reasons = models.TextField("理由")
    basis = models.TextField("依据")
    public_interest = models.TextField("为了什么公共利益", blank=True)
    redress = models.TextField("补偿、赔偿怎样办", blank=True)
    document = models.CharField("别处的文书", max_length=200, blank=True)
    ended_on = models.DateField("别处的文书定的失效日期", null=True, blank=True)

    state = StateField("状态", default=S.PROPOSED, choices=S.choices)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(PERSON, verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField("告知书送达时间", null=True, blank=True)
    hear_due_at = models.DateTimeField("陈述申辩的期限", null=True, blank=True)
    heard = models.TextField("陈述申辩的情况和采纳与否", blank=True)
    asked_at = models.DateTimeField("上报时间", null=True, blank=True)
    asked_by = models.ForeignKey(
        PERSON, verbose_name="上报人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_back = models.TextField("领导退回要补什么", blank=True)
    decision = models.TextField("审定意见", blank=True)
    keep_why = models.CharField("为什么不收回", max_length=10, choices=KeepWhy.choices, blank=True)
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, verbose_name="审定人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    served_at = models.DateTimeField("决定书送达时间", null=True, blank=True)
    dropped_reason = models.TextField("为什么不再提出", blank=True)
    due_at = models.DateTimeField("此刻这一步的期限", null=True, blank=True)

    objects = RetractionQuerySet.as_manager()

    class Meta:
        verbose_name = "撤回、撤销"
        verbose_name_plural = "撤回、撤销"
        default_permissions = ()
        indexes = [models.Index(fields=["case"], condition=Q(state__in=RETRACTION_OPEN), name="retraction_in_hand")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state__in=LIVE), name="one_retraction_per_case"),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(reasons="") & ~Q(basis=""), name="retraction_says_why"
            ),
            models.CheckConstraint(
                condition=Q(ground=G.ELSEWHERE)
                | Q(kind=K.WITHDRAWN, ground__in=rules.WITHDRAWING)
                | Q(kind=K.REVOKED, ground__in=[*rules.MAY_REVOKE, G.DECEIT]),
                name="retraction_ground_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(ground__in=rules.WITHDRAWING) | ~Q(public_interest=""),
                name="withdrawal_serves_the_public",
            ),
            models.CheckConstraint(
                condition=~Q(ground__in=rules.REDRESSED) | ~Q(redress=""), name="retraction_considers_redress"
            ),
            models.CheckConstraint(
                condition=~Q(ground=G.DECEIT) | Q(redress=""), name="deceit_is_not_redressed"
            ),
            models.CheckConstraint(
                condition=Q(ground=G.ELSEWHERE, ended_on__isnull=False) & ~Q(document="")
                | ~Q(ground=G.ELSEWHERE) & Q(document="", ended_on=None),
                name="decided_elsewhere_names_its_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[S.PROPOSED, S.DROPPED])
                | Q(ground=G.ELSEWHERE)
                | Q(told_at__isnull=False, hear_due_at__isnull=False, hear_due_at__gt=F("told_at")),
                name="holder_is_told_before_retraction",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.ASKED, S.DECIDED, S.DONE, S.KEPT])
                | Q(asked_at__isnull=False, asked_by__isnull=False)
                & (Q(ground=G.ELSEWHERE) | ~Q(heard="") & Q(asked_at__gte=F("hear_due_at"))),
                name="holder_is_heard_before_retraction",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.DECIDED, S.DONE, S.KEPT])
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(decision="") & ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("proposed_by")),
                name="retraction_is_sanctioned_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.DONE) | Q(ground=G.ELSEWHERE)
                | Q(served_at__isnull=False, served_at__gte=F("decided_at")),
                name="retraction_takes_effect_when_served",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.KEPT) & Q(keep_why="")
                | Q(state=S.KEPT) & ~Q(keep_why="") & ~Q(ground=G.DECEIT, keep_why=KeepWhy.NOT_NEEDED),
                name="kept_grant_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    @property
    def is_elsewhere(self) -> bool:
        return rules.is_elsewhere(self)

    def moved_to(self) -> Case | None:
        """证照延续、换发到了哪一件上；还在这一件上的、没有证照的是 None。"""
        held = Certificate.objects.filter(case=self.case_id).first()
        now = held.standing() if held is not None else None
        return None if now is None or now == held else now.case

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.PROPOSED, S.HEARING, label="告知书送达", permission=rules.may_serve, conditions=[rules.is_ours],
        offered=False,
    )  # fmt: skip
    def tell(self, *, by: Any, at: datetime.datetime, due_at: datetime.datetime) -> None:
        self.told_at, self.hear_due_at, self.due_at = at, due_at, due_at

    @move("state", S.HEARING, S.ASKED, label="报请审定", permission=rules.may_ask)
    def ask(self, *, by: Any, at: datetime.datetime, heard: str, due_at: datetime.datetime) -> None:
        self.heard, self.asked_at, self.asked_by, self.due_at = heard, at, by, due_at

    @move("state", S.PROPOSED, S.ASKED, label="报请确认", permission=rules.may_ask, conditions=[rules.is_elsewhere])
    def ask_to_confirm(self, *, by: Any, at: datetime.datetime, due_at: datetime.datetime) -> None:
        self.asked_at, self.asked_by, self.due_at = at, by, due_at

    @move(
        "state", [S.PROPOSED, S.HEARING], S.DROPPED, label="不再提出", permission=rules.may_speak_for_section,
        conditions=[rules.may_be_dropped],
    )  # fmt: skip
    def drop(self, *, by: Any, at: datetime.datetime, dropped_reason: str) -> None:
        self.dropped_reason, self.due_at = dropped_reason, None

    @move("state", S.ASKED, S.DECIDED, label="核准", permission=rules.may_sanction, conditions=[rules.is_ours])
    def sanction(self, *, by: Any, at: datetime.datetime, decision: str, due_at: datetime.datetime) -> None:
        self.decision, self.decided_at, self.decided_by, self.due_at = decision, at, by, due_at

    @move("state", S.ASKED, S.DONE, label="确认", permission=rules.may_sanction, conditions=[rules.is_elsewhere])
    def confirm(self, *, by: Any, at: datetime.datetime, decision: str) -> None:
        self.decision, self.decided_at, self.decided_by, self.due_at = decision, at, by, None

    @move("state", S.ASKED, S.KEPT, label="不收回", permission=rules.may_sanction)
    def keep(self, *, by: Any, at: datetime.datetime, decision: str, why: str) -> None:
        self.decision, self.decided_at, self.decided_by, self.keep_why = decision, at, by, why
        self.due_at = None

    @move("state", S.ASKED, S.HEARING, label="退回补充", permission=rules.may_sanction, conditions=[rules.is_ours])
    def send_back(self, *, by: Any, at: datetime.datetime, text: str, due_at: datetime.datetime) -> None:
        self.sent_back, self.due_at = text, due_at

    @move("state", S.DECIDED, S.DONE, label="决定书送达", permission=rules.may_serve, offered=False)
    def serve(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        self.served_at, self.due_at = at, None
