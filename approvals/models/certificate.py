"""证照：准予以后发的证书、许可证上写的名称、编号、有效期、许可范围（行政许可法第三十九条）。"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Agency
from approvals.models.case import Case
from approvals.states import CertificateEnd, Outcome

PERSON = settings.AUTH_USER_MODEL


class Certificate(models.Model):
    """一件准予的办件发的一本证照；编号照印在证照上的，系统不编。"""

    forgets = ("scope", "ended_reason", "late_reason")

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="certificate")
    agency = models.ForeignKey(Agency, verbose_name="发证机关", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("证照名称", max_length=200)
    number = models.CharField("证照编号", max_length=100)
    valid_from = models.DateField("有效期自")
    valid_until = models.DateField("有效期至(含)", null=True, blank=True, help_text="空着是长期有效。")
    scope = models.TextField("许可范围、附加条件", blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name="沿用哪一本的编号", on_delete=models.PROTECT, null=True, blank=True,
        related_name="replaced_by",
    )  # fmt: skip
    current = models.BooleanField("编号现在记在这一本上", default=True)
    issued_at = models.DateTimeField("登记时间")
    issued_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    late_reason = models.CharField("补登的原因", max_length=300, blank=True)
    ended_as = models.CharField("不再有效", max_length=10, choices=CertificateEnd.choices, blank=True)
    ended_on = models.DateField("从哪天起不再有效", null=True, blank=True)
    ended_basis = models.CharField("凭哪份文书", max_length=200, blank=True)
    ended_reason = models.CharField("为什么不再有效", max_length=300, blank=True)
    end_noted_at = models.DateTimeField("登记失效的时间", null=True, blank=True)
    end_noted_by = models.ForeignKey(
        PERSON, verbose_name="登记失效的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "证照"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name", "number"], condition=Q(current=True),
                name="one_current_certificate_per_number",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(number=""), name="certificate_is_named_and_numbered"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="certificate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_on=None, ended_basis="", end_noted_at=None, end_noted_by=None)
                | ~Q(ended_as="") & ~Q(ended_basis="")
                & Q(ended_on__isnull=False, end_noted_at__isnull=False, end_noted_by__isnull=False),
                name="ended_certificate_says_since_when_and_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def standing(self) -> "Certificate":
        """现在顶着它的那一本：换发、补发沿用了编号的，延续、变更成另一本的，一直跟到最后；没有的就是它自己。"""
        found = self
        while (later := found._succeeded_by()) is not None:
            found = later
        return found

    def _succeeded_by(self) -> "Certificate | None":
        granted = Q(case__prior__certificate=self, case__outcome=Outcome.GRANTED)
        found = Certificate.objects.filter(Q(replaces=self) | granted).select_related("case")
        return found.order_by("-issued_at", "-pk").first()
