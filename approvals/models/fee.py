"""费用：一件应缴多少、凭什么，缴了、免了、退了没有（行政许可法第五十八条、第五十九条）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.rules import fees as rules
from approvals.states import FEE_OWED, FEE_TAKEN, FEE_UNSETTLED, FeeState, PayMethod
from catalog.states import FeeStage
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = FeeState
PERSON = settings.AUTH_USER_MODEL


def person(label: str) -> Any:
    return models.ForeignKey(PERSON, verbose_name=label, on_delete=models.PROTECT, null=True, related_name="+")


class FeeQuerySet(StatefulQuerySet):
    def unsettled(self) -> "FeeQuerySet":
        """没有了结的：待核定、待缴、应退。"""
        return self.filter(state__in=FEE_UNSETTLED)

    def visible_to(self, user: Any) -> "FeeQuerySet":
        return self.filter(case__in=Case.objects.visible_to(user))

    def waiting_for(self, user: Any) -> "FeeQuerySet":
        """等窗口核定、退的；待缴的在等申请人，不催人。"""
        return self.filter(state__in=[S.ASSESSING, S.REFUNDING], case__intake_unit__in=user.unit_keys("take_in"))

    def with_context(self) -> "FeeQuerySet":
        return self.select_related("case__guide", "case__item", "case__intake_unit")


class Fee(Stateful):
    """一件的费用。金额是整数“分”；standard 是照标准算的，amount 是减免以后应缴的，缴就缴这么多。"""

    under = "case"
    forgets = ("evidence", "refund_reason")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="fees")
    state = StateField("状态", default=S.ASSESSING, choices=S.choices)
    stage = models.CharField("何时应缴", max_length=10, choices=FeeStage.choices)
    arose_at = models.DateTimeField("产生时间")
    basis = models.TextField("收费依据")
    holds = models.BooleanField("缴费以后领取结果", default=False)
    refundable = models.BooleanField("撤回的退费", default=False)
    lines = models.JSONField("核定的各项", default=list)
    standard = models.PositiveBigIntegerField("按标准应缴(分)", null=True, blank=True)
    amount = models.PositiveBigIntegerField("应缴(分)", null=True, blank=True)
    working = models.CharField("怎样算的", max_length=300, blank=True)
    assessed_at = models.DateTimeField("核定时间", null=True, blank=True)
    assessed_by = person("核定人")
    ground = models.CharField("公布的减免", max_length=300, blank=True)
    evidence = models.CharField("减免的凭据", max_length=300, blank=True)
    reduced_at = models.DateTimeField("减免时间", null=True, blank=True)
    reduced_by = person("减免登记人")
    method = models.CharField("缴费方式", max_length=10, choices=PayMethod.choices, blank=True)
    receipt_number = models.CharField("财政票据代码和号码", max_length=40, blank=True)
    paid_at = models.DateTimeField("缴费时间", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", null=True, blank=True)
    recorded_by = person("登记人")
    refund_reason = models.TextField("退费原因", blank=True)
    refund_number = models.CharField("退付凭证号", max_length=40, blank=True)
    refunded_at = models.DateTimeField("退费时间", null=True, blank=True)
    refunded_by = person("退费登记人")

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "费用"
        default_permissions = ()
        indexes = [
            models.Index(fields=["case"], condition=Q(state__in=FEE_UNSETTLED), name="fee_unsettled"),
            models.Index(fields=["arose_at"], name="fee_arose"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_fee_per_case"),
            models.UniqueConstraint(
                fields=["receipt_number"], condition=~Q(receipt_number=""), name="a_receipt_is_used_once"
            ),
            models.CheckConstraint(
                condition=Q(standard=None, amount=None, assessed_at=None, assessed_by=None)
                | Q(standard__gt=0, amount__lte=F("standard"), assessed_at__isnull=False, assessed_by__isnull=False),
                name="assessed_fee_says_how_much_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[S.ASSESSING, S.DROPPED]) | Q(amount__isnull=False),
                name="only_an_unassessed_fee_has_no_amount",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.DUE, *FEE_TAKEN]) | Q(amount__gt=0), name="a_fee_to_pay_is_more_than_nothing"
            ),
            models.CheckConstraint(condition=~Q(state=S.EXEMPTED) | Q(amount=0), name="exempted_fee_is_nothing"),
            models.CheckConstraint(
                condition=Q(amount=None)
                | Q(amount=F("standard"), ground="", reduced_by=None, reduced_at=None)
                | Q(amount__lt=F("standard"), reduced_by__isnull=False, reduced_at__isnull=False)
                & ~Q(ground="") & ~Q(evidence=""),
                name="reduced_fee_names_its_ground",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FEE_TAKEN, paid_at__isnull=False, recorded_at__gte=F("paid_at"))
                & Q(recorded_by__isnull=False) & ~Q(method="") & ~Q(receipt_number="")
                | ~Q(state__in=FEE_TAKEN) & Q(paid_at=None, recorded_at=None, receipt_number="", method=""),
                name="paid_fee_has_a_receipt_and_no_other",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.REFUNDING, S.REFUNDED]) | ~Q(refund_reason=""), name="refund_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.REFUNDED)
                | Q(refunded_at__isnull=False, refunded_by__isnull=False) & ~Q(refund_number=""),
                name="refunded_fee_says_when_and_by_whom",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_state_display()}"

    @property
    def words(self) -> str:
        """应缴多少，写成字。"""
        return rules.yuan(self.amount)

    @property
    def standard_words(self) -> str:
        return rules.yuan(self.standard)

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", FEE_OWED, S.DUE, label="核定费用", permission=rules.may_collect)
    def assess(self, *, by: Any, at: datetime.datetime, lines: list[dict[str, Any]], total: int, working: str) -> None:
        self.lines, self.standard, self.amount, self.working = lines, total, total, working
        self.assessed_at, self.assessed_by = at, by
        self.ground = self.evidence = ""
        self.reduced_at = self.reduced_by = None

    @move(
        "state", S.DUE, None, label="减缴", permission=rules.may_collect,
        conditions=[rules.has_grounds, rules.not_reduced],
    )  # fmt: skip
    def reduce(self, *, by: Any, at: datetime.datetime, amount: int, ground: str, evidence: str) -> None:
        self.amount, self.ground, self.evidence = amount, ground, evidence
        self.reduced_at, self.reduced_by = at, by

    @move(
        "state", S.DUE, S.EXEMPTED, label="免缴", permission=rules.may_collect,
        conditions=[rules.has_grounds, rules.not_reduced], offered=False,
    )  # fmt: skip
    def exempt(self, *, by: Any, at: datetime.datetime, ground: str, evidence: str) -> None:
        self.amount, self.ground, self.evidence = 0, ground, evidence
        self.reduced_at, self.reduced_by = at, by

    @move("state", S.DUE, S.PAID, label="登记缴费", permission=rules.may_collect)
    def pay(self, *, by: Any, at: datetime.datetime, way: str, receipt_number: str, paid_at: datetime.datetime) -> None:
        self.method, self.receipt_number, self.paid_at = way, receipt_number, paid_at
        self.recorded_at, self.recorded_by = at, by

    @move("state", S.PAID, S.REFUNDING, label="应当退费", permission=rules.may_order_refund)
    def order_refund(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.refund_reason = reason

    @move(
        "state", S.PAID, S.REFUNDING, label="随撤回退费", permission=rules.follows_the_case,
        conditions=[rules.refunds], offered=False,
    )  # fmt: skip
    def owe_back(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.refund_reason = reason

    @move("state", S.REFUNDING, S.REFUNDED, label="登记退费", permission=rules.may_collect)
    def refund(self, *, by: Any, at: datetime.datetime, number: str) -> None:
        self.refund_number, self.refunded_at, self.refunded_by = number, at, by

    @move("state", FEE_OWED, S.DROPPED, label="不再收", permission=rules.follows_the_case, offered=False)
    def drop(self, *, by: Any, at: datetime.datetime) -> None:
        pass
