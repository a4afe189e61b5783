"""演示数据:用真实的动作、过去的时间,演出六十件。"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from office.workdays import clock
from portal import sweeping
from portal.demonstration import programme, stage


class Command(BaseCommand):
    help = "演示数据(只在 HALL_DEMO=1 时)；演过的不再演"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("只有演示环境(HALL_DEMO=1)才能载入演示数据。")
        with stage.curtain():
            at = clock.now()
            played = programme.load(at)
        sweeping.roll_up(at)
        self.stdout.write(f"演示办件：新演 {played} 出。" if played else "演示办件已经在了。")
