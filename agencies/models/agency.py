"""机关:一套系统里可以有几个,各有单位、事项、文号和救济机关。"""

from typing import Any

from django.db import models

from agencies.models.tree import Branch
from agencies.states import Level


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, user: Any) -> "AgencyQuerySet":
        """这位工作人员现在任职的机关。"""
        return self.filter(units__posts__holdings__user=user.pk, units__posts__holdings__to_at=None).distinct()


class Agency(Branch):
    code = models.SlugField("代号", max_length=30, unique=True)
    name = models.CharField("全称", max_length=80)
    short_name = models.CharField("简称", max_length=40)
    paper_prefix = models.CharField("机关代字", max_length=12, help_text="文号用，例如“湛民”。")
    region_code = models.CharField("行政区划代码", max_length=9, help_text="GB/T 2260。")
    level = models.CharField("层级", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", verbose_name="上级机关", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    uscc = models.CharField(
        "统一社会信用代码",
        max_length=18,
        blank=True,
        help_text="启用前必须照登记证书填写；留空时不生成事项实施编码，也不对外报送。",
    )
    reconsideration_body = models.CharField("行政复议机关", max_length=80, help_text="行政复议法 24 条：本级人民政府。")
    reconsideration_url = models.URLField(
        "网上复议渠道", blank=True, help_text="行政复议法 22 条：网上送达的须同时提供。"
    )
    court = models.CharField("行政诉讼管辖法院", max_length=80, default="有管辖权的人民法院")
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)

    sign_in_days = models.PositiveSmallIntegerField(
        "移交签收期限(工作日)", default=2, help_text="签出以后几个工作日还没有签收的，亮牌并告诉两边的负责人。"
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机关"
        default_permissions = ()
        permissions = [
            ("direct_denials", "局长审定否定"),
            ("keep_catalogue", "维护事项目录"),
            ("keep_posts", "维护机构与岗位"),
            ("keep_archives", "移交档案"),
            ("audit", "审计"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="agency_is_of_a_known_level"),
            models.UniqueConstraint(fields=["paper_prefix"], name="agency_has_its_own_paper_prefix"),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")), name="agency_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def stem(self) -> str:
        return self.parent.path if self.parent else ""

    def branches(self) -> list[Any]:
        return [Agency, self._meta.get_field("units").related_model]
