"""表格文件读成行、行写成表格文件：xlsx、CSV(几张表打成一个 zip，或单独一张)、JSON。

什么样的字节都可能交来：先看大小，再看展开以后的大小，再看行数；认不出来的，说一句清楚的话。
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from catalog.rules.grids import (
    ILLEGAL,
    MOST_BYTES,
    MOST_PARTS,
    MOST_UNPACKED,
    Unreadable,
    cells,
    csv_rows,
    from_workbook,
    is_zip,
    unpacked,
)
from catalog.rules.tables import CODE, KNOWN, SHEETS, Row, Tables, guarded, read, unguarded, written

MOST_ROWS, MOST_COLUMNS, MOST_ITEMS = 50_000, 60, 5_000
LONGEST_CELL = 32_767  # 电子表格一格最多这么多字,再多会被它悄悄截掉
FORMATS = {"xlsx": "电子表格(xlsx)", "csv": "CSV(几张表，打成一个 zip)", "json": "JSON"}
SUFFIX = {"xlsx": "xlsx", "csv": "zip", "json": "json"}
Document = dict[str, Any]


# 写 -------------------------------------------------------------------------


def dump(documents: Sequence[Document], form: str) -> bytes:
    """Raises: Unreadable(有一格太长，电子表格放不下)。"""
    if form == "json":
        return json.dumps({"items": list(documents)}, ensure_ascii=False, indent=1).encode()
    rows: dict[str, list[Row]] = {sheet.name: [] for sheet in SHEETS}
    for document in documents:
        for name, lines in written(document).items():
            rows[name] += lines
    return _xlsx(rows) if form == "xlsx" else _csv_zip(rows)


def _xlsx(rows: Mapping[str, Sequence[Row]]) -> bytes:
    book = Workbook(write_only=True)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "B2"
        page.append(sheet.header())
        for row in rows[sheet.name]:
            if long := [cell for cell in row if len(cell) > LONGEST_CELL]:
                raise Unreadable(f"“{sheet.name}”表里“{row[0]}”有一格 {len(long[0])} 字，电子表格放不下，请导出 JSON。")
            page.append([ILLEGAL.sub("", cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_zip(rows: Mapping[str, Sequence[Row]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet in SHEETS:
            text = io.StringIO()
            csv.writer(text).writerows([sheet.header(), *rows[sheet.name]])
            packed.writestr(f"{sheet.name}.csv", "\ufeff" + text.getvalue())
    return out.getvalue()


# 读 -------------------------------------------------------------------------


def load(content: bytes) -> tuple[list[Document], list[str]]:
    """文件 → 各个事项，和逐行的毛病。

    Raises: Unreadable(不是认得的文件、太大、太多)。
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件太大：最多 {MOST_BYTES // 2**20} MB。")
    if not content.strip():
        raise Unreadable("文件是空的。")
    if is_zip(content):
        documents, faults = read(_tables(content))
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        documents, faults = _from_json(content)
    else:
        documents, faults = read(_one_table(content))
    if len(documents) > MOST_ITEMS:
        raise Unreadable(f"一次最多 {MOST_ITEMS} 个事项，请分几次。")
    if not documents and not faults:
        raise Unreadable("文件里一个事项也没有。")
    return documents, faults


def clean(value: Any) -> Any:
    """换行统一成一种，看不见的控制字符去掉：库里存不下，表格里也放不下。"""
    if isinstance(value, str):
        return ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, Mapping):
        return {clean(str(key)): clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, list | tuple) else value


def _from_json(content: bytes) -> tuple[list[Document], list[str]]:
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
        told = clean(told)
    except (ValueError, RecursionError) as error:
        raise Unreadable("读不出来：不是完整的 JSON(UTF-8)。") from error
    rows = told.get("items") if isinstance(told, dict) else told
    if not isinstance(rows, list):
        raise Unreadable('JSON 要写成 {"items": […]}，一个事项一个元素。')
    documents, faults, codes = [], [], set()
    for number, row in enumerate(rows, 1):
        fault = _shape_fault(row)
        if not fault and row["item"]["code"] in codes:
            fault = f"事项编码“{row['item']['code']}”前面已经有了"
        if fault:
            faults.append(f"第{number}个事项：{fault}")
        else:
            documents.append({**row, "where": f"第{number}个事项"})
            codes.add(row["item"]["code"])
    return documents, faults


def _refuse(name: str) -> None:
    raise ValueError(name)


PARTS = {"item": dict, "guide": dict, "materials": list, "bases": list, "authorities": list}


def _shape_fault(row: Any) -> str:
    if not isinstance(row, dict) or not isinstance(row.get("item"), dict):
        return "没有 item 这一部分"
    if not isinstance(row["item"].get("code"), str) or not row["item"]["code"].strip():
        return "没有写事项编码(item.code)"
    if not isinstance(row["item"].get("parent", ""), str):
        return "主项(item.parent)要写成编码"
    wrong = [name for name in row if name not in PARTS or not isinstance(row[name], PARTS[name])]
    return f"这几部分不认识或写法不对：{'、'.join(sorted(map(str, wrong)))}" if wrong else ""


# 表格 -----------------------------------------------------------------------


def _tables(content: bytes) -> Tables:
    parts = unpacked(content)
    if "[Content_Types].xml" in parts:
        return from_workbook(content, parts, _known_pages)
    tables: dict[str, Any] = {}
    for name, data in parts.items():
        if name.endswith(".csv"):
            tables |= _one_table(data, name.rpartition("/")[2].removesuffix(".csv"))
    if not tables:
        raise Unreadable("压缩包里没有认得的 CSV。")
    return tables


def _known_pages(book: Any) -> Tables:
    names = [name for name in book.sheetnames if name in KNOWN]
    if not names:
        raise Unreadable(f"没有认得的表：表名要是{'、'.join(KNOWN)}。")
    return {name: _listed(name, cells(book[name], MOST_ROWS, MOST_COLUMNS)) for name in names}


def _one_table(content: bytes, name: str = "") -> Tables:
    """一张 CSV；文件名不是表名的，看表头认。"""
    rows = csv_rows(content)
    header = [unguarded(cell.strip()) for cell in rows[0]] if rows else []
    name = name if name in KNOWN else _named(header)
    return {name: _listed(name, rows)}


def _named(header: Sequence[str]) -> str:
    """表头全认得的那张表；几张都认得的，取栏目最少的。"""
    told = {one for one in header if one}
    fits = [sheet for sheet in SHEETS if CODE in told and len(told) > 1 and told <= set(sheet.header())]
    if not fits:
        raise Unreadable("认不出这是哪张表：请用导出的表头，第一栏是“事项编码”。")
    return min(fits, key=lambda sheet: len(sheet.header())).name


def _listed(name: str, rows: Iterable[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """行号、栏名 → 字。空行跳过。"""
    found: list[tuple[int, dict[str, str]]] = []
    header: list[str] = []
    for number, row in enumerate(rows, 1):
        line = [clean(unguarded(cell)) for cell in row]
        if number == 1:
            header = _header(name, [cell.strip() for cell in line])
        elif any(line):
            if len(found) >= MOST_ROWS:
                raise Unreadable(f"“{name}”表太长：最多 {MOST_ROWS} 行。")
            found.append((number, {label: cell for label, cell in zip(header, line, strict=False) if label}))
    return found


def _header(name: str, line: list[str]) -> list[str]:
    told = [cell for cell in line if cell]
    unknown = [cell for cell in told if cell not in KNOWN[name].header()]
    if unknown or len(set(told)) != len(told) or CODE not in told:
        why = f"不认识的栏“{'、'.join(unknown)[:200]}”" if unknown else "栏目重复，或者没有“事项编码”"
        raise Unreadable(f"“{name}”表的表头不对：{why}。")
    return line


__all__ = [
    "FORMATS",
    "ILLEGAL",
    "MOST_BYTES",
    "MOST_PARTS",
    "MOST_UNPACKED",
    "SUFFIX",
    "Document",
    "Unreadable",
    "clean",
    "dump",
    "guarded",
    "load",
]
