"""转给外面的系统办：件还是我们的，期限照走；对方的进展记在这里，写明是谁说的。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit
from approvals.models.case import Case
from approvals.models.climbing import Climbing
from approvals.models.material import Upload
from approvals.rules import exchange as outside
from approvals.rules import hand_offs as rules
from approvals.states import HAND_OFF_OPEN, Decides, HandOffClockKind, HandOffState, Rung
from office import clocks
from office.clocks import ALL, KEEP, START, STOP, Term
from office.exchange.models import ExchangePeer
from office.exchange.states import MessageKind
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays

S, K = HandOffState, HandOffClockKind
# 法律没有规定对方多久接收、多久说一次；这是本局催办的时限，不是办理期限
DAYS = {K.TAKING: 2, K.PROGRESS: 5}
BASIS = "本局的催办时限；办理期限照走，不因转出停止"


class HandOffQuerySet(StatefulQuerySet):
    def open(self) -> "HandOffQuerySet":
        """还在对方手里的，连没有接收的。"""
        return self.filter(state__in=HAND_OFF_OPEN)


class HandOff(Climbing, Stateful):
    """一次转出。decides 写明谁作决定：对方机关依法决定的，要有依据；否则对方的结果只是意见。"""

    under = "case"
    told_outside = outside.OF_HAND_OFF
    forgets = ("reason", "result_text", "back_reason")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="hand_offs")
    unit = models.ForeignKey(Unit, verbose_name="跟踪的科室", on_delete=models.PROTECT, related_name="+")
    peer = models.ForeignKey(ExchangePeer, verbose_name="转给哪个系统", on_delete=models.PROTECT, related_name="+")
    decides = models.CharField("由谁决定", max_length=6, choices=Decides.choices)
    basis = models.CharField("对方依法决定的依据", max_length=300, blank=True)
    organ = models.CharField("作决定的机关", max_length=100, blank=True)
    reason = models.CharField("为什么转出", max_length=300)
    state = StateField("状态", default=S.OFFERED, choices=S.choices)
    offered_at = models.DateTimeField("转出时间")
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="转出人", on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField("对方接收时间", null=True, blank=True)
    ended_at = models.DateTimeField("了结时间", null=True, blank=True)
    result_code = models.CharField("对方的结果", max_length=1, blank=True)
    result_text = models.TextField("对方的结果怎么说", blank=True)
    back_reason = models.CharField("为什么转回", max_length=500, blank=True)

    objects = HandOffQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转外办理"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=HAND_OFF_OPEN), name="case_is_with_one_system_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_off_gives_its_reason"),
            models.CheckConstraint(
                condition=Q(decides=Decides.OURS) | (~Q(basis="") & ~Q(organ="")),
                name="their_decision_rests_on_a_basis",
            ),
            models.CheckConstraint(condition=~Q(state=S.DONE) | ~Q(result_code=""), name="done_hand_off_has_a_result"),
            models.CheckConstraint(
                condition=~Q(state__in=[S.REFUSED, S.BACK]) | ~Q(back_reason=""), name="case_comes_back_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=HAND_OFF_OPEN) | Q(ended_at__isnull=False), name="ended_hand_off_says_when"
            ),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="hand_off_stands_on_a_known_rung"),
        ]

    def __str__(self) -> str:
        return f"{self.case}转{self.peer}"

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        days, calendar = DAYS[HandOffClockKind(kind)], workdays.calendar_for(self.case.agency.code)
        due_at, provisional = workdays.due(at, days, "wd", calendar=calendar)
        return Term(days, "wd", BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.OFFERED, S.TAKEN, label="对方接收", permission=rules.by_system,
        clocks={K.TAKING: STOP, K.PROGRESS: START}, offered=False,
    )  # fmt: skip
    def be_taken(self, *, by: Any, at: datetime.datetime) -> None:
        self.taken_at = at

    @move(
        "state", HAND_OFF_OPEN, S.REFUSED, label="对方不办，退回", permission=rules.by_system, clocks={ALL: STOP},
        offered=False,
    )  # fmt: skip
    def be_refused(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.back_reason = at, reason

    @move(
        "state", HAND_OFF_OPEN, S.DONE, label="对方办结", permission=rules.by_system, clocks={ALL: STOP}, offered=False,
    )  # fmt: skip
    def finish(self, *, by: Any, at: datetime.datetime, code: str) -> None:
        self.ended_at, self.result_code = at, code

    @move("state", HAND_OFF_OPEN, S.BACK, label="转回", permission=rules.may_take_back, clocks={ALL: STOP})
    def take_back(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.ended_at, self.back_reason = at, reason

    @move(
        "state", HAND_OFF_OPEN, S.STOPPED, label="随办件终止", permission=rules.follows_the_case, clocks={ALL: STOP},
        offered=False,
    )  # fmt: skip
    def stop(self, *, by: Any, at: datetime.datetime) -> None:
        self.ended_at = at

    @move(
        "state", HAND_OFF_OPEN, None, label="没有动静，上交", permission=rules.by_system, clocks={ALL: KEEP},
        offered=False,
    )  # fmt: skip
    def climb(self, *, by: Any, at: datetime.datetime, rung: int, owner: Any, kind: str) -> None:
        self.rung, self.owner = rung, owner


class HandOffClock(clocks.Clock):
    """催对方的一个期限，各步怎样动它见 docs/steps.md。"""

    subject = "hand_off"

    hand_off = models.ForeignKey(HandOff, verbose_name="转外办理", on_delete=models.PROTECT, related_name="clocks")

    class Meta(clocks.Clock.Meta):
        verbose_name = verbose_name_plural = "转外办理时钟"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["hand_off", "kind"], condition=Q(ended_at=None),
                name="one_running_clock_of_a_kind_per_hand_off",
            )
        ]  # fmt: skip

    def agency_code(self) -> str:
        return str(self.hand_off.case.agency.code)


class HandOffProgress(models.Model):
    """对方告知的一步：照原样记，只增不改。同一编号以版本高的为准。"""

    append_only = True
    forgets = ("text",)

    hand_off = models.ForeignKey(HandOff, verbose_name="转外办理", on_delete=models.PROTECT, related_name="progress")
    number = models.CharField("对方的报文编号", max_length=60)
    version = models.PositiveSmallIntegerField("数据版本号")
    kind = models.CharField("种类", max_length=20, choices=MessageKind.choices)
    code = models.CharField("代码", max_length=1, blank=True)
    said_at = models.DateTimeField("对方说的时间")
    told_at = models.DateTimeField("收到时间")
    text = models.TextField("怎么说", blank=True)
    paper_number = models.CharField("对方文书的文号", max_length=60, blank=True)
    file = models.ForeignKey(Upload, verbose_name="对方的文书", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "对方的进展"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["hand_off", "number", "version"], name="progress_is_noted_once")]

    def __str__(self) -> str:
        return f"{self.hand_off}：{self.words}"

    @property
    def words(self) -> str:
        """这一步叫什么。"""
        return outside.HEARD[self.kind][self.code]
