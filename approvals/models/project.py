"""重点项目：一个项目、一个专员、随叫随到、当日协调(调政办发〔2020〕9号三(五)2)。"""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from agencies.models import Agency, Unit
from approvals.models.case import Case
from approvals.models.climbing import Climbing
from approvals.rules import projects as rules
from approvals.states import IssueClockKind, IssueState, Rung
from office import clocks
from office.clocks import ALL, KEEP, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField
from office.workdays import calendar as workdays
from office.workdays.rules import DAY

S, K = IssueState, IssueClockKind
PERSON = settings.AUTH_USER_MODEL
BASIS = "重点项目当日协调(本局参数)"


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any) -> "ProjectQuerySet":
        """专员自己的，和所在单位看得见的。"""
        return self.filter(Q(specialist=user) | Q(unit__in=user.unit_keys("view_cases")))

    def open(self) -> "ProjectQuerySet":
        return self.filter(closed_at=None)

    def with_context(self) -> Any:
        waiting = Count("issues", filter=Q(issues__state=S.OPEN), distinct=True)
        found = self.select_related("agency", "unit__agency", "specialist")
        return found.annotate(cases_in=Count("case_rows", distinct=True), waiting=waiting)

    def tallied(self) -> Any:
        """每位专员：几个项目、几件办件、提了几件要协调的、当日协调下来几件、误了几件。"""
        late = Q(issues__clocks__late=True) | Q(issues__clocks__fired_at__isnull=False)
        numbers = {
            "total": Count("pk", distinct=True),
            "cases_in": Count("case_rows", distinct=True),
            "raised": Count("issues", distinct=True),
            "late": Count("issues", distinct=True, filter=late),
            "waiting": Count("issues", distinct=True, filter=Q(issues__state=S.OPEN)),
        }
        found = self.order_by().values("specialist", "specialist__full_name").annotate(**numbers)
        return found.order_by("-total", "specialist")


class Project(models.Model):
    """一个重点项目：项目单位、专员、联系人、办件，和一本协调的账。"""

    number = models.CharField("项目编号", max_length=40, unique=True)
    name = models.CharField("项目名称", max_length=120)
    owner_name = models.CharField("项目单位", max_length=120)
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="projects")
    unit = models.ForeignKey(Unit, verbose_name="专员所在单位", on_delete=models.PROTECT, related_name="projects")
    specialist = models.ForeignKey(PERSON, verbose_name="专员", on_delete=models.PROTECT, related_name="projects")
    phone = models.CharField("专员电话", max_length=30, help_text="随叫随到的电话，告诉项目单位，查进度页也看得到。")
    opened_at = models.DateTimeField("立项时间")
    opened_by = models.ForeignKey(PERSON, verbose_name="立项人", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("办完时间", null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "重点项目"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(owner_name="") & ~Q(phone=""), name="project_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectContact(models.Model):
    """项目单位的联系人。"""

    pii: ClassVar[tuple[str, ...]] = ("phone",)

    project = models.ForeignKey(Project, verbose_name="项目", on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("职务", max_length=60, blank=True)
    phone = EncryptedTextField("电话")

    class Meta:
        verbose_name = verbose_name_plural = "项目联系人"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="project_contact_is_named_once")]

    def __str__(self) -> str:
        return self.name


class ProjectCase(models.Model):
    """列入项目的办件；一件只属于一个项目。"""

    project = models.ForeignKey(Project, verbose_name="项目", on_delete=models.PROTECT, related_name="case_rows")
    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="in_project")
    added_at = models.DateTimeField("列入时间")
    added_by = models.ForeignKey(PERSON, verbose_name="列入人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "项目办件"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.project} {self.case}"


class ProjectIssue(Climbing, Stateful):
    """要协调的一件事：当日协调下来；没有的，记在专员名下，上交负责人。"""

    project = models.ForeignKey(Project, verbose_name="项目", on_delete=models.PROTECT, related_name="issues")
    specialist = models.ForeignKey(PERSON, verbose_name="当时的专员", on_delete=models.PROTECT, related_name="+")
    raised_by_name = models.CharField("谁提的", max_length=60, help_text="项目单位的联系人，或办事的人。")
    text = models.TextField("要协调什么", max_length=1000)
    state = StateField("状态", default=S.OPEN, choices=S.choices)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    answer = models.TextField("怎样协调的", max_length=1000, blank=True)
    answered_at = models.DateTimeField("协调时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        PERSON, verbose_name="协调人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StatefulQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目协调"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="issue_says_what"),
            models.CheckConstraint(
                condition=~Q(state=S.ANSWERED)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="answered_issue_says_who_when_and_how",
            ),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="issue_stands_on_a_known_rung"),
        ]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def unit(self) -> Unit:
        return self.project.unit

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        """当日：提出的那天(休息日提的，下一个工作日)24时；上交以后再一个工作日。"""
        calendar = workdays.calendar_for(self.project.agency.code)
        start = at - DAY if kind == K.SAME_DAY else at
        due_at, provisional = workdays.due(start, 1, "wd", calendar=calendar)
        return Term(1, "wd", BASIS, due_at, provisional, at)

    @move("state", S.OPEN, S.ANSWERED, label="协调下来了", permission=rules.may_answer, clocks={ALL: STOP})
    def settle(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.answer, self.answered_at, self.answered_by = text, at, by

    @move(
        "state", S.OPEN, None, label="当日没有协调，上交", permission=rules.by_system, clocks={ALL: KEEP}, offered=False
    )
    def climb(self, *, by: Any, at: datetime.datetime, rung: int, owner: Any, kind: str) -> None:
        self.rung, self.owner = rung, owner


class IssueClock(clocks.Clock):
    """协调的期限。"""

    subject = "issue"

    issue = models.ForeignKey(ProjectIssue, verbose_name="项目协调", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "协调时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_issue"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("started_at")), name="issue_clock_runs_forward"),
        ]

    def agency_code(self) -> str:
        return str(self.issue.project.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
