"""送达：一次交付，到手了还是退回来了；电子送达先要受送达人同意。"""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.case import Case
from approvals.models.clock import Clock
from approvals.models.pledge import Pledge
from approvals.models.retraction import Retraction
from approvals.states import DeliveryResult, LastWay
from catalog.states import DeliveryWay
from office.identity import IdentityKind
from office.papers.models import Paper
from office.vault import EncryptedTextField

PERSON = settings.AUTH_USER_MODEL


@dataclass(frozen=True)
class Sent:
    """送的是什么：缺省是办件的结果；另行送达的是一份承诺的撤销决定书，撤销“不”的告知书，
    依职权撤回、撤销以前的告知书(of_notice)和它的决定书。
    """

    pledge: Pledge | None = None
    set_aside: bool = False
    retraction: Retraction | None = None
    of_notice: bool = False

    @property
    def key(self) -> str:
        """公告的时钟里的一节：这一件里送的每一样各不相同。"""
        if self.retraction is not None:
            return f"{'notice' if self.of_notice else 'retraction'}-{self.retraction.pk}"
        return str(self.pledge.pk) if self.pledge else "set_aside" if self.set_aside else "result"

    @property
    def is_result(self) -> bool:
        return self == RESULT


RESULT, SET_ASIDE = Sent(), Sent(set_aside=True)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def on_the_way(self) -> "DeliveryQuerySet":
        """寄出了、还不知道收到没有的。"""
        return self.filter(result="")

    def of(self, sent: Sent) -> "DeliveryQuerySet":
        """这一样的送达。"""
        return self.filter(
            pledge=sent.pledge, set_aside=sent.set_aside, retraction=sent.retraction, of_notice=sent.of_notice
        )


class Delivery(models.Model):
    """一次送达：窗口领取、邮寄、电子，送不到的上门、留置、公告(民诉法送达的规定，行政许可法四十四条)。

    退回来的留着，再送一次是新的一行。公告的到它的时钟走完才算送达；期满以后来领的，记在同一行(collected_at)，不动时钟。
    """

    pii: ClassVar[tuple[str, ...]] = ("collector_id", "receiver", "phone", "address", "place")
    forgets = (
        "receiver", "phone", "address", "collector", "collector_id", "relation", "tracking_number", "reason", "place",
        "witness", "explained",
    )  # fmt: skip

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="deliveries")
    pledge = models.ForeignKey(
        Pledge, verbose_name="送的是撤销决定书", on_delete=models.PROTECT, null=True, blank=True,
        related_name="deliveries",
    )  # fmt: skip
    set_aside = models.BooleanField("送的是撤销告知书", default=False)
    retraction = models.ForeignKey(
        Retraction, verbose_name="送的是撤回、撤销的文书", on_delete=models.PROTECT, null=True, blank=True,
        related_name="deliveries",
    )  # fmt: skip
    of_notice = models.BooleanField("送的是撤回、撤销以前的告知书", default=False)
    way = models.CharField("方式", max_length=10, choices=[*DeliveryWay.choices, *LastWay.choices])
    sent_at = models.DateTimeField("送出时间")
    sent_by = models.ForeignKey(PERSON, verbose_name="送达人", on_delete=models.PROTECT, related_name="+")
    carrier = models.CharField("承运单位", max_length=40, blank=True)
    tracking_number = models.CharField("邮寄单号", max_length=40, blank=True)
    receiver = EncryptedTextField("收件人", blank=True)
    phone = EncryptedTextField("收件电话", blank=True)
    address = EncryptedTextField("收件地址", blank=True)
    collector = models.CharField("领取人", max_length=60, blank=True)
    collector_id_kind = models.CharField(
        "领取人证件类型", max_length=12, choices=IdentityKind.choices, default=IdentityKind.RESIDENT
    )
    collector_id = EncryptedTextField("领取人证件号码", blank=True)
    relation = models.CharField("与受送达人的关系", max_length=40, blank=True)
    result = models.CharField("结果", max_length=10, choices=DeliveryResult.choices, blank=True)
    ended_at = models.DateTimeField("结果时间", null=True, blank=True)
    reason = models.CharField("退回的原因", max_length=200, blank=True)
    second = models.ForeignKey(
        PERSON, verbose_name="另一名送达人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = EncryptedTextField("送达地点", blank=True)
    witness = models.CharField("见证人", max_length=100, blank=True)
    recorded = models.BooleanField("拍照、录像记录了送达过程", default=False)
    explained = models.CharField("代收、拒收或者公告的事由", max_length=300, blank=True)
    missing = models.BooleanField("受送达人下落不明", default=False)
    clock = models.OneToOneField(
        Clock, verbose_name="公告的三十日", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    collected_at = models.DateTimeField("公告期满以后领走的时间", null=True, blank=True)
    handed_by = models.ForeignKey(
        PERSON, verbose_name="期满以后交给他的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt = models.ForeignKey(
        Paper, verbose_name="统一出件的送达回证", on_delete=models.PROTECT, null=True, blank=True,
        related_name="deliveries", help_text="一件事的几个结果一次交出的，一份回证列明各件；单独送达的各有各的，空着。",
    )  # fmt: skip

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "set_aside"],
                condition=Q(result="", pledge=None, retraction=None),
                name="one_delivery_on_the_way_per_case",
            ),
            models.UniqueConstraint(
                fields=["case", "set_aside"],
                condition=Q(result=DeliveryResult.RECEIVED, pledge=None, retraction=None),
                name="a_case_is_received_once",
            ),
            models.CheckConstraint(
                condition=Q(set_aside=False, pledge=None)
                | Q(set_aside=False, retraction=None)
                | Q(pledge=None, retraction=None),
                name="a_delivery_is_of_one_letter",
            ),
            models.CheckConstraint(
                condition=Q(of_notice=False) | Q(retraction__isnull=False), name="a_notice_is_of_a_retraction"
            ),
            models.UniqueConstraint(
                fields=["retraction", "of_notice"],
                condition=Q(result="", retraction__isnull=False),
                name="one_letter_on_the_way_per_retraction",
            ),
            models.UniqueConstraint(
                fields=["retraction", "of_notice"],
                condition=Q(result=DeliveryResult.RECEIVED, retraction__isnull=False),
                name="a_retraction_is_received_once",
            ),
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(result="", pledge__isnull=False),
                name="one_revocation_on_the_way_per_pledge",
            ),
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(result=DeliveryResult.RECEIVED, pledge__isnull=False),
                name="a_revocation_is_received_once",
            ),
            models.CheckConstraint(
                condition=Q(result="", ended_at=None) | (~Q(result="") & Q(ended_at__isnull=False)),
                name="ended_delivery_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(way=DeliveryWay.EXPRESS) | ~Q(tracking_number=""), name="express_has_a_tracking_number"
            ),
            models.CheckConstraint(
                condition=~Q(way=DeliveryWay.WINDOW) | ~Q(collector=""),
                name="collected_delivery_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(way__in=[LastWay.DOOR, LastWay.LEFT, LastWay.UNSIGNED])
                | Q(second__isnull=False) & ~Q(second=F("sent_by")),
                name="two_go_to_the_door",
            ),
            models.CheckConstraint(
                condition=~Q(way=LastWay.DOOR) | ~Q(collector=""), name="somebody_signs_at_the_door"
            ),
            models.CheckConstraint(
                condition=~Q(way=LastWay.LEFT) | ~Q(explained="") & (~Q(witness="") | Q(recorded=True)),
                name="left_before_a_witness_or_a_camera",
            ),
            models.CheckConstraint(
                condition=~Q(way=LastWay.UNSIGNED) | ~Q(explained=""), name="unsigned_at_the_window_says_why"
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("sent_by")), name="the_second_server_is_another"
            ),
            models.CheckConstraint(
                condition=Q(collected_at=None, handed_by=None)
                | Q(
                    way=LastWay.NOTICE,
                    result=DeliveryResult.RECEIVED,
                    collected_at__isnull=False,
                    handed_by__isnull=False,
                )
                & ~Q(collector=""),
                name="only_a_full_notice_is_collected_later",
            ),
            models.CheckConstraint(
                condition=Q(clock__isnull=True) & ~Q(way=LastWay.NOTICE)
                | Q(clock__isnull=False, way=LastWay.NOTICE) & ~Q(explained=""),
                name="public_notice_says_why_and_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(result=DeliveryResult.RETURNED) | ~Q(reason=""), name="returned_delivery_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_way_display()}"

    @property
    def sent(self) -> Sent:
        return Sent(self.pledge, self.set_aside, self.retraction, self.of_notice)


class DeliveryConsent(models.Model):
    """电子送达确认：受送达人同意，送达以前随时可以收回(民诉法九十条)；确认书有文号，收回就作废。"""

    case = models.OneToOneField(
        Case, verbose_name="办件", on_delete=models.PROTECT, primary_key=True, related_name="delivery_consent"
    )
    how = models.CharField("怎样同意的", max_length=40)
    given_at = models.DateTimeField("同意于")
    given_by = models.ForeignKey(PERSON, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField("收回于", null=True, blank=True)
    paper = models.ForeignKey(
        Paper, verbose_name="电子送达确认书", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "电子送达确认"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case} {self.how}"
