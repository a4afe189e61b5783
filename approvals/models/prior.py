"""原证照：延续、变更、到期换发的申请，说的是哪一本（行政许可法第四十九条、第五十条）。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.models.certificate import Certificate

PERSON = settings.AUTH_USER_MODEL


class PriorCertificate(models.Model):
    """一件申请要延续、变更的那一本；延续的，记着按时没有，届满时没有决定的记着什么时候视为准予。"""

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, primary_key=True, related_name="prior"
    )
    certificate = models.ForeignKey(
        Certificate, verbose_name="原证照", on_delete=models.PROTECT, related_name="successions"
    )
    applied_on = models.DateField(
        "哪天申请的", help_text="照它看按时没有：收件那天；机关改正以后另收的，是原来收件那天。"
    )
    apply_by = models.DateField("最迟哪天申请(含)", null=True, blank=True, help_text="没有这样的期限的空着。")
    lapses_at = models.DateTimeField(
        "届满的时刻(不含)",
        null=True,
        blank=True,
        help_text="按时申请的延续才有：到这一刻没有决定的，视为准予；到了这一刻没有视为准予的清空。",
    )
    deemed_at = models.DateTimeField("视为准予延续的时间", null=True, blank=True)
    named_at = models.DateTimeField("指明的时间")
    named_by = models.ForeignKey(PERSON, verbose_name="指明的人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "原证照"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(deemed_at=None) | Q(lapses_at__isnull=False, deemed_at__gte=models.F("lapses_at")),
                name="only_a_timely_renewal_is_deemed_granted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.certificate}"

    @property
    def is_late(self) -> bool:
        """申请得晚了：过了最迟申请的那一天。"""
        return self.apply_by is not None and self.applied_on > self.apply_by

    @property
    def is_missed(self) -> bool:
        """按时申请的，到届满的时刻没有视为准予。"""
        return self.apply_by is not None and not self.is_late and self.lapses_at is None
