"""单位:窗口、科室、镇村受理点。权限落在单位上,办件记着在哪个单位手里。"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from agencies import rules
from agencies.models.agency import Agency
from agencies.models.tree import Branch
from agencies.states import Level, UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, place: Branch) -> "UnitQuerySet":
        """机关或单位自己和下面的全部单位。"""
        return self.filter(path__startswith=place.path)

    def above(self, unit: "Unit") -> "UnitQuerySet":
        """这个单位和它的各级上级单位。"""
        return self.filter(path__in=unit.lineage())

    def taking_applications(self) -> "UnitQuerySet":
        """能直接收件的:受理点,和进驻中心的办理部(口径同 rules.takes_applications)。"""
        inside = models.Q(kind=UnitKind.SECTION, hosted_by__isnull=False)
        return self.filter(models.Q(kind__in=rules.DESKS) | inside)

    def visible_to(self, user: Any) -> "UnitQuerySet":
        """这位工作人员任职机关的单位。"""
        return self.filter(agency__in=Agency.objects.visible_to(user))


class Unit(Branch):
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="units")
    code = models.SlugField("代号", max_length=30, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=16, choices=UnitKind)
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", verbose_name="上级单位", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    hosted_by = models.ForeignKey(
        "self",
        verbose_name="设在",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
        help_text="例如镇受理室、业务科室设在县(市)服务中心时，填中心的窗口。",
    )
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        default_permissions = ()
        permissions = [
            ("view_cases", "查看办件"),
            ("take_in", "收件受理"),
            ("review_case", "审查办件"),
            ("decide_case", "作出决定"),
            ("file_denial", "拟否定报告"),
            ("review_denial", "科室负责人审核"),
            ("sanction_denial", "分管副局长核准"),
            ("read_denials", "否定报备阅知"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=UnitKind.values), name="unit_is_of_a_known_kind"),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="unit_is_of_a_known_level"),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")), name="unit_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=models.Q(hosted_by=None) | ~models.Q(hosted_by=models.F("pk")),
                name="unit_is_not_hosted_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def stem(self) -> str:
        return self.parent.path if self.parent else self.agency.path if self.agency_id else ""

    @property
    def place(self) -> int:
        """在哪一处地方:设在别处的,就是那一处。同一处地方的单位之间,件随手就到。"""
        return self.hosted_by_id or self.pk

    def clean(self) -> None:
        """上级单位在同一机关(设在哪里可以跨机关);设在的地方自己不能又设在别处。"""
        super().clean()
        if self.parent and self.parent.agency_id != self.agency_id:
            raise ValidationError("上级单位要在同一机关。")
        if self.hosted_by and self.hosted_by.hosted_by_id:
            raise ValidationError("所设在的单位自己又设在别处，请直接填最终的那一处。")

    def desk_above(self) -> "Unit | None":
        """上一级受理点:上级单位;到了本机关的头,是上级机关的窗口。"""
        if self.parent_id:
            return self.parent
        windows = Unit.objects.filter(agency=self.agency.parent_id, kind=UnitKind.WINDOW)
        return windows.order_by("path").first() if self.agency.parent_id else None

    def way_to(self, section: "Unit") -> list["Unit"]:
        """从这个受理点到承办单位，件经过谁：逐级上送到不低于承办单位的受理点，再转给它。

        那里不是承办单位的本级(下级机关的、别的县区的)，先交给承办机关的本级受理点；承办机关没有的，直接清单转办。
        """
        way = [self]
        while way[-1] != section and rules.is_below(way[-1], section):
            above = way[-1].desk_above()
            if above is None:
                break
            way.append(above)
        if not rules.serves_here(way[-1], section) and (desk := section.own_desk()) is not None:
            way.append(desk)
        return way if section in way else [*way, section]

    def own_desk(self) -> "Unit | None":
        """本级受理点：本机关同一层级的窗口。"""
        desks = Unit.objects.filter(agency=self.agency_id, level=self.level, kind__in=rules.DESKS)
        return desks.order_by("path").first()

    def branches(self) -> list[type[Branch]]:
        return [Unit]
