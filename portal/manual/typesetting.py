"""一部分一部分地排：章首、每一篇、封面和目录、索引。每部分排完就放下，内存里只有手上这一部分。"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from pypinyin import lazy_pinyin

from catalog import rules
from catalog.models import Guide
from catalog.rules.doubts import doubtful
from catalog.rules.forms import is_the_application
from catalog.states import Source
from office.papers import art, engine
from office.papers.words import full_width
from portal.forms import printed
from portal.manual.contents import Book, Chapter, Entry

CSS = "manual/book.css"
TEMPLATES = (
    CSS,
    *(f"manual/{name}.html" for name in ("base", "numbering", "body", "divider", "entry", "front", "index")),
)
# 流程图的样子：网页上写在样式表里，印出来要写进图里。
FLOW = (
    "<style>text{font-family:'Paper Song','Paper Song Rare';font-size:14px;fill:#000}"
    ".flow__name{font-family:'Paper Hei','Paper Hei Rare';font-size:15px}.flow__note{font-size:13px;fill:#444}"
    ".flow__stage{font-family:'Paper Hei','Paper Hei Rare';fill:#a01020}"
    ".flow__band{fill:#f8efec;stroke:#d9a9a0}.flow__box{fill:#fff;stroke:#333}"
    ".flow__arrow{fill:none;stroke:#333;stroke-width:1.5}</style>"
)
FORMS = {"空白表": printed.blank_html, "填写样例": printed.sample_html}
SHEETS = {"空白表": printed.material_blank_html, "填写样例": printed.material_sample_html}
_PICTURE = re.compile(r'(<svg class="flow"[^>]*>)')


def edition() -> str:
    """版式的摘要：改一个字就是另一版。"""
    return f"{engine.sources_digest(TEMPLATES)[:16]}-{printed.version()}"


def title_of(book: Book) -> str:
    """每一面页眉上的书名。"""
    return f"{book.owner}办事指南汇编"


def divider(book: Book, chapter: Chapter, *, before: int) -> engine.Part:
    """章首。before 是前面已有几面。"""
    return _print("divider", book, before, {"chapter": chapter})


def guide_of(one: Entry) -> Guide:
    """这一篇的正文：排到时才取，标点已改好。"""
    return readable(Guide.objects.for_reading().get(pk=one.guide_pk))


def entry(book: Book, chapter: Chapter, one: Entry, guide: Guide, *, before: int) -> engine.Part:
    """一篇。"""
    named = doubtful(guide.materials.all(), guide.bases.all())
    context = {
        "chapter": chapter,
        "entry": one,
        "guide": guide,
        "item": guide.item,
        "materials": sorted(guide.materials.all(), key=lambda m: (m.position, m.pk)),
        "bases": sorted(guide.bases.all(), key=lambda b: (b.position, b.pk)),
        "desks": guide.desks.all(),
        "checks": [(named.get(key, key), what) for key, what in guide.needs_check.items()] + _doubted_sheets(guide),
    }
    qr = art.qr(f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[one.item.code])}")
    return _print("entry", book, before, context, {"manual:qr": qr})


def _doubted_sheets(guide: Guide) -> list[tuple[str, str]]:
    told = [(row, row.form.get("needs_check", "")) for row in guide.materials.all()]
    return [(f"材料“{row.name}”的空白表", doubt) for row, doubt in told if doubt]


def forms(one: Entry, guide: Guide, *, before: int) -> Iterator[tuple[str, engine.Part]]:
    """附的表：（名称，排好的），申请表和各份材料的空白表、填写样例；页码接着前面的编。"""
    for name, compose in _sheets(guide):
        head = json.dumps(f"{one.number} {one.name}　{name}", ensure_ascii=False).replace("<", "\\3c ")
        style = render_to_string("manual/numbering.html", {"before": before, "head": SafeString(head)})
        html = compose().replace("</head>", f"{style}</head>", 1)
        part = engine.print_part(html, pictures=printed.pictures(guide))
        before += part.pages
        yield name, replace(part, marks=[])  # 表里的标题不做成书签


def _sheets(guide: Guide) -> Iterator[tuple[str, Callable[[], str]]]:
    """（名称，怎么做）：申请表，和本机关提供的各张表；就是申请表的不重复附，只供参考的样式在指南页下载。"""
    for name, compose in FORMS.items() if guide.form else ():
        yield name, partial(compose, guide)
    for row in sorted(guide.materials.all(), key=lambda m: (m.position, m.pk)):
        if row.form and row.source == Source.AGENCY_FORM and not is_the_application(row.form):
            for name, draw in SHEETS.items():
                yield f"{row.name}（{name}）", partial(draw, guide, row)


def front(book: Book, pages: Mapping[str, int]) -> engine.Part:
    """封面、说明、目录；pages 是编号（章的编号就是章号）→ 正文页码。"""
    ended = sum(1 for _chapter, one in book.entries if one.ended_on)
    context = {
        "chapters": [(chapter, pages[str(chapter.number)]) for chapter in book.chapters],
        "rows": list(_contents(book, pages)),
        "ended": ended,
        "current": book.size - ended,
        "mark_size": min(13, 150 // len(book.owner)),
        "demonstration": settings.DEMONSTRATION,
    }
    return _print("front", book, 0, context)


def index(book: Book, pages: Mapping[str, int], *, before: int) -> engine.Part:
    """主题索引、拼音索引；拼音索引里也有简称和日常用语。"""
    themes = [
        (
            chapter.title,
            [(one.name, pages[one.number]) for one in sorted(chapter.entries, key=lambda e: _sound(e.name))],
        )
        for chapter in book.chapters
    ]
    words = sorted(
        {(word, pages[one.number]) for _chapter, one in book.entries for word in _called(one)},
        key=lambda row: (_sound(row[0]), row[1]),
    )
    letters = [(letter, list(rows)) for letter, rows in groupby(words, key=lambda row: _letter(row[0]))]
    return _print("index", book, before, {"indexes": [("按主题查", themes), ("按拼音查", letters)]})


def readable(guide: Guide) -> Guide:
    """标点一律用全角；不存。"""
    for name in rules.GUIDE_CONTENT:
        setattr(guide, name, full_width(getattr(guide, name)))
    parts: list[tuple[Iterable[Any], list[str]]] = [
        (guide.materials.all(), rules.MATERIAL_CONTENT),
        (guide.bases.all(), rules.BASIS_CONTENT),
    ]
    for rows, names in parts:
        for row in rows:
            for name in names:
                setattr(row, name, full_width(getattr(row, name)))
    return guide


def _print(
    name: str, book: Book, before: int, context: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> engine.Part:
    html = render_to_string(f"manual/{name}.html", {"book": book, "title": title_of(book), "before": before, **context})
    return engine.print_part(with_flow_styles(html), css=CSS, pictures=pictures or {})


def with_flow_styles(html: str) -> str:
    """把流程图的样子写进图里。"""
    return _PICTURE.sub(rf"\1{FLOW}", html)


def _contents(book: Book, pages: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    """目录的行：章、主项、事项。"""
    for chapter in book.chapters:
        yield {"level": 0, "text": f"第{chapter.ordinal}章　{chapter.title}", "page": pages[str(chapter.number)]}
        for heading, entries in groupby(chapter.entries, key=lambda one: one.heading):
            if heading:
                yield {"level": 1, "text": heading}
            for one in entries:
                row = {"inside": bool(heading), "number": one.number, "text": one.name, "mark": one.mark}
                yield {"level": 2, "page": pages[one.number], **row}


def _called(one: Entry) -> set[str]:
    """这个事项的叫法。"""
    return {word for word in (one.name, one.item.short_name, *one.item.aliases.split()) if word}


def _sound(text: str) -> str:
    return " ".join(lazy_pinyin(text)).lower()


def _letter(text: str) -> str:
    """排在哪个字母下：按整个词的读音取，“行业协会”在 H 下。"""
    first = _sound(text)[:1].upper()
    return first if first.isascii() and first.isalpha() else "其他"
