"""申请人确认：代为录入的、当场更正的、容缺承诺的，申请人确认了才能受理；撤回的，确认了才能撤回。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.models.material import Upload
from approvals.states import ConfirmedBy, Matter
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def open(self) -> "ConfirmationQuerySet":
        """还等着申请人的。"""
        return self.filter(confirmed_at=None, dropped_at=None)

    def of_withdrawal(self) -> "ConfirmationQuerySet":
        """申请人确认了的撤回。"""
        return self.filter(matter=Matter.WITHDRAW, confirmed_at__isnull=False)


class Confirmation(models.Model):
    """一件要申请人确认的事：确认什么、怎样确认的、何时。"""

    forgets = ("text", "signer", "code_index")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="confirmations")
    matter = models.CharField("确认什么", max_length=10, choices=Matter.choices)
    text = EncryptedTextField("确认的内容")
    whole = models.BooleanField(
        "整件事一起撤回", default=False, db_default=False, help_text="联办的各件各有一行，一次确认管着。"
    )
    asked_at = models.DateTimeField("提请时间")
    asked_by = models.ForeignKey(PERSON, verbose_name="提请人", on_delete=models.PROTECT, related_name="+")
    code_index = models.CharField("验证码盲索引", max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField("验证码到何时有效", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("试错次数", default=0)
    way = models.CharField("怎样确认的", max_length=8, choices=ConfirmedBy.choices, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    registered_by = models.ForeignKey(
        PERSON, verbose_name="登记人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    signer = models.CharField("签名的人", max_length=60, blank=True)
    scan = models.ForeignKey(Upload, verbose_name="签名页", on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField("不再需要于", null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请人确认"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "matter"], condition=Q(confirmed_at=None, dropped_at=None),
                name="one_open_confirmation_of_a_matter_per_case",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, way="")
                | Q(confirmed_at__isnull=False, registered_by__isnull=False) & ~Q(way=""),
                name="confirmed_says_how_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(way=ConfirmedBy.SIGNED) | Q(scan__isnull=False) & ~Q(signer=""),
                name="signed_confirmation_has_the_scanned_page",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.get_matter_display()}"
