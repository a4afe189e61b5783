"""装订：把各部分并成一个 PDF，加书签、页码标签、目录和索引里的跳转。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, IndirectObject, NameObject, TextStringObject

JUMP = "page:"  # 目录、索引里写的“跳到正文第几页”
A4 = {"width": 595.28, "height": 841.89}


@dataclass(frozen=True)
class Mark:
    """一条书签：第几级（从 0 数）、文字、正文第几页（从 1 数）。"""

    level: int
    label: str
    page: int


def bind(*, front: Path, body: Sequence[Path], marks: Iterable[Mark], title: str, author: str, out: Path) -> int:
    """并成一本，返回总页数。封面、说明、目录另编罗马数字；它们是单数面时补一面白页，正文才从右手起。"""
    writer = PdfWriter()
    writer.append(PdfReader(front), import_outline=False)
    if len(writer.pages) % 2:
        writer.add_blank_page(**A4)
    before = len(writer.pages)
    for part in body:
        writer.append(PdfReader(part), import_outline=False)
    _jump(writer, before)
    _outline(writer, marks, before)
    writer.set_page_label(0, before - 1, style=PageLabelStyle.UPPERCASE_ROMAN)
    writer.set_page_label(before, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.page_mode = "/UseOutlines"
    writer.root_object[NameObject("/Lang")] = TextStringObject("zh-CN")
    writer.add_metadata({"/Title": title, "/Author": author})
    with out.open("wb") as stream:
        writer.write(stream)
    return len(writer.pages)


def _jump(writer: PdfWriter, before: int) -> None:
    """目录、索引里的“page:12”改成书内的跳转。"""
    for page in writer.pages:
        for kept in page.get("/Annots") or ():
            note = kept.get_object()
            address = note.get("/A", {}).get("/URI", "")
            if address.startswith(JUMP):
                del note["/A"]
                note[NameObject("/Dest")] = _top(writer, before + int(address.removeprefix(JUMP)) - 1)


def _top(writer: PdfWriter, number: int) -> ArrayObject:
    reference = writer.pages[number].indirect_reference
    return ArrayObject([reference, NameObject("/Fit")]) if reference else ArrayObject()


def _outline(writer: PdfWriter, marks: Iterable[Mark], before: int) -> None:
    """书签：一层套一层；只展开第一层。"""
    parents: list[IndirectObject | None] = [None]
    for mark in marks:
        del parents[mark.level + 1 :]
        page = before + mark.page - 1
        parents.append(
            writer.add_outline_item(title=mark.label, page_number=page, parent=parents[-1], is_open=mark.level == 0)
        )
