"""在外面查一个归档包：不连数据库，只凭包里的清单、摘要和日志链。"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.rules import packages
from office.vault import digest


class Command(BaseCommand):
    help = "检测归档包(真实性、完整性、可用性、安全性)；不合格的逐条说出，并以 1 退出"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="归档包(zip)")
        parser.add_argument("--digest", default="", help="登记的 SM3 摘要；给了就一并核对")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            raw = file.read_bytes()
        except OSError as problem:
            raise CommandError(f"读不了 {file}：{problem.strerror}") from problem
        mark = digest(raw)
        found = [f"{one.quality}：{one.text}" for one in packages.verified(raw)]
        if options["digest"] and options["digest"].strip().lower() != mark:
            found.insert(0, f"{packages.REAL}：包的摘要是 {mark}，与登记的对不上。")
        if found:
            raise CommandError("检测不合格。\n" + "\n".join(found))
        self.stdout.write(self.style.SUCCESS(f"四性检测合格。SM3 {mark}"))
