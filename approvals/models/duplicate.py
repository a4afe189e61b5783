"""重复申请：提醒过，申请人、窗口写明为什么还要办；不因此不收。"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case


class Duplicate(models.Model):
    """收这一件的时候，同一个申请人的同一事项还有一件在办，或者刚刚办结；提醒了照样收的，一件一行。"""

    forgets = ("why",)

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, primary_key=True, related_name="duplicate"
    )
    other = models.ForeignKey(Case, verbose_name="已有的那一件", on_delete=models.PROTECT, related_name="duplicated_by")
    why = models.CharField("为什么还要办", max_length=300)
    at = models.DateTimeField("何时")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "重复申请的说明"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="a_duplicate_says_why"),
            models.CheckConstraint(condition=~Q(other=F("case")), name="a_duplicate_is_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.case} ≈ {self.other}"
