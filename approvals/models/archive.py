"""电子档案：一件办完，归集成一个包，检测、移交、销毁本系统里的一份；移交以后又有变动的，补充归档。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.rules import archives as rules
from approvals.states import HANDED_OVER, ArchiveState
from catalog.states import RetentionPeriod
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = ArchiveState
PERSON = settings.AUTH_USER_MODEL
INSPECTED = (S.MADE, S.CHECKED, S.FAULTY)


class ArchiveQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "ArchiveQuerySet":
        """档案员、管理员和稽核看本机关的。"""
        found = Q()
        for perm in rules.SEE:
            found |= Q(case__agency__in=user.agencies_with(perm).values("pk"))
        return self.filter(found)

    def waiting(self) -> "ArchiveQuerySet":
        return self.filter(state=S.ORDERED)


class Archive(Stateful):
    """一件的电子档案。包里的东西不改；不合格的修好以后重新归集。

    移交以后又产生的，另做一个补充的包(supplements 是原来那一包)，各有各的接收凭证；随原来那一包一起销毁。
    """

    under = "case"

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="archives")
    supplements = models.ForeignKey(
        "self", verbose_name="补充哪一包", on_delete=models.PROTECT, null=True, blank=True, related_name="supplementary"
    )
    state = StateField("状态", default=S.ORDERED, choices=S.choices)
    ordered_at = models.DateTimeField("办结时间")
    next_try_at = models.DateTimeField("下次归集不早于")
    last_error = models.CharField("上次没有归集成的原因", max_length=300, blank=True)
    period = models.CharField("保管期限", max_length=9, choices=RetentionPeriod.choices, blank=True)
    basis = models.CharField("保管期限的依据", max_length=320, blank=True)
    file = models.FileField("归档包", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    digest = models.CharField("SM3 摘要", max_length=64, blank=True)
    made_at = models.DateTimeField("归集时间", null=True, blank=True)
    checked_at = models.DateTimeField("检测时间", null=True, blank=True)
    findings = models.JSONField("不合格的各条", default=list, blank=True)
    receipt_number = models.CharField("档案部门的接收凭证号", max_length=100, blank=True)
    received_by = models.CharField("接收的档案部门", max_length=100, blank=True)
    transferred_on = models.DateField("移交日期", null=True, blank=True)
    transferred_at = models.DateTimeField("登记移交的时间", null=True, blank=True)
    transferred_by = models.ForeignKey(
        PERSON, verbose_name="登记移交的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField("提出销毁的时间", null=True, blank=True)
    proposed_by = models.ForeignKey(
        PERSON, verbose_name="提出销毁的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField("销毁的理由", max_length=300, blank=True)
    deleted_at = models.DateTimeField("销毁时间", null=True, blank=True)
    deleted_by = models.ForeignKey(
        PERSON, verbose_name="销毁的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "电子档案"
        default_permissions = ()
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="ordered"), name="archive_tray")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(supplements=None), name="one_archive_per_case"),
            models.UniqueConstraint(
                fields=["supplements"], condition=Q(state__in=[S.ORDERED, *INSPECTED]), name="one_supplement_under_way"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.MADE, S.CHECKED, S.FAULTY, S.TRANSFERRED, S.PROPOSED])
                | (Q(made_at__isnull=False) & ~Q(file="") & ~Q(digest="")),
                name="made_archive_has_file_and_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.FAULTY) | ~Q(findings=[]), name="faulty_archive_says_what_is_wrong"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HANDED_OVER)
                | (
                    Q(transferred_at__isnull=False, transferred_by__isnull=False, transferred_on__isnull=False)
                    & ~Q(receipt_number="") & ~Q(received_by="") & ~Q(period="")
                ),
                name="transferred_archive_names_its_receipt_and_period",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.PROPOSED, S.DELETED])
                | (Q(proposed_at__isnull=False, proposed_by__isnull=False) & ~Q(reason="")),
                name="proposed_deletion_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.DELETED)
                | (Q(deleted_at__isnull=False, deleted_by__isnull=False, file="") & ~Q(deleted_by=F("proposed_by"))),
                name="archive_is_deleted_by_another_person",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case}的{'补充' if self.supplements_id else '电子'}档案"

    @property
    def where(self) -> str:
        """一句话：档案现在在哪里。"""
        if self.state not in HANDED_OVER:
            return f"电子档案{self.get_state_display()}。"
        said = f"电子档案已移交{self.received_by}(接收凭证 {self.receipt_number})，保管期限{self.get_period_display()}"
        return f"{said}；本系统里的材料和个人信息已经销毁。" if self.state == S.DELETED else f"{said}。"

    @move("state", S.ORDERED, S.MADE, label="归集", permission=rules.by_the_system, offered=False)
    def make(
        self, *, by: Any, at: datetime.datetime, file: str, size: int, digest: str, period: str, basis: str
    ) -> None:
        self.file, self.size, self.digest = file, size, digest
        self.period, self.basis = period, basis
        self.made_at = at
        self.last_error = ""

    @move(
        "state", [S.MADE, S.CHECKED, S.FAULTY], S.CHECKED, label="检测合格", permission=rules.by_either, offered=False
    )
    def pass_check(self, *, by: Any, at: datetime.datetime) -> None:
        self.checked_at, self.findings = at, []

    @move(
        "state", [S.MADE, S.CHECKED, S.FAULTY], S.FAULTY, label="检测不合格", permission=rules.by_either, offered=False
    )
    def fail_check(self, *, by: Any, at: datetime.datetime, findings: list[Any]) -> None:
        self.checked_at, self.findings = at, findings

    @move("state", INSPECTED, S.ORDERED, label="重新归集", permission=rules.by_either)
    def make_again(self, *, by: Any, at: datetime.datetime) -> None:
        self.next_try_at = at
        self.file, self.digest, self.size = "", "", 0
        self.made_at = self.checked_at = None
        self.findings = []

    @move(
        "state", S.CHECKED, S.TRANSFERRED, label="登记移交", permission=rules.may_hand_over,
        conditions=[rules.has_a_period],
    )  # fmt: skip
    def transfer(
        self, *, by: Any, at: datetime.datetime, receipt_number: str, received_by: str, transferred_on: datetime.date
    ) -> None:
        self.receipt_number, self.received_by, self.transferred_on = receipt_number, received_by, transferred_on
        self.transferred_at, self.transferred_by = at, by

    @move("state", S.TRANSFERRED, S.PROPOSED, label="提出销毁", permission=rules.may_keep)
    def propose(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.proposed_at, self.proposed_by, self.reason = at, by, reason

    @move("state", S.PROPOSED, S.TRANSFERRED, label="不同意销毁", permission=rules.may_keep)
    def decline(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.proposed_at = self.proposed_by = None
        self.reason = ""

    @move("state", S.PROPOSED, S.DELETED, label="同意并销毁", permission=rules.may_keep)
    def destroy(self, *, by: Any, at: datetime.datetime) -> None:
        self.deleted_at, self.deleted_by = at, by
        self.file = ""
