"""权责清单：上级公布的、本机关行使的每一项权力，连同它出自哪份文件。与事项目录两头对照。"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from catalog.models.item import Item
from catalog.states import PowerKind


class PowerFile(models.Model):
    """一份交来的清单：读出来的行先存着，逐行看过试导的结果，再确认导入。"""

    agency = models.ForeignKey(
        "agencies.Agency", verbose_name="机关", on_delete=models.PROTECT, related_name="power_files"
    )
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField("摘要", max_length=64)
    rows = models.JSONField("各行")
    whole = models.BooleanField("是全部清单", default=False, help_text="里面没有的权力记为已取消。")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="交来的人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("交来时间")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认导入的人", on_delete=models.PROTECT, related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "权责清单文件"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="applied_power_file_says_who_and_when",
                condition=Q(applied_by=None, applied_at=None) | Q(applied_by__isnull=False, applied_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PowerQuerySet(models.QuerySet["Power"]):
    def in_force(self) -> Self:
        """没有取消的。"""
        return self.filter(removed_on=None)

    def applied_for(self) -> Self:
        """依申请行使的：目录里应当有事项。处罚、强制、征收、检查不是群众来申请的。"""
        return self.filter(kind__in=PowerKind.on_application())

    def without_item(self) -> Self:
        """应当有事项而没有的；写明了不列入目录的理由的不算。"""
        linked = Exists(Item.objects.filter(power=OuterRef("pk")))
        return self.in_force().applied_for().filter(~linked, excused="")


class Power(models.Model):
    """权力事项。由导入维护；不列入目录的，写明理由。"""

    agency = models.ForeignKey("agencies.Agency", verbose_name="机关", on_delete=models.PROTECT, related_name="powers")
    code = models.CharField("权力编码", max_length=60)
    name = models.CharField("权力名称", max_length=300)
    kind = models.CharField("权力类型", max_length=2, choices=PowerKind)
    basis = models.TextField("设定依据")
    excused = models.CharField(
        "不列入事项目录的理由",
        max_length=200,
        blank=True,
        help_text="例如只由上级行使、与另一项合并办理。空着就是应当列入。",
    )
    removed_on = models.DateField("取消之日", null=True, blank=True)
    file = models.ForeignKey(
        PowerFile, verbose_name="出自哪份文件", on_delete=models.PROTECT, related_name="powers", null=True, blank=True
    )

    objects = PowerQuerySet.as_manager()
    told: ClassVar[tuple[str, ...]] = ("name", "kind", "basis")  # 文件里说的

    class Meta:
        verbose_name = verbose_name_plural = "权责清单"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"], name="one_power_per_agency_and_code",
                violation_error_message="这个机关已有这个编码的权力。",
            ),
            models.CheckConstraint(
                name="power_says_code_name_and_basis", condition=~Q(code="") & ~Q(name="") & ~Q(basis="")
            ),
            models.CheckConstraint(name="power_is_of_a_known_kind", condition=Q(kind__in=PowerKind.values)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}({self.code})"

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.told}
