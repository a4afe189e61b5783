"""一本工作手册里有什么：按主题分章，每个在用的事项一篇；停用了的也列出来，注明停用。"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from agencies.models import Agency, Unit
from catalog.models import Guide, Item, Suspension
from catalog.states import GuideState, Theme
from office.papers.words import full_width


@dataclass(frozen=True)
class Entry:
    """一篇：一个事项，连同那一天在用的（或最后用过的）指南版本。"""

    number: str
    item: Item
    guide_pk: int
    digest: str
    heading: str  # 主项的名称，没有就空着
    ended_on: datetime.date | None  # 从哪天起停用
    notice: str = ""  # 这一天正停办的，对群众怎么说

    @property
    def mark(self) -> str:
        """目录里、章首、书签上注明的。"""
        return "已停用" if self.ended_on else "停办中" if self.notice else ""

    @property
    def name(self) -> str:
        return str(full_width(self.item.name))


@dataclass
class Chapter:
    """一章：一个主题。"""

    number: int
    title: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def ordinal(self) -> str:
        return "一二三四五六七八九十"[self.number - 1]


@dataclass(frozen=True)
class Book:
    """一本：范围、日期、各章。"""

    agency: Agency | None
    section: Unit | None
    on: datetime.date
    chapters: list[Chapter]

    @property
    def entries(self) -> Iterator[tuple[Chapter, Entry]]:
        for chapter in self.chapters:
            for entry in chapter.entries:
                yield chapter, entry

    @property
    def size(self) -> int:
        return sum(len(chapter.entries) for chapter in self.chapters)

    @property
    def owner(self) -> str:
        """封面上署谁的名。"""
        return str(full_width(self.agency.name)) if self.agency else "民政系统"

    @property
    def contents(self) -> list[list[str]]:
        """内容的指纹：哪些事项、各是哪一版。"""
        return [
            [chapter.title, entry.number, entry.item.code, entry.name, entry.heading, entry.digest,
             str(entry.ended_on or ""), entry.notice]
            for chapter, entry in self.entries
        ]  # fmt: skip


def gather(*, agency: Agency | None, section: Unit | None, on: datetime.date) -> Book:
    """这一天在用的全部指南；只取名称和版本，正文排到时再取。"""
    every = Item.objects.select_related("parent").order_by("code")
    scoped = list(every.filter(section=section) if section else every.filter(agency=agency) if agency else every)
    items = sorted(scoped, key=lambda item: (item.parent.code if item.parent else item.code, item.code))
    current = _latest(Guide.objects.in_force_on(on))
    ended = _latest(Guide.objects.in_use().filter(state=GuideState.RETIRED, effective_to__lte=on))
    stopped = Suspension.objects.on(on).select_related("item", "replacement")
    notices = {one.item_id: one.words() for one in stopped}
    chapters: list[Chapter] = []
    for theme in Theme:
        chapter = Chapter(len(chapters) + 1, str(theme.label))
        for item in items:
            found = current.get(item.pk) or ended.get(item.pk)
            if item.theme == theme and found:
                gone = None if item.pk in current else found.effective_to
                number = f"{chapter.number}.{len(chapter.entries) + 1}"
                heading = full_width(item.parent.name) if item.parent else ""
                chapter.entries.append(
                    Entry(number, item, found.pk, found.digest, heading, gone, notices.get(item.pk, ""))
                )
        if chapter.entries:
            chapters.append(chapter)
    return Book(agency, section, on, chapters)


def _latest(guides: QuerySet[Guide]) -> dict[int, Guide]:
    """每个事项最后的一版。"""
    rows = guides.only("item_id", "digest", "effective_to", "state", "version").order_by("version")
    return {guide.item_id: guide for guide in rows}
