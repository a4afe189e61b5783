"""manage.py load_catalogue [文件…] [--dry-run]:导入事项目录。"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agencies.models import User
from catalog.actions import finding, importing
from office.workdays import clock

DATA = Path(__file__).resolve().parents[2] / "data" / "items"


class Command(BaseCommand):
    help = "导入事项目录(JSON,一个事项一个文件)；有一处不对就什么也不导入，再导一次什么也不变。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", type=Path, help="缺省为自带的示范目录。")
        parser.add_argument("--dry-run", action="store_true", help="只看会做什么，不写库。")

    def handle(self, *args, files, dry_run, **options):
        if not files and not settings.DEMONSTRATION:
            raise CommandError(
                "自带的是示范目录(示范电话、待核实的承诺时限)，只能装进演示环境(HALL_DEMO=1)；请给出文件。"
            )
        paths = files or sorted(DATA.glob("*.json"))
        try:
            report = importing.load(paths=paths, by=User.objects.system(), at=clock.now(), dry_run=dry_run)
        except importing.BadCatalogue as bad:
            raise CommandError("没有导入：\n" + "\n".join(bad.faults)) from bad
        if not dry_run:
            finding.reindex(at=clock.now(), only_missing=True)
        if options["verbosity"]:
            self.stdout.write("\n".join(report.lines))
            self.stdout.write(f"{'试导入' if dry_run else '导入'}完毕，{report.changed} 处变动。")
