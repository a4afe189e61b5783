"""先例:审定过的报告,以后类似事项可以参照执行。"""

import datetime
from typing import Any

from django.db import models

from catalog.models import Item
from denials import rules
from denials.models.report import Report
from denials.states import Holding, PrecedentState
from office.stateful import StateField, Stateful, StatefulQuerySet, move

S = PrecedentState


class PrecedentQuerySet(StatefulQuerySet):
    def usable(self) -> "PrecedentQuerySet":
        return self.filter(state__in=[S.IN_FORCE, S.LIMITED])

    def like(self, item: Item, text: str, *, most: int = 5) -> list["Precedent"]:
        """同一事项里最像的几条:先取最近 200 条,再比文字。"""
        newest = self.usable().filter(item=item).select_related("report").order_by("-settled_at")[:200]
        scored = [(rules.likeness(text, f"{one.question}{one.reasons}"), one) for one in newest]
        return [one for _, one in sorted(scored, key=lambda pair: -pair[0])[:most]]


class Precedent(Stateful):
    """先例。只由审定产生(数据库核实);可以限定、取代、撤销。"""

    code = models.CharField("先例编号", max_length=40, unique=True)
    report = models.OneToOneField(Report, verbose_name="出自报告", on_delete=models.PROTECT, related_name="precedent")
    item = models.ForeignKey(Item, verbose_name="事项", on_delete=models.PROTECT, related_name="precedents")
    question = models.CharField("法律问题", max_length=300)
    holding = models.CharField("结论", max_length=8, choices=Holding.choices)
    reasons = models.TextField("理由")
    basis_text = models.TextField("依据")
    how_to = models.TextField("如何行", blank=True)
    scope = models.CharField("适用范围", max_length=300, blank=True)
    state = StateField("状态", default=S.IN_FORCE, choices=S.choices)
    settled_at = models.DateTimeField("审定时间")

    objects = PrecedentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "先例"
        indexes = [models.Index(fields=["item", "-settled_at"], name="precedent_of_item")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=S.LIMITED) | ~models.Q(scope=""), name="limited_precedent_says_scope"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def section(self) -> Any:
        return self.report.section

    @property
    def agency(self) -> Any:
        return self.report.agency

    @move("state", S.IN_FORCE, S.LIMITED, label="限定适用", permission=rules.may_keep_precedents)
    def limit(self, *, by: Any, at: datetime.datetime, scope: str, reason: str) -> None:
        self.scope = scope

    @move("state", [S.IN_FORCE, S.LIMITED], S.SUPERSEDED, label="取代", permission=rules.may_keep_precedents)
    def supersede(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        pass

    @move("state", [S.IN_FORCE, S.LIMITED], S.WITHDRAWN, label="撤销", permission=rules.may_keep_precedents)
    def withdraw(self, *, by: Any, at: datetime.datetime, reason: str) -> None:
        pass
