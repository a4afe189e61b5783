"""manage.py export_catalogue 文件.xlsx [--agency zj]:导出事项目录。"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalog.actions import exporting
from catalog.models import Item
from catalog.rules import workbooks
from office.workdays import clock


class Command(BaseCommand):
    help = "导出事项目录：按文件名的结尾(.xlsx、.zip 装着 CSV、.json)定格式；改好了可以用 import_catalogue 导入。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--agency", default="", help="只要这个机关的事项(机关代号)。")

    def handle(self, *args, file, agency, **options):
        form = {f".{suffix}": form for form, suffix in workbooks.SUFFIX.items()}.get(file.suffix)
        if form is None:
            raise CommandError("文件名要以 .xlsx、.zip 或 .json 结尾。")
        items = Item.objects.filter(agency__code=agency) if agency else Item.objects.all()
        documents = exporting.documents(items=items, day=clock.now().date())
        try:
            file.write_bytes(workbooks.dump(documents, form))
        except (workbooks.Unreadable, OSError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"导出 {len(documents)} 个事项。")
