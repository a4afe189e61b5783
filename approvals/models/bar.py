"""隐瞒情况、虚假材料的认定，和由它、由骗取许可的撤销得来的申请限制（行政许可法第七十八条、第七十九条）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.models.retraction import Retraction
from approvals.states import BarKind
from catalog.models import Item
from office.workdays.rules import local

PERSON = settings.AUTH_USER_MODEL


class Concealment(models.Model):
    """查明申请人隐瞒有关情况、提供虚假材料；听了他的意见才认定，作不作数要经领导审定的不予许可。"""

    forgets = ("facts",)

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, primary_key=True, related_name="concealment"
    )
    facts = models.TextField("隐瞒了什么、哪份材料虚假")
    found_at = models.DateTimeField("认定时间")
    found_by = models.ForeignKey(PERSON, verbose_name="认定人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "隐瞒、虚假材料的认定"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(facts=""), name="concealment_says_what")]

    def __str__(self) -> str:
        return f"{self.case} 隐瞒、虚假材料"


class BarQuerySet(models.QuerySet["Bar"]):
    def standing(self, holder_index: str, item: Item, at: datetime.datetime) -> "BarQuerySet":
        """这个人此刻还不得再次申请这个事项的（按证件盲索引认人，不解密）。到期自行解除。"""
        found = self.filter(item=item, made_at__lte=at, until_on__gte=local(at).date(), lifted_at=None)
        return found.filter(holder_index=holder_index) if holder_index else found.none()


class Bar(models.Model):
    """一次申请限制：谁、哪个事项、凭哪份决定书、从哪天到哪天；原决定被撤销的解除。

    原来那一件的档案销毁以后，限制还要算到期满：只留着证件的盲索引，认得出同一个人再来，别的认不出是谁。
    """

    forgets = ("lifted_reason",)

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="bar")
    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.PROTECT, related_name="+")
    retraction = models.OneToOneField(
        Retraction, verbose_name="撤销", on_delete=models.PROTECT, null=True, blank=True, related_name="bar"
    )
    kind = models.CharField("为什么", max_length=10, choices=BarKind.choices)
    holder_index = models.CharField("证件盲索引", max_length=64, blank=True, editable=False)
    basis = models.CharField("依据", max_length=200)
    document = models.CharField("凭哪份决定书", max_length=200)
    from_on = models.DateField("送达那天")
    until_on = models.DateField("到哪天为止(含)")
    made_at = models.DateTimeField("登记时间")
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        PERSON, verbose_name="解除的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_basis = models.CharField("凭什么解除", max_length=200, blank=True)
    lifted_reason = models.CharField("为什么解除", max_length=300, blank=True)

    objects = BarQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请限制"
        default_permissions = ()
        indexes = [models.Index(fields=["holder_index", "item"], condition=Q(lifted_at=None), name="bar_of_holder")]
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="bar_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(document=""), name="bar_names_its_decision"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_basis="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_basis=""),
                name="lifted_bar_says_why",
            ),
            models.CheckConstraint(
                condition=Q(kind=BarKind.DECEIT, retraction__isnull=False) | Q(kind=BarKind.CONCEALED, retraction=None),
                name="bar_comes_of_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    def stands_on(self, day: datetime.date) -> bool:
        return self.lifted_at is None and day <= self.until_on

    def told_to(self, user: Any) -> bool:
        """网上可不可以照实说给填表的人：单位的决定本来公开；个人的，只说给当时申请的那个账号。"""
        case = self.case
        return case.applicant.kind != "person" or (user is not None and case.user_id == user.pk)
