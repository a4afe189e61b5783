"""办件的材料与上传的文件。"""

from typing import Any

from django.conf import settings
from django.db import models

from approvals.models.case import Case
from approvals.states import Verdict
from catalog.models import Material


def upload_path(instance: Any, filename: str) -> str:
    """存放路径不含原名:原名只存在库里。"""
    return f"uploads/{instance.uploaded_at:%Y/%m}/{instance.digest}"


class CaseMaterial(models.Model):
    """办件的一份材料:对照指南逐件核对。"""

    forgets = ("comment",)

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="materials")
    material = models.ForeignKey(Material, verbose_name="材料", on_delete=models.PROTECT, related_name="+")
    provided = models.BooleanField("已提交", default=False)
    verdict = models.CharField("核对结果", max_length=10, choices=Verdict.choices, default=Verdict.UNCHECKED)
    comment = models.CharField("说明", max_length=300, blank=True)
    due_date = models.DateField("容缺补交日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件材料"
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="one_row_per_material_of_a_case"),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.DEFERRED) | models.Q(due_date__isnull=False),
                name="deferred_material_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.material.name


class UploadQuerySet(models.QuerySet["Upload"]):
    def of_case(self, case: Case) -> "UploadQuerySet":
        """这一件的：材料、申请表里附的、消息里附的。"""
        return self.filter(models.Q(case_material__case=case) | models.Q(case=case) | models.Q(message__case=case))

    def used_by(self, case: Case) -> "UploadQuerySet":
        """这一件用到的：它自己的，和再用自以前的。"""
        again = models.Q(case_material__reused_in__case_material__case=case)
        return self.filter(models.Q(pk__in=self.of_case(case).values("pk")) | again).distinct()


class Upload(models.Model):
    """上传的文件。"""

    case_material = models.ForeignKey(
        CaseMaterial, verbose_name="材料", on_delete=models.PROTECT, null=True, related_name="uploads"
    )
    case = models.ForeignKey(
        Case, verbose_name="申请表里附的", on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    message = models.ForeignKey(
        "approvals.Message", verbose_name="消息里附的", on_delete=models.PROTECT, null=True, related_name="uploads"
    )
    draft = models.ForeignKey(
        "approvals.Draft", verbose_name="草稿", on_delete=models.SET_NULL, null=True, related_name="uploads"
    )
    material_key = models.CharField("材料代号", max_length=60)
    file = models.FileField("文件", upload_to=upload_path)
    name = models.CharField("原文件名", max_length=200)
    media_type = models.CharField("类型", max_length=60)
    size = models.PositiveIntegerField("字节数")
    digest = models.CharField("SM3 摘要", max_length=64)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "上传文件"

    def __str__(self) -> str:
        return self.name
