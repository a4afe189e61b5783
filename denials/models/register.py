"""否定报备:每一个“不”都登记,逐级阅知。阅知不是批准,不耽误依法作出的决定。"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Agency, Post, Unit
from approvals.models import Case, Ground
from denials.models.precedent import Precedent
from denials.models.report import Report
from denials.states import Rung
from office.prepared import among
from office.vault import EncryptedTextField


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def visible_to(self, user: Any) -> "RegisterEntryQuerySet":
        return self.filter(section__in=user.unit_keys("read_denials"))


class RegisterEntry(models.Model):
    """否定报备登记(字段同《否定报备登记表》)。一件一行,只增不改。"""

    append_only = True
    forgets = ("applicant_name", "applicant_contact")

    number = models.CharField("报备编号", max_length=60, unique=True)
    case = models.OneToOneField(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="register_entry")
    ground = models.OneToOneField(Ground, verbose_name="依据", on_delete=models.PROTECT, related_name="register_entry")
    report = models.ForeignKey(
        Report, verbose_name="拟否定报告", on_delete=models.PROTECT, null=True, related_name="register_entries"
    )
    precedent = models.ForeignKey(
        Precedent, verbose_name="所循先例", on_delete=models.PROTECT, null=True, related_name="followers"
    )
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="register_entries")
    unit = models.ForeignKey(Unit, verbose_name="承办单位", on_delete=models.PROTECT, related_name="entries_filed")
    section = models.ForeignKey(Unit, verbose_name="业务科室", on_delete=models.PROTECT, related_name="entries")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", on_delete=models.PROTECT, related_name="entries_filed"
    )
    clerk_contact = models.CharField("经办人联系方式", max_length=60)
    applicant_name = models.CharField("申请人或单位名称", max_length=120)
    applicant_contact = EncryptedTextField("申请人联系方式")
    matter = models.CharField("申请办理事项", max_length=200)
    received = models.CharField("受理日期、编号", max_length=120)
    progress = models.TextField("办理答复情况")
    registered_at = models.DateTimeField("报备时间")

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "否定报备"
        indexes = [models.Index(fields=["section", "registered_at"], name="entry_of_section")]

    def __str__(self) -> str:
        return self.number


class ReadingQuerySet(models.QuerySet["Reading"]):
    def waiting_for(self, user: Any, at: datetime.datetime) -> "ReadingQuerySet":
        """等这个人阅知的,先来的在前。"""
        return self.waiting_at(user.duties(at)).order_by("entry__registered_at", "pk")

    def waiting_at(self, posts: Iterable[int]) -> "ReadingQuerySet":
        """轮到这些岗位的(主键)。"""
        return self.filter(among("post", posts), read_at=None)


class Reading(models.Model):
    """阅知:哪一级、哪个岗、谁、何时读的。"""

    entry = models.ForeignKey(RegisterEntry, verbose_name="报备", on_delete=models.PROTECT, related_name="readings")
    rung = models.CharField("梯级", max_length=8, choices=Rung.choices)
    post = models.ForeignKey(Post, verbose_name="岗位", on_delete=models.PROTECT, related_name="readings")
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="阅知人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    standing = models.CharField("以什么身份", max_length=80, blank=True)
    read_at = models.DateTimeField("阅知时间", null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阅知"
        indexes = [models.Index(fields=["post"], condition=Q(read_at=None), name="reading_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "post"], name="one_reading_per_post_and_entry"),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(read_by__isnull=False), name="read_entry_says_by_whom"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_rung_display()}阅知"
