"""误录作废：为什么、改按哪一件办、谁作废的。"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.states import VoidWhy


class VoidingQuerySet(models.QuerySet["Voiding"]):
    def visible_to(self, user: Any) -> VoidingQuerySet:
        return self.filter(case__in=Case.objects.visible_to(user))


class Voiding(models.Model):
    """一件误录的作废；一件一次，只增不改。编号不再用，材料照留。"""

    append_only = True

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="voiding")
    why = models.CharField("怎样录错的", max_length=10, choices=VoidWhy.choices)
    text = models.CharField("情况", max_length=300, help_text="写录错了什么；不写申请人的姓名、证件、电话。")
    replaced_by = models.ForeignKey(
        Case, verbose_name="改按哪一件办", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    at = models.DateTimeField("何时")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁作废的", on_delete=models.PROTECT, related_name="+"
    )

    objects = VoidingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "误录作废"
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="voiding_by_time")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="voiding_says_what_went_wrong"),
            models.CheckConstraint(condition=~Q(replaced_by=F("case")), name="voided_case_is_replaced_by_another"),
            models.CheckConstraint(
                condition=~Q(why=VoidWhy.TWICE) | Q(replaced_by__isnull=False), name="entered_twice_names_the_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_why_display()}"
