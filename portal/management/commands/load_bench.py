"""量速度用的库:成批照抄出许多办件和报告。"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from office.workdays import clock
from portal import sweeping
from portal.bench import items as catalogue
from portal.bench import load


class Command(BaseCommand):
    """要用库的属主身份运行:抄的那一刻不触发守卫。抄出的日志不重算摘要链,所以别对还要用的库运行。"""

    help = "量速度用的库(只在 HALL_DEMO=1 时,以属主身份);已经够数的不再抄"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=200_000, help="补到多少件")
        parser.add_argument("--reports", type=int, default=2_000, help="补到多少份拟否定报告")
        parser.add_argument("--items", type=int, default=5_000, help="补到多少个事项")

    def handle(self, *args: Any, cases: int, reports: int, items: int, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("只有演示环境(HALL_DEMO=1)才能照抄办件。")
        new_cases, new_reports = load.load(cases=cases, reports=reports, at=clock.now())
        new_items = catalogue.copy_items(items)
        sweeping.roll_up(clock.now())
        self.stdout.write(f"新抄办件 {new_cases} 件、报告 {new_reports} 份、事项 {new_items} 个。")
