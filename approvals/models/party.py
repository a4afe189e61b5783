"""利害关系人：告知了谁；陈述、申辩：谁说了什么；不予听证：谁要求、为什么不（行政许可法第三十六条、第四十七条）。"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.models.hearing import Hearing
from approvals.states import NoHearing, Standing
from office.papers.models import Paper
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL


def person(label: str) -> Any:
    return models.ForeignKey(PERSON, verbose_name=label, on_delete=models.PROTECT, related_name="+")


def paper() -> Any:
    return models.ForeignKey(Paper, verbose_name="文书", on_delete=models.PROTECT, null=True, related_name="+")


class Party(models.Model):
    """一个利害关系人：审查中发现直接关系他的重大利益，当时就告知。"""

    pii: ClassVar[tuple[str, ...]] = ("phone", "address")
    forgets = ("name", "interest", "phone", "address", "code", "code_index")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="parties")
    name = models.CharField("姓名或名称", max_length=60)
    interest = models.TextField("有什么重大利害关系")
    phone = EncryptedTextField("联系电话", blank=True)
    address = EncryptedTextField("地址", blank=True)
    told_at = models.DateTimeField("告知时间")
    told_by = person("告知人")
    request_due_at = models.DateTimeField("提意见、要求听证的期限")
    paper = paper()
    code = EncryptedTextField("看文书的查询码", blank=True)
    code_index = models.CharField("看文书的查询码盲索引", max_length=64, blank=True, db_index=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "利害关系人"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(interest=""), name="party_says_who_and_why"),
            models.CheckConstraint(condition=Q(request_due_at__gt=F("told_at")), name="party_is_given_time"),
        ]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """一次陈述、申辩：应当听取，记下来，本人签名。"""

    forgets = ("who", "text", "evidence", "signer")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="statements")
    who = models.CharField("陈述申辩的人", max_length=60)
    standing = models.CharField("身份", max_length=10, choices=Standing.choices)
    stated_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=100)
    text = models.TextField("陈述、申辩")
    evidence = models.TextField("交来的证据", blank=True)
    signer = models.CharField("签名的人", max_length=100)
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = person("记录人")
    paper = paper()

    class Meta:
        verbose_name = verbose_name_plural = "陈述申辩"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(who="") & ~Q(place="") & ~Q(text="") & ~Q(signer=""), name="statement_is_whole_and_signed"
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=F("stated_at")), name="statement_is_made_before_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who}的陈述申辩"


class HearingDenied(models.Model):
    """不予听证：只有法定的几种理由；由负责人定。"""

    forgets = ("who", "asked", "reasons")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="hearings_denied")
    hearing = models.ForeignKey(
        Hearing, verbose_name="告知过的听证", on_delete=models.PROTECT, null=True, blank=True, related_name="denied"
    )
    who = models.CharField("提出要求的人", max_length=60)
    asked_at = models.DateTimeField("提出的时间")
    asked = models.TextField("要求")
    ground = models.CharField("理由", max_length=10, choices=NoHearing.choices)
    reasons = models.TextField("说明")
    decided_at = models.DateTimeField("决定时间")
    decided_by = person("决定人")
    paper = paper()

    class Meta:
        verbose_name = verbose_name_plural = "不予听证"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(who="") & ~Q(asked="") & ~Q(reasons=""), name="denied_hearing_says_who_and_why"
            ),
            models.CheckConstraint(
                condition=~Q(ground__in=[NoHearing.LATE, NoHearing.HELD]) | Q(hearing__isnull=False),
                name="late_or_held_names_the_hearing",
            ),
            models.CheckConstraint(condition=Q(decided_at__gte=F("asked_at")), name="denied_after_it_was_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.get_ground_display()}"
