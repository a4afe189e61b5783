"""文书与文号。"""

import base64
import datetime
import os
from typing import Any, Self

from django.conf import settings
from django.db import models

from office.papers.kinds import KINDS, Kind, choices
from office.papers.states import PaperState
from office.stateful import StateField, Stateful, StatefulQuerySet, because, move

State = PaperState


def new_check_code() -> str:
    """核验码:80 位随机数,16 个 base32 字符,猜不到。"""
    return base64.b32encode(os.urandom(10)).decode()


class NumberSeries(models.Model):
    """一个机关、一个文种代字、一个年度的文号。"""

    issuer = models.CharField("发文机关代码", max_length=20)
    word = models.CharField("文种代字", max_length=10)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到的序号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "文号"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "word", "year"], name="one_series_per_issuer_word_year"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.word}〔{self.year}〕{self.last}"


class PaperQuerySet(StatefulQuerySet):
    def about(self, instance: models.Model) -> Self:
        return self.filter(subject_type=instance._meta.label_lower, subject_key=str(instance.pk))

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def in_force(self) -> Self:
        return self.exclude(state=State.VOIDED)

    def waiting(self) -> Self:
        return self.filter(state=State.ORDERED)

    def stuck(self) -> Self:
        """排版失败过、还没有排出来的文书:须有人过问。"""
        return self.waiting().filter(attempts__gt=0)

    def by_check_code(self, code: str) -> "Paper | None":
        """按核验码找文书;连字符、空格、大小写都不计较。"""
        return self.filter(check_code="".join(code.split()).replace("-", "").upper()).first()


def by_the_office(paper: "Paper", user: Any) -> bool:
    """文书由机关的人或系统经手;具体谁可以,由下令制发的那一间屋子在自己的步里把关。"""
    return bool(user.is_active) and user.kind in ("staff", "system")


@because("这份文书还没有用印")
def ready_to_deliver(paper: "Paper") -> bool:
    return paper.state == State.SEALED or not paper.spec.sealed


@because("这种文书不需要用印")
def takes_a_seal(paper: "Paper") -> bool:
    return paper.spec.sealed


class Paper(Stateful):
    """一份文书:登记时定下文号和内容,以后只排版、用印、送达,不再改字。"""

    forgets = ("delivered_how",)  # 写着谁领走、谁签收的

    kind = models.CharField("文种", max_length=30, choices=choices)
    title = models.CharField("标题", max_length=60)
    issuer = models.CharField("发文机关代码", max_length=20)
    prefix = models.CharField("机关代字", max_length=20)
    word = models.CharField("文种代字", max_length=10)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    number = models.CharField("发文字号", max_length=60)
    subject_type = models.CharField("所属对象类型", max_length=60)
    subject_key = models.CharField("所属对象编号", max_length=60)
    context = models.JSONField("内容")
    template_version = models.CharField("版式版本", max_length=64, blank=True)
    digest = models.CharField("SM3 摘要", max_length=64, blank=True)
    file = models.FileField("文件", max_length=200, blank=True)
    check_code = models.CharField("核验码", max_length=16, unique=True, default=new_check_code, editable=False)
    state = StateField("状态", default=State.ORDERED, choices=State.choices)
    ordered_at = models.DateTimeField("登记时间")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="papers_ordered"
    )
    rendered_at = models.DateTimeField("排版时间", null=True, blank=True)
    sealed_at = models.DateTimeField("用印时间", null=True, blank=True)
    seal_name = models.CharField("印章", max_length=60, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    delivered_how = models.CharField("送达方式", max_length=60, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("排版失败次数", default=0)
    last_error = models.CharField("上次失败原因", max_length=500, blank=True)
    next_try_at = models.DateTimeField("下次排版不早于")

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "word", "year", "serial"], name="paper_number_used_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.ORDERED, State.VOIDED])
                | (models.Q(rendered_at__isnull=False) & ~models.Q(digest="") & ~models.Q(file="")),
                name="rendered_paper_has_file_and_digest",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.SEALED) | (models.Q(sealed_at__isnull=False) & ~models.Q(seal_name="")),
                name="sealed_paper_names_seal",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.DELIVERED)
                | (models.Q(delivered_at__isnull=False) & ~models.Q(delivered_how="")),
                name="delivered_paper_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.VOIDED)
                | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="voided_paper_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_key"], name="paper_about"),
            models.Index(fields=["number"], name="paper_number"),
            models.Index(fields=["next_try_at"], condition=models.Q(state="ordered"), name="paper_tray"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def spec(self) -> Kind:
        return KINDS[self.kind]

    @property
    def tells_remedies(self) -> bool:
        """告知复议、诉讼的：不利的决定；准予的里减发、停发的也是。"""
        return self.spec.remedies or bool(self.context.get("remedies"))

    @property
    def check_code_grouped(self) -> str:
        """核验码四个一组,便于照着念、照着输。"""
        return "-".join(self.check_code[i : i + 4] for i in range(0, 16, 4))

    @property
    def verify_place(self) -> str:
        """印在文书上、可以照着输入的核验地址。"""
        return f"{settings.PUBLIC_URL.partition('://')[2]}/verify/"

    @property
    def verify_url(self) -> str:
        """印在文书二维码里的核验地址。"""
        return f"{settings.PUBLIC_URL}/verify/{self.check_code}/"

    @move("state", State.ORDERED, State.RENDERED, label="排版", permission=by_the_office, offered=False)
    def set_type(self, *, by: Any, at: datetime.datetime, template_version: str, digest: str, file: str) -> None:
        self.rendered_at = at
        self.template_version = template_version
        self.digest = digest
        self.file = file
        self.last_error = ""

    @move(
        "state",
        State.RENDERED,
        State.SEALED,
        label="用印",
        permission=by_the_office,
        conditions=[takes_a_seal],
        offered=False,
    )
    def affix_seal(
        self, *, by: Any, at: datetime.datetime, seal_name: str, template_version: str, digest: str, file: str
    ) -> None:
        self.sealed_at = at
        self.seal_name = seal_name
        self.template_version = template_version
        self.digest = digest
        self.file = file

    @move(
        "state",
        [State.RENDERED, State.SEALED],
        State.DELIVERED,
        label="送达",
        permission=by_the_office,
        conditions=[ready_to_deliver],
        offered=False,
    )
    def hand_over(self, *, by: Any, at: datetime.datetime, delivered_how: str) -> None:
        self.delivered_at = at
        self.delivered_how = delivered_how

    @move(
        "state",
        [State.ORDERED, State.RENDERED, State.SEALED, State.DELIVERED],
        State.VOIDED,
        label="作废",
        permission=by_the_office,
        offered=False,
    )
    def withdraw(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.voided_at = at
        self.void_reason = reason
