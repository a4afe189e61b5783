"""办件的材料与上传的文件。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.rules.materials import Brought, words
from approvals.states import MaterialForm, MaterialWay, Verdict
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
    brought_at = models.DateTimeField("容缺的在网上补来、等窗口核对的时间", null=True, blank=True)
    form = models.CharField("收到的形式", max_length=10, choices=MaterialForm.choices, blank=True)
    originals = models.PositiveSmallIntegerField("收到的原件份数", default=0)
    copies = models.PositiveSmallIntegerField("收到的复印件份数", default=0)
    way = models.CharField("怎样交来的", max_length=10, choices=MaterialWay.choices, blank=True)
    received_at = models.DateTimeField("收到时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件材料"
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="one_row_per_material_of_a_case"),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.DEFERRED) | models.Q(due_date__isnull=False),
                name="deferred_material_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(brought_at=None) | Q(verdict=Verdict.DEFERRED), name="brought_online_waits_for_a_look"
            ),
            models.CheckConstraint(
                condition=Q(form="", originals=0, copies=0)
                | Q(form=MaterialForm.ELECTRONIC, originals=0, copies=0)
                | Q(form=MaterialForm.ORIGINAL, originals__gt=0)
                | Q(form=MaterialForm.COPY, originals=0, copies__gt=0),
                name="received_form_fits_the_numbers",
            ),
            models.CheckConstraint(
                condition=Q(form="") | Q(provided=True, received_at__isnull=False) & ~Q(way=""),
                name="received_material_says_how_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.material.name

    @property
    def received_words(self) -> str:
        """收到的是什么，写在凭证上、办件页上。"""
        return words(self)

    def receive(self, brought: Brought, at: datetime.datetime) -> None:
        """收到了：记下实际的形式、份数、怎样交来的、何时；由调用者存(RECEIVED)。"""
        self.provided, self.received_at = True, at
        self.form, self.originals, self.copies, self.way = brought.form, brought.originals, brought.copies, brought.way


RECEIVED = ("provided", "form", "originals", "copies", "way", "received_at")
NOT_RECEIVED = {"provided": False, "form": "", "originals": 0, "copies": 0, "way": "", "received_at": None}


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
