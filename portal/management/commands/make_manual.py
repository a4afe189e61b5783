"""在终端上排一本工作手册，不登记，报出页数、用时、内存峰值。"""

import datetime
import resource
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencies.models import Agency, Unit
from office.workdays import clock
from portal.bench import record as records
from portal.manual.contents import gather
from portal.manual.making import make

NOTES = """
`make_manual --record` 写的：一个进程从头排到装订，目录、指南、流程图、空白申请表和填写样例都在里面。
“其中在算”是本进程占用处理器的时间，包括开工以前装载程序的几秒；机器是共用的，负载高的时候，用时里大半是在等别人。
"""


class Command(BaseCommand):
    """不写机关就是全部事项；不写日期就是今天。"""

    help = "排一本工作手册(办事指南汇编)成 PDF"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", default="", help="机关代号")
        parser.add_argument("--section", default="", help="科室代号")
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="截至哪一天，例如 2026-11-21")
        parser.add_argument("--out", type=Path, required=True, help="存成哪个文件")
        parser.add_argument("--record", action="store_true", help="量到的写进 docs/measured/manual.md")

    def handle(
        self, *, agency: str, section: str, on: datetime.date | None, out: Path, record: bool = False, **options: Any
    ) -> None:
        unit = _found(Unit, section) if section else None
        bureau = unit.agency if unit else _found(Agency, agency) if agency else None
        book = gather(agency=bureau, section=unit, on=on or clock.now().date())
        if not book.size:
            raise CommandError("这一天还没有在用的办事指南。")
        if record:
            _refuse_unclean()
        before = _peak()
        made = make(book, out, tell=lambda done: self._tell(done, book.size, options["verbosity"]))
        peak, busy = _peak(), time.process_time()
        size = out.stat().st_size / 1048576
        self.stdout.write(
            f"{out}：{book.size} 项，{made.pages} 页，{size:.1f} MB，"
            f"用时 {made.seconds:.1f} 秒（处理器 {busy:.1f} 秒），内存峰值 {peak:.0f} MB"
        )
        if record:
            whose = str(unit or bureau or "全部机关")
            told = (made.pages, size, made.seconds, busy, peak, before)
            _record(f"工作手册：{whose}，截至 {book.on:%Y-%m-%d}", book.size, *told)

    def _tell(self, done: int, total: int, verbosity: int) -> None:
        if verbosity > 1:
            self.stdout.write(f"{done}/{total}")


def _refuse_unclean() -> None:
    try:
        records.refuse_unclean()
    except records.Unclean as unclean:
        raise CommandError(str(unclean)) from unclean


def _record(
    title: str, items: int, pages: int, size: float, seconds: float, busy: float, peak: float, before: float
) -> None:
    rows = [
        ("办事指南(项)", items, ""),
        ("页数", pages, "≥ 400"),
        ("文件(MB)", f"{size:.1f}", ""),
        ("用时(秒)", f"{seconds:.1f}", f"≤ {pages * 0.3:.0f}"),
        ("其中在算(秒)", f"{busy:.1f}", ""),
        ("每页(毫秒)", f"{1000 * seconds / pages:.0f}", ""),
        ("内存峰值(MB)", f"{peak:.0f}", "≤ 600"),
        ("其中开工以前就占的(MB)", f"{before:.0f}", ""),
    ]
    records.write("manual", title, ("量什么", "量到", "目标"), rows, NOTES, at=clock.now())


def _peak() -> float:
    """这个进程到现在为止最多占过多少内存(MB)。"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _found(model: Any, code: str) -> Any:
    row = model.objects.filter(code=code).first()
    if row is None:
        raise CommandError(f"没有代号是“{code}”的{model._meta.verbose_name}。")
    return row
