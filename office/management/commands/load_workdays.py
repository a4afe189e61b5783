"""载入工作日历:chinesecalendar 知道的各年为正式,随附暂估文件的年度为暂估。"""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from office.workdays import actions
from office.workdays.clock import now


class Command(BaseCommand):
    help = "载入历年节假日与调休(可重复运行；已公布的年度不动)"

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        by = get_user_model().objects.system()
        years = actions.load_known_years(by=by, at=now())
        if verbosity:
            self.stdout.write(f"载入 {len(years)} 个年度：{years[0]}—{years[-1]}。" if years else "日历已是最新。")
