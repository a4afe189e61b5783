"""公示：只公示法律许可的几样；有异议的要答复。"""

import datetime
import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.procedure import Procedure
from approvals.states import ProcedureState
from office.vault import EncryptedTextField

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """网址里的代号：猜不到，也不是办件编号。"""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class PublicationQuerySet(models.QuerySet["Publication"]):
    def now(self, at: datetime.datetime) -> "PublicationQuerySet":
        """此刻正在公示的；期满、终止的就不再给人看。"""
        return self.filter(procedure__state=ProcedureState.RUNNING, from_at__lte=at, to_at__gt=at)

    def with_context(self) -> "PublicationQuerySet":
        return self.select_related("procedure__case__item", "procedure__case__guide", "procedure__case__agency")


class Publication(models.Model):
    """一次公示。格子就这几个：社会救助是姓名、人数、金额，其余是名称和结果，没有地方写别的。"""

    forgets = ("applicant_name", "matter", "place")

    procedure = models.OneToOneField(
        Procedure, verbose_name="特别程序", on_delete=models.PROTECT, related_name="publication"
    )
    code = models.CharField("代号", max_length=10, unique=True, default=new_code, editable=False)
    applicant_name = models.CharField("申请人", max_length=120)
    members = models.PositiveSmallIntegerField("家庭成员数", null=True, blank=True)
    amount = models.DecimalField("拟保障金额(元/月)", max_digits=9, decimal_places=2, null=True, blank=True)
    matter = models.CharField("拟公示的结果", max_length=200, blank=True)
    place = models.CharField("还张贴在哪里", max_length=100, blank=True)
    from_at = models.DateTimeField("公示开始")
    to_at = models.DateTimeField("公示期满")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        indexes = [models.Index(fields=["to_at"], name="publication_over")]
        constraints = [
            models.CheckConstraint(
                condition=Q(members__isnull=False, amount__isnull=False, members__gt=0, amount__gte=0, matter="")
                | (Q(members__isnull=True, amount__isnull=True) & ~Q(matter="")),
                name="publication_shows_only_what_the_law_allows",
            ),
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="publication_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.applicant_name}"


class Objection(models.Model):
    """对公示的异议：可以不留姓名；留了电话的，答复发给他。"""

    pii: ClassVar[tuple[str, ...]] = ("phone",)
    forgets = ("name", "phone", "text", "answer")

    publication = models.ForeignKey(
        Publication, verbose_name="公示", on_delete=models.PROTECT, related_name="objections"
    )
    name = models.CharField("姓名", max_length=60, blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    text = models.TextField("异议")
    made_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答复人", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "对公示的异议"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="answered_objection_says_who_when_and_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} 异议"
