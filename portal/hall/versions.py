"""版本说明：这件事的办法改过几次，每次从哪天起改了什么；将要施行的也先告诉人。"""

import datetime
from dataclasses import dataclass

from catalog.models import Guide, Item
from catalog.rules.differences import INTERNAL

MOST = 10


@dataclass(frozen=True)
class Version:
    """一版：第几版、哪天起、是不是还没有施行、改了什么。"""

    number: int
    since: datetime.date
    coming: bool
    lines: list[str]


def versions_of(item: Item, today: datetime.date) -> list[Version]:
    """新的在前；没到日子就撤回的不说，只给编辑看的改动不说。"""
    guides = Guide.objects.ever_effective().filter(item=item).select_related("change").order_by("-version")
    columns = ("version", "effective_from", "effective_to", "state", "change__sentences")
    return [
        Version(guide.version, guide.effective_from, guide.effective_from > today, _lines(guide))
        for guide in guides.only(*columns)[:MOST]
    ]


def _lines(guide: Guide) -> list[str]:
    change = getattr(guide, "change", None)
    return [line["text"] for line in change.sentences if line["section"] != INTERNAL] if change else []
