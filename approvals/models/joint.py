"""联办件：一份申请，几个事项、几个单位分头办；各有各的期限，另有一个合起来的联办时限。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Unit
from approvals.models.applicant import Applicant
from approvals.models.material import Upload
from approvals.rules import joints as rules
from approvals.states import JointClockKind, JointState
from catalog.models import JointMatter
from catalog.states import TimeUnit
from office import clocks
from office.clocks import ALL, KEEP, PAUSE, RESUME, START, STOP, Term
from office.papers.models import Paper
from office.papers.words import term_words
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField
from office.workdays import calendar as workdays

S, K = JointState, JointClockKind


class JointQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "JointQuerySet":
        """牵头单位、综合窗口，和手里有其中一件的单位。"""
        units = user.unit_keys("view_cases")
        mine = Q(lead__in=units) | Q(window__in=units) | Q(branches__section__in=units) | Q(branches__unit__in=units)
        return self.filter(mine).distinct()

    def under_way(self) -> "JointQuerySet":
        return self.exclude(state=S.ENDED)

    def with_context(self) -> "JointQuerySet":
        return self.select_related("matter", "applicant", "lead__agency", "window__agency", "first_contact")


class Joint(Stateful):
    """一次提交的一件事。时限抄自提交那一刻的一件事，以后改了也不影响它。"""

    number = models.CharField("联办编号", max_length=50, unique=True)
    query_code = EncryptedTextField("查询码")
    query_index = models.CharField("查询码盲索引", max_length=64, editable=False)
    submission_key = models.CharField("提交凭据", max_length=64, unique=True, editable=False)
    matter = models.ForeignKey(JointMatter, verbose_name="一件事", on_delete=models.PROTECT, related_name="joints")
    applicant = models.ForeignKey(Applicant, verbose_name="申请人", on_delete=models.PROTECT, related_name="joints")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="网上用户", on_delete=models.PROTECT, null=True, related_name="joints"
    )
    lead = models.ForeignKey(Unit, verbose_name="牵头单位", on_delete=models.PROTECT, related_name="joints_led")
    window = models.ForeignKey(Unit, verbose_name="综合窗口", on_delete=models.PROTECT, related_name="joints_taken_in")
    first_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="首问责任人", on_delete=models.PROTECT, related_name="+"
    )
    limit_value = models.PositiveSmallIntegerField("联办时限")
    limit_unit = models.CharField("联办时限单位", max_length=2, choices=TimeUnit)
    limit_basis = models.CharField("联办时限依据", max_length=200)
    state = StateField("状态", max_length=12, default=S.RUNNING, choices=S.choices)
    received_at = models.DateTimeField("收件时间")
    begun_at = models.DateTimeField("联办时限起算", null=True, blank=True)
    decided_at = models.DateTimeField("都有结果的时间", null=True, blank=True)
    ended_at = models.DateTimeField("全部办结时间", null=True, blank=True)

    objects = JointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联办件"
        default_permissions = ()
        indexes = [models.Index(fields=["lead", "-received_at"], name="joint_led")]
        constraints = [
            models.CheckConstraint(condition=Q(state=S.RUNNING) | Q(decided_at__isnull=False),
                                   name="decided_joint_says_when"),
            models.CheckConstraint(condition=~Q(state=S.ENDED) | Q(ended_at__isnull=False),
                                   name="ended_joint_says_when"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def responsible(self) -> Any:
        """谁负责到底：首问责任人；各件上回避了的，各记在那一件上。"""
        return self.first_contact

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        """联办时限从第一个事项受理那一刻起算：先受理的不因为后受理的而晚（对机关从严）。"""
        since: datetime.datetime = facts.get("since", at)
        calendar = workdays.calendar_for(self.lead.agency.code)
        due_at, provisional = workdays.due(since, self.limit_value, self.limit_unit, calendar=calendar)
        return Term(self.limit_value, self.limit_unit, self.limit_basis, due_at, provisional, since)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.RUNNING, None, label="起算联办时限", permission=rules.follows_a_branch, clocks={K.LIMIT: START},
          offered=False)  # fmt: skip
    def begin(self, *, by: Any, at: datetime.datetime, since: datetime.datetime) -> None:
        self.begun_at = since

    @move("state", S.RUNNING, None, label="停算联办时限", permission=rules.follows_a_branch, clocks={K.LIMIT: PAUSE},
          offered=False)  # fmt: skip
    def hold_clock(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move("state", S.RUNNING, None, label="续算联办时限", permission=rules.follows_a_branch, clocks={K.LIMIT: RESUME},
          offered=False)  # fmt: skip
    def run_clock(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move("state", S.RUNNING, S.DECIDED, label="都有结果", permission=rules.follows_a_branch, clocks={ALL: STOP},
          offered=False)  # fmt: skip
    def conclude(self, *, by: Any, at: datetime.datetime) -> None:
        self.decided_at = at

    @move("state", S.DECIDED, S.ENDED, label="全部办结", permission=rules.follows_a_branch, clocks={ALL: KEEP},
          offered=False)  # fmt: skip
    def end(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at

    @move("state", S.RUNNING, None, label="延长联办时限", permission=rules.may_extend, conditions=[rules.is_begun],
          clocks={K.LIMIT: KEEP})  # fmt: skip
    def extend(self, *, by: Any, at: datetime.datetime, length: str, reason: str, document: str,
               due_after: datetime.datetime) -> None:  # fmt: skip
        pass


class JointClock(clocks.Clock):
    """联办时限：与各个事项自己的期限并行。"""

    subject = "joint"

    joint = models.ForeignKey(Joint, verbose_name="联办件", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "联办时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["joint", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_joint"
            )
        ]

    def agency_code(self) -> str:
        return str(self.joint.lead.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)


class JointExtension(models.Model):
    """联办时限的延长：只一次，至多十五个工作日，本级人民政府负责人在到期以前批准（行政许可法第四十二条第二款）。"""

    append_only = True

    joint = models.OneToOneField(Joint, verbose_name="联办件", on_delete=models.PROTECT, related_name="extension")
    value = models.PositiveSmallIntegerField("延长多久")
    unit = models.CharField("单位", max_length=2, choices=TimeUnit)
    reason = models.TextField("理由")
    approver = models.CharField("批准的政府负责人", max_length=60)
    document = models.CharField("批准文件", max_length=100)
    approved_on = models.DateField("批准日期", null=True, help_text="早先登记的没有这一栏。")
    scan = models.OneToOneField(
        Upload, verbose_name="签了字的审批表或批准文件", on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_before = models.DateTimeField("原期限")
    due_after = models.DateTimeField("延长后的期限")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    standing = models.CharField("以什么身份", max_length=120)
    paper = models.OneToOneField(Paper, verbose_name="延期通知书", on_delete=models.PROTECT, related_name="+")
    form = models.OneToOneField(Paper, verbose_name="延期审批表", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "联办延期"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0, value__lte=15), name="joint_extension_is_fifteen_at_most"),
            models.CheckConstraint(
                condition=Q(recorded_at__lt=F("due_before"), due_after__gt=F("due_before")),
                name="joint_is_extended_before_expiry",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document="") & ~Q(approver=""), name="joint_extension_says_why_and_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.joint} 延期{self.length}"

    @property
    def length(self) -> str:
        return term_words(self.value, self.unit)
