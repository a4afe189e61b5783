"""申请表定义(数据)写得对不对。"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.rules.forms.checks import check_faults
from catalog.rules.forms.conditions import applies, condition_faults
from catalog.rules.forms.values import Answers, Field, blank, is_pair, options

Definition = Mapping[str, Any]

# 种类 → 说法。
FIELD_KINDS: dict[str, str] = {
    "text": "一行文字",
    "longtext": "一段文字",
    "choice": "单选",
    "choices": "多选",
    "date": "日期",
    "id_number": "公民身份号码",
    "identity": "身份证件号码(各种证件)",
    "uscc": "统一社会信用代码",
    "phone": "电话",
    "region": "县(市、区)",
    "money": "金额(元)",
    "integer": "整数",
    "table": "表格",
    "file": "上传文件",
    "declaration": "声明(勾选)",
}
COLUMN_KINDS = frozenset(FIELD_KINDS) - {"choices", "table", "file", "declaration"}
FILE_TYPES = ("pdf", "jpg", "png")
MOST_FILES = 10
# 预填:从“申请人”一页的哪一栏取;org 开头的只在以单位名义申请时用。
PREFILLS: dict[str, str] = {
    "applicant.name": "申请人姓名或名称",
    "applicant.id_number": "申请人证件号码",
    "applicant.phone": "联系电话",
    "applicant.address": "联系地址",
    "applicant.contact_name": "联系人",
    "org.name": "单位名称",
    "org.uscc": "单位的统一社会信用代码",
}
PREFILLED = frozenset(["text", "longtext", "id_number", "identity", "uscc", "phone"])

EVERY = frozenset(["key", "kind", "label", "help", "sample", "required"])
ONLY_FOR: dict[str, frozenset[str]] = {
    "choices": frozenset(["choice", "choices"]),
    "prefill": PREFILLED,
    "columns": frozenset(["table"]),
    "min_rows": frozenset(["table"]),
    "max_rows": frozenset(["table"]),
    "accept": frozenset(["file"]),
    "max_files": frozenset(["file"]),
}
FIELD_NAMES = EVERY | set(ONLY_FOR) | {"when", "checks"}
COLUMN_NAMES = EVERY | {"choices", "checks"}
PAGE_NAMES = frozenset(["key", "title", "help", "when", "fields"])
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_PAGES, MOST_FIELDS, MOST_COLUMNS, MOST_ROWS, MOST_CHOICES = 30, 200, 10, 100, 200
MOST_CELLS = 600  # 一次提交的栏数有上限(DATA_UPLOAD_MAX_NUMBER_FIELDS),窗口是一页交完
ROWS = 20  # 没有写 max_rows 时


# 问哪些 ---------------------------------------------------------------------


def fields_of(definition: Definition | None) -> Iterator[tuple[Mapping[str, Any], Field]]:
    """定义里的每一页、每一格,按次序。"""
    for page in (definition or {}).get("pages", ()):
        for field in page["fields"]:
            yield page, field


def asked(definition: Definition | None, answers: Answers) -> dict[str, Field]:
    """此刻该填的格子;条件可以一环扣一环:没有问到的格子,里面存着什么都不算数。"""
    found: dict[str, Field] = {}
    counted: dict[str, Any] = {}
    for page, field in fields_of(definition):
        if applies(page.get("when"), counted) and applies(field.get("when"), counted):
            found[field["key"]] = field
            counted[field["key"]] = answers.get(field["key"])
    return found


def settled(definition: Definition | None, answers: Answers) -> dict[str, Any]:
    """只留问到了的、填了的答案:条件已不成立的不提交。"""
    return {key: answers[key] for key in asked(definition, answers) if not blank(answers.get(key))}


def asks_for(material: Any, definition: Definition | None, answers: Answers) -> bool:
    """照填的内容,要不要这份材料(行政许可法 31 条:用不着的不得要求)。"""
    return applies(material.condition, settled(definition, answers)) if material.condition else True


# 写得对不对 -----------------------------------------------------------------


def check_form(definition: Any) -> list[str]:
    """申请表定义写得对不对;每条毛病一句中文,没有毛病就是空表。什么样的 JSON 都问得。"""
    pages = definition.get("pages") if isinstance(definition, Mapping) else None
    if not isinstance(pages, list) or not pages:
        return ["没有页(pages)"]
    if unknown := sorted(map(str, set(definition) - {"pages"})):
        return [f"不认识的属性“{'、'.join(unknown)}”"]
    if len(pages) > MOST_PAGES:
        return [f"最多 {MOST_PAGES} 页"]
    found: list[str] = []
    seen: dict[str, Field] = {}
    page_keys: set[str] = set()
    for number, page in enumerate(pages, 1):
        found += _page_faults(page, f"第{number}页", seen, page_keys)
    if len(seen) > MOST_FIELDS:
        found.append(f"最多 {MOST_FIELDS} 个字段")
    if sum(_cells(field) for field in seen.values()) > MOST_CELLS:
        found.append(f"各张表格的栏数乘行数，合计最多 {MOST_CELLS} 格")
    return found


def _cells(field: Field) -> int:
    columns, rows = field.get("columns"), field.get("max_rows", ROWS)
    tabular = field.get("kind") == "table" and isinstance(columns, list) and _is_count(rows, 1, MOST_ROWS)
    return len(columns) * rows if tabular else 0  # type: ignore[arg-type]


def known_fields(definition: Any) -> dict[str, Field]:
    """写对了键和种类的格子,给条件用;定义还有毛病时也问得。"""
    pages = definition.get("pages") if isinstance(definition, Mapping) else None
    listed = [page.get("fields") for page in pages if isinstance(page, Mapping)] if isinstance(pages, list) else []
    fields = [field for fields in listed if isinstance(fields, list) for field in fields if isinstance(field, Mapping)]
    return {field["key"]: field for field in fields if _is_key(field.get("key")) and _is_kind(field.get("kind"))}


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and bool(KEY.fullmatch(key))


def _is_kind(kind: Any) -> bool:
    return isinstance(kind, str) and kind in FIELD_KINDS


def _page_faults(page: Any, where: str, seen: dict[str, Field], page_keys: set[str]) -> list[str]:
    if not isinstance(page, Mapping):
        return [f"{where}：要写成 key、title、fields"]
    key = page.get("key", "")
    found = [f"{where}：不认识的属性“{name}”" for name in sorted(map(str, set(page) - PAGE_NAMES))]
    if not _is_key(key) or key in page_keys:
        found.append(f"{where}：键“{key}”不合规或重复")
    if isinstance(key, str):
        page_keys.add(key)
    if not _is_text(page.get("title"), 100):
        found.append(f"{where}：缺标题")
    if not _is_text(page.get("help", ""), 1000, empty=True):
        found.append(f"{where}：说明要写成 1000 字以内的文字")
    found += condition_faults(page.get("when"), where, dict(seen))
    fields = page.get("fields")
    if not isinstance(fields, list) or not fields:
        return [*found, f"{where}：没有字段"]
    for field in fields:
        found += _field_faults(field, seen)
    return found


def _is_text(value: Any, most: int, *, empty: bool = False) -> bool:
    return isinstance(value, str) and len(value) <= most and (empty or bool(value.strip()))


def _field_faults(field: Any, seen: dict[str, Field]) -> list[str]:
    """一格的毛病;写对了键和种类的,后面的条件就可以指向它。"""
    if not isinstance(field, Mapping):
        return [f"字段“{field}”：要写成 key、kind、label"]
    key, kind = field.get("key", ""), field.get("kind")
    where = f"字段“{key}”"
    found = [f"{where}：不认识的属性“{name}”" for name in sorted(map(str, set(field) - FIELD_NAMES))]
    if isinstance(key, str) and key in seen:
        found.append(f"{where}：键重复")
    found += _common_faults(field, where, FIELD_KINDS)
    if _is_kind(kind):
        found += [
            f"{where}：{_NOT_FOR.get(name, f'这种字段不该有“{name}”')}"
            for name, kinds in ONLY_FOR.items()
            if field.get(name) and kind not in kinds
        ]
        found += _kind_faults(field, where, seen) + check_faults(field, where, seen)
    found += condition_faults(field.get("when"), where, seen)
    if _is_key(key) and _is_kind(kind) and key not in seen:
        seen[key] = field
    return found


_NOT_FOR = {
    "choices": "不是选择题，不该有选项",
    "columns": "不是表格，不该有栏",
    "accept": "不是上传文件，不该有文件类型",
}


def _common_faults(field: Mapping[str, Any], where: str, kinds: Any) -> list[str]:
    found = []
    if not _is_key(field.get("key")):
        found.append(f"{where}：键要用小写英文字母开头")
    if not isinstance(field.get("kind"), str) or field["kind"] not in kinds:
        found.append(f"{where}：不认识的种类“{field.get('kind')}”")
    if not _is_text(field.get("label"), 500):
        found.append(f"{where}：缺标签")
    found += [
        f"{where}：{word}要写成 {most} 字以内的文字"
        for name, word, most in (("help", "说明", 1000), ("sample", "样例", 500))
        if not _is_text(field.get(name, ""), most, empty=True)
    ]
    if not isinstance(field.get("required", False), bool):
        found.append(f"{where}：required 只能是真或假")
    return found + _choice_faults(field, where)


def _choice_faults(field: Mapping[str, Any], where: str) -> list[str]:
    if field.get("kind") not in ("choice", "choices"):
        return []
    choices = field.get("choices")
    if not isinstance(choices, list | tuple) or not choices:
        return [f"{where}：选择题没有选项"]
    if not all(is_pair(pair) for pair in choices):
        return [f"{where}：选项要写成[值，文字]"]
    if len(choices) > MOST_CHOICES:
        return [f"{where}：选项最多 {MOST_CHOICES} 个"]
    return [f"{where}：选项重复"] if len(set(options(field))) < len(choices) else []


def _kind_faults(field: Mapping[str, Any], where: str, seen: Mapping[str, Field]) -> list[str]:
    found = []
    prefill = field.get("prefill")
    if prefill and (not isinstance(prefill, str) or prefill not in PREFILLS):
        found.append(f"{where}：不认识的预填来源“{prefill}”")
    if field["kind"] == "table":
        found += _table_faults(field, where)
    if field["kind"] == "file":
        found += _file_faults(field, where)
    return found


def _table_faults(field: Mapping[str, Any], where: str) -> list[str]:
    columns = field.get("columns")
    if not isinstance(columns, list) or not 0 < len(columns) <= MOST_COLUMNS:
        return [f"{where}：表格要有 1 到 {MOST_COLUMNS} 栏"]
    found: list[str] = []
    keys: set[str] = set()
    for column in columns:
        if not isinstance(column, Mapping):
            return [f"{where}：栏要写成 key、kind、label"]
        key = column.get("key", "")
        inside = f"{where}的栏“{key}”"
        found += [f"{inside}：不认识的属性“{name}”" for name in sorted(map(str, set(column) - COLUMN_NAMES))]
        found += _common_faults(column, inside, COLUMN_KINDS)
        if column.get("choices") and column.get("kind") != "choice":
            found.append(f"{inside}：{_NOT_FOR['choices']}")
        found += check_faults(column, inside, {})
        if isinstance(key, str):
            if key in keys:
                found.append(f"{inside}：键重复")
            keys.add(key)
    least, most = field.get("min_rows", 0), field.get("max_rows", ROWS)
    if not _is_count(least, 0, MOST_ROWS) or not _is_count(most, 1, MOST_ROWS) or least > most:
        found.append(f"{where}：行数要写成最少(min_rows)不多于最多(max_rows)，最多 {MOST_ROWS} 行")
    return found


def _file_faults(field: Mapping[str, Any], where: str) -> list[str]:
    accept = field.get("accept", list(FILE_TYPES))
    found = []
    if not isinstance(accept, list) or not accept or any(one not in FILE_TYPES for one in accept):
        found.append(f"{where}：文件类型只能是 {'、'.join(FILE_TYPES)}")
    if not _is_count(field.get("max_files", MOST_FILES), 1, MOST_FILES):
        found.append(f"{where}：文件数是 1 到 {MOST_FILES}")
    return found


def _is_count(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
