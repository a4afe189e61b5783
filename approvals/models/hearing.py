"""听证：四个日子——告知、五日内要求、二十日内组织、七日前通知时间地点（行政许可法第四十七条、第四十八条）。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals import rules
from approvals.models.case import Case
from approvals.models.procedure import Procedure
from approvals.states import ClockKind, HearingState
from office.clocks import KEEP, START, STOP, Term
from office.stateful import StateField, Stateful, move
from office.workdays import calendar as workdays

S, K = HearingState, ClockKind
REQUEST_DAYS, HOLD_DAYS, NOTICE_DAYS = 5, 20, 7
LIMITS = {K.HEARING_REQUEST: REQUEST_DAYS, K.HEARING_HOLD: HOLD_DAYS}
BASIS = "行政许可法第四十七条第一款"
WEEK = datetime.timedelta(days=NOTICE_DAYS)


class Hearing(Stateful):
    """一次听证。它的两个时钟挂在办件上，与法定时限排在一处。"""

    under = "case"
    forgets = ("request_text", "present", "record", "signers")

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="hearings")
    procedure = models.OneToOneField(
        Procedure, verbose_name="特别程序", on_delete=models.PROTECT, related_name="hearing"
    )
    state = StateField("状态", default=S.TOLD, choices=S.choices)
    told_at = models.DateTimeField("告知时间")
    request_due_at = models.DateTimeField("要求听证的期限")
    ex_officio = models.BooleanField("依职权举行", default=False)
    requested_at = models.DateTimeField("要求时间", null=True, blank=True)
    request_text = models.TextField("要求", blank=True)
    party = models.ForeignKey(
        "approvals.Party", verbose_name="要求听证的利害关系人", on_delete=models.PROTECT, null=True, blank=True,
        related_name="hearings_asked", help_text="空着的是申请人要求的，或者依职权举行。",
    )  # fmt: skip
    notified_at = models.DateTimeField("通知时间", null=True, blank=True)
    sits_at = models.DateTimeField("开听证的时间", null=True, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="主持人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    present = models.TextField("到场的人", blank=True)
    record = models.TextField("笔录", blank=True)
    signers = models.CharField("签名的人", max_length=200, blank=True)
    recorded_at = models.DateTimeField("笔录完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "听证"
        constraints = [
            models.CheckConstraint(
                condition=Q(requested_at__isnull=True) | Q(ex_officio=True) | Q(requested_at__lt=F("request_due_at")),
                name="hearing_is_requested_in_time",
            ),
            models.CheckConstraint(
                condition=Q(party=None) | Q(requested_at__isnull=False, ex_officio=False),
                name="hearing_asked_by_a_party_was_asked_for",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.SCHEDULED, S.RECORDED])
                | (
                    Q(chair__isnull=False, requested_at__isnull=False, sits_at__gt=F("notified_at") + WEEK)
                    & ~Q(place="")
                ),
                name="hearing_is_announced_a_week_before",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.RECORDED) | (Q(recorded_at__gte=F("sits_at")) & ~Q(record="") & ~Q(signers="")),
                name="recorded_hearing_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 听证"

    @property
    def clocks(self) -> Any:
        """听证的期限挂在办件上。"""
        return self.case.clocks

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term:
        value = LIMITS[ClockKind(kind)]
        calendar = workdays.calendar_for(self.case.agency.code)
        due_at, provisional = workdays.due(at, value, "wd", calendar=calendar)
        return Term(value, "wd", BASIS, due_at, provisional)

    # 步：只给字段赋值 --------------------------------------------------

    @move(
        "state", S.TOLD, S.REQUESTED, label="要求听证", permission=rules.may_request_hearing,
        conditions=[rules.case_goes_on],
        clocks={K.HEARING_REQUEST: STOP, K.HEARING_HOLD: START},
    )  # fmt: skip
    def request(self, *, by: Any, at: datetime.datetime, text: str, party: Any = None) -> None:
        self.requested_at, self.request_text, self.party = at, text, party

    @move(
        "state", S.TOLD, S.REQUESTED, label="依职权听证", permission=rules.may_run_hearing,
        conditions=[rules.case_goes_on],
        clocks={K.HEARING_REQUEST: STOP, K.HEARING_HOLD: START},
    )  # fmt: skip
    def order(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.requested_at, self.request_text, self.ex_officio = at, text, True

    @move(
        "state", S.TOLD, S.WAIVED, label="不要求听证", permission=rules.may_waive_hearing,
        clocks={K.HEARING_REQUEST: STOP},
    )  # fmt: skip
    def waive(self, *, by: Any, at: datetime.datetime, text: str) -> None:
        self.request_text = text

    @move(
        "state", S.TOLD, None, label="告知利害关系人，顺延要求听证的期限", permission=rules.may_run_hearing,
        clocks={K.HEARING_REQUEST: KEEP}, offered=False,
    )  # fmt: skip
    def wait_for_party(self, *, by: Any, at: datetime.datetime, due_at: datetime.datetime) -> None:
        self.request_due_at = due_at

    @move(
        "state", S.REQUESTED, S.SCHEDULED, label="定时间地点", permission=rules.may_run_hearing,
        conditions=[rules.case_goes_on],
        clocks={K.HEARING_HOLD: KEEP},
    )  # fmt: skip
    def schedule(self, *, by: Any, at: datetime.datetime, sits_at: datetime.datetime, place: str, chair: Any) -> None:
        self.notified_at = at
        self.sits_at, self.place, self.chair = sits_at, place, chair

    @move(
        "state", S.SCHEDULED, S.RECORDED, label="完成笔录", permission=rules.may_run_hearing,
        clocks={K.HEARING_HOLD: STOP},
    )  # fmt: skip
    def finish_record(self, *, by: Any, at: datetime.datetime, present: str, record: str, signers: str) -> None:
        self.recorded_at = at
        self.present, self.record, self.signers = present, record, signers
