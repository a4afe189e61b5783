"""邮件：申请人把材料原件寄来，窗口把原件寄回去；去的、来的都有单号。"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.states import ParcelResult
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def on_the_way(self) -> "ParcelQuerySet":
        """寄出了、还不知道到了没有的。"""
        return self.filter(result="")

    def coming(self) -> "ParcelQuerySet":
        """申请人寄来、还在路上的。"""
        return self.on_the_way().filter(inward=True)


class Parcel(models.Model):
    """一件邮件：寄来的材料，或者寄回的原件。决定书的邮寄另是送达(Delivery)。"""

    pii: ClassVar[tuple[str, ...]] = ("address",)
    forgets = ("tracking_number", "contents", "address", "found", "difference")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="parcels")
    inward = models.BooleanField("申请人寄来的")
    carrier = models.CharField("承运单位", max_length=40)
    tracking_number = models.CharField("邮寄单号", max_length=40)
    contents = models.CharField("寄的人写的内件", max_length=300)
    address = EncryptedTextField("寄到哪里", blank=True)
    told_at = models.DateTimeField("登记寄出的时间")
    told_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    result = models.CharField("到了没有", max_length=10, choices=ParcelResult.choices, blank=True)
    ended_at = models.DateTimeField("结果时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        PERSON, verbose_name="登记结果的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    found = models.CharField("里面实际有什么", max_length=300, blank=True)
    difference = models.CharField("与写的有什么出入", max_length=300, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "邮件"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "inward", "tracking_number"],
                condition=~Q(tracking_number="—"),  # 销毁以后都是“—”
                name="a_parcel_is_told_once",
            ),
            models.CheckConstraint(
                condition=~Q(tracking_number="") & ~Q(carrier="") & ~Q(contents=""), name="parcel_has_a_number"
            ),
            models.CheckConstraint(
                condition=Q(result="", ended_at=None, ended_by=None)
                | ~Q(result="") & Q(ended_at__isnull=False, ended_by__isnull=False),
                name="ended_parcel_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(inward=True, result=ParcelResult.ARRIVED) | ~Q(found=""), name="opened_parcel_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"
