"""拟否定报告。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Agency, Post, Unit
from approvals.models import Case
from approvals.models.not_accepting import NAMES_THE_COMPETENT, NotAcceptedFor
from approvals.rules.bars import consequence
from catalog.models import LegalBasis
from denials import rules
from denials.models.policy import LadderPolicy
from denials.states import OPEN, ClockKind, ReportState, Rung
from office.clocks import ALL, KEEP, START, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField
from office.workdays import calendar as workdays

S, K = ReportState, ClockKind
BASIS = "不行权局长负责制工作方案"


class ReportQuerySet(StatefulQuerySet):
    def open(self) -> "ReportQuerySet":
        return self.filter(state__in=OPEN)

    def open_for(self, case: Case) -> "Report | None":
        """这件办件正在审定的报告。"""
        return self.open().filter(case=case).first()

    def orphaned(self) -> "ReportQuerySet":
        """办件已经不再提请审定(撤回、终止),报告还开着的。"""
        return self.open().filter(case__held_at=None)

    def visible_to(self, user: Any) -> "ReportQuerySet":
        """梯子上的人:提出单位、承办科室看得到办件的人,轮到过审核的科室负责人(窗口件的审批科),分管副局长,局长。"""
        units = user.unit_keys("view_cases")
        chiefs = user.unit_keys("review_denial")
        reviewed = self.model._base_manager.filter(turns__rung=Rung.CHIEF, turns__post__unit__in=chiefs)
        return self.filter(Q(unit__in=units) | Q(section__in=units) | Q(pk__in=reviewed.values("pk")))

    def with_context(self) -> "ReportQuerySet":
        return self.select_related("case__item", "case__applicant", "case__guide", "unit", "section", "clerk", "agency")


class Report(NotAcceptedFor, Stateful):
    """拟否定报告:一件遇到模糊地带的申请,一级一级请示,直到核准否定或可以办。"""

    under = "case"
    forgets = ("applicant_name", "applicant_contact", "concealed")

    number = models.CharField("报告编号", max_length=60, unique=True)
    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="reports")
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, verbose_name="提出单位", on_delete=models.PROTECT, related_name="reports_filed")
    section = models.ForeignKey(Unit, verbose_name="承办科室", on_delete=models.PROTECT, related_name="reports")
    deputy_post = models.ForeignKey(
        Post, verbose_name="分管副局长岗", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    director_post = models.ForeignKey(
        Post, verbose_name="局长岗", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    policy = models.ForeignKey(
        LadderPolicy, verbose_name="时限政策", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, related_name="reports_filed"
    )
    clerk_contact = models.CharField("经办人联系方式", max_length=60)
    applicant_name = models.CharField("申请人或单位名称", max_length=120)
    applicant_contact = EncryptedTextField("申请人联系方式")
    matter = models.CharField("申请办理事项", max_length=200)
    received = models.CharField("受理日期、编号", max_length=120)
    progress = models.TextField("办理答复情况")
    question = models.CharField("拿不准的问题", max_length=300)
    reasons = models.TextField("拟否定理由")
    basis_text = models.TextField("拟否定依据")
    concealed = models.TextField("提出时认定的隐瞒、虚假材料", blank=True, db_default="")
    concealed_upheld = models.BooleanField("认定成立", null=True, blank=True)
    policies = models.JSONField("所附政策", default=list)
    bases = models.ManyToManyField(LegalBasis, verbose_name="引用条文", blank=True, related_name="+")
    state = StateField("状态", default=S.WITH_CHIEF, choices=S.choices)
    filed_at = models.DateTimeField("提出时间")
    stands_with = models.CharField("退回或研究之前在哪一级", max_length=8, choices=Rung.choices, blank=True)
    study_due_at = models.DateTimeField("研究答复期限", null=True, blank=True)
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审定人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict_text = models.TextField("审定意见", blank=True)
    how_to = models.TextField("如何行", blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拟否定报告"
        indexes = [
            models.Index(fields=["section", "filed_at"], name="report_of_section"),
            models.Index(fields=["deputy_post"], condition=Q(state=S.WITH_DEPUTY), name="report_with_deputy"),
            models.Index(fields=["director_post"], condition=Q(state=S.WITH_DIRECTOR), name="report_with_director"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state__in=OPEN), name="one_open_report_per_case"),
            models.CheckConstraint(
                condition=~Q(state__in=[S.SANCTIONED, S.OVERTURNED])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(verdict_text="")),
                name="decided_report_says_who_when_and_why",
            ),
            models.CheckConstraint(condition=~Q(state=S.OVERTURNED) | ~Q(how_to=""), name="overturned_report_says_how"),
            models.CheckConstraint(
                condition=~Q(state=S.STUDYING) | Q(study_due_at__isnull=False), name="studied_report_promises_a_date"
            ),
            models.CheckConstraint(
                condition=~(Q(progress="") | Q(question="") | Q(reasons="") | Q(basis_text="") | Q(clerk_contact="")),
                name="report_fills_every_field",
            ),
            models.CheckConstraint(
                condition=Q(concealed="", concealed_upheld=None)
                | (~Q(concealed="") & (~Q(state__in=[S.SANCTIONED, S.OVERTURNED]) | Q(concealed_upheld__isnull=False))),
                name="decided_report_settles_concealment",
            ),
            models.CheckConstraint(condition=NAMES_THE_COMPETENT, name="report_not_ours_names_the_competent"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def times(self) -> Any:
        """这份报告适用的时限。"""
        return self.policy or rules.DEFAULT_POLICY

    @property
    def concealed_consequence(self) -> str:
        """认定成立的后果；没有认定的是空串。"""
        return consequence() if self.concealed else ""

    @property
    def rung(self) -> str:
        return rules.rung_of(self.state)

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        calendar = workdays.calendar_for(self.agency.code)
        given = {"policy": self.times, "special": calendar.special}
        if kind == K.CHIEF:
            value, unit, due_at = 0, "at", rules.chief_due_at(at, **given)
        elif kind == K.DEPUTY:
            value, unit, due_at = self.times.deputy_hours, "h", rules.deputy_due_at(at, **given)
        elif kind == K.ANSWER:
            value, unit, due_at = self.times.answer_hours, "h", rules.answer_due_at(self.filed_at, **given)
        elif kind == K.STUDY:
            value, unit, due_at = 0, "at", facts["due_at"]
        else:
            value, unit, due_at = self.times.answer_hours, "h", rules.answer_due_at(at, **given)
        return Term(value, unit, BASIS, due_at, calendar.is_provisional(at, due_at))

    # 步:只给字段赋值 --------------------------------------------------

    @move(
        "state", S.WITH_CHIEF, S.WITH_DEPUTY, label="审核上报", permission=rules.as_chief,
        clocks={K.CHIEF: STOP, K.DEPUTY: START, K.ANSWER: KEEP}, offered=False,
    )  # fmt: skip
    @move(
        "state", S.STUDYING, S.WITH_DEPUTY, label="研究后上报", permission=rules.as_chief,
        conditions=[rules.studied_by_chief], clocks={K.STUDY: STOP, K.DEPUTY: START, K.ANSWER: KEEP}, offered=False,
    )  # fmt: skip
    def refer_up(self, *, by: Any, at: datetime.datetime) -> None:
        self.study_due_at = None
        self.stands_with = ""

    @move(
        "state", S.WITH_CHIEF, S.WITH_DEPUTY, label="逾期未审，转分管副局长", permission=rules.by_system,
        clocks={K.CHIEF: STOP, K.DEPUTY: START, K.ANSWER: KEEP}, offered=False,
    )  # fmt: skip
    def pass_over_chief(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move(
        "state", S.WITH_DEPUTY, S.WITH_DIRECTOR, label="逾期未审，转局长", permission=rules.by_system,
        clocks={K.DEPUTY: STOP, K.ANSWER: KEEP}, offered=False,
    )  # fmt: skip
    def pass_over_deputy(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move(
        "state", [S.WITH_CHIEF, S.WITH_DEPUTY, S.RETURNED, S.STUDYING, S.WITH_DIRECTOR], S.WITH_DIRECTOR,
        label="超过答复时限，转局长", permission=rules.by_system,
        clocks={ALL: STOP, K.PROMISE: START}, offered=False,
    )  # fmt: skip
    def miss_answer(self, *, by: Any, at: datetime.datetime) -> None:
        self.study_due_at = None
        self.stands_with = ""

    @move(
        "state",
        [S.WITH_DEPUTY],
        S.SANCTIONED,
        label="核准否定",
        permission=rules.as_deputy,
        clocks={ALL: STOP},
    )
    @move("state", S.WITH_DIRECTOR, S.SANCTIONED, label="核准否定", permission=rules.as_director, clocks={ALL: STOP})
    @move("state", S.STUDYING, S.SANCTIONED, label="核准否定", permission=rules.as_studier, clocks={ALL: STOP})
    def sanction(self, *, by: Any, at: datetime.datetime, text: str, concealed_upheld: bool | None = None) -> None:
        self.decided_at, self.decided_by = at, by
        self.verdict_text = text
        self.concealed_upheld = concealed_upheld

    @move("state", S.WITH_CHIEF, S.OVERTURNED, label="可以办", permission=rules.as_chief, clocks={ALL: STOP})
    @move("state", S.WITH_DEPUTY, S.OVERTURNED, label="可以办", permission=rules.as_deputy, clocks={ALL: STOP})
    @move("state", S.WITH_DIRECTOR, S.OVERTURNED, label="可以办", permission=rules.as_director, clocks={ALL: STOP})
    @move("state", S.STUDYING, S.OVERTURNED, label="可以办", permission=rules.as_studier_or_chief, clocks={ALL: STOP})
    def overturn(self, *, by: Any, at: datetime.datetime, text: str, how_to: str) -> None:
        self.decided_at, self.decided_by = at, by
        self.verdict_text = text
        self.how_to = how_to
        self.concealed_upheld = False if self.concealed else None

    @move(
        "state",
        S.WITH_CHIEF,
        S.RETURNED,
        label="退回补充",
        permission=rules.as_chief,
        clocks={K.CHIEF: STOP, K.ANSWER: KEEP},
    )
    @move(
        "state",
        S.WITH_DEPUTY,
        S.RETURNED,
        label="退回补充",
        permission=rules.as_deputy,
        clocks={K.DEPUTY: STOP, K.ANSWER: KEEP},
    )
    @move(
        "state", S.WITH_DIRECTOR, S.RETURNED, label="退回补充", permission=rules.as_director,
        clocks={K.ANSWER: KEEP, K.PROMISE: KEEP},
    )  # fmt: skip
    def send_back(self, *, by: Any, at: datetime.datetime, text: str, rung: str) -> None:
        self.stands_with = rung

    @move(
        "state", S.RETURNED, S.WITH_CHIEF, label="补充后重报", permission=rules.as_filer,
        conditions=[rules.came_from_chief], clocks={K.CHIEF: START, K.ANSWER: KEEP},
    )  # fmt: skip
    def resubmit_to_chief(
        self, *, by: Any, at: datetime.datetime, reasons: str, basis_text: str, reply: str, why: dict[str, str]
    ) -> None:
        self.reasons, self.basis_text, self.stands_with = reasons, basis_text, ""
        self.not_accepting, self.competent = why["not_accepting"], why["competent"]
        self.competent_address, self.competent_phone = why["competent_address"], why["competent_phone"]

    @move(
        "state", S.RETURNED, S.WITH_DEPUTY, label="补充后重报", permission=rules.as_filer,
        conditions=[rules.came_from_deputy], clocks={K.DEPUTY: START, K.ANSWER: KEEP},
    )  # fmt: skip
    def resubmit_to_deputy(
        self, *, by: Any, at: datetime.datetime, reasons: str, basis_text: str, reply: str, why: dict[str, str]
    ) -> None:
        self.reasons, self.basis_text, self.stands_with = reasons, basis_text, ""
        self.not_accepting, self.competent = why["not_accepting"], why["competent"]
        self.competent_address, self.competent_phone = why["competent_address"], why["competent_phone"]

    @move(
        "state", S.RETURNED, S.WITH_DIRECTOR, label="补充后重报", permission=rules.as_filer,
        conditions=[rules.came_from_director], clocks={K.ANSWER: KEEP, K.PROMISE: KEEP},
    )  # fmt: skip
    def resubmit_to_director(
        self, *, by: Any, at: datetime.datetime, reasons: str, basis_text: str, reply: str, why: dict[str, str]
    ) -> None:
        self.reasons, self.basis_text, self.stands_with = reasons, basis_text, ""
        self.not_accepting, self.competent = why["not_accepting"], why["competent"]
        self.competent_address, self.competent_phone = why["competent_address"], why["competent_phone"]

    # 科室负责人提议研究时,48 小时照走;副局长、局长定下限期答复,就以所承诺的日期为准。
    @move(
        "state",
        S.WITH_CHIEF,
        S.STUDYING,
        label="研究确定",
        permission=rules.as_chief,
        clocks={K.CHIEF: STOP, K.ANSWER: KEEP, K.STUDY: START},
    )
    @move(
        "state",
        S.WITH_DEPUTY,
        S.STUDYING,
        label="研究确定",
        permission=rules.as_deputy,
        clocks={K.DEPUTY: STOP, K.ANSWER: STOP, K.STUDY: START},
    )
    @move(
        "state", S.WITH_DIRECTOR, S.STUDYING, label="研究确定", permission=rules.as_director,
        clocks={K.ANSWER: STOP, K.PROMISE: STOP, K.STUDY: START},
    )  # fmt: skip
    def study(self, *, by: Any, at: datetime.datetime, text: str, due_at: datetime.datetime, rung: str) -> None:
        self.study_due_at = due_at
        self.stands_with = rung

    @move("state", OPEN, S.LAPSED, label="失效", permission=rules.by_system, clocks={ALL: STOP}, offered=False)
    def lapse(self, *, by: Any, at: datetime.datetime) -> None:
        pass
