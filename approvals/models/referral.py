"""引导。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit
from approvals.models.contact import Contact
from approvals.states import Followed


class Referral(models.Model):
    """引导：去哪里、怎么去、怎么办、找谁；回访了才算完。"""

    forgets = ("note",)

    contact = models.ForeignKey(Contact, verbose_name="首问登记", on_delete=models.PROTECT, related_name="referrals")
    unit = models.ForeignKey(
        Unit, verbose_name="本系统的单位", on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    destination = models.CharField("承办单位", max_length=120)
    method = models.TextField("怎么办", max_length=1000)
    route = models.TextField("怎么去", max_length=500)
    address = models.CharField("地址", max_length=120)
    phone = models.CharField("电话", max_length=60)
    person = models.CharField("找谁", max_length=60, blank=True)
    hours = models.CharField("办公时间", max_length=80, blank=True)
    referred_at = models.DateTimeField("引导时间")
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="引导人", on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField("结果", max_length=10, choices=Followed.choices, blank=True)
    followed_at = models.DateTimeField("回访时间", null=True, blank=True)
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="回访人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField("回访情况", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "引导"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=Q(outcome=""), name="one_referral_awaits_at_a_time"),
            models.CheckConstraint(
                condition=~Q(destination="") & ~Q(method="") & ~Q(route="") & ~Q(phone="") & ~Q(address=""),
                name="referral_names_where_how_and_whom_to_call",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(followed_at__isnull=False, followed_by__isnull=False) & ~Q(note=""),
                name="followed_referral_says_who_when_and_what",
            ),
        ]

    def __str__(self) -> str:
        return self.destination
