"""注销：证照的登记手续，六种情形之一（行政许可法第七十条）。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.case import Case
from approvals.states import CancelGround
from office.papers.models import Paper


class Cancellation(models.Model):
    """一本证照注销一次，登记了不改。"""

    append_only = True
    forgets = ("facts", "basis")

    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="cancellation")
    ground = models.CharField("哪一种情形", max_length=12, choices=CancelGround.choices)
    cancelled_on = models.DateField("从哪天起注销")
    facts = models.TextField("情况")
    basis = models.CharField("凭什么", max_length=200)
    noted_at = models.DateTimeField("登记时间")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    paper = models.OneToOneField(Paper, verbose_name="文书", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "注销"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(facts="") & ~Q(basis=""), name="cancellation_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 注销"
