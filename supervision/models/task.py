"""差评整改任务。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Min, Q

from agencies.models import Post, Unit
from agencies.states import UnitKind
from office.clocks import ALL, KEEP, STOP, Term
from office.stateful import StateField, Stateful, StatefulQuerySet, move
from office.workdays import calendar as workdays
from supervision import rules
from supervision.models.rating import Rating, agencies_followed_by
from supervision.states import UNDER_WAY, ClockKind, Rung, TaskState

S, K = TaskState, ClockKind
BASIS = "差评处置时限(本局参数；国办发〔2019〕51号要求第一时间启动)"


class TaskQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> "TaskQuerySet":
        """责任人、现在的督办人、本单位的人看得到;审批科负责人看得到本机关各窗口的。"""
        units = user.unit_keys("view_cases")
        return self.filter(
            Q(owner=user)
            | Q(responsible=user)
            | Q(unit__in=units)
            | Q(unit__kind=UnitKind.WINDOW, unit__agency__in=agencies_followed_by(user))
        )

    def under_way(self) -> "TaskQuerySet":
        return self.filter(state__in=UNDER_WAY)

    def in_hand(self, user: Any) -> "TaskQuerySet":
        """现在由这个人办的。"""
        return self.under_way().filter(owner=user)

    def finished(self) -> "TaskQuerySet":
        return self.exclude(state__in=UNDER_WAY)

    def with_next_due(self) -> "TaskQuerySet":
        """连最近的期限一起取。"""
        found: TaskQuerySet = self.annotate(next_due=Min("clocks__due_at", filter=Q(clocks__ended_at=None)))
        return found

    def with_context(self) -> "TaskQuerySet":
        return self.select_related(
            "rating__case__item", "rating__case__applicant", "unit__agency", "owner", "responsible"
        )


class Task(Stateful):
    """差评整改:谁办理谁负责;没有动静就逐级上交。"""

    forgets = ("contact_note",)

    rating = models.OneToOneField(Rating, verbose_name="评价", on_delete=models.PROTECT, related_name="task")
    unit = models.ForeignKey(Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="rating_tasks")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="责任人", on_delete=models.PROTECT, related_name="ratings_answered_for"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="现由谁办", on_delete=models.PROTECT, related_name="rating_tasks"
    )
    rung = models.PositiveSmallIntegerField("到了哪一级", choices=Rung.choices, default=Rung.OWNER)
    state = StateField("状态", default=S.OPEN, choices=S.choices)
    opened_at = models.DateTimeField("交办时间")
    contacted_at = models.DateTimeField("联系时间", null=True, blank=True)
    contact_note = models.TextField("联系情况", blank=True)
    finished_at = models.DateTimeField("了结时间", null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="了结人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    result = models.TextField("整改结果或剔除理由", blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "差评整改"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=S.CONTACTED) | Q(contacted_at__isnull=False) & ~Q(contact_note=""),
                name="contacted_task_says_how",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY)
                | Q(finished_at__isnull=False, finished_by__isnull=False) & ~Q(result=""),
                name="finished_task_says_who_when_and_what",
            ),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="task_stands_on_a_known_rung"),
        ]
        indexes = [models.Index(fields=["owner", "opened_at"], condition=Q(state__in=UNDER_WAY), name="task_in_hand")]

    def __str__(self) -> str:
        return f"{self.unit}：{self.rating}"

    def post_over(self, rung: int) -> Post | None:
        """这一级是哪个岗位:责任单位的负责人(窗口没有,归审批科),分管副局长。"""
        if rung == Rung.DEPUTY:
            return Post.objects.deputy_for(self.unit)
        own = Post.objects.chief_of(self.unit)
        approval = Unit.objects.filter(agency=self.unit.agency_id, kind=UnitKind.APPROVAL).order_by("path").first()
        return own or (Post.objects.chief_of(approval) if approval else None)

    def is_held_by(self, user: Any, rung: int) -> bool:
        """这一级的 A 岗或 B 岗。"""
        post = self.post_over(rung)
        return post is not None and post.holdings.standing().filter(user=user.pk).exists()

    def term(self, kind: str, *, at: datetime.datetime, facts: dict[str, Any]) -> Term | None:
        """期限的工作日数是参数;匿名的评价没有人可联系,不起联系的时钟。"""
        if kind == K.CONTACT and self.rating.anonymous:
            return None
        value = settings.RATING_FOLLOW_UP[kind]
        calendar = workdays.calendar_for(self.unit.agency.code)
        due_at, provisional = workdays.due(at, value, "wd", calendar=calendar)
        return Term(value, "wd", BASIS, due_at, provisional)

    # 步:只给字段赋值 --------------------------------------------------

    @move(
        "state", S.OPEN, S.CONTACTED, label="已联系评价人", permission=rules.may_contact,
        conditions=[rules.citizen_is_named], clocks={K.CONTACT: STOP},
    )  # fmt: skip
    def contact(self, *, by: Any, at: datetime.datetime, note: str) -> None:
        self.contacted_at, self.contact_note = at, note

    @move(
        "state", UNDER_WAY, S.SETTLED, label="整改完毕", permission=rules.may_answer,
        conditions=[rules.citizen_heard], clocks={ALL: STOP},
    )  # fmt: skip
    def settle(self, *, by: Any, at: datetime.datetime, result: str) -> None:
        self.finished_at, self.finished_by, self.result = at, by, result

    @move("state", UNDER_WAY, S.EXCLUDED, label="误评剔除", permission=rules.may_exclude, clocks={ALL: STOP})
    def exclude(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        self.finished_at, self.finished_by, self.result = at, by, reason

    @move("state", UNDER_WAY, None, label="逾期上交", permission=rules.by_system, clocks={ALL: KEEP}, offered=False)
    def climb(self, *, by: Any, at: datetime.datetime, rung: int, owner: Any, kind: str) -> None:
        self.rung, self.owner = rung, owner
