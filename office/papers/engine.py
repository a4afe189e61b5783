"""排版:模板 → HTML → PDF/A-2a(带结构标签、嵌入字体),用 WeasyPrint。

断网:除了我们自己的字体和本次画的图,一律拒取。缺字:宁可不印。
"""

import atexit
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template, render_to_string

from office.papers import art, fonts
from office.papers.kinds import SEALED
from office.papers.models import Paper
from office.papers.words import citation, date_words, full_width
from office.vault import digest, open_up

SHARED = (
    "letter.html",
    "form.html",
    "register.html",
    "sheet.html",
    "sign.html",
    "marks.html",
    "heavy.html",
    "basis.html",
    "attached.html",
    "paper.css",
)


class Refused(Exception):
    """排版时有人想取外面的东西。"""


@dataclass(frozen=True)
class Sheet:
    """排好的一份:文件内容、版式版本、SM3 摘要。"""

    pdf: bytes
    template_version: str
    digest: str


def typeset(paper: Paper, *, seal_name: str = "", instead: str = "", stamp: str = "") -> Sheet:
    """把登记时定下的内容排成 PDF。没有登记的(预览、先印的)没有核验码，instead 是印在那里的话，stamp 是斜在页面上的字。

    Raises: MissingGlyph(有画不出的字)、Refused(模板想取外面的东西)。
    """
    pictures = {"paper:qr": art.qr(paper.verify_url)}
    pictures |= {f"paper:code:{code}": art.qr(code) for code in paper.context.get("codes", ())}  # 逐件扫的码
    if seal_name and settings.DEMONSTRATION:
        # 正式环境的印章由电子印章系统加盖,这里只给演示画一个。
        pictures["paper:seal"] = art.seal(*_seal_words(paper.context["agency"], seal_name))
    shown = seal_name if "paper:seal" in pictures else ""
    html = compose(paper, seal_name=shown, instead=instead, stamp=stamp)
    fonts.require_glyphs(html)
    pdf = print_pdf(html, pictures, snug=True)
    return Sheet(pdf, template_version(paper.kind), digest(pdf))


@dataclass(frozen=True)
class Part:
    """排好的一部分：将来并成一本。marks 是各级标题（级、文字、在本部分第几页，从 0 数）。"""

    pdf: bytes
    pages: int
    marks: list[tuple[int, str, int]]


def compose(paper: Paper, *, seal_name: str = "", instead: str = "", stamp: str = "") -> str:
    """文书的 HTML;给了 seal_name 就在署名处画印章；给了 instead 就不印核验码，印它。"""
    context = _readable(paper.context)
    # 发文机关标志:文件格式 13 毫米、信函格式 11 毫米高,名称长时缩到一行放得下
    mark_size = min(13 if paper.spec.decree else 11, 150 // len(context["agency"]))
    return render_to_string(
        paper.spec.template,
        {
            "paper": paper,
            "kind": paper.spec,
            "c": context,
            "day": date_words(paper.ordered_at),
            "mark_size": mark_size,
            "sealed": bool(seal_name),
            "seal_name": seal_name,
            "instead": instead,
            "stamp": stamp,
            "demonstration": settings.DEMONSTRATION,
            "site": settings.PUBLIC_URL,
        },
    )


SNUG = 3  # 至多几面的，排紧一点看能不能少一面；再长的少不少一面都一样，不值得再排一遍


def print_pdf(html: str, pictures: Mapping[str, bytes], *, css: str = "", snug: bool = False) -> bytes:
    """HTML → PDF；只取得到字体和 pictures 里的图。css 是样式表模板的名字，不给就用文书的。

    snug 是多出一面的排紧一点再试：所剩空白容不下印章、日期的，调整行距(GB/T 9704-2012 7.3.5.5)；少不了就照原样。

    Raises: Refused(想取外面的东西)。
    """
    from weasyprint import HTML  # noqa: PLC0415 排版引擎很重,只在真要排版的进程里装入
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    stylesheet, configuration = _shared()
    variant = {"pdf_variant": "pdf/a-2a"}

    def laid_out(source: str) -> Any:
        sheets = [_book_style(css) if css else stylesheet]
        return HTML(string=source, url_fetcher=_fetcher(pictures)).render(
            stylesheets=sheets, font_config=configuration, **variant
        )

    try:
        document = laid_out(html)
        if snug and 1 < len(document.pages) <= SNUG:
            tighter = laid_out(html.replace('<body class="', '<body class="snug ', 1))
            document = tighter if len(tighter.pages) < len(document.pages) else document
        return bytes(document.write_pdf(**variant))
    except FatalURLFetchingError as error:  # 它不是 Exception,不接住会掀翻整个托盘
        raise Refused(str(error)) from error


def print_part(html: str, *, css: str = "", pictures: Mapping[str, bytes]) -> Part:
    """一本书的一部分 → PDF；css 是样式表模板的名字，空着就用文书的。不带结构标签：并成一本时标签带不过去。

    Raises: MissingGlyph(有画不出的字)、Refused(想取外面的东西)。
    """
    from weasyprint import HTML  # noqa: PLC0415 同上
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    fonts.require_glyphs(html)
    try:
        document = HTML(string=html, url_fetcher=_fetcher(pictures)).render(
            stylesheets=[_book_style(css) if css else _shared()[0]], font_config=_shared()[1]
        )
    except FatalURLFetchingError as error:
        raise Refused(str(error)) from error
    marks = [(level, label, n) for n, page in enumerate(document.pages) for level, label, *_ in page.bookmarks]
    return Part(bytes(document.write_pdf()), len(document.pages), marks)


@cache
def template_version(kind: str) -> str:
    """版式版本:本文种模板与共用版式的 SM3 前 16 位;改一个字就换版本。"""
    return f"{kind}-{sources_digest(f'papers/{name}' for name in (f'{kind}.html', *SHARED))[:16]}"


def sources_digest(names: Iterable[str]) -> str:
    """这些模板的原文的 SM3。"""
    return digest("".join(get_template(name).template.source for name in names))  # type: ignore[attr-defined]


@cache
def _book_style(css: str) -> Any:
    """书的样式表，每个进程编译一次；字体用文书那一份配置里的。"""
    from weasyprint import CSS  # noqa: PLC0415

    atexit.register(_book_style.cache_clear)
    return CSS(string=render_to_string(css), font_config=_shared()[1], url_fetcher=_fetcher({}))


@cache
def _shared() -> tuple[Any, Any]:
    """每个进程一份字体配置和样式表:重复建一份要多花几百 MB。"""
    from weasyprint import CSS  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    configuration = FontConfiguration()
    source = render_to_string("papers/paper.css", {"faces": fonts.faces()})
    atexit.register(_shared.cache_clear)  # 字体配置要赶在解释器拆模块之前释放
    return CSS(string=source, font_config=configuration, url_fetcher=_fetcher({})), configuration


def _fetcher(pictures: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnThingsOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in fonts.faces().values():
                return super().fetch(url, headers)
            if url not in pictures:
                raise Refused(f"排版只用自己的字体和图，拒绝取 {url[:200]}")
            return URLFetcherResponse(url, pictures[url], {"Content-Type": "image/svg+xml"})

    return OwnThingsOnly(allowed_protocols={"file"}, allow_redirects=False, fail_on_errors=True)


def _readable(context: dict[str, Any]) -> dict[str, Any]:
    """标点用全角,一行一段;依据一律变成 {title, text} 的列表,调用者写一句话也行;附有正文的另列为政策附件。"""
    context = context | {key: open_up(text) for key, text in context.get(SEALED, {}).items()}
    context = full_width({key: each for key, each in context.items() if key != SEALED})
    context = {key: re.sub("\n+", "\n\n", each) if isinstance(each, str) else each for key, each in context.items()}
    basis = context.get("basis") or []
    basis = [basis] if isinstance(basis, str) else basis
    basis = [{"title": b} if isinstance(b, str) else b for b in basis]
    basis = [b | {"title": citation(b["title"])} for b in basis]
    return {**context, "basis": basis, "policies": [b for b in basis if b.get("text")]}


def _seal_words(agency: str, seal_name: str) -> tuple[str, str]:
    """印章环排机关名称,专用章的用途排在下方;“示范”由图自己写。"""
    ring = agency.replace("(示范)", "")
    purpose = seal_name.replace("(示范)", "").removeprefix(ring)
    return ring, "" if purpose in ("印章", "公章") else purpose
