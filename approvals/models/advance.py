"""提前服务与现场指导：申请之前先看材料、上门指导；不是申请，不起时钟（便民服务的记录）。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit
from approvals.models.case import Case
from catalog.models import Guide
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL


class AdvanceQuerySet(models.QuerySet["Advance"]):
    def visible_to(self, user: Any) -> "AdvanceQuerySet":
        return self.filter(unit__in=user.unit_keys("view_cases"))

    def open(self) -> "AdvanceQuerySet":
        """还没有转为申请的。"""
        return self.filter(case=None)


class Advance(models.Model):
    """一次提前服务：谁、要办什么、哪些材料先看过、怎么说的；转为申请以后指着那一件。"""

    pii = ("phone",)
    forgets = ("name", "phone", "looked_at", "advice")

    guide = models.ForeignKey(Guide, verbose_name="指南版本", on_delete=models.PROTECT, related_name="advances")
    unit = models.ForeignKey(Unit, verbose_name="服务单位", on_delete=models.PROTECT, related_name="advances")
    name = models.CharField("姓名或名称", max_length=120)
    phone = EncryptedTextField("联系电话")
    looked_at = models.JSONField("先看过的材料", default=dict, help_text="材料的键 → 怎么说的。")
    advice = models.TextField("还要准备什么")
    clerk = models.ForeignKey(PERSON, verbose_name="服务的人", on_delete=models.PROTECT, related_name="advances")
    started_at = models.DateTimeField("开始时间")
    case = models.OneToOneField(
        Case, verbose_name="转成的办件", on_delete=models.PROTECT, null=True, related_name="advance"
    )

    objects = AdvanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提前服务"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(advice=""), name="advance_says_what_to_prepare")]

    def __str__(self) -> str:
        return f"{self.guide.name} 提前服务"


class OnSite(models.Model):
    """去过现场：谁去的、去哪里、什么时候、说了什么、谁签的名。只增不改，随档案销毁清空三栏。"""

    append_only = True
    forgets = ("place", "said", "signer")

    visited_at = models.DateTimeField("去的时间")
    place = models.CharField("地点", max_length=100)
    said = models.TextField("说了什么")
    signer = models.CharField("对方签名的人", max_length=60)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        abstract = True


def _checks(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=~Q(place="") & ~Q(said="") & ~Q(signer=""), name=f"{name}_says_where_what_and_who_signed"
        ),
        models.CheckConstraint(
            condition=Q(recorded_at__gte=models.F("visited_at")), name=f"{name}_is_recorded_afterwards"
        ),
    ]


class Guidance(OnSite):
    """申请以前的一次现场指导，记在提前服务上。"""

    advance = models.ForeignKey(Advance, verbose_name="提前服务", on_delete=models.PROTECT, related_name="visits")
    officer = models.ForeignKey(PERSON, verbose_name="去的人", on_delete=models.PROTECT, related_name="guidances")

    class Meta:
        verbose_name = verbose_name_plural = "现场指导"
        default_permissions = ()
        constraints = _checks("guidance")

    def __str__(self) -> str:
        return f"{self.advance} {self.place}"


class CaseGuidance(OnSite):
    """收件以后、决定以前的一次现场指导，记在办件上。"""

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="guidances")
    officer = models.ForeignKey(PERSON, verbose_name="去的人", on_delete=models.PROTECT, related_name="case_guidances")

    class Meta:
        verbose_name = verbose_name_plural = "办件的现场指导"
        default_permissions = ()
        ordering = ["visited_at", "pk"]
        constraints = _checks("case_guidance")

    def __str__(self) -> str:
        return f"{self.case} {self.place}"
