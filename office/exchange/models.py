"""交换的名词：接入方、发出的报文、收到的报文、用过的一次性数。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from office.exchange.states import UNSETTLED, AdapterKind, Algorithm, Directed, Identity, MessageKind, MessageState
from office.outbox import OutboxEvent
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedJSONField, EncryptedTextField

S = MessageState
PERSON = settings.AUTH_USER_MODEL


class ExchangePeer(models.Model):
    """接入方：一个外面的系统。密钥加密存放，写进去就不再给人看。"""

    code = models.SlugField("代号", max_length=30, unique=True, help_text="对方发来时自报的名字。")
    name = models.CharField("名称", max_length=80)
    our_code = models.CharField("对方给我们的代号", max_length=60, help_text="我们发出时自报的名字，由对方分配。")
    adapter = models.CharField("怎么送", max_length=20, choices=AdapterKind.choices, default=AdapterKind.SIGNED_JSON)
    url = models.URLField(
        "接收网址", max_length=300, help_text="主机要在部署时许可的名单(EXCHANGE_HOSTS)里；生产环境只许 https。"
    )
    key = EncryptedTextField("密钥")
    algorithm = models.CharField("签名算法", max_length=12, choices=Algorithm.choices, default=Algorithm.SM3)
    kinds = models.JSONField("送哪几种报文", default=list)
    scopes = models.JSONField("送哪些机关的件", default=list, blank=True, help_text="机关代号；空着就是全部。")
    identity = models.CharField("身份信息", max_length=8, choices=Identity.choices, default=Identity.MASKED)
    identity_basis = models.CharField(
        "给完整身份信息的依据", max_length=200, blank=True, help_text="个人信息保护法第十三条、第二十五条。"
    )
    may_apply = models.BooleanField(
        "收它送来的申请", default=False, help_text="勾了的，它送来的申办报文当场收件；不勾的退回。"
    )
    takes_cases = models.BooleanField(
        "可以把办件转给它办", default=False, help_text="勾了的，科室负责人可以把一件转给它；要给得了完整身份信息。"
    )
    keeper = models.ForeignKey(
        PERSON, verbose_name="负责人", on_delete=models.PROTECT, related_name="+", help_text="送不出去、被退回时找他。"
    )
    active = models.BooleanField("启用", default=True)
    failures = models.PositiveSmallIntegerField("接连不通的次数", default=0, editable=False)
    rests_until = models.DateTimeField("歇到", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "接入方"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(identity=Identity.FULL) | ~Q(identity_basis=""), name="peer_given_identities_names_a_basis"
            ),
            models.CheckConstraint(
                condition=Q(takes_cases=False) | Q(identity=Identity.FULL), name="peer_taking_cases_is_given_identities"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExchangeMessageQuerySet(StatefulQuerySet):
    def due(self, at: datetime.datetime) -> "ExchangeMessageQuerySet":
        """此刻该送的：到了时候，接入方在用、没有歇着，同一件前面的都了结了。等回执等久了的也再送一次。"""
        earlier = ExchangeMessage.objects.filter(
            peer=OuterRef("peer"), subject_type=OuterRef("subject_type"), subject_key=OuterRef("subject_key"),
            event__lt=OuterRef("event"), state__in=UNSETTLED,
        )  # fmt: skip
        awake = Q(peer__rests_until=None) | Q(peer__rests_until__lte=at)
        waiting = self.filter(awake, peer__active=True, state__in=[S.QUEUED, S.SENT], next_try_at__lte=at)
        return waiting.filter(~Exists(earlier)).order_by("next_try_at", "event")

    def about(self, instance: models.Model) -> "ExchangeMessageQuerySet":
        return self.filter(subject_type=instance._meta.label_lower, subject_key=str(instance.pk)).order_by("event")


def by_the_system(message: "ExchangeMessage", user: Any) -> bool:
    return bool(user.kind == "system")


def answers_for_it(message: "ExchangeMessage", user: Any) -> bool:
    """重送、不再送：接入方的负责人；系统(命令)。"""
    return by_the_system(message, user) or bool(user.is_active and user.pk == message.peer.keeper_id)


class ExchangeMessage(Stateful):
    """发出的一条报文。编号不变，内容换了版本号加一；至少送到一次，对方按编号和版本号认重。"""

    number = models.CharField("报文编号", max_length=40, unique=True)
    version = models.PositiveSmallIntegerField("数据版本号", default=1)
    peer = models.ForeignKey(ExchangePeer, verbose_name="接入方", on_delete=models.PROTECT, related_name="messages")
    event = models.ForeignKey(OutboxEvent, verbose_name="事件", on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField("种类", max_length=20, choices=[*MessageKind.choices, *Directed.choices])
    subject_type = models.CharField("所属对象类型", max_length=60)
    subject_key = models.CharField("所属对象主键", max_length=40)
    reference = models.CharField("办件编号", max_length=60)
    payload = EncryptedJSONField("内容", default=dict)
    digest = models.CharField("内容的 SM3 摘要", max_length=64)
    state = StateField("状态", default=S.QUEUED, choices=S.choices)
    composed_at = models.DateTimeField("组成时间")
    next_try_at = models.DateTimeField("下次送出不早于")
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    sent_at = models.DateTimeField("送到时间", null=True, blank=True)
    ended_at = models.DateTimeField("了结时间", null=True, blank=True)
    receipt = models.JSONField("对方的回执", default=dict, blank=True)
    last_error = models.CharField("上次的问题", max_length=500, blank=True)

    objects = ExchangeMessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交换报文"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["peer", "event"], name="one_message_per_event_and_peer"),
            models.CheckConstraint(
                condition=~Q(state__in=[S.SENT, S.ACCEPTED, S.REJECTED]) | Q(sent_at__isnull=False),
                name="sent_message_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.PARKED, S.REJECTED]) | ~Q(last_error=""), name="failed_message_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.ACCEPTED, S.REJECTED, S.PARKED, S.DROPPED]) | Q(ended_at__isnull=False),
                name="ended_message_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=["queued", "sent"]), name="exchange_tray"),
            models.Index(fields=["peer", "subject_type", "subject_key", "event"], name="exchange_in_order"),
            models.Index(fields=["reference"], name="exchange_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    @move("state", S.QUEUED, S.SENT, label="送到，等回执", permission=by_the_system, offered=False)
    def arrive(
        self, *, by: Any, at: datetime.datetime, receipt: dict[str, Any], ask_again_at: datetime.datetime
    ) -> None:
        self.sent_at, self.next_try_at = at, ask_again_at
        self.receipt = receipt
        self.last_error = ""

    @move("state", [S.QUEUED, S.SENT, S.PARKED], S.ACCEPTED, label="对方接收", permission=by_the_system, offered=False)
    def be_accepted(self, *, by: Any, at: datetime.datetime, receipt: dict[str, Any]) -> None:
        self.sent_at = self.sent_at or at
        self.ended_at, self.receipt = at, receipt
        self.last_error = ""

    @move("state", [S.QUEUED, S.SENT, S.PARKED], S.REJECTED, label="对方退回", permission=by_the_system, offered=False)
    def be_rejected(self, *, by: Any, at: datetime.datetime, receipt: dict[str, Any], reason: str) -> None:
        self.sent_at = self.sent_at or at
        self.ended_at, self.receipt = at, receipt
        self.last_error = reason

    @move("state", [S.QUEUED, S.SENT], S.PARKED, label="搁下", permission=by_the_system, offered=False)
    def park(self, *, by: Any, at: datetime.datetime, error: str) -> None:
        self.ended_at = at
        self.last_error = error

    @move(
        "state", [S.SENT, S.ACCEPTED, S.REJECTED, S.PARKED, S.DROPPED], S.QUEUED, label="重送",
        permission=answers_for_it,
    )  # fmt: skip
    def send_again(self, *, by: Any, at: datetime.datetime, version: int, payload_digest: str) -> None:
        self.version, self.digest = version, payload_digest
        self.attempts = 0
        self.next_try_at, self.ended_at = at, None

    @move("state", [S.QUEUED, S.SENT, S.REJECTED, S.PARKED], S.DROPPED, label="不再送", permission=answers_for_it)
    def drop(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at = at
        self.last_error = reason


class ExchangeArrival(models.Model):
    """收到的一条报文和我们给的回执：同一编号、同一版本再来，答同一张回执。"""

    append_only = True
    forgets = ("payload",)

    peer = models.ForeignKey(ExchangePeer, verbose_name="接入方", on_delete=models.PROTECT, related_name="arrivals")
    number = models.CharField("报文编号", max_length=60)
    version = models.PositiveSmallIntegerField("数据版本号")
    kind = models.CharField("种类", max_length=20)
    digest = models.CharField("正文的 SM3 摘要", max_length=64)
    payload = EncryptedJSONField("内容", default=dict)
    receipt = models.JSONField("我们的回执")
    reference = models.CharField("办件编号", max_length=60, blank=True)
    arrived_at = models.DateTimeField("收到时间")

    class Meta:
        verbose_name = verbose_name_plural = "收到的报文"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["peer", "number", "version"], name="one_arrival_per_number_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.version}"


class ExchangeNonce(models.Model):
    """用过的一次性数；时间窗过了就清掉。"""

    peer = models.ForeignKey(ExchangePeer, verbose_name="接入方", on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField("一次性数", max_length=64)
    at = models.DateTimeField("用于", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的一次性数"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["peer", "nonce"], name="a_nonce_is_used_once")]

    def __str__(self) -> str:
        return self.nonce
