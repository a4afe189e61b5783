"""延期：一件只延一次，到期之前经负责人批准，并把理由告诉申请人（行政许可法第四十二条）。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Post
from agencies.states import Role
from approvals import rules
from approvals.models.case import Case
from approvals.rules import exchange as outside
from approvals.states import Approver, ExtensionState
from catalog.states import TimeUnit
from office.papers.models import Paper
from office.papers.words import term_words
from office.prepared import among
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = ExtensionState


class ExtensionQuerySet(StatefulQuerySet):
    def asked(self) -> "ExtensionQuerySet":
        return self.filter(state=S.ASKED)

    def waiting_for(self, user: Any, at: datetime.datetime) -> "ExtensionQuerySet":
        """此刻等这个人批准的：他是在职责的局长（或代局长的 B 岗）。"""
        return self.waiting_at(user.duties(at))

    def waiting_at(self, posts: Iterable[int]) -> "ExtensionQuerySet":
        """等这些岗位(主键)里的局长批准的。"""
        agencies = Post.objects.filter(among("pk", posts), role=Role.DIRECTOR).values("unit__agency")
        return self.asked().filter(case__agency__in=agencies)

    def visible_to(self, user: Any) -> "ExtensionQuerySet":
        return self.filter(case__agency__in=user.agencies_with("direct_denials"))

    def with_context(self) -> "ExtensionQuerySet":
        return self.select_related(
            "case__item", "case__guide", "case__applicant", "case__section", "asked_by", "decided_by"
        )


class Extension(Stateful):
    """延期的一次请示。most 是法律许可的上限，抄下来，数据库据此拒绝延得太久的。"""

    under = "case"
    told_outside = outside.OF_EXTENSION

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="extensions")
    value = models.PositiveSmallIntegerField("延长多久")
    most = models.PositiveSmallIntegerField("至多可延")
    unit = models.CharField("单位", max_length=2, choices=TimeUnit.choices)
    basis = models.CharField("依据", max_length=300)
    approver = models.CharField("由谁批准", max_length=12, choices=Approver.choices)
    reason = models.TextField("理由")
    state = StateField("状态", default=S.ASKED, choices=S.choices)
    asked_at = models.DateTimeField("报请时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="报请人", on_delete=models.PROTECT, related_name="+"
    )
    due_before = models.DateTimeField("原期限")
    due_after = models.DateTimeField("延长后的期限", null=True, blank=True)
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    standing = models.CharField("以什么身份", max_length=120, blank=True)
    text = models.TextField("批准意见", blank=True)
    document = models.CharField("批准文件", max_length=100, blank=True)
    paper = models.OneToOneField(
        Paper, verbose_name="延期通知书", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        indexes = [models.Index(fields=["due_before"], condition=Q(state=S.ASKED), name="extension_asked")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=[S.ASKED, S.SANCTIONED]), name="case_is_extended_once"
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0, value__lte=F("most")), name="extension_stays_within_the_law"
            ),
            models.CheckConstraint(condition=Q(asked_at__lt=F("due_before")), name="extension_is_asked_before_expiry"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_gives_its_reason"),
            models.CheckConstraint(
                condition=~Q(state=S.SANCTIONED)
                | Q(decided_by__isnull=False, decided_at__lt=F("due_before"), due_after__gt=F("due_before")),
                name="extension_is_sanctioned_before_expiry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.SANCTIONED, S.DECLINED])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(text="")),
                name="answered_extension_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.SANCTIONED) | Q(approver=Approver.DIRECTOR) | ~Q(document=""),
                name="extension_sanctioned_elsewhere_names_the_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 延期{self.length}"

    @property
    def length(self) -> str:
        """延长多久的说法：10个工作日。"""
        return term_words(self.value, self.unit)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.ASKED, S.SANCTIONED, label="同意延期", permission=rules.may_sanction_extension)
    def sanction(
        self, *, by: Any, at: datetime.datetime, text: str, document: str, standing: str,
        due_before: datetime.datetime, due_after: datetime.datetime,
    ) -> None:  # fmt: skip
        self.decided_at, self.decided_by = at, by
        self.text, self.document, self.standing = text, document, standing
        self.due_before, self.due_after = due_before, due_after

    @move("state", S.ASKED, S.DECLINED, label="不同意延期", permission=rules.may_sanction_extension)
    def decline(self, *, by: Any, at: datetime.datetime, text: str, standing: str) -> None:
        self.decided_at, self.decided_by = at, by
        self.text, self.standing = text, standing

    @move("state", S.ASKED, S.LAPSED, label="失效", permission=rules.by_system, offered=False)
    def lapse(self, *, by: Any, at: datetime.datetime) -> None:
        self.decided_at = at
