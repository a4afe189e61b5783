"""目录导入：交来的一个文件。这一行说要做什么：先看一遍，确认以后再导入；小的当场做，大的由后台做。"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: Any) -> Self:
        """各人看各人交来的。"""
        return self.filter(by=user)

    def waiting(self) -> Self:
        """等着看一遍的，和确认了等着导入的。"""
        unseen, confirmed = Q(looked_at=None), Q(confirmed_at__isnull=False)
        return self.filter(unseen | confirmed, ended_at=None)


class Intake(models.Model):
    """目录导入。走到哪一步由几个时间说明：看过、确认、结束(导入了或者放弃了)。"""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁交来的", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件内容", help_text="导入或者放弃以后清空。")
    size = models.PositiveIntegerField("字节数")
    uploaded_at = models.DateTimeField("交来时间")
    looked_at = models.DateTimeField("看过时间", null=True, blank=True)
    report = models.JSONField("会改什么、哪里不对", default=dict, blank=True)
    changed = models.PositiveIntegerField("有变动的事项", default=0)
    wrong = models.PositiveIntegerField("不对的地方", default=0)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    taken_in = models.BooleanField("已导入", default=False)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目录导入"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="confirmed_intake_was_looked_at_and_is_right",
                condition=Q(confirmed_at=None) | Q(looked_at__isnull=False, wrong=0),
            ),
            models.CheckConstraint(
                name="taken_in_intake_was_confirmed",
                condition=Q(taken_in=False) | Q(confirmed_at__isnull=False, ended_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["uploaded_at"], name="intakes_waiting", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        """后台还有事要做。"""
        return self.ended_at is None and (self.looked_at is None or self.confirmed_at is not None)

    @property
    def may_confirm(self) -> bool:
        """看过了、没有错、有变动、还没有结束。"""
        done = self.looked_at is None or self.confirmed_at or self.ended_at
        return not done and not self.wrong and bool(self.changed)

    @property
    def standing(self) -> str:
        """走到哪一步。"""
        if self.ended_at:
            return "已导入" if self.taken_in else "已放弃"
        if self.is_waiting:
            return "正在导入" if self.confirmed_at else "正在看"
        return "有错" if self.wrong else "等您确认" if self.changed else "没有变动"
