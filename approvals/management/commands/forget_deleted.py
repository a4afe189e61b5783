"""早先销毁的档案，照现在的各表再清空一遍：升级以后运行一次，可重复运行。"""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.models import User
from approvals.actions import archiving
from office.workdays import clock


class Command(BaseCommand):
    help = "早先销毁的各件，把那时没有清空的个人信息清空"

    def handle(self, **options: Any) -> None:
        done = archiving.forget_again(by=User.objects.system(), at=clock.now())
        self.stdout.write(f"已销毁的 {done} 件，都照现在的各表清空了。")
