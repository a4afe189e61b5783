"""manage.py load_material_types [文件]：材料种类和有效月数，材料再用靠它。"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agencies.models import User
from catalog.actions import material_types
from office.workdays import clock

TYPES = Path(__file__).resolve().parents[2] / "data" / "material_types.json"


class Command(BaseCommand):
    help = "照文件改材料种类；再导一次什么也不变。"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=TYPES, help="缺省为自带的几种。")

    def handle(self, *args, file, **options):
        try:
            changed = material_types.load(path=file, by=User.objects.system(), at=clock.now())
        except material_types.WrongTypes as wrong:
            raise CommandError(str(wrong)) from wrong
        if options["verbosity"]:
            self.stdout.write(f"材料种类有变动的 {changed} 种。")
