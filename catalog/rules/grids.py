"""表格文件的底子：xlsx、CSV、zip 读成一行一行的字。先看大小，再看展开以后多大，再看行数；认不出来的，说一句清楚的话。

什么样的字节都可能交来；炸弹不展开，公式不照算，声明不认。
"""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from openpyxl import load_workbook

from catalog.rules.tables import unguarded

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 5 * 2**20, 40 * 2**20, 200
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 40, 5_000
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
Grid = list[tuple[int, list[str]]]
T = TypeVar("T")


class Unreadable(Exception):
    """文件读不成；faults 逐条说明。"""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        super().__init__("；".join(faults))


def grid(content: bytes) -> Grid:
    """第一张表的各行：行号和各格的字；空行跳过。Raises: Unreadable。"""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件太大：最多 {MOST_BYTES // 2**20} MB。")
    if not content.strip():
        raise Unreadable("文件是空的。")
    if is_zip(content):
        rows = from_workbook(content, unpacked(content), lambda book: list(cells(book.worksheets[0], MOST_ROWS)))
    else:
        rows = csv_rows(content)
    found: Grid = []
    for number, row in enumerate(rows, 1):
        line = [ILLEGAL.sub("", unguarded(cell.strip())) for cell in row[:MOST_COLUMNS]]
        if not any(line):
            continue
        if len(found) > MOST_ROWS:
            raise Unreadable(f"表太长：最多 {MOST_ROWS} 行。")
        if any(len(cell) > LONGEST_CELL for cell in line):
            raise Unreadable(f"第 {number} 行有一格太长：最多 {LONGEST_CELL} 字。")
        found.append((number, line))
    if not found:
        raise Unreadable("表里一行也没有。")
    return found


def is_zip(content: bytes) -> bool:
    return content[:4] == b"PK\x03\x04"


def unpacked(content: bytes) -> dict[str, bytes]:
    """压缩包展开以后的各部分；展开会太大的(压缩炸弹)不展开。Raises: Unreadable。"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("文件展开以后太大，不能导入。")
            return {part.filename: packed.read(part) for part in parts}
    except Unreadable:
        raise
    except Exception as error:  # 坏的、加密的、压缩法不认得的，zipfile、zlib 各有各的错
        raise Unreadable("读不出来：文件坏了，或者加了密码。") from error


def from_workbook(content: bytes, parts: Mapping[str, bytes], take: Callable[[Any], T]) -> T:
    """打开电子表格，由 take 取出要的；带声明的(实体炸弹)不打开。Raises: Unreadable。"""
    if any(DECLARED.search(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff") for data in parts.values()):
        raise Unreadable("电子表格里有不该有的声明(DOCTYPE)，不能导入。")
    try:
        return take(load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False))
    except Unreadable:
        raise
    except Exception as error:  # openpyxl 遇到坏文件，什么错都可能抛
        raise Unreadable("读不出来：不是完好的电子表格(xlsx)。") from error


def cells(page: Any, most_rows: int, most_columns: int = MOST_COLUMNS) -> Iterator[list[str]]:
    """一张工作表的各行；多读两行，好让上面说“太长”。"""
    for number, row in enumerate(page.iter_rows(max_row=most_rows + 2, max_col=most_columns), 1):
        if any(cell.data_type == "f" for cell in row):
            raise Unreadable(f"“{page.title}”表第{number}行有公式：请先把公式换成值。")
        yield [_said(cell.value) for cell in row]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def csv_rows(content: bytes) -> list[list[str]]:
    """CSV 的各行；电子表格另存的多半是国标码。Raises: Unreadable。"""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise Unreadable("认不出这是什么文件：请交电子表格(xlsx)或 CSV。")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unreadable("读不出来：CSV 的引号或行不完整。") from error
