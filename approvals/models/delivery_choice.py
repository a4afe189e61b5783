"""申请人选的送达方式：窗口领取、邮寄到哪里、电子送达；送出以前随时可以改。"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.models.case import Case
from catalog.states import DeliveryWay
from office.vault import EncryptedTextField


class DeliveryChoice(models.Model):
    """一件一行，改了就改这一行，怎样改的在日志里。送达时照它填好；它不是送达，送达是 Delivery。

    选电子送达的，另有同意(DeliveryConsent)；收件人、电话、地址只在选邮寄时有。
    """

    pii: ClassVar[tuple[str, ...]] = ("receiver", "phone", "address")
    forgets = ("receiver", "phone", "address")

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, primary_key=True, related_name="delivery_choice"
    )
    way = models.CharField("选的方式", max_length=10, choices=DeliveryWay.choices)
    receiver = EncryptedTextField("收件人", blank=True)
    phone = EncryptedTextField("收件电话", blank=True)
    address = EncryptedTextField("收件地址", blank=True)
    chosen_at = models.DateTimeField("选定于")
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "选的送达方式"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case} {self.get_way_display()}"
