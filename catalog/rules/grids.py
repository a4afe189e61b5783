"""一张表读成一行一行的字：xlsx 或 CSV。先看大小，再看展开以后多大，再看行数；认不出来的，说一句清楚的话。"""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import load_workbook

from catalog.rules.tables import unguarded

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 5 * 2**20, 40 * 2**20, 200
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 40, 5_000
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
Grid = list[tuple[int, list[str]]]


class Unreadable(Exception):
    """文件读不成；str() 是一句中文。"""


def grid(content: bytes) -> Grid:
    """第一张表的各行：行号和各格的字；空行跳过。Raises: Unreadable。"""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件太大：最多 {MOST_BYTES // 2**20} MB。")
    if not content.strip():
        raise Unreadable("文件是空的。")
    rows = _workbook(content) if content[:4] == b"PK\x03\x04" else _text(content)
    found: Grid = []
    for number, row in enumerate(rows, 1):
        cells = [UNSEEN.sub("", unguarded(cell.strip())) for cell in row[:MOST_COLUMNS]]
        if not any(cells):
            continue
        if len(found) > MOST_ROWS:
            raise Unreadable(f"表太长：最多 {MOST_ROWS} 行。")
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Unreadable(f"第 {number} 行有一格太长：最多 {LONGEST_CELL} 字。")
        found.append((number, cells))
    if not found:
        raise Unreadable("表里一行也没有。")
    return found


def _text(content: bytes) -> list[list[str]]:
    """CSV；电子表格另存的多半是国标码。"""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise Unreadable("认不出这是什么文件：请交 xlsx 或 CSV。")
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unreadable("读不出来：CSV 的引号或行不完整。") from error


def _workbook(content: bytes) -> Iterable[list[str]]:
    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        return list(_cells(book.worksheets[0]))
    except Unreadable:
        raise
    except Exception as error:  # openpyxl 遇到坏文件，什么错都可能抛
        raise Unreadable("读不出来：不是完好的电子表格(xlsx)。") from error


def _refuse_bombs(content: bytes) -> None:
    """展开会太大的(压缩炸弹)、带声明的(实体炸弹)不展开。"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("文件展开以后太大，不能导入。")
            texts = [packed.read(part) for part in parts]
    except Unreadable:
        raise
    except Exception as error:  # 坏的、加密的、压缩法不认得的，各有各的错
        raise Unreadable("读不出来：文件坏了，或者加了密码。") from error
    if any(DECLARED.search(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff") for data in texts):
        raise Unreadable("电子表格里有不该有的声明(DOCTYPE)，不能导入。")


def _cells(page: Any) -> Iterator[list[str]]:
    for number, row in enumerate(page.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS), 1):
        if any(cell.data_type == "f" for cell in row):
            raise Unreadable(f"第 {number} 行有公式：请先把公式换成值。")
        yield [_said(cell.value) for cell in row]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
