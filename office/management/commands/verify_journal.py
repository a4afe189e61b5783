"""核验日志:逐链重算摘要,说出第一处断裂。"""

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office.journal.models import Entry
from office.journal.rules import first_break


class Command(BaseCommand):
    help = "核验全部日志链;有断裂时说出第一处并以 1 退出"

    def handle(self, *args: Any, **options: Any) -> None:
        lines = Entry.objects.order_by("subject_type", "subject_key", "seq").iterator(chunk_size=2000)
        chains = count = 0
        for _, chain in groupby(lines, key=lambda line: (line.subject_type, line.subject_key)):
            held = list(chain)
            if broken := first_break(held):
                raise CommandError(f"日志断裂:{broken}")
            chains, count = chains + 1, count + len(held)
        self.stdout.write(self.style.SUCCESS(f"{chains} 条链、{count} 行日志,全部完好。"))
