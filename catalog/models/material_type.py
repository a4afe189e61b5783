"""材料的种类：哪些名称说的是同一种东西，交过一次多久内可以再用。"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class MaterialType(models.Model):
    """一种材料。要交的不重复交：名称在这里的，有效期内交过的可以再用；不在这里的，不提供再用。"""

    code = models.SlugField("代号", max_length=40, unique=True)
    name = models.CharField("种类", max_length=60)
    names = ArrayField(
        models.CharField("材料名称", max_length=200), verbose_name="指南里的名称", help_text="一字不差。"
    )
    months = models.PositiveSmallIntegerField(
        "有效月数", null=True, blank=True, help_text="从核对合格的那件申请收件之日起算；空着是长期有效。"
    )
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "材料种类"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(names__len__gt=0) & ~Q(basis=""), name="material_type_says_what_and_why"
            ),
            models.CheckConstraint(condition=Q(months=None) | Q(months__gt=0), name="material_type_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return self.name
