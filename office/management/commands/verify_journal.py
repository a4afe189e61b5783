"""核验日志:逐链重算摘要,说出第一处断裂;再拿每个对象的现状对日志的最后一行,截掉的尾巴也看得出来。"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from office.journal.models import Entry
from office.journal.rules import first_break
from office.stateful import Stateful


class Command(BaseCommand):
    help = "核验全部日志链；有断裂时说出第一处并以 1 退出"

    def handle(self, *args: Any, **options: Any) -> None:
        lines = Entry.objects.order_by("subject_type", "subject_key", "seq").iterator(chunk_size=2000)
        chains = count = 0
        for _, chain in groupby(lines, key=lambda line: (line.subject_type, line.subject_key)):
            held = list(chain)
            if broken := first_break(held):
                raise CommandError(f"日志断裂：{broken}")
            chains, count = chains + 1, count + len(held)
        if found := next(unexplained(), None):
            raise CommandError(f"日志断裂：{found}")
        self.stdout.write(self.style.SUCCESS(f"{chains} 条链、{count} 行日志，全部完好。"))


def unexplained() -> Iterator[str]:
    """现状与日志最后一行对不上的对象:日志的尾巴被截掉了,或状态被绕门改了。"""
    for model in apps.get_models():
        if not issubclass(model, Stateful):
            continue
        field: Any = model._meta.get_field("state")
        told = Entry.objects.filter(
            subject_type=model._meta.label_lower, subject_key=Cast(OuterRef("pk"), CharField())
        ).order_by("-seq")
        last = Coalesce(Subquery(told.values("after")[:1]), Value(""))
        rows = model._base_manager.annotate(last=last).exclude(
            Q(state=F("last")) | Q(last="", state=field.get_default())
        )
        row: Any
        for row in rows.order_by("pk")[:1]:
            yield (
                f"{model._meta.label_lower}#{row.pk} 现在是“{row.get_state_display()}”，"
                f"日志的最后一行却是“{row.last or '没有'}”，尾巴可能被截掉"
            )
