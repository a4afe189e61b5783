"""委托代办：谁替申请人办、能办哪几样、办到哪天，申请人怎样同意的。"""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Avg, Count, F, Q

from approvals.models.case import Case
from approvals.models.material import Upload
from approvals.rules import by_system
from approvals.rules import mandates as rules
from approvals.states import MANDATE_OPEN, ConsentHow, MandateKind, MandatePaper, MandateScope, MandateState
from office.identity import IdentityKind
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField

S = MandateState
PERSON = settings.AUTH_USER_MODEL


class MandateQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "MandateQuerySet":
        """代办员自己的，和看得见那件办件的。"""
        units = user.unit_keys("view_cases")
        return self.filter(Q(user=user) | Q(case__intake_unit__in=units) | Q(case__section__in=units))

    def open(self) -> "MandateQuerySet":
        """等同意的和生效的（到没到期另看）。"""
        return self.filter(state__in=MANDATE_OPEN)

    def in_hand(self, user: Any, at: datetime.datetime) -> "MandateQuerySet":
        """这位代办员此刻在替人办的。"""
        return self.filter(user=user, state=S.RUNNING, from_at__lte=at, to_at__gt=at)

    def with_context(self) -> "MandateQuerySet":
        return self.select_related(
            "user", "made_by", "case__item", "case__guide", "case__applicant", "case__agency",
            "case__unit", "case__section", "case__intake_unit",
        )  # fmt: skip

    def tallied(self) -> Any:
        """每位代办员：多少件，办结多少，从收件到决定平均多久；满意由评价另算。"""
        found = self.filter(kind=MandateKind.STAFF).exclude(state__in=[S.ASKED, S.DECLINED]).order_by()
        numbers = {
            "total": Count("case", distinct=True),
            "running": Count("pk", filter=Q(state=S.RUNNING, case__closed_at=None)),
            "finished": Count("case", distinct=True, filter=Q(case__decided_at__isnull=False)),
            "pace": Avg(F("case__decided_at") - F("case__received_at"), filter=Q(case__decided_at__isnull=False)),
            "revoked": Count("pk", filter=Q(state=S.REVOKED)),
        }
        return found.values("user", "user__full_name").annotate(**numbers).order_by("-total", "user")


class Mandate(Stateful):
    """一份委托：一件办件同时只有一份。申请人随时可以收回，不问理由。"""

    pii: ClassVar[tuple[str, ...]] = ("id_number", "phone")
    forgets = ("name", "id_number", "id_index", "phone", "relation", "code", "code_index", "ended_why")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField("谁来代办", max_length=6, choices=MandateKind.choices)
    user = models.ForeignKey(
        PERSON, verbose_name="代办员", on_delete=models.PROTECT, null=True, blank=True, related_name="mandates"
    )
    name = models.CharField("受委托人", max_length=60)
    id_kind = models.CharField("证件类型", max_length=12, choices=IdentityKind.choices, default=IdentityKind.RESIDENT)
    id_number = EncryptedTextField("证件号码", blank=True)
    id_index = models.CharField("证件盲索引", max_length=64, blank=True, editable=False)
    phone = EncryptedTextField("联系电话", blank=True)
    relation = models.CharField("与申请人的关系", max_length=40, blank=True)
    code = EncryptedTextField("代办查询码", blank=True)
    code_index = models.CharField("代办查询码盲索引", max_length=64, blank=True, db_index=True, editable=False)
    scope = ArrayField(models.CharField("权限", max_length=12, choices=MandateScope.choices), verbose_name="委托权限")
    from_at = models.DateTimeField("起")
    to_at = models.DateTimeField("止(不含)")
    state = StateField("状态", default=S.ASKED, choices=S.choices, protected=True)
    consent = models.CharField("怎样同意的", max_length=6, choices=ConsentHow.choices, blank=True)
    consented_at = models.DateTimeField("同意于", null=True, blank=True)
    id_checked_by = models.ForeignKey(
        PERSON, verbose_name="核对证件的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField("登记于")
    made_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    paper = models.CharField("带来的委托书", max_length=8, choices=MandatePaper.choices, blank=True, db_default="")
    scan = models.OneToOneField(
        Upload, verbose_name="委托书的扫描件", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField("终止于", null=True, blank=True)
    ended_why = models.CharField("终止的说明", max_length=200, blank=True)
    continues = models.OneToOneField(
        "self",
        verbose_name="接着哪一份委托",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_in",
    )

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "委托代办"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=MANDATE_OPEN), name="one_open_mandate_per_case"
            ),
            models.CheckConstraint(
                condition=Q(kind=MandateKind.STAFF, user__isnull=False)
                | (Q(kind=MandateKind.PERSON, user=None) & ~Q(id_index="") & ~Q(relation="")),
                name="mandate_names_a_staff_agent_or_an_identified_person",
            ),
            # 递交是申请那一刻的事：代理人递交的，说得出凭哪一份委托书
            models.CheckConstraint(
                condition=~Q(scope__contains=[MandateScope.SUBMIT]) | ~Q(paper=""),
                name="mandate_to_submit_has_its_paper",
            ),
            models.CheckConstraint(
                condition=~Q(paper=MandatePaper.SCAN) | Q(scan__isnull=False), name="scanned_mandate_has_its_scan"
            ),
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="mandate_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(scope__len__gt=0), name="mandate_says_what_may_be_done"),
            models.CheckConstraint(
                condition=Q(state__in=[S.ASKED, S.DECLINED, S.EXPIRED, S.RESIGNED, S.RELIEVED])
                | (Q(consented_at__isnull=False) & ~Q(consent="")),
                name="running_mandate_says_how_the_applicant_consented",
            ),
            models.CheckConstraint(
                condition=~Q(consent=ConsentHow.SIGNED, kind=MandateKind.PERSON) | Q(id_checked_by__isnull=False),
                name="signed_mandate_says_who_checked_the_identity",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MANDATE_OPEN, ended_at=None)
                | (~Q(state__in=MANDATE_OPEN) & Q(ended_at__isnull=False)),
                name="ended_mandate_says_when",
            ),
        ]
        indexes = [models.Index(fields=["user", "-made_at"], name="mandate_of_agent")]

    def __str__(self) -> str:
        return f"{self.name}代{self.case}"

    @property
    def submits(self) -> bool:
        """申请就是他递交的。"""
        return MandateScope.SUBMIT in self.scope

    @property
    def scope_words(self) -> str:
        labels = dict(MandateScope.choices)
        return "、".join(labels[one] for one in self.scope)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.ASKED, S.RUNNING, label="同意委托", permission=rules.may_consent, conditions=[rules.is_case_open],
    )  # fmt: skip
    def agree(self, *, by: Any, at: datetime.datetime, how: str) -> None:
        self.consent, self.consented_at = how, at

    @move("state", S.ASKED, S.DECLINED, label="不同意委托", permission=rules.may_consent)
    def decline(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at

    @move("state", S.RUNNING, S.REVOKED, label="收回委托", permission=rules.may_consent)
    def revoke(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.ended_why = at, reason

    @move("state", MANDATE_OPEN, S.RESIGNED, label="辞去委托", permission=rules.may_give_up)
    def resign(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.ended_why = at, reason

    @move("state", MANDATE_OPEN, S.RELIEVED, label="代办员停办，解除委托", permission=by_system, offered=False)
    def relieve(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.ended_why = at, reason

    @move("state", MANDATE_OPEN, S.EXPIRED, label="委托到期", permission=by_system, offered=False)
    def expire(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at
