"""更正登记的信息：姓名、证件、电话、住址登记错了或者变了；改了哪几栏、凭什么、谁核对的。"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.models.confirmation import Confirmation
from approvals.states import RectifiedBy, RectifyReason, Registered
from office.vault import EncryptedJSONField

PERSON = settings.AUTH_USER_MODEL


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def open(self) -> "RectificationQuerySet":
        """提出了，还等着申请人确认、填验证码的。"""
        return self.filter(done_at=None, dropped_at=None)


class Rectification(models.Model):
    """一次更正（个人信息保护法第四十六条）。told 是栏 → [原来的, 现在的]，随办件销毁清空；日志只记改了哪几栏。"""

    pii: ClassVar[tuple[str, ...]] = ("told",)
    forgets = ("told", "code_index")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="rectifications")
    columns = ArrayField(models.CharField("栏", max_length=12, choices=Registered.choices), verbose_name="更正了哪几栏")
    told = EncryptedJSONField("原来的和现在的", default=dict)
    reason = models.CharField("为什么更正", max_length=8, choices=RectifyReason.choices)
    asked_at = models.DateTimeField("提出时间")
    asked_by = models.ForeignKey(PERSON, verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    confirmation = models.OneToOneField(
        Confirmation, verbose_name="申请人的确认", on_delete=models.PROTECT, null=True, related_name="rectification"
    )
    code_index = models.CharField("验证码盲索引", max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField("验证码到何时有效", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("试错次数", default=0)
    way = models.CharField("凭什么生效", max_length=9, choices=RectifiedBy.choices, blank=True)
    checked_by = models.ForeignKey(
        PERSON, verbose_name="核对证件的人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    done_at = models.DateTimeField("更正时间", null=True, blank=True)
    dropped_at = models.DateTimeField("不再更正于", null=True, blank=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记信息的更正"
        default_permissions = ()
        indexes = [models.Index(fields=["case", "-asked_at"], name="rectification_of_case")]
        constraints = [
            models.CheckConstraint(condition=Q(columns__len__gt=0), name="rectification_says_which_columns"),
            models.CheckConstraint(
                condition=Q(done_at=None, way="") | Q(done_at__isnull=False, dropped_at=None) & ~Q(way=""),
                name="rectified_says_how_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(way=RectifiedBy.CHECKED) | Q(checked_by__isnull=False),
                name="checked_rectification_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(way=RectifiedBy.CONFIRMED) | Q(confirmation__isnull=False),
                name="confirmed_rectification_has_its_confirmation",
            ),
            # 姓名、证件只凭申请人自己的确认改
            models.CheckConstraint(
                condition=~Q(columns__overlap=["name", "id_kind", "id_number"])
                | Q(way__in=["", RectifiedBy.CONFIRMED]),
                name="identity_is_rectified_by_the_applicants_confirmation",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.case} {self.columns_words}"

    @property
    def columns_words(self) -> str:
        labels = dict(Registered.choices)
        return "、".join(str(labels[one]) for one in self.columns)
