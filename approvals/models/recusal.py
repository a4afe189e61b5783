"""回避：谁不办这一件、为什么、由谁接着办（公务员法第七十六条、第七十七条）。"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case

PERSON = settings.AUTH_USER_MODEL


class Recusal(models.Model):
    """一个人对一件办件的回避；只增不改。"""

    append_only = True

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="recusals")
    who = models.ForeignKey(PERSON, verbose_name="回避的人", on_delete=models.PROTECT, related_name="recusals")
    declared = models.BooleanField("本人申请", default=False)
    reason = models.TextField("原因")
    successor = models.ForeignKey(PERSON, verbose_name="接着办的人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("何时")
    by = models.ForeignKey(PERSON, verbose_name="谁定的", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "who"], name="one_recusal_per_person_of_a_case"),
            models.CheckConstraint(condition=~Q(who=F("successor")), name="nobody_succeeds_himself"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.who}回避"
