"""对号入座：几道题，问到一个事项。"""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from catalog.states import Theme


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    def in_use(self) -> Self:
        return self.filter(retired=False).order_by("position", "key")


class QuestionSet(models.Model):
    """一组题。题目是数据，规矩见 rules.questions；各机关共用。"""

    key = models.SlugField("键", max_length=40, unique=True)
    title = models.CharField("题目组的名称", max_length=60, help_text="例如“社会组织的事，我该办哪一项？”")
    theme = models.CharField("主题分类", max_length=12, choices=Theme)
    position = models.PositiveSmallIntegerField("顺序", default=0)
    body = models.JSONField("题目", default=dict)
    draft = models.JSONField("没有公布的改动", null=True, blank=True)
    retired = models.BooleanField("已停用", default=False)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对号入座"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="question_set_has_a_title", condition=~Q(title=""), violation_error_message="请写名称。"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def working(self) -> dict[str, Any]:
        """在改的一份：有没有公布的改动，就是它。"""
        found: dict[str, Any] = self.body if self.draft is None else self.draft
        return found
