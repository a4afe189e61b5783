"""manage.py load_catalogue [文件…] [--questions 文件…] [--joints 文件…] [--synonyms 文件] [--dry-run]。

事项目录、对号入座、一件事、同义词。
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agencies.models import User
from catalog.actions import finding, importing, joints, questions
from office.workdays import clock

HOME = Path(__file__).resolve().parents[2] / "data"
DATA = HOME / "items"
QUESTIONS, JOINTS, SYNONYMS = HOME / "questions", HOME / "joints", HOME / "synonyms.json"


class Command(BaseCommand):
    help = "导入事项目录(JSON,一个事项一个文件)；有一处不对就什么也不导入，再导一次什么也不变。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", type=Path, help="缺省为自带的示范目录。")
        parser.add_argument("--questions", nargs="*", type=Path, default=[], help="对号入座，一组一个 JSON 文件。")
        parser.add_argument("--joints", nargs="*", type=Path, default=[], help="一件事，一件一个 JSON 文件。")
        parser.add_argument("--synonyms", type=Path, help="同义词的 JSON 文件。")
        parser.add_argument("--dry-run", action="store_true", help="只看会做什么，不写库。")

    def handle(self, *args, files, questions, joints, synonyms, dry_run, **options):
        if not (files or questions or joints or synonyms):
            if not settings.DEMONSTRATION:
                raise CommandError(
                    "自带的是示范目录(示范电话、待核实的承诺时限)，只能装进演示环境(HALL_DEMO=1)；请给出文件。"
                )
            files, questions, synonyms = DATA.glob("*.json"), QUESTIONS.glob("*.json"), SYNONYMS
            joints = JOINTS.glob("*.json")
        with transaction.atomic():
            lines, changed = load(sorted(files), sorted(questions), synonyms, sorted(joints))
            transaction.set_rollback(dry_run)
        if options["verbosity"]:
            self.stdout.write("\n".join(lines))
            self.stdout.write(f"{'试导入' if dry_run else '导入'}完毕，{changed} 处变动。")


def load(files, sets, synonyms, matters):
    """先事项，再指到事项的题目、一件事和同义词，最后给没有检索词的补上。"""
    who = {"by": User.objects.system(), "at": clock.now()}
    try:
        report = importing.load(paths=files, **who)
        asked = questions.load(paths=sets, **who)
        joined = joints.load(paths=matters, **who)
        spoken = finding.load_synonyms(path=synonyms, **who) if synonyms else 0
    except (importing.BadCatalogue, questions.WrongQuestions, joints.WrongJoint) as bad:
        raise CommandError("没有导入：\n" + "\n".join(bad.faults)) from bad
    except finding.WrongSynonym as wrong:
        raise CommandError(f"没有导入：{wrong}") from wrong
    finding.reindex(at=who["at"], only_missing=True)
    return [*report.lines, *asked, *joined, f"新收同义词 {spoken} 条。"], report.changed + len(asked) + len(
        joined
    ) + spoken
