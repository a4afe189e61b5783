"""停止代办：考核定了暂停、取消资格的代办员，停到哪天，凭什么；停着的不接新的委托。"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from office.papers.words import date_words
from office.workdays.rules import local

PERSON = settings.AUTH_USER_MODEL


class AgentStopQuerySet(models.QuerySet["AgentStop"]):
    def standing(self, at: datetime.datetime) -> "AgentStopQuerySet":
        """此刻停着的：没有恢复，最后一天还没有过完。"""
        return self.filter(Q(until=None) | Q(until__gte=local(at).date()), from_at__lte=at, lifted_at=None)


class AgentStop(models.Model):
    """一次停止代办；写下了不改，只能写一次恢复。"""

    user = models.ForeignKey(PERSON, verbose_name="代办员", on_delete=models.PROTECT, related_name="agent_stops")
    from_at = models.DateTimeField("起")
    until = models.DateField("停到哪天（含）", null=True, blank=True, help_text="空着的是取消资格。")
    basis = models.CharField("凭什么", max_length=200)
    made_by = models.ForeignKey(PERSON, verbose_name="定的人", on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField("恢复时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        PERSON, verbose_name="恢复的人", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_why = models.CharField("为什么恢复", max_length=200, blank=True)

    objects = AgentStopQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "停止代办"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="agent_stop_says_on_what_basis"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(until=None, lifted_at=None), name="an_agent_is_struck_off_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_why="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why=""),
                name="a_lifted_agent_stop_says_who_when_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}{self.extent}"

    @property
    def extent(self) -> str:
        """停到几时，接在姓名后面说。"""
        return f"暂停代办到{date_words(self.until)}" if self.until else "已取消代办资格"
