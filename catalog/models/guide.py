"""办事指南：事项怎么办。一个版本经第二个人核对才能发布，发布后不再改动，改就出新版；办件永远指向它受理时的版本。"""

import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from catalog import rules
from catalog.states import CHIEF, IN_HAND, IN_USE, Decider, GuideState, Handling, OnlineDepth, TimeUnit
from office.stateful import StateField, Stateful, StatefulQuerySet, move

PENDING = [GuideState.SUBMITTED, GuideState.CHECKED]


def limit_pair(name: str, label: str) -> list[models.CheckConstraint]:
    """期限三件套:有数值就有单位和依据,没有数值就没有单位。"""
    value, unit, basis = f"{name}_value", f"{name}_unit", f"{name}_basis"
    none = Q(**{f"{value}__isnull": True, unit: ""})
    whole = Q(**{f"{value}__gt": 0}) & ~Q(**{unit: ""}) & ~Q(**{basis: ""})
    return [
        models.CheckConstraint(
            name=f"{name}_limit_has_basis",
            condition=none | whole,
            violation_error_message=f"{label}要写全：数值、单位、依据。",
        )
    ]


def person(label: str) -> Any:
    """经手人：谁改的、谁提交的、谁核对的。"""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )


class GuideQuerySet(StatefulQuerySet):
    def in_hand(self) -> Self:
        """还在改、等核对、等发布的。"""
        return self.filter(state__in=IN_HAND)

    def in_use(self) -> Self:
        """发布过的，不论现在还用不用。"""
        return self.filter(state__in=IN_USE)

    def in_force_on(self, day: datetime.date) -> Self:
        """这一天在用的版本。看日期不看状态:取代与停用是否已经登记,不影响哪一版有效。"""
        return self.in_use().filter(Q(effective_to=None) | Q(effective_to__gt=day), effective_from__lte=day)

    def ever_effective(self) -> Self:
        """施行过、正在施行或将要施行的：没到日子就撤回的不算。"""
        return self.in_use().exclude(state=GuideState.RETIRED, effective_to=F("effective_from"))

    def published(self) -> Self:
        return self.filter(state=GuideState.PUBLISHED)

    def outlived(self, day: datetime.date) -> Self:
        """已发布、但到这一天已经被新版接替的版本。"""
        return self.published().filter(effective_to__lte=day)

    def for_reading(self) -> Self:
        """一次取齐一页指南要用的行。"""
        return self.select_related("item__agency", "item__section", "window").prefetch_related(
            "materials", "bases", "desks"
        )


class Guide(Stateful):
    """办事指南的一个版本。九项要素见 rules.missing_elements(规范行政审批流程)。"""

    item = models.ForeignKey("catalog.Item", verbose_name="事项", on_delete=models.PROTECT, related_name="guides")
    version = models.PositiveIntegerField("版本")
    state = StateField("状态", max_length=12, choices=GuideState, default=GuideState.DRAFT)
    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期(不含)", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    edited_by = person("最后修改人")
    edited_at = models.DateTimeField("最后修改时间", null=True, blank=True)
    submitted_by = person("提交核对的人")
    submitted_at = models.DateTimeField("提交核对时间", null=True, blank=True)
    checked_by = person("核对人")
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)

    name = models.CharField("事项名称", max_length=200, blank=True)
    content = models.TextField("办理内容", blank=True)
    handling = models.CharField("办件类型", max_length=1, choices=Handling, default=Handling.PROMISE)
    statutory_value = models.PositiveIntegerField("法定时限", null=True, blank=True)
    statutory_unit = models.CharField("法定时限单位", max_length=2, choices=TimeUnit, blank=True)
    statutory_basis = models.CharField("法定时限依据", max_length=300, blank=True)
    promised_value = models.PositiveIntegerField("承诺时限", null=True, blank=True)
    promised_unit = models.CharField("承诺时限单位", max_length=2, choices=TimeUnit, blank=True)
    promised_basis = models.CharField("承诺时限依据", max_length=300, blank=True)
    supplement_value = models.PositiveIntegerField("补正期限", null=True, blank=True)
    supplement_unit = models.CharField("补正期限单位", max_length=2, choices=TimeUnit, blank=True)
    supplement_basis = models.CharField("补正期限依据", max_length=300, blank=True)

    window = models.ForeignKey(
        "agencies.Unit", verbose_name="受理窗口", on_delete=models.PROTECT, related_name="guides", null=True, blank=True
    )
    desks = models.ManyToManyField(
        "agencies.Unit", verbose_name="同时受理的镇街、村居窗口", related_name="desk_guides", blank=True
    )
    conditions = models.JSONField("受理条件", default=list, blank=True)
    process = models.JSONField("办理流程", default=list, blank=True)
    ways = models.JSONField("受理方式", default=list, blank=True)
    place = models.CharField("办理地点", max_length=200, blank=True)
    hours = models.CharField("办理时间", max_length=200, blank=True)
    consult_phone = models.CharField("咨询电话", max_length=100, blank=True)
    complaint = models.TextField("投诉渠道", blank=True)
    fee = models.JSONField("收费", default=dict, blank=True)
    result_name = models.CharField("结果名称", max_length=200, blank=True)
    delivery = models.JSONField("送达方式", default=list, blank=True)
    special_procedures = models.JSONField("特别程序", default=list, blank=True)
    review_steps = models.JSONField("分级审查", default=list, blank=True)
    decider = models.CharField(
        "由哪一级决定", max_length=8, choices=Decider, blank=True,
        help_text="空着由承办科室负责人决定；写了的，科室负责人先审核，再报他决定。",
    )  # fmt: skip
    renewal = models.JSONField("到期延续", default=list, blank=True)
    public_safety = models.CharField(
        "直接关系公共安全等的依据", max_length=300, blank=True,
        help_text="空着是不直接关系公共安全、人身健康、生命财产安全；写了的，弄虚作假的一年、三年内不得再次申请。",
    )  # fmt: skip
    quota = models.PositiveIntegerField("数量限制", default=0, help_text="0 是没有数量限制。")
    quota_basis = models.CharField("数量限制的依据", max_length=300, blank=True, help_text="哪份文件定的、在哪里公布。")
    quota_order = models.CharField(
        "怎样定先后", max_length=300, blank=True,
        help_text="空着照行政许可法第五十七条，按受理的先后；法律、行政法规另有规定的，写明怎样定、哪一条。",
    )  # fmt: skip
    visits = models.PositiveSmallIntegerField("到现场次数", default=0)
    visits_reason = models.CharField("必须到现场的原因", max_length=200, blank=True)
    online_depth = models.CharField("网办深度", max_length=3, choices=OnlineDepth, default=OnlineDepth.IV)
    informed_commitment = models.BooleanField("可告知承诺", default=False)
    faq = models.JSONField("常见问题", default=list, blank=True)
    form = models.JSONField("申请表", default=dict, blank=True)
    needs_check = models.JSONField("待核实", default=dict, blank=True, help_text="字段 → 要核实什么、向谁核实。")

    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办事指南"
        default_permissions = ()
        # 哪些事项这一天有指南在用：每次查找都要问，只看索引就答得出，不必翻表。
        indexes = [
            models.Index(
                fields=["item"],
                include=["effective_from", "effective_to"],
                condition=Q(state__in=IN_USE),
                name="items_on_offer",
            )
        ]
        constraints = [
            *limit_pair("statutory", "法定时限"),
            *limit_pair("promised", "承诺时限"),
            *limit_pair("supplement", "补正期限"),
            models.CheckConstraint(
                name="promise_within_the_statute",
                condition=Q(statutory_value=None)
                | Q(promised_value=None)
                | ~Q(promised_unit=F("statutory_unit"))
                | Q(promised_value__lte=F("statutory_value")),
                violation_error_message="承诺时限不能长于法定时限。",
            ),
            models.CheckConstraint(
                name="published_guide_says_from_when",
                condition=Q(state__in=IN_HAND)
                | (Q(effective_from__isnull=False, published_at__isnull=False) & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="submitted_guide_says_who_edited_and_who_submitted",
                condition=~Q(state__in=PENDING)
                | Q(edited_by__isnull=False, submitted_by__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="checked_guide_says_who_checked_what",
                condition=~Q(state=GuideState.CHECKED) | (Q(checked_at__isnull=False) & ~Q(digest="")),
            ),
            models.CheckConstraint(
                name="checker_is_a_second_person",
                condition=Q(checked_by=None, checked_at=None)
                | (
                    Q(checked_by__isnull=False, checked_at__isnull=False)
                    & Q(edited_by__isnull=False, submitted_by__isnull=False)
                    & ~Q(checked_by=F("submitted_by"))
                    & ~Q(checked_by=F("edited_by"))
                ),
            ),
            models.CheckConstraint(
                name="guide_in_preparation_has_no_check_yet",
                condition=~Q(state__in=[GuideState.DRAFT, GuideState.SUBMITTED]) | Q(checked_by=None, digest=""),
            ),
            models.CheckConstraint(
                name="ended_guide_says_until_when",
                condition=~Q(state__in=[GuideState.SUPERSEDED, GuideState.RETIRED]) | Q(effective_to__isnull=False),
            ),
            models.CheckConstraint(
                name="guide_ends_after_it_begins",
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
            ),
            models.UniqueConstraint(fields=["item", "version"], name="one_guide_per_version"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state__in=IN_HAND),
                name="one_draft_per_item",
                violation_error_message="这个事项已有一份草稿。",
            ),
            ExclusionConstraint(
                name="one_guide_in_force_per_day",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (Func("effective_from", "effective_to", function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=IN_USE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.item_id} 第{self.version}版"

    @property
    def decider_words(self) -> str:
        """由哪一级决定。"""
        return self.get_decider_display() or CHIEF

    @property
    def is_draft(self) -> bool:
        return bool(self.state == GuideState.DRAFT)

    @property
    def is_pending(self) -> bool:
        """提交了、核对了，还没有发布。"""
        return self.state in PENDING

    @move(
        state,
        GuideState.DRAFT,
        GuideState.SUBMITTED,
        label="提交核对",
        permission=rules.may_keep,
        conditions=[rules.is_complete],
    )
    def submit(self, *, by: Any, at: datetime.datetime) -> None:
        self.submitted_by = by
        self.submitted_at = at

    @move(state, GuideState.SUBMITTED, GuideState.CHECKED, label="核对通过", permission=rules.may_check)
    def check_off(self, *, by: Any, at: datetime.datetime, digest: str) -> None:
        self.checked_by = by
        self.checked_at = at
        self.digest = digest

    @move(state, PENDING, GuideState.DRAFT, label="退回修改", permission=rules.may_check)
    def send_back(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.submitted_by = self.submitted_at = self.checked_by = self.checked_at = None
        self.digest = ""

    @move(state, PENDING, GuideState.DRAFT, label="撤回修改", permission=rules.may_keep)
    def reopen(self, *, by: Any, at: datetime.datetime) -> None:
        self.submitted_by = self.submitted_at = self.checked_by = self.checked_at = None
        self.digest = ""

    @move(
        state,
        [GuideState.CHECKED, GuideState.DRAFT],
        GuideState.PUBLISHED,
        label="发布",
        permission=rules.may_publish,
        conditions=[rules.is_complete],
    )
    def publish(
        self, *, by: Any, at: datetime.datetime, effective_from: datetime.date, digest: str, checked: str
    ) -> None:
        self.effective_from = effective_from
        self.published_at = at
        self.digest = digest

    @move(
        state, GuideState.PUBLISHED, GuideState.SUPERSEDED, label="被新版取代", permission=rules.may_keep, offered=False
    )
    def supersede(self, *, by: Any, at: datetime.datetime) -> None:
        pass

    @move(state, GuideState.PUBLISHED, GuideState.RETIRED, label="停用", permission=rules.may_keep)
    def retire(self, *, by: Any, at: datetime.datetime, effective_to: datetime.date, reason: str) -> None:
        self.effective_to = effective_to
