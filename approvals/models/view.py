"""保存的查询：条件和列都在一句网址里，起个名字留着，可以给同一单位的人用。"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit

LONGEST = 2000


class CaseViewQuerySet(models.QuerySet["CaseView"]):
    def visible_to(self, user: Any) -> "CaseViewQuerySet":
        """自己的，和同单位的人给大家用的；按名字排。"""
        mine = Q(owner=user) | Q(shared_with__in=user.unit_keys("view_cases"))
        return self.filter(mine).exclude(name="").select_related("owner", "shared_with").order_by("name", "pk")


class CaseView(models.Model):
    """查询：名字、网址里的条件。name 为空的一行是本人平时要看的列。"""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁的", on_delete=models.CASCADE, related_name="case_views"
    )
    name = models.CharField("名称", max_length=40, blank=True)
    query = models.CharField("条件", max_length=LONGEST, blank=True)
    shared_with = models.ForeignKey(
        Unit, verbose_name="给哪个单位用", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("存于")

    objects = CaseViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保存的查询"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_case_view_per_name")]

    def __str__(self) -> str:
        return self.name
