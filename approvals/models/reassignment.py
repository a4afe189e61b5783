"""改派：承办科室由哪个换成哪个、为什么、谁定的。"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agencies.models import Unit
from approvals.models.case import Case


class Reassignment(models.Model):
    """一件办件的一次改派；只增不改。Case.section 只随它改变（迁移 reassignments）。"""

    append_only = True

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="reassignments")
    from_unit = models.ForeignKey(Unit, verbose_name="原承办科室", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, verbose_name="改由谁承办", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("原因")
    at = models.DateTimeField("何时")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="谁定的", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "改派"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="reassignment_goes_elsewhere"),
            models.CheckConstraint(condition=~Q(reason=""), name="reassignment_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.from_unit} → {self.to_unit}"
