"""移交：一件办件从一个单位手里到另一个单位手里；和对不上的差异：清单与实物的，寄来的与申请人写的。

办件在谁手里只看 Case.unit；签收之前在交出的单位手里。数据库守着：一件同时至多一次没有了结的移交，
Case.unit 只随一次签收改变（迁移 handover）。
"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Unit
from approvals import rules
from approvals.models.batch import Batch
from approvals.models.case import Case
from approvals.models.parcel import Parcel
from approvals.states import IN_PASSAGE, ContentsSettled, DifferenceKind, Leg, TransferState
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = TransferState


class TransferQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "TransferQuerySet":
        """交出、接收单位的人。"""
        units = user.unit_keys("view_cases")
        return self.filter(Q(from_unit__in=units) | Q(to_unit__in=units))

    def in_passage(self) -> "TransferQuerySet":
        """还没有了结的：待交出、在途。"""
        return self.filter(state__in=IN_PASSAGE)

    def to_draw_up(self) -> "TransferQuerySet":
        """待交出、还没有列进清单的。"""
        return self.filter(state=S.WAITING, batch=None)

    def on_the_road(self) -> "TransferQuerySet":
        return self.filter(state=S.SENT)

    def overdue(self, at: datetime.datetime) -> "TransferQuerySet":
        """签出以后到期还没有签收、还没有亮过牌的。"""
        lost = Difference.objects.filter(transfer=models.OuterRef("pk"), kind=DifferenceKind.LOST)
        return self.on_the_road().filter(~models.Exists(lost), due_at__lte=at)

    def with_context(self) -> "TransferQuerySet":
        return self.select_related("case__item", "case__guide", "case__applicant", "from_unit", "to_unit", "batch")


class Transfer(Stateful):
    """一件办件的一次移交。"""

    under = "case"

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="transfers")
    batch = models.ForeignKey(
        Batch, verbose_name="清单", on_delete=models.PROTECT, null=True, blank=True, related_name="transfers"
    )
    leg = models.CharField("环节", max_length=8, choices=Leg)
    from_unit = models.ForeignKey(Unit, verbose_name="交出单位", on_delete=models.PROTECT, related_name="transfers_out")
    to_unit = models.ForeignKey(Unit, verbose_name="接收单位", on_delete=models.PROTECT, related_name="transfers_in")
    state = StateField("状态", default=S.WAITING, choices=S.choices)
    created_at = models.DateTimeField("转出时间")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="转出人", on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField("签出时间", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签出人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField("签收期限", null=True, blank=True)
    signed_in_at = models.DateTimeField("签收时间", null=True, blank=True)
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="签收人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_because = models.CharField("撤回或退回的原因", max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "移交"
        indexes = [
            models.Index(fields=["from_unit", "to_unit"], name="transfer_going_out", condition=Q(state__in=IN_PASSAGE)),
            models.Index(fields=["to_unit", "state"], name="transfer_coming_in", condition=Q(state__in=IN_PASSAGE)),
            models.Index(fields=["due_at"], name="transfer_sign_in_due", condition=Q(state=S.SENT)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=IN_PASSAGE), name="one_open_transfer_per_case"
            ),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="transfer_goes_elsewhere"),
            models.CheckConstraint(
                condition=~Q(state=S.SENT) | Q(sent_at__isnull=False, sent_by__isnull=False, due_at__isnull=False),
                name="sent_transfer_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.SIGNED_IN) | Q(signed_in_at__isnull=False, signed_in_by__isnull=False),
                name="signed_in_transfer_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.from_unit} → {self.to_unit}"

    # 步：只给字段赋值 --------------------------------------------------

    @move("state", S.WAITING, S.SIGNED_IN, label="随手交接", permission=rules.follows_the_step, offered=False)
    def pass_at_once(self, *, by: Any, at: datetime.datetime) -> None:
        self.sent_at, self.sent_by = at, by
        self.signed_in_at, self.signed_in_by = at, by

    @move("state", S.WAITING, S.SENT, label="签出", permission=rules.may_send, offered=False)
    def send(self, *, by: Any, at: datetime.datetime, due_at: datetime.datetime, batch: str) -> None:
        self.sent_at, self.sent_by = at, by
        self.due_at = due_at

    @move("state", S.SENT, S.SIGNED_IN, label="签收", permission=rules.may_sign_in, offered=False)
    def sign_in(self, *, by: Any, at: datetime.datetime) -> None:
        self.signed_in_at, self.signed_in_by = at, by

    @move("state", S.SENT, S.RECALLED, label="撤回移交", permission=rules.may_send, offered=False)
    def recall(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_because = reason

    @move("state", S.WAITING, S.RECALLED, label="不再移交", permission=rules.follows_the_step, offered=False)
    def call_off(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_because = reason

    @move("state", S.SENT, S.TURNED_BACK, label="退回不收", permission=rules.may_sign_in, offered=False)
    def turn_back(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_because = reason


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, user: Any) -> "DifferenceQuerySet":
        """两边单位的人；邮件的，收件单位的人。"""
        units = user.unit_keys("view_cases")
        return self.filter(Q(from_unit__in=units) | Q(to_unit__in=units))

    def open(self) -> "DifferenceQuerySet":
        return self.filter(settled_at=None)

    def of_handovers(self) -> "DifferenceQuerySet":
        """移交的，不是邮件的。"""
        return self.filter(parcel=None)

    def overdue(self, at: datetime.datetime) -> "DifferenceQuerySet":
        """到期没有处理、还没有上交的。"""
        return self.open().filter(due_at__lte=at, climbed_at=None)


class Difference(models.Model):
    """差异：有责任人，有处理期限。移交的有两边单位；邮件的是申请人寄来的，只有收件单位。"""

    forgets = ("settlement",)

    kind = models.CharField("种类", max_length=8, choices=DifferenceKind)
    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="differences")
    batch = models.ForeignKey(
        Batch, verbose_name="清单", on_delete=models.PROTECT, null=True, related_name="differences"
    )
    transfer = models.ForeignKey(
        Transfer, verbose_name="移交", on_delete=models.PROTECT, null=True, related_name="differences"
    )
    parcel = models.OneToOneField(
        Parcel, verbose_name="邮件", on_delete=models.PROTECT, null=True, blank=True, related_name="noted"
    )
    from_unit = models.ForeignKey(Unit, verbose_name="交出单位", on_delete=models.PROTECT, null=True, related_name="+")
    to_unit = models.ForeignKey(Unit, verbose_name="接收单位", on_delete=models.PROTECT, related_name="+")
    text = models.CharField("说明", max_length=300, blank=True)
    noted_at = models.DateTimeField("发现时间")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发现人", on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="责任人", on_delete=models.PROTECT, related_name="differences"
    )
    due_at = models.DateTimeField("处理期限")
    basis = models.CharField("期限的依据", max_length=200, blank=True)
    climbed_at = models.DateTimeField("上交时间", null=True, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="处理人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    how = models.CharField("怎样了结的", max_length=10, choices=ContentsSettled, blank=True)
    settlement = models.CharField("怎样处理的", max_length=300, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "差异"
        indexes = [models.Index(fields=["due_at"], name="difference_open", condition=Q(settled_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["transfer", "kind"], condition=Q(transfer__isnull=False), name="one_difference_of_a_kind"
            ),
            models.UniqueConstraint(
                fields=["batch", "case"], condition=Q(kind=DifferenceKind.EXTRA), name="one_extra_case_per_batch"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | (Q(settled_by__isnull=False) & ~Q(settlement="")),
                name="settled_difference_says_who_and_how",
            ),
            models.CheckConstraint(
                condition=Q(kind=DifferenceKind.CONTENTS, parcel__isnull=False, from_unit=None, transfer=None)
                | ~Q(kind=DifferenceKind.CONTENTS) & Q(parcel=None, from_unit__isnull=False, how=""),
                name="difference_is_of_a_handover_or_a_parcel",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DifferenceKind.CONTENTS)
                | Q(settled_at=None, how="")
                | ~Q(settled_at=None) & ~Q(how=""),
                name="settled_contents_say_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    @property
    def ends(self) -> list[Unit]:
        """两边的单位；邮件的只有收件单位。"""
        return [unit for unit in (self.from_unit, self.to_unit) if unit]

    def told(self) -> str:
        """从哪里到哪里，怎么对不上。"""
        way = f"{self.from_unit}交{self.to_unit}" if self.from_unit else f"{self.parcel}寄到{self.to_unit}"
        return f"{way}：{self.get_kind_display()}。"
