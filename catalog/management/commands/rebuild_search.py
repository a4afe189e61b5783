"""manage.py rebuild_search：重建全部事项的检索词。"""

from django.core.management.base import BaseCommand

from catalog.actions import finding
from office.workdays import clock


class Command(BaseCommand):
    help = "重建事项的检索词（换了拆词的办法、从别处恢复了数据以后用）；可以随时运行，不影响正在用的人。"

    def handle(self, *args, **options):
        count = finding.reindex(at=clock.now())
        if options["verbosity"]:
            self.stdout.write(f"{count} 个事项的检索词已重建。")
