"""要留底的：特别程序自定期限的备案，不能全程网上办的批准和它的备案；备案都到营商环境部门。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.states import TimeUnit


def recorder(label: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", editable=False
    )


class Filing(models.Model):
    """到营商环境部门的一次备案：文号、日期、哪个部门，谁登记的。"""

    document_number = models.CharField("备案文号", max_length=100)
    filed_on = models.DateField("备案日期")
    filed_with = models.CharField("备案部门", max_length=80, default="营商环境建设部门")
    recorded_by = recorder("登记人")
    recorded_at = models.DateTimeField("登记时间", editable=False)

    class Meta:
        abstract = True


class ProcedureFiling(Filing):
    """特别程序期限备案：哪一版指南的哪一项程序、多长、备案文号和日期。期限没改，备案对后来的版本也算数。"""

    append_only = True

    guide = models.ForeignKey(
        "catalog.Guide", verbose_name="办事指南", on_delete=models.PROTECT, related_name="procedure_filings"
    )
    procedure = models.SlugField("特别程序", max_length=40)
    value = models.PositiveIntegerField("期限")
    unit = models.CharField("单位", max_length=2, choices=TimeUnit)

    class Meta:
        verbose_name = verbose_name_plural = "特别程序备案"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "procedure"], name="one_filing_per_guide_and_procedure",
                violation_error_message="这一版指南的这项程序已经登记过备案。",
            ),
            models.CheckConstraint(name="filing_has_a_number", condition=~Q(document_number="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.guide} {self.procedure}"


class OnlineException(models.Model):
    """不能全程网上办的批准：为什么、谁批的、到什么时候；备了案才算数。到期就要重新批，或者改成全程网办。"""

    append_only = True

    item = models.ForeignKey(
        "catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="online_exceptions"
    )
    reason = models.CharField("为什么不能全程网上办", max_length=300)
    approved_by = models.CharField("批准机关", max_length=80)
    document_number = models.CharField("批准文号", max_length=100)
    approved_on = models.DateField("批准日期")
    until = models.DateField("有效到哪天(不含)")
    recorded_by = recorder("登记人")
    recorded_at = models.DateTimeField("登记时间", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "不能网办的批准"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="online_exception_ends_after_approval",
                condition=Q(until__gt=F("approved_on")),
                violation_error_message="有效期要晚于批准日期。",
            ),
            models.CheckConstraint(
                name="online_exception_says_why_and_who",
                condition=~Q(reason="") & ~Q(approved_by="") & ~Q(document_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.document_number}"

    @property
    def last_day(self) -> datetime.date:
        """最后有效的一天。"""
        return self.until - datetime.timedelta(days=1)

    @property
    def is_filed(self) -> bool:
        """备了案的批准才算数。"""
        return hasattr(self, "filing")

    def not_filed_on(self, day: datetime.date, *, today: datetime.date) -> str:
        """为什么不会是这一天备的案；可以是空串。"""
        if day < self.approved_on:
            return "备案日期不能早于批准日期。"
        return "备案日期不能晚于今天。" if day > today else ""


class ExceptionFiling(Filing):
    """不能全程网上办的批准，报营商环境部门备案；一项批准备一次，没有备案的批准不算数。"""

    append_only = True

    exception = models.OneToOneField(
        OnlineException, verbose_name="哪一项批准", on_delete=models.PROTECT, related_name="filing"
    )

    class Meta:
        verbose_name = verbose_name_plural = "不能网办的备案"
        default_permissions = ()
        constraints = [models.CheckConstraint(name="exception_filing_has_a_number", condition=~Q(document_number=""))]

    def __str__(self) -> str:
        return f"{self.exception.item} {self.document_number}"
