"""现场核查：两名以上工作人员，笔录由两人签名（行政许可法第三十四条第三款）。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.procedure import Procedure


def officer(label: str) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+")


class Inspection(models.Model):
    """一次核查。笔录改了，先前的签名作废。"""

    forgets = ("place", "found", "conclusion", "present")

    procedure = models.OneToOneField(
        Procedure, verbose_name="特别程序", on_delete=models.PROTECT, related_name="inspection"
    )
    officer_1 = officer("核查人员甲")
    officer_2 = officer("核查人员乙")
    visits_at = models.DateTimeField("核查时间")
    place = models.CharField("核查地点", max_length=100)
    found = models.TextField("看到的情况", blank=True)
    conclusion = models.TextField("核查结论", blank=True)
    present = models.CharField("在场人及其意见", max_length=300, blank=True)
    recorded_at = models.DateTimeField("笔录时间", null=True, blank=True)
    signed_1_at = models.DateTimeField("甲签名时间", null=True, blank=True)
    signed_2_at = models.DateTimeField("乙签名时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场核查"
        constraints = [
            models.CheckConstraint(condition=~Q(officer_1=F("officer_2")), name="two_different_officers_inspect"),
            models.CheckConstraint(condition=~Q(place=""), name="inspection_says_where"),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, signed_1_at__isnull=True, signed_2_at__isnull=True)
                | (Q(recorded_at__isnull=False) & ~Q(found="") & ~Q(conclusion="") & ~Q(present="")),
                name="signed_inspection_is_written_down",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} 核查"
