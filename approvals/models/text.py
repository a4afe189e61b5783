"""办件的检索词：申请人、事项、决定、意见里的字，两个字一节，供全文查找。"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from approvals.models.case import Case


class CaseText(models.Model):
    """一件办件的检索词。不随办件同写：日志添到哪里，后台照着补到哪里(approvals.actions.finding)。"""

    forgets = ("grams",)

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    grams = ArrayField(models.IntegerField(), verbose_name="检索词", default=list)
    # 写检索词时看到的最后一行日志；日志再添，就是旧了
    entry = models.BigIntegerField("看到哪一行日志", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件检索词"
        default_permissions = ()
        indexes = [GinIndex(fields=["grams"], name="case_text_grams")]

    def __str__(self) -> str:
        return str(self.case_id)
