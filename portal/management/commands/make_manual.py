"""在终端上排一本工作手册，不登记，报出页数、用时、内存峰值。"""

import datetime
import resource
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.models import Agency, Unit
from office.workdays import clock
from portal.manual.contents import gather
from portal.manual.making import make


class Command(BaseCommand):
    """不写机关就是全部事项；不写日期就是今天。"""

    help = "排一本工作手册(办事指南汇编)成 PDF"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", default="", help="机关代号")
        parser.add_argument("--section", default="", help="科室代号")
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="截至哪一天，例如 2026-11-21")
        parser.add_argument("--out", type=Path, required=True, help="存成哪个文件")

    def handle(self, *, agency: str, section: str, on: datetime.date | None, out: Path, **options: Any) -> None:
        unit = _found(Unit, section) if section else None
        bureau = unit.agency if unit else _found(Agency, agency) if agency else None
        book = gather(agency=bureau, section=unit, on=on or clock.now().date())
        if not book.size:
            raise CommandError("这一天还没有在用的办事指南。")
        made = make(book, out, tell=lambda done: self._tell(done, book.size, options["verbosity"]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = out.stat().st_size / 1048576
        self.stdout.write(
            f"{out}：{book.size} 项，{made.pages} 页，{size:.1f} MB，"
            f"用时 {made.seconds:.1f} 秒（处理器 {time.process_time():.1f} 秒），内存峰值 {peak:.0f} MB"
        )

    def _tell(self, done: int, total: int, verbosity: int) -> None:
        if verbosity > 1:
            self.stdout.write(f"{done}/{total}")


def _found(model: Any, code: str) -> Any:
    row = model.objects.filter(code=code).first()
    if row is None:
        raise CommandError(f"没有代号是“{code}”的{model._meta.verbose_name}。")
    return row
