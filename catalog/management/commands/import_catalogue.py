"""manage.py import_catalogue 文件 --by 用户名 [--yes]:导入改好的目录;不写 --yes 只看会改什么。"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agencies.models import User
from catalog.actions import taking_in
from office.workdays import clock


class Command(BaseCommand):
    help = "导入事项目录(xlsx、CSV、JSON)：指南成为草稿，由另一位目录管理员核对后发布；有一处不对就什么也不导入。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="谁导入：目录管理员的用户名，草稿算他的。")
        parser.add_argument("--yes", action="store_true", help="真的导入；不写就只看会改什么。")

    def handle(self, *args, file, by, yes, **options):
        keeper = User.objects.filter(username=by, is_active=True).first()
        if keeper is None or keeper.is_system:
            raise CommandError(f"没有“{by}”这位在用的工作人员。")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"读不出来：{error}") from error
        report = taking_in.take_in(content=content, by=keeper, at=clock.now(), dry_run=not yes)
        for one in report.outcomes:
            if one.what != taking_in.SAME or options["verbosity"] > 1:
                self.stdout.write(f"{taking_in.SAID[one.what]} {one.code} {'；'.join([*one.lines, *one.faults])}")
        if report.wrong:
            raise CommandError("没有导入，请先改正：\n" + "\n".join([*report.faults, *self._faults(report)]))
        self.stdout.write(f"{'导入' if yes else '试导入'}完毕，{report.changed} 个事项有变动。")

    @staticmethod
    def _faults(report):
        return [f"{one.where} {one.code}：{fault}" for one in report.outcomes for fault in one.faults]
