"""对人作的处理共用：谁看得到、谁作的、本人不服说一次、由别人复核。"""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from agencies.models import Unit, User
from agencies.rules import DESKS
from office.stateful import Stateful, StatefulQuerySet
from office.workdays import calendar as workdays
from supervision.models.rating import agencies_followed_by

PERSON = settings.AUTH_USER_MODEL


def units_led_by(user: Any) -> Any:
    """这个人管的单位：科室负责人、分管领导的；审批科负责人另管本机关的窗口、镇街村居的受理点。"""
    own = user.unit_keys("review_denial") | user.unit_keys("sanction_denial")
    return Unit.objects.filter(Q(pk__in=own) | Q(kind__in=DESKS, agency__in=agencies_followed_by(user)))


class DecidedQuerySet(StatefulQuerySet):
    def visible_to(self, user: Any) -> Any:
        """本人、管他那个单位的人、本机关的审计人；同事看不到。"""
        audited = user.agencies_with("audit").values("pk")
        return self.filter(Q(person=user) | Q(unit__in=units_led_by(user)) | Q(unit__agency__in=audited))


class Decided(Stateful):
    """对一个人作的处理，和他的申诉。状态、步由各自声明。"""

    person: Any
    unit: Any

    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, verbose_name="处理的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appeal = models.TextField("申诉", blank=True)
    appealed_at = models.DateTimeField("申诉时间", null=True, blank=True)
    appeal_answer = models.TextField("复核的意见", blank=True)
    appeal_answered_at = models.DateTimeField("复核时间", null=True, blank=True)
    appeal_answered_by = models.ForeignKey(
        PERSON, verbose_name="复核的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def is_led_by(self, user: Any) -> bool:
        return bool(units_led_by(user).filter(pk=self.unit_id).exists())  # type: ignore[attr-defined]

    @property
    def concerned(self) -> set[int]:
        """不能复核这一件的人的主键：本人、处理的人。"""
        keys = (self.person_id, self.decided_by_id)  # type: ignore[attr-defined]
        return {key for key in keys if key}

    def is_reviewed_by(self, user: Any) -> bool:
        """分管副局长、局长；都不能复核的，由本机关的审计人。"""
        if user.may("sanction_denial", self.unit):
            return True
        leaders = User.objects.trusted_with("sanction_denial", self.unit)
        others = leaders.exclude(pk__in=self.concerned)
        return bool(user.may("audit", self.unit.agency) and not others.exists())

    def days_after(self, since: datetime.datetime, days: int) -> datetime.datetime:
        """从 since 起几个工作日的期限（不含）；照现在的日历算，不存。"""
        calendar = workdays.calendar_for(self.unit.agency.code)
        return workdays.due(since, days, "wd", calendar=calendar)[0]

    def appeal_due(self) -> datetime.datetime | None:
        """申诉到哪个时刻（不含）；还没有处理的没有。"""
        return self.days_after(self.decided_at, settings.CONDUCT_DAYS["appeal"]) if self.decided_at else None
