"""导入放假通知:`import_workdays 2027.csv --year 2027 --official`。"""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from office.workdays import actions
from office.workdays.clock import now
from office.workdays.reading import BadLines


class Command(BaseCommand):
    help = "从 CSV(date,works,name,source[,agency_code])导入节假日；有一行错就什么也不载入"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件，UTF-8 或 GB 18030")
        parser.add_argument("--year", type=int, help="文件是这一年的全部安排，换掉原有的")
        parser.add_argument("--official", action="store_true", help="放假通知已到：同时公布这一年")

    def handle(self, *, file: Path, year: int | None, official: bool, **options: Any) -> None:
        if official and year is None:
            raise CommandError("--official 须同时给出 --year")
        by = get_user_model().objects.system()
        try:
            days = actions.import_csv(_text(file), year=year, official=official, by=by, at=now())
        except BadLines as bad:
            raise CommandError(f"没有载入。\n{bad}") from bad
        self.stdout.write(self.style.SUCCESS(f"已导入 {len(days)} 天。"))
        if official:
            self.stdout.write("请接着运行 manage.py recompute_deadlines,重算暂估的期限。")


def _text(file: Path) -> str:
    """表格软件另存的 CSV 常是 GB 18030。"""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise CommandError(f"读不了 {file}：{problem.strerror}") from problem
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CommandError(f"{file} 既不是 UTF-8 也不是 GB 18030")
