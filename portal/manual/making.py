"""排一本工作手册：一部分一个文件，最后装订。内存只随最大的一篇走，不随总页数走。"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import override

from office.papers.engine import Part
from portal.manual import typesetting
from portal.manual.binding import Mark, bind
from portal.manual.contents import Book

SECTIONS = 2  # 每篇里做成书签的标题到第二级


@dataclass(frozen=True)
class Made:
    """排好的一本：几页、用了几秒。"""

    pages: int
    seconds: float


class _Stack:
    """排好的各部分：文件放在临时目录，这里只记页数和书签。"""

    def __init__(self, room: Path) -> None:
        self.room, self.body, self.marks, self.pages = room, [], [], 0  # type: ignore[var-annotated]

    def lay(self, part: Part, *marks: Mark) -> None:
        """放上一部分；篇内的标题跟在这一篇的书签下面。"""
        self.body.append(self.keep(part, f"{len(self.body):05}"))
        self.marks += marks
        level = marks[-1].level
        for depth, label, page in part.marks:
            if 1 < depth <= SECTIONS:
                self.marks.append(Mark(level + depth - 1, label, self.pages + page + 1))
        self.pages += part.pages

    def keep(self, part: Part, name: str) -> Path:
        path = self.room / f"{name}.pdf"
        path.write_bytes(part.pdf)
        return path


def make(book: Book, out: Path, *, tell: Callable[[int], None]) -> Made:
    """排成 out；每排好一篇 tell(几篇)。tell 里抛的错原样上去，什么也不留下。"""
    began = time.monotonic()
    numbers: dict[str, int] = {}
    with override("zh-hans"), tempfile.TemporaryDirectory(prefix="manual-") as room:
        stack = _Stack(Path(room))
        done = 0
        for chapter in book.chapters:
            numbers[str(chapter.number)] = stack.pages + 1
            mark = Mark(0, f"第{chapter.ordinal}章　{chapter.title}", stack.pages + 1)
            stack.lay(typesetting.divider(book, chapter, before=stack.pages), mark)
            for one in chapter.entries:
                numbers[one.number] = stack.pages + 1
                label = f"{one.number} {one.name}{f'（{one.mark}）' if one.mark else ''}"
                mark = Mark(1, label, stack.pages + 1)
                guide = typesetting.guide_of(one)
                stack.lay(typesetting.entry(book, chapter, one, guide, before=stack.pages), mark)
                for name, part in typesetting.forms(one, guide, before=stack.pages):
                    stack.lay(part, Mark(2, name, stack.pages + 1))
                done += 1
                tell(done)
        stack.lay(typesetting.index(book, numbers, before=stack.pages), Mark(0, "索引", stack.pages + 1))
        front = stack.keep(typesetting.front(book, numbers), "front")
        title = typesetting.title_of(book)
        pages = bind(front=front, body=stack.body, marks=stack.marks, title=title, author=book.owner, out=out)
    return Made(pages, time.monotonic() - began)
