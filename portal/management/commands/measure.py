"""量一量,写进 docs/measured/(make faults、make bench 的后面)。"""

import gc
import statistics
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings

from approvals.models import Case
from denials.models import Report
from office.workdays import clock
from portal.bench import faults, pages, record
from portal.demonstration import programme

FAULTS_NOTES = """
三个清扫进程各自每秒一遍,轮流 SIGKILL 最老的一个并立刻补上;期限匀在整段时间里到期。
少了:到时没有上移的;多了:日志、轮次或逾期超过一次的;早了:落库时刻早于到期时刻的;断链:摘要链不完好的。
迟了多久:落库时刻减到期时刻。每个的成本含锁、上移、关轮、记逾期、开轮、提醒、日志,一个事务。
"""
PAGES_NOTES = """
在进程里走完整条路(中间件、会话、查询、模板),不含网络;每页先热身 5 次。
机器是共用的:负载高的时候,前三列里大半是在等别人;“其中在算”是本进程真正占用处理器的时间(不含数据库进程)。
"""


class Command(BaseCommand):
    help = "故障演练(faults)或页面快慢(pages);只在演示环境,结果写进 docs/measured/"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["faults", "pages"])
        parser.add_argument("--count", type=int, default=1000, help="多少个期限")
        parser.add_argument("--seconds", type=float, default=60, help="杀多久(秒)")

    def handle(self, *args: Any, what: str, count: int, seconds: float, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("只有演示环境(HALL_DEMO=1)才能测量。")
        self.stdout.write(self._faults(count, seconds) if what == "faults" else self._pages())

    def _faults(self, count: int, seconds: float) -> str:
        programme.load(clock.now())
        report = Report.objects.filter(state="with_chief", latenesses=None).select_related("case").order_by("pk")[0]
        each, empty = faults.cost(report, count=count)
        drill = faults.drill(report, count=count, seconds=seconds)
        late = drill.lateness
        rows = [
            ("期限", drill.deadlines, "1000"),
            ("杀了几次 / 秒", f"{drill.kills} / {drill.seconds:.0f}", "≥ 60 / 60"),
            ("少了", drill.lost, "0"),
            ("多了", drill.doubled, "0"),
            ("早了", drill.early, "0"),
            ("断链", drill.broken, "0"),
            ("迟了多久:中位(秒)", f"{statistics.median(late):.2f}", ""),
            ("迟了多久:第 95 百分位(秒)", f"{record.percentile(late, 0.95):.2f}", ""),
            ("迟了多久:最久(秒)", f"{max(late):.2f}", "≤ 2(没有人杀的时候)"),
            ("清扫成本(毫秒/个)", f"{each:.1f}", "≤ 5"),
            ("空扫一遍梯子:中位(毫秒)", f"{statistics.median(empty):.2f}", "≤ 1"),
        ]
        return record.write("faults", "清扫的故障演练", ("量什么", "量到", "目标"), rows, FAULTS_NOTES, at=clock.now())

    @override_settings(DEBUG=False, ALLOWED_HOSTS=["testserver"])
    def _pages(self) -> str:
        rows = []
        gc.collect()
        gc.freeze()  # 与 portal.wsgi 相同：量的是网页进程里的样子
        for page in pages.pages():
            taken = pages.measure(page)
            wall = (statistics.median(taken.wall), record.percentile(taken.wall, 0.95), max(taken.wall))
            shown = [f"{value:.0f}" for value in (*wall, statistics.median(taken.busy))]
            rows.append((page.name, len(taken.wall), taken.queries, *shown, f"≤ {page.goal}" if page.goal else ""))
        size = f"\n库里有办件 {Case.objects.count()} 件、拟否定报告 {Report.objects.count()} 份。\n"
        head = ("页面", "次数", "查询", "中位(毫秒)", "第 95 百分位", "最慢", "其中在算(中位)", "目标(第 95)")
        return record.write("pages", "页面快慢", head, rows, size + PAGES_NOTES, at=clock.now())
