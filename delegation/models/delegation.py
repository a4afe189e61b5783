"""委托:一个事项、一个受托机关一行。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Agency, Seal
from catalog.models import Authority, Item
from delegation import rules
from delegation.states import GRANTED, DelegationKind, DelegationState
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays.rules import DAY

S = DelegationState


class DelegationQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "DelegationQuerySet":
        """委托双方的目录维护人看得到。"""
        kept = user.agencies_with("keep_catalogue").values("pk")
        return self.filter(Q(from_agency__in=kept) | Q(to_agency__in=kept))

    def live(self) -> "DelegationQuerySet":
        return self.filter(state=S.LIVE)

    def announced(self, day: datetime.date) -> "DelegationQuerySet":
        """要公告的：生效的，期限没有过的；不公开的事项不在内。"""
        return self.live().filter(Q(valid_to=None) | Q(valid_to__gt=day), item__withheld="")

    def over_by(self, day: datetime.date) -> "DelegationQuerySet":
        """到这一天已经期满、还记作生效的,先到期的在前。"""
        return self.live().filter(valid_to__lte=day).order_by("valid_to", "pk")

    def with_context(self) -> "DelegationQuerySet":
        return self.select_related("item", "from_agency", "to_agency", "seal")


class Delegation(Stateful):
    """委托。生效时写下办理权限(catalog.Authority),谁哪天能办只看那一行;这里记的是凭什么。"""

    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.PROTECT, related_name="delegations")
    kind = models.CharField(
        "委托还是下放", max_length=12, choices=DelegationKind.choices, default=DelegationKind.ENTRUSTED,
        help_text="委托的以委托机关的名义决定，委托机关是复议的被申请人、诉讼的被告（行政许可法第二十四条、行政复议法第十九条、"
        "行政诉讼法第二十六条第五款）；依法下放、由承接机关自己行使的，以它自己的名义。",
    )  # fmt: skip
    from_agency = models.ForeignKey(
        Agency, verbose_name="委托机关", on_delete=models.PROTECT, related_name="delegations_given"
    )
    to_agency = models.ForeignKey(
        Agency, verbose_name="受托机关", on_delete=models.PROTECT, related_name="delegations_received"
    )
    seal = models.ForeignKey(Seal, verbose_name="业务专用章", on_delete=models.PROTECT, related_name="delegations")
    instrument_number = models.CharField("委托书文号", max_length=60, blank=True)
    instrument_date = models.DateField("委托书日期", null=True, blank=True)
    promise = models.CharField("承诺书", max_length=120, blank=True, help_text="文号或签署日期。")
    agreement = models.CharField("委托协议", max_length=120, blank=True, help_text="文号或签署日期。")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止(不含)", null=True, blank=True)
    state = StateField("状态", default=S.DRAFTED, choices=S.choices)
    authority = models.OneToOneField(
        Authority,
        verbose_name="办理权限",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="delegation",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="拟定人", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    proposed_at = models.DateTimeField("拟定时间", editable=False)
    granted_at = models.DateTimeField("生效登记时间", null=True, blank=True, editable=False)
    revoked_on = models.DateField("收回之日(当日起不再有权)", null=True, blank=True, editable=False)
    revoke_reason = models.CharField("收回原因", max_length=300, blank=True, editable=False)
    ended_at = models.DateTimeField("终止登记时间", null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "委托"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DelegationKind.values), name="delegation_is_entrusted_or_transferred"
            ),
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="delegation_goes_to_another_agency"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="delegation_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GRANTED)
                | Q(authority__isnull=False, instrument_date__isnull=False, granted_at__isnull=False)
                & ~Q(instrument_number="")
                & (Q(kind=DelegationKind.TRANSFERRED) | ~Q(promise="") & ~Q(agreement="")),
                name="granted_delegation_has_its_instruments_and_authority",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.REVOKED)
                | Q(revoked_on__isnull=False, ended_at__isnull=False) & ~Q(revoke_reason=""),
                name="revoked_delegation_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.EXPIRED) | Q(valid_to__isnull=False, ended_at__isnull=False),
                name="expired_delegation_had_an_end",
            ),
        ]
        indexes = [models.Index(fields=["valid_to"], condition=Q(state="live"), name="delegation_running_out")]

    def __str__(self) -> str:
        return f"{self.item} → {self.to_agency}"

    @property
    def last_day(self) -> datetime.date | None:
        """最后有权的一天；没有定终止日期的没有。"""
        return self.valid_to - DAY if self.valid_to else None

    @property
    def principal(self) -> Agency | None:
        """以谁的名义决定；下放的没有，以承接机关自己的名义。"""
        return self.from_agency if self.kind == DelegationKind.ENTRUSTED else None

    # 步:只给字段赋值 --------------------------------------------------

    @move(
        "state", S.DRAFTED, S.LIVE, label="生效", permission=rules.may_delegate,
        conditions=[*rules.WELL_FORMED, rules.instruments_in_place],
    )  # fmt: skip
    def go_live(self, *, by: Any, at: datetime.datetime, authority: Authority) -> None:
        self.authority = authority
        self.granted_at = at

    @move("state", S.LIVE, S.REVOKED, label="收回", permission=rules.may_delegate)
    def revoke(self, *, by: Any, at: datetime.datetime, on: datetime.date, reason: str) -> None:
        self.revoked_on, self.revoke_reason = on, reason
        self.ended_at = at

    @move("state", S.LIVE, S.EXPIRED, label="到期", permission=rules.by_system, offered=False)
    def expire(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at
