"""受理以前改过什么：窗口当场更正的，申请人自己改的；改之前是什么、改之后是什么。"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.models.case import Case
from office.vault import EncryptedJSONField

PERSON = settings.AUTH_USER_MODEL


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def unseen(self) -> "AmendmentQuerySet":
        """申请人改的，窗口还没有看过的。"""
        return self.filter(by_applicant=True, seen_at=None)


class Amendment(models.Model):
    """一次改动。answers 是格子的键 → [原来的, 现在的]；files 是材料的键 → [原来的文件名, 现在的]。"""

    pii: ClassVar[tuple[str, ...]] = ("answers",)
    forgets = ("answers", "files")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="amendments")
    made_at = models.DateTimeField("改动时间")
    made_by = models.ForeignKey(PERSON, verbose_name="经谁改的", on_delete=models.PROTECT, related_name="+")
    by_applicant = models.BooleanField("申请人自己改的", default=False)
    answers = EncryptedJSONField("申请表的改动", default=dict)
    files = models.JSONField("材料的改动", default=dict)
    seen_at = models.DateTimeField("看过于", null=True, blank=True)
    seen_by = models.ForeignKey(PERSON, verbose_name="看过的人", on_delete=models.PROTECT, null=True, related_name="+")

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "受理前的改动"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case} {self.made_at:%Y-%m-%d %H:%M}"
