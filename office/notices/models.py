"""通知:先写成一行,再由托盘任务送出去。"""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from office.notices.states import Channel, NoticeState, Pace
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.vault import EncryptedTextField

State = NoticeState


OUT_OF_SIGHT = (State.CANCELLED, State.HELD, State.FOLDED)


class NoticeQuerySet(StatefulQuerySet):
    def about(self, instance: models.Model) -> Self:
        return self.filter(subject_type=instance._meta.label_lower, subject_key=str(instance.pk))

    def inbox(self, user: Any) -> Self:
        """某人的站内信,新的在前;写下即可见,不等托盘。等摘要的、并进摘要的,在摘要里看。"""
        shown = self.filter(to=user, channel=Channel.INBOX).exclude(state__in=OUT_OF_SIGHT)
        return shown.order_by("-queued_at", "-id")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def failed_for(self, user: Any) -> Self:
        """某人负责而没有送出去的通知,新的在前。"""
        return self.filter(responsible=user, state=State.FAILED).order_by("-failed_at", "-id")

    def waiting(self) -> Self:
        return self.filter(state=State.QUEUED)


def by_the_office(notice: "Notice", user: Any) -> bool:
    """通知由机关的人或系统经手。"""
    return bool(user.is_active) and user.kind in ("staff", "system")


def answers_for_it(notice: "Notice", user: Any) -> bool:
    """重发:负责人本人,或管理队列的人。"""
    return by_the_office(notice, user) and (user.pk == notice.responsible_id or user.is_staff)


class Notice(Stateful):
    """一条通知。至少送达一次;六次不成就交给负责人。"""

    kind = models.CharField("通知种类", max_length=40)
    subject_type = models.CharField("所属对象类型", max_length=60)
    subject_key = models.CharField("所属对象编号", max_length=60)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="收件人",
        null=True,
        blank=True,
        related_name="notices",
    )
    address = EncryptedTextField("地址(手机号或邮箱)", blank=True)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices, default=Channel.INBOX)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("正文")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="送不到时的负责人",
        null=True,
        blank=True,
        related_name="notices_answered_for",
    )
    state = StateField("状态", default=State.QUEUED, choices=State.choices)
    queued_at = models.DateTimeField("写下时间")
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="写下的人", related_name="notices_queued"
    )
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    failed_at = models.DateTimeField("放弃时间", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    last_error = models.CharField("上次失败原因", max_length=500, blank=True)
    next_try_at = models.DateTimeField("下次发送不早于")
    digest = models.ForeignKey(
        "self", models.PROTECT, verbose_name="并入的摘要", null=True, blank=True, related_name="parts"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=State.SENT) | models.Q(sent_at__isnull=False), name="sent_notice_says_when"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.FAILED) | models.Q(failed_at__isnull=False),
                name="failed_notice_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.FOLDED, digest__isnull=False)
                | ~models.Q(state=State.FOLDED) & models.Q(digest__isnull=True),
                name="folded_notice_names_its_digest",
            ),
            models.CheckConstraint(
                condition=~models.Q(channel=Channel.INBOX) | models.Q(to__isnull=False), name="inbox_notice_has_reader"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="queued"), name="notice_tray"),
            models.Index(fields=["next_try_at"], condition=models.Q(state="held"), name="notice_held"),
            models.Index(fields=["to", "-queued_at"], condition=models.Q(channel="inbox"), name="notice_inbox"),
            models.Index(fields=["responsible"], condition=models.Q(state="failed"), name="notice_failed"),
            models.Index(fields=["subject_type", "subject_key"], name="notice_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}：{self.subject}"

    @move("state", State.QUEUED, State.SENT, label="发送", permission=by_the_office, offered=False)
    def mark_sent(self, *, by: Any, at: datetime.datetime) -> None:
        self.sent_at = at
        self.attempts += 1
        self.last_error = ""

    @move("state", State.QUEUED, State.FAILED, label="放弃", permission=by_the_office, offered=False)
    def give_up(self, *, by: Any, at: datetime.datetime, error: str) -> None:
        self.failed_at = at
        self.attempts += 1
        self.last_error = error

    @move("state", State.FAILED, State.QUEUED, label="重发", permission=answers_for_it)
    def try_again(self, *, by: Any, at: datetime.datetime) -> None:
        self.attempts = 0
        self.next_try_at = at
        self.failed_at = None

    @move(
        "state", [State.QUEUED, State.HELD, State.FAILED], State.CANCELLED, label="取消", permission=by_the_office,
        offered=False,
    )  # fmt: skip
    def cancel(self, *, by: Any, at: datetime.datetime) -> None:
        self.cancelled_at = at

    @move("state", State.QUEUED, State.HELD, label="留待摘要", permission=by_the_office, offered=False)
    def hold(self, *, by: Any, at: datetime.datetime, until: datetime.datetime) -> None:
        self.next_try_at = until

    @move("state", State.HELD, State.FOLDED, label="并入摘要", permission=by_the_office, offered=False)
    def fold(self, *, by: Any, at: datetime.datetime, digest: "Notice") -> None:
        self.digest = digest


class NoticePreference(models.Model):
    """某人某种通知怎样收；没有这一行就是即时。"""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="收件人", related_name="notice_preferences"
    )
    kind = models.CharField("通知种类", max_length=40)
    pace = models.CharField("怎样收", max_length=8, choices=Pace.choices)

    class Meta:
        verbose_name = verbose_name_plural = "通知选择"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_per_person_and_kind"),
            models.CheckConstraint(condition=models.Q(pace__in=Pace.values), name="notice_comes_at_a_known_pace"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_pace_display()}"
