"""首席代表：一个科室派驻窗口、经书面授权当场办理的人（调政办发〔2020〕9号三（二）1、2：充分授权、首席代表制）。"""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from agencies.models.agency import Agency
from agencies.models.unit import Unit
from agencies.states import RepresentativePower

PERSON = settings.AUTH_USER_MODEL


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    def on(self, day: datetime.date) -> "RepresentativeQuerySet":
        """这一天在任的；起含止不含。"""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def visible_to(self, user: Any) -> "RepresentativeQuerySet":
        """本机关的，在任的、以前的。"""
        return self.filter(unit__agency__in=Agency.objects.visible_to(user))

    def with_context(self) -> "RepresentativeQuerySet":
        return self.select_related("unit__agency", "window", "user", "signed_by")


class Representative(models.Model):
    """一份授权。写下了不改，只登记终止；同一科室在同一窗口，同一天只有一位。"""

    unit = models.ForeignKey(
        Unit, verbose_name="代表哪个科室", on_delete=models.PROTECT, related_name="representatives"
    )
    window = models.ForeignKey(Unit, verbose_name="派驻的窗口", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(PERSON, verbose_name="首席代表", on_delete=models.PROTECT, related_name="represents")
    powers = ArrayField(
        models.CharField("授权", max_length=12, choices=RepresentativePower.choices), verbose_name="可以当场办的"
    )
    limits = models.CharField("不在授权内的", max_length=300, blank=True, help_text="例如要听证、要集体讨论的。")
    instrument_number = models.CharField("授权书文号", max_length=60)
    signed_by = models.ForeignKey(PERSON, verbose_name="授权人", on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField("授权日期")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止(不含)", null=True, blank=True)
    appointed_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField("登记时间")
    ended_why = models.CharField("提前终止的原因", max_length=300, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "首席代表"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(powers__len__gt=0), name="representative_may_do_something"),
            models.CheckConstraint(condition=~Q(instrument_number=""), name="representative_has_a_signed_instrument"),
            models.CheckConstraint(condition=~Q(user=F("signed_by")), name="nobody_authorizes_himself"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="representative_ends_no_earlier_than_he_begins",
            ),
            ExclusionConstraint(
                name="one_representative_per_section_window_and_day",
                expressions=[
                    (Func("unit_id", "unit_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("window_id", "window_id", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("valid_from", "valid_to", function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.user}"

    @property
    def power_words(self) -> str:
        return "、".join(str(RepresentativePower(one).label) for one in self.powers)
