"""在终端里演一遍梯子:时间几秒钟走完两天,写下的日志一行一行显示;演完撤回,不留痕。"""

import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from approvals.models import Case
from denials.actions import deadlines, sheets
from denials.models import Report
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.words import moment_words
from office.workdays import clock
from portal.demonstration import people, scripts
from portal.demonstration.programme import ORGS
from portal.demonstration.stage import Days


class Command(BaseCommand):
    help = "演示：play ladder —— 拟否定报告没有人理，一级一级自动上移，直到申请人被告知"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["ladder"])
        parser.add_argument("--pause", type=float, default=0.8, help="每一幕之间停几秒")

    def handle(self, *args: Any, **options: Any) -> None:
        self.pause, self.seen = options["pause"], set(Entry.objects.values_list("pk", flat=True))
        guide = scripts.item(ORGS)
        if guide is None:
            raise CommandError("还没有演示目录：先运行 manage.py load_bureau 和 load_catalogue。")
        with transaction.atomic():
            days = Days(clock.now())
            play = scripts.Play(days, people.Crowd(), guide, f"play-{clock.now():%Y%m%d%H%M%S%f}")
            self.ladder(play, days.at(0, "09:00"))
            transaction.set_rollback(True)
        self.stdout.write(self.style.SUCCESS("演完，已全部撤回，没有留下任何记录。"))

    def ladder(self, play: scripts.Play, at: datetime) -> None:
        script = scripts.on_the_ladder(play, at, scripts.stays)
        script.send(next(script))
        with suppress(StopIteration):
            script.send(at)
        report = Report.objects.open().order_by("-pk").select_related("case")[0]
        self.scene(at, "经办人遇到模糊地带，不能说“不行”，提出拟否定报告；报告当即到两位科室负责人面前。", report)
        sheet_at = sheets.expected_sheet(report.agency, at)
        sheets.roll_up(at=sheet_at)
        self.scene(sheet_at, "日汇总：一科一张，没有也有一张；只登记，不耽误报告。", report)
        acts = {
            "chief": "次日 12:00，科室负责人没有审：自动上报分管副局长，逾期记在科室负责人名下。",
            "deputy": "12 小时，分管副局长没有定：自动转局长，逾期记在分管副局长名下。",
            "answer": "48 小时，局长没有定：把谁在办、新的答复时间告诉申请人，逾期记在局长名下。沉默从不等于不行。",
        }
        for kind, words in acts.items():
            due = report.clocks.running().get(kind=kind).due_at
            deadlines.settle(report, at=due)
            report.refresh_from_db()
            self.scene(due, words, report)
        director = people.director(report.section, due)
        self.stdout.write(f"   现在等：{director.full_name}(局长)。已记逾期 {report.latenesses.count()} 次。")
        self.told(report.case)

    def scene(self, at: datetime, words: str, report: Report) -> None:
        self.stdout.write("")
        self.stdout.write(self.style.MIGRATE_HEADING(f"{moment_words(at)}  {words}"))
        self.stdout.write(f"   {report.number}：{report.get_state_display()}")
        for line in Entry.objects.exclude(pk__in=self.seen).order_by("pk"):
            self.seen.add(line.pk)
            change = f"{line.before}→{line.after}" if line.before != line.after else line.after
            self.stdout.write(f"   日志 {line.digest[:8]}  {line.by_name}  {line.verb}  {change}")
        time.sleep(self.pause)

    def told(self, case: Case) -> None:
        """申请人收到的话。"""
        for notice in Notice.objects.about(case).filter(kind="denials.late_answer"):
            self.stdout.write(f"   告知申请人({notice.get_channel_display()}):{notice.body}")
