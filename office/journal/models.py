"""日志:谁、何时、对什么、做了什么。只增不改,每个对象一条摘要链。"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, instance: models.Model) -> Self:
        """某个对象的全部日志,从早到晚。"""
        return self.filter(subject_type=instance._meta.label_lower, subject_key=str(instance.pk)).order_by("seq")


class Entry(models.Model):
    """日志行。摘要 = SM3(规范文本),规范文本含上一行的摘要。"""

    append_only: ClassVar[bool] = True

    subject_type = models.CharField("对象类别", max_length=60)
    subject_key = models.CharField("对象主键", max_length=40)
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="经手人", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField("经手人姓名", max_length=60)
    at = models.DateTimeField("时间")
    before = models.CharField("原状态", max_length=40, blank=True)
    after = models.CharField("新状态", max_length=40, blank=True)
    facts: "models.JSONField[Any, Any]" = models.JSONField("事实", default=dict)
    previous = models.CharField("上一行摘要", max_length=64, blank=True)
    digest = models.CharField("本行摘要", max_length=64)
    # 数据库自己写:哪个事务写下的;守卫靠它确认每一步都有同一事务里的日志
    xid = models.BigIntegerField("事务号", editable=False, db_default=RawSQL("pg_current_xact_id()::text::bigint", []))
    written_at = models.DateTimeField("落库时间", editable=False, db_default=RawSQL("clock_timestamp()", []))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日志"
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_key", "seq"], name="one_line_per_place_in_chain"),
        ]
        indexes = [models.Index(fields=["at"], name="office_entry_at")]

    def __str__(self) -> str:
        return f"{self.subject_type}#{self.subject_key}/{self.seq} {self.verb}"
