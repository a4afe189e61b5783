"""双公示：准予行政许可的决定，七个工作日内在大厅公开，另报信用平台。格子就是标准的几样，没有地方写别的。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Min, OuterRef, Q, Subquery

from agencies.models import Agency
from approvals.models.case import Case
from approvals.models.publication import new_code
from approvals.rules import disclosures as rules
from approvals.states import (
    CertificateEnd,
    DisclosureClockKind,
    DisclosureState,
    LicenceKind,
    PartyKind,
)
from office import clocks
from office.clocks import KEEP, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S, K = DisclosureState, DisclosureClockKind
PERSON = settings.AUTH_USER_MODEL


class DisclosureQuerySet(StatefulQuerySet):
    def public(self) -> "DisclosureQuerySet":
        """公开着的，新的在前；失效了的也在，写明失效。公开以后事项改成不公开的，不再给人看。"""
        return self.filter(state=S.PUBLISHED, case__item__withheld="").order_by("-decided_on", "-pk")

    def changed_between(self, start: datetime.datetime, end: datetime.datetime) -> "DisclosureQuerySet":
        """[start, end) 里公开、更正、撤下的，和这段时间登记失效的（从哪天起失效可以更早）；要报送的就是这些。"""
        span = {"gte": start, "lt": end}
        found = Q(pk__in=[])
        for name in ("published_at", "corrected_at", "withdrawn_at", "ended_noted_at"):
            found |= Q(**{f"{name}__{op}": at for op, at in span.items()})
        return self.filter(state__in=[S.PUBLISHED, S.WITHDRAWN]).filter(found).order_by("decided_on", "pk")

    def of_authority(self, code: str) -> "DisclosureQuerySet":
        """以这个机关的名义作的：委托的是委托机关。"""
        return self.filter(authority_name__in=Agency.objects.filter(code=code).values("name"))

    def with_authority(self) -> "DisclosureQuerySet":
        """连名义上的机关的代号(authority_agency)一起取；机关后来改了名的是空的。"""
        named = Agency.objects.filter(name=OuterRef("authority_name")).order_by("pk")
        found: DisclosureQuerySet = self.annotate(authority_agency=Subquery(named.values("code")[:1]))
        return found

    def search(self, text: str) -> "DisclosureQuerySet":
        """名称、信用代码、文书号、证照编号里有这些字的。"""
        names = ("party_name", "document_number", "certificate_number", "content")
        found = Q(party_code=text.upper())
        for name in names:
            found |= Q(**{f"{name}__icontains": text})
        return self.filter(found)

    def visible_to(self, user: Any) -> "DisclosureQuerySet":
        """承办科室的人。"""
        return self.filter(case__section__in=user.unit_keys("view_cases"))

    def waiting(self) -> "DisclosureQuerySet":
        return self.filter(state__in=[S.WAITING, S.PROPOSED])

    def waiting_for(self, user: Any) -> "DisclosureQuerySet":
        """等核对的摆在审查的人面前；拟不公开的，摆在有权决定、又不是提出的人面前。"""
        mine = Q(state=S.WAITING, case__section__in=user.unit_keys("review_case"))
        second = Q(state=S.PROPOSED, case__section__in=user.unit_keys("decide_case")) & ~Q(proposed_by=user.pk)
        return self.filter(mine | second)

    def with_next_due(self) -> "DisclosureQuerySet":
        found: DisclosureQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "DisclosureQuerySet":
        return self.select_related("case__guide", "case__agency", "case__section", "published_by", "proposed_by")


class Disclosure(Stateful):
    """一个准予决定的公开。自然人的姓名、证件号码存进来就是遮住的。"""

    under = "case"

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="disclosure")
    code = models.CharField("代号", max_length=10, unique=True, default=new_code, editable=False)
    party_kind = models.CharField("行政相对人类别", max_length=8, choices=PartyKind.choices)
    party_name = models.CharField("行政相对人名称", max_length=200)
    party_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    party_number = models.CharField("证件号码(遮住的)", max_length=40, blank=True, editable=False)
    representative = models.CharField("法定代表人", max_length=60, blank=True)
    document_name = models.CharField("行政许可决定文书名称", max_length=200)
    document_number = models.CharField("行政许可决定文书号", max_length=100)
    licence_kind = models.CharField("许可类别", max_length=12, choices=LicenceKind.choices)
    certificate_name = models.CharField("许可证书名称", max_length=200, blank=True)
    certificate_number = models.CharField("许可编号", max_length=100, blank=True)
    content = models.TextField("许可内容")
    decided_on = models.DateField("许可决定日期")
    valid_from = models.DateField("有效期自")
    valid_until = models.DateField("有效期至(含)", null=True, blank=True, help_text="空着是长期有效。")
    authority_name = models.CharField("许可机关", max_length=80)
    authority_code = models.CharField("许可机关统一社会信用代码", max_length=18, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    ended_as = models.CharField("不再有效", max_length=10, choices=CertificateEnd.choices, blank=True)
    ended_on = models.DateField("从哪天起不再有效", null=True, blank=True)
    ended_noted_at = models.DateTimeField("登记不再有效的时间", null=True, blank=True)

    state = StateField("状态", max_length=12, default=S.WAITING, choices=S.choices)
    made_at = models.DateTimeField("列入时间")
    proposed_by = models.ForeignKey(
        PERSON, verbose_name="提出不公开的人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField("为什么不公开", max_length=300, blank=True)
    settled_by = models.ForeignKey(
        PERSON, verbose_name="核实不公开的人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField("核实时间", null=True, blank=True)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    published_by = models.ForeignKey(
        PERSON, verbose_name="核对公开的人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    correction = models.CharField("更正了什么", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawal = models.CharField("为什么撤下", max_length=300, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "双公示"
        default_permissions = ()
        indexes = [
            models.Index(fields=["-decided_on", "-id"], condition=Q(state=S.PUBLISHED), name="disclosures_shown"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(party_kind=PartyKind.PERSON, party_code="", party_name__contains="*")
                | ~Q(party_kind=PartyKind.PERSON) & Q(party_number=""),
                name="disclosure_masks_a_natural_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="disclosed_validity_is_real"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.PUBLISHED, S.WITHDRAWN])
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="published_disclosure_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.PROPOSED, S.EXCLUDED]) | Q(proposed_by__isnull=False) & ~Q(reason=""),
                name="unpublished_disclosure_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.EXCLUDED)
                | Q(settled_by__isnull=False, settled_at__isnull=False) & ~Q(settled_by=F("proposed_by")),
                name="not_publishing_takes_two",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.WITHDRAWN) | Q(withdrawn_at__isnull=False) & ~Q(withdrawal=""),
                name="withdrawn_disclosure_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_on=None, ended_noted_at=None)
                | ~Q(ended_as="") & Q(ended_on__isnull=False, ended_noted_at__isnull=False),
                name="ended_disclosure_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_name} {self.document_number}"

    @property
    def status(self) -> str:
        """当前状态：有效，或者从哪天起怎样失效。"""
        return f"{self.get_ended_as_display()}（{self.ended_on:%Y-%m-%d}起）" if self.ended_as else "有效"

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        calendar = workdays.calendar_for(self.case.agency.code)
        due_at, provisional = workdays.due(at, rules.DAYS, "wd", calendar=calendar)
        return Term(rules.DAYS, "wd", rules.BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.WAITING, S.PUBLISHED, label="核对公开", permission=rules.may_check, clocks={K.PUBLISH: STOP})
    def publish(self, *, by: Any, at: datetime.datetime) -> None:
        self.published_at, self.published_by = at, by

    @move("state", S.WAITING, S.PROPOSED, label="提出不公开", permission=rules.may_check, clocks={K.PUBLISH: KEEP})
    def propose_exclusion(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.proposed_by, self.reason = by, reason

    @move("state", S.PROPOSED, S.EXCLUDED, label="核实：不公开", permission=rules.may_settle, clocks={K.PUBLISH: STOP})
    def exclude(self, *, by: Any, at: datetime.datetime) -> None:
        self.settled_by, self.settled_at = by, at

    @move("state", S.PROPOSED, S.WAITING, label="核实：应当公开", permission=rules.may_settle, clocks={K.PUBLISH: KEEP})
    def decline_exclusion(self, *, by: Any, at: datetime.datetime) -> None:
        self.proposed_by, self.reason = None, ""

    @move("state", S.PUBLISHED, None, label="更正", permission=rules.may_check, clocks={K.PUBLISH: KEEP})
    def correct(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.corrected_at, self.correction = at, reason

    @move("state", S.PUBLISHED, S.WITHDRAWN, label="撤下", permission=rules.leads, clocks={K.PUBLISH: KEEP})
    def withdraw(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.withdrawn_at, self.withdrawal = at, reason


class DisclosureClock(clocks.Clock):
    """公开的期限。"""

    subject = "disclosure"

    disclosure = models.ForeignKey(Disclosure, verbose_name="双公示", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "双公示时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "kind"], condition=Q(ended_at=None), name="one_running_clock_per_disclosure"
            )
        ]

    def agency_code(self) -> str:
        return str(self.disclosure.case.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
