"""告知承诺：告知承诺书的文本，和一件办件上用承诺代替的一份证明（国办发〔2020〕42号）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.models.material import CaseMaterial
from approvals.rules import pledges as rules
from approvals.states import PLEDGE_FALSE, PLEDGE_WAITING, PledgeState
from catalog.models import Item
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = PledgeState
PERSON = settings.AUTH_USER_MODEL
UNSERVED = Q(state=S.REVOKED, served_at=None)


class PledgeTermsQuerySet(models.QuerySet["PledgeTerms"]):
    def in_force(self, item: Item, day: datetime.date) -> dict[str, "PledgeTerms"]:
        """这个事项这一天可以用承诺代替的材料：材料代号 → 文本。新的盖过旧的。"""
        return {one.material_key: one for one in self.filter(item=item, valid_from__lte=day).order_by("valid_from")}


class PledgeTerms(models.Model):
    """一份材料自某日起的告知承诺书文本；从不改旧的，只登记新的，签过的还是签时的那一份。"""

    append_only = True

    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.PROTECT, related_name="pledge_terms")
    material_key = models.SlugField("材料的键", max_length=40)
    valid_from = models.DateField("自何日起")
    told = models.TextField("告知的内容", help_text="要证明什么、应当符合的条件和标准。")
    promised = models.TextField("承诺的内容", help_text="申请人承诺的每一句，一行一句。")
    consequences = models.TextField("不实承诺的后果", help_text="核查发现不实会怎样。")
    basis = models.CharField("依据", max_length=300)
    check_days = models.PositiveSmallIntegerField("事后核查(工作日)", default=20)
    mend_days = models.PositiveSmallIntegerField("限期整改(工作日)", default=15)
    bar_months = models.PositiveSmallIntegerField("不实以后不再适用(月)", default=24)

    objects = PledgeTermsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "告知承诺书文本"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "material_key", "valid_from"], name="one_pledge_text_per_material_and_day"
            ),
            models.CheckConstraint(
                condition=~Q(told="") & ~Q(promised="") & ~Q(consequences="") & ~Q(basis=""),
                name="pledge_text_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(check_days__gte=1, mend_days__gte=1), name="pledge_terms_give_at_least_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.material_key} 自 {self.valid_from}"


class PledgeQuerySet(StatefulQuerySet):
    def waiting_for(self, user: Any) -> "PledgeQuerySet":
        """等这个人做的：核查人要核查、要看整改的，分管领导要审定撤销的，窗口要送达撤销决定书的。"""
        mine = Q(state__in=[S.CHECKING, S.MENDING], owner=user)
        sanctions = Q(state=S.ASKED, case__section__in=user.unit_keys("sanction_denial"))
        return self.filter(mine | sanctions | UNSERVED & Q(case__intake_unit__in=user.unit_keys("take_in")))

    def under_way(self) -> "PledgeQuerySet":
        """没有了结的：要核查、整改、审定的，撤销决定书还没有送到的。"""
        return self.filter(Q(state__in=PLEDGE_WAITING) | UNSERVED)

    def visible_to(self, user: Any) -> "PledgeQuerySet":
        return self.filter(case__in=Case.objects.visible_to(user))

    def barring(self, id_index: str, day: datetime.date) -> "PledgeQuerySet":
        """曾作不实承诺、这一天还不适用告知承诺的(按证件盲索引认人，不解密)。"""
        return self.filter(case__applicant__id_index=id_index, barred_until__gt=day)

    def with_context(self) -> "PledgeQuerySet":
        return self.select_related(
            "case__guide",
            "case__agency",
            "case__section",
            "case__applicant",
            "case_material__material",
            "terms",
            "owner",
        )


class Pledge(Stateful):
    """一份承诺：代替哪份材料、谁签的、事后核查的结果、不实以后怎样。"""

    under = "case"
    forgets = ("signer", "found", "mended", "reason")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="pledges")
    case_material = models.ForeignKey(
        CaseMaterial, verbose_name="代替的材料", on_delete=models.PROTECT, related_name="pledges"
    )
    terms = models.ForeignKey(PledgeTerms, verbose_name="文本", on_delete=models.PROTECT, related_name="pledges")
    state = StateField("状态", default=S.SIGNED, choices=S.choices)
    signer = models.CharField("签名的人", max_length=60)
    signed_at = models.DateTimeField("签名时间")
    signed_by = models.ForeignKey(PERSON, verbose_name="经谁登记", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        PERSON, verbose_name="核查责任人", on_delete=models.PROTECT, null=True, related_name="pledges_to_check"
    )
    due_at = models.DateTimeField("此刻这一步的期限", null=True, blank=True)
    mend_due_at = models.DateTimeField("整改期限", null=True, blank=True)
    found = models.TextField("核查情况", blank=True)
    checked_at = models.DateTimeField("核查时间", null=True, blank=True)
    checked_by = models.ForeignKey(PERSON, verbose_name="核查人", on_delete=models.PROTECT, null=True, related_name="+")
    mended = models.TextField("整改情况", blank=True)
    reason = models.TextField("报请撤销的理由", blank=True)
    asked_by = models.ForeignKey(PERSON, verbose_name="报请人", on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.TextField("审定意见", blank=True)
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, verbose_name="审定人", on_delete=models.PROTECT, null=True, related_name="+")
    served_at = models.DateTimeField("撤销决定书送达时间", null=True, blank=True)
    barred_until = models.DateField("到何日不再适用告知承诺", null=True, blank=True)
    continues = models.OneToOneField(
        "self", verbose_name="随哪一份承诺带来", on_delete=models.PROTECT, null=True, blank=True,
        related_name="continued_in",
    )  # fmt: skip

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "告知承诺"
        default_permissions = ()
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=Q(state__in=PLEDGE_WAITING), name="pledge_in_hand")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case_material"], condition=~Q(state=S.TAKEN_BACK), name="one_pledge_per_material"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PLEDGE_WAITING) | Q(owner__isnull=False, due_at__isnull=False),
                name="pledge_under_check_has_owner_and_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.TRUE, S.UNVERIFIED, *PLEDGE_FALSE])
                | Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(found=""),
                name="checked_pledge_says_who_and_what",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.REVOKED, S.KEPT])
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision=""),
                name="revocation_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(served_at=None) | Q(state=S.REVOKED, served_at__gte=models.F("decided_at")),
                name="only_a_revocation_is_served",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.REVOKED, S.KEPT]) | ~Q(decided_by=models.F("asked_by")),
                name="revocation_is_not_decided_by_who_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_material} {self.get_state_display()}"

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.SIGNED, S.TAKEN_BACK, label="撤回承诺，改交材料", permission=rules.may_sign,
        conditions=[rules.before_decision],
    )  # fmt: skip
    def take_back(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.reason = reason

    @move("state", S.SIGNED, S.CHECKING, label="起事后核查", permission=rules.follows_the_decision, offered=False)
    def begin_check(self, *, by: Any, at: datetime.datetime, owner: Any, due_at: datetime.datetime) -> None:
        self.owner, self.due_at = owner, due_at

    @move("state", S.CHECKING, S.TRUE, label="核查：属实", permission=rules.may_check)
    def find_true(self, *, by: Any, at: datetime.datetime, found: str) -> None:
        self.found, self.checked_at, self.checked_by = found, at, by

    @move("state", S.CHECKING, S.UNVERIFIED, label="核查：无法核实", permission=rules.may_check)
    def find_unverified(self, *, by: Any, at: datetime.datetime, found: str) -> None:
        self.found, self.checked_at, self.checked_by = found, at, by

    @move("state", S.CHECKING, S.MENDING, label="核查：不实，责令整改", permission=rules.may_check)
    def find_false(
        self, *, by: Any, at: datetime.datetime, found: str, due_at: datetime.datetime, barred_until: datetime.date
    ) -> None:
        self.found, self.checked_at, self.checked_by = found, at, by
        self.due_at = self.mend_due_at = due_at
        self.barred_until = barred_until

    @move("state", S.MENDING, S.MENDED, label="已经整改", permission=rules.may_check)
    def mend(self, *, by: Any, at: datetime.datetime, mended: str) -> None:
        self.mended = mended
        self.barred_until = None

    @move("state", S.MENDING, S.ASKED, label="报请撤销决定", permission=rules.may_check)
    def ask_to_revoke(self, *, by: Any, at: datetime.datetime, reason: str, due_at: datetime.datetime) -> None:
        self.reason, self.asked_by, self.due_at = reason, by, due_at

    @move("state", S.ASKED, S.REVOKED, label="审定：撤销", permission=rules.may_revoke)
    def revoke(self, *, by: Any, at: datetime.datetime, decision: str, due_at: datetime.datetime) -> None:
        self.decision, self.decided_at, self.decided_by = decision, at, by
        self.due_at = due_at

    @move("state", S.REVOKED, None, label="送达撤销决定", permission=rules.may_serve, conditions=[rules.not_served])
    def serve(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        self.served_at = at

    @move("state", S.ASKED, S.KEPT, label="审定：不撤销", permission=rules.may_revoke)
    def keep(self, *, by: Any, at: datetime.datetime, decision: str) -> None:
        self.decision, self.decided_at, self.decided_by = decision, at, by
