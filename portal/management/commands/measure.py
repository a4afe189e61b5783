"""量一量,写进 docs/measured/(make faults、make handovers、make bench 的后面)。"""

import gc
import random
import statistics
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test.utils import override_settings

from approvals.models import Case
from catalog.models import Item
from denials.models import Report
from office.workdays import clock
from portal.bench import faults, handovers, pages, record
from portal.demonstration import carrying, programme

FAULTS_NOTES = """
两个清扫进程各自每秒一遍,两个 Celery 工人每秒领一次清扫;期限匀在整段时间里到期。
SIGKILL 其中最老的一个并立刻补上,五次里有一次是工人。
少了:到时没有上移的;多了:日志、轮次或逾期超过一次的;早了:落库时刻早于到期时刻的;断链:摘要链不完好的。
迟了多久:落库时刻减到期时刻。每个的成本含锁、上移、关轮、记逾期、开轮、提醒、日志,一个事务。
"""
PAGES_NOTES = """
在进程里走完整条路(中间件、会话、查询、模板),不含网络;每页先热身 5 次。
机器是共用的:负载高的时候,前三列里大半是在等别人;“其中在算”是本进程真正占用处理器的时间(不含数据库进程)。
"""


HANDOVERS_NOTES = """
村、镇、县三级，八批新件先后出发，走十二天；每张清单可能取消，每一件可能拿下、撤回、退回、材料不符、没有到、扫两遍，申请人可能撤回申请。
每天末尾逐件核：在恰好一个单位手里，至多一次没有了结的移交。承办单位每天审查决定一百件，决定了的原路送回。
签出、全部签收的快慢只算清单齐全、一次做完的：一个事务，含锁、条件、权限、状态、换手、下一手、差异、日志和数据库的守卫。
"""


class Command(BaseCommand):
    help = "故障演练(faults、handovers)或页面快慢(pages);只在演示环境,结果写进 docs/measured/"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["faults", "pages", "handovers"])
        parser.add_argument("--count", type=int, default=1000, help="多少个期限、多少件")
        parser.add_argument("--seconds", type=float, default=60, help="杀多久(秒)")

    def handle(self, *args: Any, what: str, count: int, seconds: float, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("只有演示环境(HALL_DEMO=1)才能测量。")
        try:
            record.refuse_unclean()
        except record.Unclean as unclean:
            raise CommandError(str(unclean)) from unclean
        if what == "faults":
            told = self._faults(count, seconds)
        else:
            told = self._pages() if what == "pages" else self._handovers(count)
        self.stdout.write(told)

    def _faults(self, count: int, seconds: float) -> str:
        programme.load(clock.now())
        report = Report.objects.filter(state="with_chief", latenesses=None).select_related("case").order_by("pk")[0]
        each, empty = faults.cost(report, count=count)
        drill = faults.drill(report, count=count, seconds=seconds)
        late = drill.lateness
        rows = [
            ("期限", drill.deadlines, "1000"),
            ("杀了几次 / 秒", f"{drill.kills} / {drill.seconds:.0f}", "≥ 60 / 60"),
            ("其中由 Celery 工人清扫的", drill.worked, "> 0"),
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

    def _handovers(self, count: int) -> str:
        at, waves, chance = clock.now(), 8, random.Random(count)  # noqa: S311 只为演练可重复
        drill = handovers.Drill(at, chance, carrying.hand, handovers.judges, most=100)
        began, wrong = time.perf_counter(), 0
        for day in range(waves + 4):
            if day < waves:
                drill.start(handovers.samples(drill.at), count // waves)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            drill.a_day()
            wrong = max(wrong, handovers.wrong_places())
            self.stderr.write(f"第 {day + 1} 天：{dict(drill.counted)}")
        pace = {name: drill.counted[name] / spent for name, spent in drill.seconds.items()}
        rows: list[tuple[str, object, str]] = [("不在恰好一个单位手里的(每天核，最多)", wrong, "0")]
        rows += [(name, number, {"件": "10000", "不该签收的签收了": "0"}.get(name, "")) for name, number in
                 {"不该签收的签收了": 0, **drill.counted}.items()]  # fmt: skip
        rows += [(f"{name}(件/秒)", f"{each:.0f}", "") for name, each in pace.items()]
        rows.append(("一共用了(秒)", f"{time.perf_counter() - began:.0f}", ""))
        head = ("量什么", "量到", "目标")
        return record.write("handovers", "三级移交的故障演练", head, rows, HANDOVERS_NOTES, at=clock.now())

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
        held = [model.objects.count() for model in (Case, Report, Item)]
        size = "\n库里有办件 {} 件、拟否定报告 {} 份、事项 {} 个。\n".format(*held)
        head = ("页面", "次数", "查询", "中位(毫秒)", "第 95 百分位", "最慢", "其中在算(中位)", "目标(第 95)")
        return record.write("pages", "页面快慢", head, rows, size + PAGES_NOTES, at=clock.now())
