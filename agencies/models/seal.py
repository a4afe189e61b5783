"""印章:只记是谁的、哪一枚;保管与启用在委托一室。"""

from typing import Any

from django.db import models

from agencies.models.agency import Agency
from agencies.models.unit import Unit
from agencies.states import SealKind


class SealQuerySet(models.QuerySet["Seal"]):
    def visible_to(self, user: Any) -> "SealQuerySet":
        return self.filter(agency__in=Agency.objects.visible_to(user))


class Seal(models.Model):
    code = models.SlugField("编号", max_length=40, unique=True)
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="seals")
    unit = models.ForeignKey(
        Unit, verbose_name="使用单位", on_delete=models.PROTECT, null=True, blank=True, related_name="seals"
    )
    name = models.CharField("印文", max_length=80)
    kind = models.CharField("类别", max_length=10, choices=SealKind)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印章"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=SealKind.values), name="seal_is_of_a_known_kind"),
            models.UniqueConstraint(
                fields=["agency"], condition=models.Q(kind=SealKind.OFFICIAL), name="agency_has_one_official_seal"
            ),
        ]

    def __str__(self) -> str:
        return self.name
