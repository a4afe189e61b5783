"""首问登记。"""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Min, Q

from agencies.models import Agency, Unit
from agencies.states import UnitKind
from approvals.models.case import Case
from approvals.models.climbing import Climbing
from approvals.models.service_policy import ServicePolicy
from approvals.rules import by_system
from approvals.rules import contacts as rules
from approvals.states import CONTACT_UNDER_WAY, ContactChannel, ContactClockKind, ContactState, Rung
from catalog.models import Item
from office import clocks
from office.clocks import ALL, KEEP, START, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField
from office.workdays import calendar as workdays

S, K = ContactState, ContactClockKind
BASIS = "首问负责制(本局参数)"
DAYS = {K.CONCLUDE: "conclude_days", K.COORDINATE: "coordinate_days", K.FOLLOW_UP: "follow_up_days"}


class ContactQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "ContactQuerySet":
        """首问责任人、现在办的人、本单位的人、引导去的单位的人看得到；审批科负责人看得到本机关的。"""
        units = user.unit_keys("view_cases")
        sent_here = self.model._default_manager.filter(referrals__unit__in=units).values("pk")
        followed = user.units_with("review_denial").filter(kind=UnitKind.APPROVAL).values("agency")
        mine = Q(clerk=user) | Q(owner=user) | Q(unit__in=units)
        return self.filter(mine | Q(pk__in=sent_here) | Q(agency__in=followed))

    def under_way(self) -> "ContactQuerySet":
        return self.filter(state__in=CONTACT_UNDER_WAY)

    def finished(self) -> "ContactQuerySet":
        return self.exclude(state__in=CONTACT_UNDER_WAY)

    def in_hand(self, user: Any) -> "ContactQuerySet":
        """现在由这个人办的。"""
        return self.under_way().filter(owner=user)

    def sent_to(self, user: Any) -> "ContactQuerySet":
        """引导到这个人的单位、等着接办的。"""
        return self.filter(state=S.REFERRED, referrals__outcome="", referrals__unit__in=user.unit_keys("view_cases"))

    def waiting_for(self, user: Any) -> "ContactQuerySet":
        """等这个人动手的：由他办的，和引导到他那里等接办的。"""
        here = Q(referrals__outcome="", referrals__unit__in=user.unit_keys("view_cases"))
        return self.under_way().filter(Q(owner=user) | Q(here, state=S.REFERRED)).distinct()

    def registered_between(self, start: datetime.datetime, end: datetime.datetime) -> "ContactQuerySet":
        """登记时间在 [start, end) 的。"""
        return self.filter(registered_at__gte=start, registered_at__lt=end)

    def tallied(self, *by: str, at: datetime.datetime) -> Any:
        """零推诿的数，按 by 分：都从登记、引导、协调和时钟的行数出来，不填报。

        unfollowed 是到期没有回访的引导，late 是有期限误了的首问；当场按存着的时刻算，清扫没跑也数得对。
        """
        past = Q(clocks__late=True) | Q(clocks__fired_at__isnull=False)
        past |= Q(clocks__ended_at=None, clocks__due_at__lte=at)
        numbers = {
            "total": Count("pk", distinct=True),
            "answered": Count("pk", distinct=True, filter=Q(state=S.ANSWERED)),
            "cases": Count("pk", distinct=True, filter=Q(state=S.CASE)),
            "referred": Count("referrals", distinct=True),
            "followed": Count("referrals", distinct=True, filter=~Q(referrals__outcome="")),
            "unfollowed": Count("clocks", distinct=True, filter=past & Q(clocks__kind=K.FOLLOW_UP)),
            "coordinated": Count("coordinations", distinct=True),
            "late": Count("pk", distinct=True, filter=past),
        }
        return self.order_by().values(*by).annotate(**numbers).order_by(*by)

    def with_next_due(self) -> "ContactQuerySet":
        """连最近的期限一起取。"""
        found: ContactQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "ContactQuerySet":
        return self.select_related("agency", "unit__agency", "clerk", "owner", "item", "case")


class Contact(Climbing, Stateful):
    """首问：谁第一个接到，谁就是首问责任人，一直记着，不改。匿名的也登记。"""

    pii: ClassVar[tuple[str, ...]] = ("phone",)
    forgets = ("asked", "name", "phone", "answer")

    number = models.CharField("首问编号", max_length=50, unique=True)
    query_code = EncryptedTextField("查询码")
    query_index = models.CharField("查询码盲索引", max_length=64, editable=False)
    submission_key = models.CharField("提交凭据", max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="contacts")
    unit = models.ForeignKey(Unit, verbose_name="首问单位", on_delete=models.PROTECT, related_name="contacts")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="首问责任人", on_delete=models.PROTECT, related_name="contacts"
    )
    channel = models.CharField("怎样来的", max_length=9, choices=ContactChannel.choices)
    asked = models.TextField("问什么、办什么", max_length=2000)
    name = models.CharField("称呼", max_length=60, blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    item = models.ForeignKey(
        Item, verbose_name="涉及事项", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    state = StateField("状态", default=S.OPEN, choices=S.choices)
    registered_at = models.DateTimeField("登记时间")
    answer = models.TextField("答复", blank=True)
    case = models.OneToOneField(
        Case, verbose_name="转成的办件", on_delete=models.PROTECT, null=True, blank=True, related_name="contact"
    )
    closed_at = models.DateTimeField("了结时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="了结人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "首问登记"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(asked=""), name="contact_says_what_was_asked"),
            models.CheckConstraint(condition=~Q(state=S.ANSWERED) | ~Q(answer=""), name="answered_contact_says_what"),
            models.CheckConstraint(
                condition=Q(state=S.CASE, case__isnull=False) | ~Q(state=S.CASE) & Q(case__isnull=True),
                name="contact_that_became_a_case_names_it",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CONTACT_UNDER_WAY) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="closed_contact_says_who_and_when",
            ),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="contact_stands_on_a_known_rung"),
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(state__in=CONTACT_UNDER_WAY), name="contact_in_hand"),
            models.Index(fields=["unit", "-registered_at"], name="contact_of_unit"),
            models.Index(fields=["agency", "-registered_at"], name="contact_of_agency"),
        ]

    def __str__(self) -> str:
        return self.number

    def referral_open(self) -> Any:
        """还没有回访的那一次引导。"""
        return self.referrals.filter(outcome="").select_related("unit").first()

    def place_of_chief(self) -> Unit | None:
        """窗口的指导、协调归审批科(方案“科学考评验效”)；没有审批科的机关，归本单位负责人。"""
        approval = Unit.objects.filter(agency=self.agency_id, kind=UnitKind.APPROVAL).order_by("path").first()
        return approval or self.unit

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        """期限的工作日数由本机关的政策定。"""
        policy = ServicePolicy.objects.in_force(self.agency, at)
        value = getattr(policy, DAYS[K(kind)])
        due_at, provisional = workdays.due(at, value, "wd", calendar=workdays.calendar_for(self.agency.code))
        return Term(value, "wd", BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", [S.OPEN, S.COORDINATING], S.ANSWERED, label="答复", permission=rules.may_conclude, clocks={ALL: STOP}
    )
    def reply(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.answer = text
        self.closed_at, self.closed_by = at, by

    @move(
        "state", [S.OPEN, S.COORDINATING, S.REFERRED], S.CASE, label="转为办件", permission=rules.may_take_up,
        clocks={ALL: STOP}, offered=False,
    )  # fmt: skip
    def become_case(self, *, by: Any, at: datetime.datetime, case: Case) -> None:
        self.case = case
        self.closed_at, self.closed_by = at, by

    @move(
        "state", [S.OPEN, S.COORDINATING], S.REFERRED, label="引导", permission=rules.may_conclude,
        clocks={K.CONCLUDE: STOP, K.COORDINATE: STOP, K.FOLLOW_UP: START},
    )  # fmt: skip
    def refer(self, *, by: Any, at: datetime.datetime, destination: str) -> None:
        # 引导出去了，还是首问责任人负责到底
        self.owner, self.rung = self.clerk, Rung.HANDLER

    @move(
        "state", S.OPEN, S.COORDINATING, label="提请协调", permission=rules.may_conclude,
        clocks={K.CONCLUDE: STOP, K.COORDINATE: START},
    )  # fmt: skip
    def coordinate(self, *, by: Any, at: datetime.datetime, question: str, owner: Any, rung: int) -> None:
        self.owner, self.rung = owner, rung

    @move(
        "state", S.COORDINATING, None, label="协调逾期上交", permission=by_system, clocks={ALL: KEEP},
        offered=False,
    )  # fmt: skip
    def climb(self, *, by: Any, at: datetime.datetime, rung: int, owner: Any, kind: str) -> None:
        self.rung, self.owner = rung, owner

    @move(
        "state", S.REFERRED, S.SERVED, label="回访：已办到", permission=rules.may_follow_up, clocks={K.FOLLOW_UP: STOP}
    )
    def confirm(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        self.closed_at, self.closed_by = at, by

    @move("state", S.REFERRED, S.SERVED, label="接办", permission=rules.may_sign, clocks={K.FOLLOW_UP: STOP})
    def sign(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        self.closed_at, self.closed_by = at, by

    @move(
        "state", S.REFERRED, S.OPEN, label="回访：没有办到", permission=rules.may_follow_up,
        clocks={K.FOLLOW_UP: STOP, K.CONCLUDE: START},
    )  # fmt: skip
    def send_again(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        pass

    @move(
        "state", [S.ANSWERED, S.REFERRED, S.SERVED], S.OPEN, label="群众说没有解决", permission=by_system,
        clocks={K.FOLLOW_UP: STOP, K.CONCLUDE: START}, offered=False,
    )  # fmt: skip
    def reopen(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.owner, self.rung = self.clerk, Rung.HANDLER
        self.closed_at, self.closed_by = None, None


class ContactClock(clocks.Clock):
    """首问的一个期限。"""

    subject = "contact"

    contact = models.ForeignKey(Contact, verbose_name="首问登记", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "首问时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"], condition=Q(ended_at=None), name="one_running_clock_of_a_kind_per_contact"
            )
        ]

    def agency_code(self) -> str:
        return str(self.contact.agency.code)

    @property
    def label(self) -> str:
        return str(K(self.kind).label)
