"""不经消息代理,当场扫一遍期限、清一次托盘。"""

from typing import Any

from django.core.management.base import BaseCommand

from office.workdays import clock
from portal import sweeping


class Command(BaseCommand):
    """消息代理停摆时,用系统的定时任务每分钟运行它,期限照样准。"""

    help = "扫一遍到期的期限，再清一次待发的文书和通知，导入目录，排印手册，与外面的系统交换报文(不需要消息代理)"

    def handle(self, **options: Any) -> None:
        at = clock.now()
        errands = (sweeping.sweep, sweeping.empty_trays, sweeping.take_in, sweeping.run_presses, sweeping.exchange)
        for name, count in (pair for errand in errands for pair in errand(at).items()):
            self.stdout.write(f"{name}：{count}")
