"""刷新译文:从大厅的模板、代码和词表里找出要译的话,补进 locale/ 下的 .po。

新出现的话,繁体先由 OpenCC 拟好,英文留空等人译;不再用的话删掉;人改过的不动。
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

from portal.hall import glossary
from portal.hant import to_hant

LANGUAGES = {"zh_Hant": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
TEMPLATES = ("templates/*.html", "templates/api/*.html", "templates/hall/*.html", "templates/shared/*.html")
CODE = (
    "approvals/actions/drafts.py",
    "approvals/actions/files.py",
    "portal/*.py",
    "portal/api/*.py",
    "portal/forms/*.py",
    "portal/hall/**/*.py",
    "portal/settings/base.py",
    "portal/templatetags/hall_*.py",
)
NOT_PUBLIC = ("portal/styleguide.py",)
GLOSSARY = "portal/hall/glossary.py"
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop", "_lazy", "lazy"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
}
Message = str | tuple[str, ...]


def found() -> Iterator[tuple[str, Message]]:
    """大厅里要译的每一句:(出处, 原文)。"""
    for path in _files(TEMPLATES):
        source = templatize((settings.ROOT / path).read_text(encoding="utf-8"))
        yield from ((path, message) for message in _messages("\n".join(map(str.strip, source.splitlines()))))
    for path in _files(CODE):
        yield from ((path, message) for message in _messages((settings.ROOT / path).read_text(encoding="utf-8")))
    yield from ((GLOSSARY, word) for word in glossary.words())


def _files(patterns: Iterable[str]) -> list[str]:
    paths = {str(path.relative_to(settings.ROOT)) for pattern in patterns for path in settings.ROOT.glob(pattern)}
    return sorted(paths - set(NOT_PUBLIC))


def _messages(source: str) -> Iterator[Message]:
    options = {"encoding": "utf-8"}
    for _line, message, _comments, _context in extract("python", io.BytesIO(source.encode()), KEYWORDS, (), options):
        yield message if isinstance(message, str) else tuple(message)


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def refreshed(language: str) -> Catalog:
    """现有的译文配上现在的原文。"""
    known = read(language)
    made = Catalog(locale=language, project="minzheng-hall", fuzzy=False, charset="utf-8")
    for path, source in found():
        old = known.get(source if isinstance(source, str) else source[0])
        made.add(source, old.string if old else None, locations=[(path, 0)])
    for message in made if language == "zh_Hant" else ():
        if message.id and not any(_strings(message)):
            drafted = to_hant(message.id if isinstance(message.id, str) else message.id[0])
            message.string = drafted if isinstance(message.id, str) else (drafted,)
    return made


def _strings(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def untranslated(catalog: Catalog) -> list[str]:
    """还没有译文的原文。"""
    return [str(message.id) for message in catalog if message.id and not all(_strings(message))]


def text(language: str, catalog: Catalog) -> str:
    """.po 的全文。文件头里不写日期和行号,没有变化就一个字也不变。"""
    head = (f"Language: {language}", "Content-Type: text/plain; charset=utf-8", f"Plural-Forms: {LANGUAGES[language]}")
    body = io.BytesIO()
    write_po(body, catalog, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    return "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", body.getvalue().decode()])


class Command(BaseCommand):
    help = "从大厅的模板和代码里刷新 locale/ 下的译文"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只看不写：译文不是最新的，或者有没译的，就算失败")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        found_wanting = False
        for language in LANGUAGES:
            catalog, path = refreshed(language), po_path(language)
            made, missing = text(language, catalog), untranslated(catalog)
            stale = not path.exists() or path.read_text(encoding="utf-8") != made
            found_wanting |= stale or bool(missing)
            for source in missing:
                self.stdout.write(f"{language} 还没有译：{source}")
            if stale and not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(made, encoding="utf-8")
        if check and found_wanting:
            raise CommandError("译文不是最新的：运行 manage.py refresh_locale，补上没译的。")
