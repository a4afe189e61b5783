"""事项:我们办什么。事项长期不变,怎么办写在有版本的指南里。"""

import datetime
from functools import cache, reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Concat, Length

from catalog import rules
from catalog.models.finding import MOST, Synonym, Word, ordered
from catalog.models.guide import Guide
from catalog.models.suspension import Suspension
from catalog.rules import finding
from catalog.states import SITUATIONS, ItemKind, Level, LocalKind, Presence, Situation, Theme
from office.prepared import TEXT, Prepared

SLIPS_FROM = 4  # 四个字母起才猜拼错


class ItemQuerySet(models.QuerySet["Item"]):
    def published_on(self, day: datetime.date) -> Self:
        """这一天有指南在用的事项。"""
        return self.filter(Exists(Guide.objects.in_force_on(day).filter(item=OuterRef("pk"))))

    def with_suspension(self, day: datetime.date) -> Self:
        """这一天停没停办(suspended)。"""
        return self.annotate(suspended=Exists(Suspension.objects.on(day).filter(item=OuterRef("pk"))))

    def open_to_citizens(self) -> Self:
        """对群众公开的事项(不公开的要写明理由,见 Item.withheld)。"""
        return self.filter(withheld="")

    def search(self, text: str) -> Self:
        """找事项，最像的在前：日常说法、同义词、拼音（全拼或首字母）、繁体、编码都行；同音的错别字也认。"""
        if not text.strip():
            return self
        found = self.ranked(text)
        return self.filter(pk__in=found).order_by(ordered(found))

    def ranked(self, text: str) -> list[int]:
        """最像的在前，最多六十个。"""
        asked = finding.ask(text, Synonym.objects.within(finding.search_text(text)))
        if asked.is_latin:
            return self._by_letters(asked.text, text.strip())
        return Word.objects.best(asked.words, within=self) or Word.objects.best(asked.sounds, within=self)

    def _by_letters(self, text: str, code: str) -> list[int]:
        """拼音、首字母、编码：整个说法对上的在前，打头的其次；都没有，就找拼得最近的。"""
        if not text:
            return []
        padded = Concat(Value(" "), "pinyin", Value(" "), output_field=models.TextField())
        rank = Case(When(padded__contains=f" {text} ", then=0), When(padded__contains=f" {text}", then=1), default=2)
        spelt = Q(pinyin__contains=text) | Q(code__startswith=code.lower())
        if any(sign.isdigit() for sign in code):  # 像编码的才比编码：都比一遍就用不上索引
            spelt |= Q(basic_code__startswith=code) | Q(implementation_code__istartswith=code)
        found = self.alias(padded=padded).filter(spelt).order_by(rank, Length("name"), "pk")
        pks = list(found.values_list("pk", flat=True)[:MOST])
        if pks or len(text) < SLIPS_FROM:
            return pks
        near = list(_near().rows(text))
        inside = set(self.filter(pk__in=near).values_list("pk", flat=True))
        return [pk for pk in near if pk in inside]


@cache
def _near() -> Prepared:
    """拼音最像的几十项，最像的在前。"""

    def near(text: str) -> models.QuerySet[Any, Any]:
        found = Item.objects.filter(TrigramWordSimilar(F("pinyin"), text))
        found = found.order_by(TrigramWordSimilarity(text, "pinyin").desc(), Length("name"), "pk")
        return found.values_list("pk", flat=True)[:MOST]

    return Prepared(near, TEXT)


class Item(models.Model):
    """事项。编码只从国家、省事项库导入,没有就空着,绝不自编。"""

    code = models.SlugField("本系统编码", max_length=40, unique=True)
    name = models.CharField("事项名称", max_length=200)
    short_name = models.CharField("简称", max_length=60, blank=True)
    aliases = models.CharField("日常用语", max_length=200, blank=True, help_text="群众的说法，用空格隔开。")
    kind = models.CharField("事项类型", max_length=2, choices=ItemKind)
    situation = models.CharField(
        "办理情形", max_length=12, choices=Situation, default=Situation.ORDINARY,
        help_text="决定书的标题、引用的条文照它写；变更、延续、注销是许可的，备案是其他行政权力的，救助是给付、确认的。",
    )  # fmt: skip
    level = models.CharField("行使层级", max_length=1, choices=Level)
    agency = models.ForeignKey(
        "agencies.Agency", verbose_name="实施主体", on_delete=models.PROTECT, related_name="items"
    )
    section = models.ForeignKey(
        "agencies.Unit", verbose_name="审批(承办)科室", on_delete=models.PROTECT, related_name="items"
    )
    supervisor = models.ForeignKey(
        "agencies.Unit", verbose_name="监管科室", on_delete=models.PROTECT, related_name="supervised_items", null=True,
        blank=True, help_text="批后由谁监管：决定以后一个工作日内告知它，由它签收。空着就是承办的业务科室自己。",
    )  # fmt: skip
    basic_code = models.CharField("基本编码", max_length=36, blank=True, validators=[rules.valid_basic_code])
    implementation_code = models.CharField(
        "实施编码", max_length=50, blank=True, validators=[rules.valid_implementation_code]
    )
    handling_code = models.CharField(
        "业务办理项编码", max_length=50, blank=True, validators=[rules.valid_implementation_code]
    )
    audiences = models.JSONField("服务对象", default=list, help_text="GB/T 39046 表 A.4 的代码。")
    theme = models.CharField("主题分类", max_length=12, choices=Theme)
    presence = models.CharField("代办、直办或咨询", max_length=8, choices=Presence, default=Presence.AGENT)
    local_kind = models.CharField("镇村目录类别", max_length=8, choices=LocalKind, blank=True)
    guidance_only = models.BooleanField("只作指引", default=False, help_text="由别处办理，本系统只告诉去哪里办。")
    withheld = models.CharField("不公开的理由", max_length=200, blank=True, help_text="空着就是公开。")
    parent = models.ForeignKey(
        "self", verbose_name="主项", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    power = models.ForeignKey(
        "catalog.Power", verbose_name="行使的权力", on_delete=models.PROTECT, related_name="items", null=True,
        blank=True, help_text="权责清单里的哪一项；子项随主项，不必另填。",
    )  # fmt: skip
    pinyin = models.TextField("拼音检索", blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        default_permissions = ()
        indexes = [GinIndex(fields=["pinyin"], opclasses=["gin_trgm_ops"], name="item_by_letters")]
        constraints = [
            models.CheckConstraint(name="item_is_of_a_known_kind", condition=Q(kind__in=ItemKind.values)),
            models.CheckConstraint(
                name="item_situation_fits_its_kind",
                condition=reduce(
                    or_,
                    (Q(kind=kind, situation__in=found) for kind, found in SITUATIONS.items()),
                    Q(situation=Situation.ORDINARY),
                ),
                violation_error_message="办理情形与事项类型对不上：变更、延续、注销只用于行政许可，备案只用于其他行政权力，"
                "救助只用于行政给付、行政确认(增发、减发、停发只用于行政给付)。",
            ),
            models.CheckConstraint(name="item_is_of_a_known_level", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="basic_code_has_twelve_places",
                condition=Q(basic_code="") | Q(basic_code__regex=r"^[0-9]{12}$"),
                violation_error_message="基本编码是 12 位数字。",
            ),
            models.CheckConstraint(
                name="item_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                violation_error_message="事项不能是自己的主项。",
            ),
            models.UniqueConstraint(
                fields=["implementation_code"],
                condition=~Q(implementation_code="") & Q(handling_code=""),
                name="implementation_code_belongs_to_one_item",
                violation_error_message="这个实施编码已有事项在用。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """监管科室是本机关的。"""
        super().clean()
        if self.supervisor and self.supervisor.agency_id != self.agency_id:
            raise ValidationError({"supervisor": "监管科室要是实施主体自己的科室。"})

    @property
    def advice_only(self) -> bool:
        """不收申请的：只作指引的，和咨询类（不在本级权限以内，只答复怎么办、去哪里办）。"""
        return bool(self.guidance_only or self.presence == Presence.ADVICE)

    @property
    def national_code(self) -> str:
        """国家统一编码里最细的一个；没有取得的是空串，不编。"""
        return self.handling_code or self.implementation_code or self.basic_code

    def suspension_on(self, day: datetime.date) -> Suspension | None:
        """这一天正停办的那一条；照常办理就是 None。"""
        return self.suspensions.on(day).select_related("item", "replacement").first()

    def guide_on(self, day: datetime.date) -> Guide | None:
        """这一天在用的指南版本;没有就是 None。"""
        return self.guides.in_force_on(day).first()
