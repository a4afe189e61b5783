"""草稿:从第一个字起就存着。"""

import secrets

from django.conf import settings
from django.db import models

from approvals.models.case import Case
from catalog.models import Guide, JointMatter
from office.vault import EncryptedTextField


def new_token() -> str:
    return secrets.token_urlsafe(32)


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> "DraftQuerySet":
        """还没有提交、也没有删除的。"""
        return self.filter(case=None, discarded_at=None)


class JointDraft(models.Model):
    """一件事的草稿：一份申请，每个事项各有一份申请表；令牌即凭据。"""

    token = models.CharField("令牌", max_length=64, unique=True, default=new_token)
    matter = models.ForeignKey(JointMatter, verbose_name="一件事", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.PROTECT, null=True, related_name="joint_drafts"
    )
    started_at = models.DateTimeField("开始时间")
    joint = models.OneToOneField(
        "approvals.Joint", verbose_name="提交成的联办件", on_delete=models.PROTECT, null=True, related_name="draft"
    )

    class Meta:
        verbose_name = verbose_name_plural = "联办草稿"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.matter} 草稿"


class Draft(models.Model):
    """网上申请的草稿。令牌即凭据:凭链接或账号继续填。"""

    forgets = ("content",)

    token = models.CharField("令牌", max_length=64, unique=True, default=new_token)
    guide = models.ForeignKey(Guide, verbose_name="指南版本", on_delete=models.PROTECT, related_name="drafts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.PROTECT, null=True, related_name="drafts"
    )
    content = EncryptedTextField("内容(JSON)", default="{}")
    started_at = models.DateTimeField("开始时间")
    saved_at = models.DateTimeField("保存时间")
    case = models.OneToOneField(
        Case, verbose_name="提交成的办件", on_delete=models.PROTECT, null=True, related_name="draft"
    )

    discarded_at = models.DateTimeField("删除时间", null=True, blank=True)
    joint = models.ForeignKey(
        "approvals.JointDraft", verbose_name="联办草稿", on_delete=models.PROTECT, null=True, related_name="drafts"
    )
    step = models.PositiveSmallIntegerField("第几步", default=1)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "草稿"

    def __str__(self) -> str:
        return f"{self.guide.item} 草稿"
