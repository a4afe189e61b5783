"""交班：离岗的人手上的，一次交给代他的人；回来了，还没办完的交还。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

PERSON = settings.AUTH_USER_MODEL


class CoverQuerySet(models.QuerySet["Cover"]):
    def running(self) -> "CoverQuerySet":
        return self.filter(returned_at=None)

    def with_context(self) -> "CoverQuerySet":
        return self.select_related("absent", "to", "made_by", "returned_by")


class Cover(models.Model):
    """一次交班：谁离岗、交给谁、谁定的、为什么。"""

    absent = models.ForeignKey(PERSON, verbose_name="离岗的人", on_delete=models.PROTECT, related_name="covers")
    to = models.ForeignKey(PERSON, verbose_name="交给谁", on_delete=models.PROTECT, related_name="covering")
    reason = models.CharField("事由", max_length=200, help_text="例如年假、出差；不写病情等个人隐私。")
    made_at = models.DateTimeField("交班时间")
    made_by = models.ForeignKey(PERSON, verbose_name="谁定的", on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField("交还时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        PERSON, verbose_name="谁交还的", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交班"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["absent"], condition=Q(returned_at=None), name="one_running_cover_per_person"
            ),
            models.CheckConstraint(condition=~Q(absent=F("to")), name="nobody_covers_himself"),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_by__isnull=False), name="returned_cover_says_who"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.to}"


class CoverItem(models.Model):
    """交班单上的一行：什么、编号、一句话；交还时还在代办人手里的才还。"""

    append_only = True

    cover = models.ForeignKey(Cover, verbose_name="交班", on_delete=models.PROTECT, related_name="items")
    subject_type = models.CharField("对象类别", max_length=60)
    subject_key = models.CharField("对象主键", max_length=40)
    kind = models.CharField("是什么", max_length=40)
    words = models.CharField("哪一件", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "交班事项"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cover", "subject_type", "subject_key"], name="cover_lists_a_thing_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words}"

    def is_about(self, instance: Any) -> bool:
        return (self.subject_type, self.subject_key) == (instance._meta.label_lower, str(instance.pk))
