"""要告诉外面的事：随日志同一笔写下，一步一行或几行；说什么、给谁，由交换的托盘再定。

柜台上只多一次插入：外面的系统停了、慢了，组报文出了错，都挡不住这一步。
"""

from collections.abc import Iterable
from typing import Any

from django.db import models


class OutboxEventQuerySet(models.QuerySet["OutboxEvent"]):
    def fresh(self) -> "OutboxEventQuerySet":
        """还没有组成报文的，按写下的先后。"""
        return self.filter(composed_at=None).order_by("pk")


class OutboxEvent(models.Model):
    """一件事：哪个主体、哪一种报文、哪一笔日志。"""

    subject_type = models.CharField("所属对象类型", max_length=60)
    subject_key = models.CharField("所属对象主键", max_length=40)
    kind = models.CharField("报文种类", max_length=20)
    # 日志只增不改，不会没有；不在日志表上另挂一道外键，它的守卫照旧是头一道
    entry = models.ForeignKey(
        "office.Entry", verbose_name="日志", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    at = models.DateTimeField("发生时间")
    composed_at = models.DateTimeField("组成报文的时间", null=True, blank=True)

    objects = OutboxEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对外事件"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["entry", "kind"], name="one_event_of_a_kind_per_journal_line")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(composed_at=None), name="outbox_fresh"),
            models.Index(fields=["subject_type", "subject_key", "id"], name="outbox_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type}#{self.subject_key}"


def note(entry: Any, about: models.Model) -> None:
    """写下要告诉外面的：模型的 told_outside 说哪个动作(日志动词的末一节)是哪几种报文，没有声明的不写。

    挂在上级名下的(特别程序)，写在上级(办件)名下。
    """
    note_all([(entry, about)])


def note_all(told: Iterable[tuple[Any, models.Model]]) -> None:
    """成批写下：(日志, 对象)。"""
    events = [event for entry, about in told for event in _events(entry, about)]
    if events:
        OutboxEvent.objects.bulk_create(events)


def _events(entry: Any, about: models.Model) -> list[OutboxEvent]:
    kinds = getattr(about, "told_outside", {}).get(entry.verb.rpartition(".")[2], ())
    kind, key = about._meta.label_lower, str(about.pk)
    if under := getattr(about, "under", ""):
        upper: Any = about._meta.get_field(under).related_model
        kind, key = upper._meta.label_lower, str(getattr(about, f"{under}_id"))
    return [OutboxEvent(subject_type=kind, subject_key=key, kind=each, entry=entry, at=entry.at) for each in kinds]
