"""目录写成表格：一个事项的数据拆到几张表里，再从几张表里拼回来，一字不差。纯函数。

没有交来的表、没有交来的栏，就是不改；交来了、格子空着，就是清空。
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = tuple[str, ...]
RISKY = re.compile(r"'*[=+\-@\t\r]")
REST = "其余(JSON)"
CODE = "事项编码"
YES, NO = "是", "否"
PARTS = re.compile(r"[\s、，,;；]+")


class Fault(Exception):
    """一格写得不对；str() 是一句中文。"""


def guarded(text: str) -> str:
    """以 = + - @ 等开头的字,电子表格会当成公式去算:前面加一个单引号。"""
    return f"'{text}" if RISKY.match(text) else text


def unguarded(text: str) -> str:
    """出去时加的单引号,回来时去掉;别的单引号不动。"""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text


@dataclass(frozen=True)
class Column:
    """一栏：键、表头、种类(text、whole、flag、list、json)。"""

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True)
class Sheet:
    """一张表：名称、栏目。listed 的是一个事项几行，每行是 guide 里这一项的一个元素。"""

    name: str
    columns: tuple[Column, ...]
    listed: str = ""

    def header(self) -> list[str]:
        return [CODE, *(one.label for one in self.columns), *([REST] if self.listed else [])]


def columns(*told: str) -> tuple[Column, ...]:
    """“键 表头 种类”，种类缺省是 text。"""
    return tuple(Column(*one.split()) for one in told)


ITEM = Sheet(
    "事项",
    columns(
        *("name 事项名称", "short_name 简称", "aliases 日常用语", "kind 事项类型", "situation 办理情形"),
        *("level 行使层级", "agency 实施主体"),
        *("section 承办科室", "supervisor 监管科室", "parent 主项", "basic_code 基本编码"),
        *(
            "implementation_code 实施编码",
            "handling_code 业务办理项编码",
            "audiences 服务对象 list",
            "theme 主题",
            "presence 代办直办咨询",
        ),
        *("local_kind 镇村类别", "guidance_only 只作指引 flag", "withheld 不公开的理由"),
    ),
)
GUIDE = Sheet("指南", columns(
    "name 指南名称", "content 办理内容", "handling 办件类型",
    "statutory.value 法定时限 whole", "statutory.unit 法定时限单位", "statutory.basis 法定时限依据",
    "promised.value 承诺时限 whole", "promised.unit 承诺时限单位", "promised.basis 承诺时限依据",
    "supplement.value 补正期限 whole", "supplement.unit 补正期限单位", "supplement.basis 补正期限依据",
    "window 受理窗口", "desks 同时受理的窗口 list", "place 办理地点", "hours 办理时间", "consult_phone 咨询电话",
    "complaint 投诉渠道", "fee.free 不收费 flag", "fee.basis 收费依据", "fee.exemptions 减免", "fee.due 何时应缴",
    "fee.holds 缴费后领取 flag", "fee.refund 撤回退费 flag", "result_name 结果名称",
    "visits 到现场次数 whole", "visits_reason 必须到现场的原因", "online_depth 网办深度",
    "informed_commitment 可告知承诺 flag", "public_safety 直接关系公共安全等的依据", "quota 数量限制 whole",
    "quota_basis 数量限制的依据", "quota_order 怎样定先后", "decider 由哪一级决定", "effective_from 生效日期",
))  # fmt: skip
LISTS = (
    Sheet("受理条件", columns("text 条件", "basis 依据"), "conditions"),
    Sheet("办理流程", columns("stage 阶段", "name 名称", "who 谁办", "time 时间", "does 做什么"), "process"),
    Sheet("受理方式", columns("way 形式", "how 怎么办"), "ways"),
    Sheet("送达方式", columns("way 方式", "how 怎么拿到", "days 几天内 whole", "postage 邮费谁付"), "delivery"),
    Sheet("收费标准", columns("name 名称", "amount 金额", "basis 依据"), "fee.lines"),
    Sheet(
        "特别程序",
        columns(
            *("key 键", "name 名称", "kind 种类", "value 期限 whole", "unit 单位", "basis 依据"),
            *("counted 计入时限 flag", "set_by 期限由谁定", "filing 报备"),
        ),
        "special_procedures",
    ),
    Sheet(
        "分级审查",
        columns(
            *("key 键", "name 名称", "unit 哪个单位", "level 第几级 whole", "value 期限 whole", "time_unit 期限单位"),
            *("basis 依据", "procedures 办哪些特别程序"),
        ),
        "review_steps",
    ),
    Sheet(
        "到期延续",
        columns("item 办哪个事项", "apply_days 最迟提前几天申请 whole", "remind 提前几天提醒", "basis 依据"),
        "renewal",
    ),
    Sheet("常见问题", columns("q 问", "a 答"), "faq"),
    Sheet("待核实", columns("field 栏", "note 核实什么"), "needs_check"),
    Sheet("申请表", columns("page 页", "key 键", "kind 种类", "label 名称", "page_rest 页的其余(JSON) json"), "form"),
)
MATERIALS = Sheet(
    "材料",
    columns(
        *("key 键", "name 材料名称", "requirement 必要性", "when 什么情形下需要", "condition 要交的条件(JSON) json"),
        *("form 空白表(JSON) json",),
        *("medium 形式", "originals 原件份数 whole", "copies 复印件份数 whole", "source 来源渠道", "issuer 出具机构"),
        *("standard 受理标准", "basis 要求依据", "remedy 怎么补"),
    ),
)
BASES = Sheet("依据", columns(
    "key 键", "statute 法律法规名称", "doc_no 文号", "article 条款", "text 大意", "in_force_from 施行日期",
))  # fmt: skip
SHEETS = (ITEM, GUIDE, *LISTS, MATERIALS, BASES)
KNOWN = {sheet.name: sheet for sheet in SHEETS}


# 出去 -----------------------------------------------------------------------


def written(document: Mapping[str, Any]) -> dict[str, list[Row]]:
    """一个事项 → 各表里的行。"""
    code = document["item"]["code"]
    found: dict[str, list[Row]] = {sheet.name: [] for sheet in SHEETS}
    found[ITEM.name].append(_line(code, ITEM, document["item"]))
    guide = document.get("guide")
    if guide is None:
        return found
    found[GUIDE.name].append(_line(code, GUIDE, guide))
    for sheet in LISTS:
        found[sheet.name] = [_line(code, sheet, one) for one in _entries(guide, sheet.listed)]
    for sheet, section in ((MATERIALS, "materials"), (BASES, "bases")):
        found[sheet.name] = [_line(code, sheet, one) for one in document[section]]
    return found


def _line(code: str, sheet: Sheet, told: Any) -> Row:
    """一行。几行一项的表里，栏里放不下的(别的键、空字、别的类型)都进“其余”，一样不丢。"""
    if not sheet.listed:
        return (guarded(code), *(_cell(_at(told, one.key), one.kind) for one in sheet.columns))
    rest = dict(told) if isinstance(told, Mapping) else told
    cells = []
    for one in sheet.columns:
        fits = isinstance(rest, dict) and one.key in rest and _fits(rest[one.key], one.kind)
        cells.append(_cell(rest.pop(one.key), one.kind) if fits else "")
    return (guarded(code), *cells, "" if rest == {} else _json(rest))


def _fits(value: Any, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, str) and value != ""
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool) if kind == "flag" else True


def _at(told: Mapping[str, Any], key: str) -> Any:
    first, _, last = key.partition(".")
    value = told.get(first)
    return value.get(last) if last and isinstance(value, Mapping) else None if last else value


def _cell(value: Any, kind: str) -> str:
    if kind == "json":
        return guarded(_json(value)) if value not in (None, {}) else ""
    if value is None:
        return ""
    if kind == "flag":
        return YES if value else NO
    return guarded("、".join(value) if kind == "list" else str(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _entries(guide: Mapping[str, Any], listed: str) -> list[Any]:
    value = _at(guide, listed)
    if listed == "needs_check":
        return [{"field": field, "note": note} for field, note in (value or {}).items()]
    if listed == "form":
        return _form_rows(value or {})
    return list(value or ())


def _form_rows(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """申请表一格一行；页的标题、说明、条件写在这一页的头一行。"""
    rows = []
    for page in form.get("pages", ()):
        about = {name: value for name, value in page.items() if name not in ("key", "fields")}
        for number, field in enumerate(page["fields"]):
            rows.append({**field, "page": page["key"], **({"page_rest": about} if number == 0 else {})})
    return rows


# 回来 -----------------------------------------------------------------------

Tables = Mapping[str, Sequence[tuple[int, Mapping[str, str]]]]


def read(tables: Tables) -> tuple[list[dict[str, Any]], list[str]]:
    """各表里的行(行号、栏名 → 字) → 各个事项，和写得不对的地方。"""
    found: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for sheet in SHEETS:
        for number, row in tables.get(sheet.name, ()):
            try:
                _put(found, sheet, row, number)
            except Fault as fault:
                faults.append(f"“{sheet.name}”表第{number}行：{fault}")
    for document in found.values():
        _settle(document, tables)
    return list(found.values()), faults


def _put(found: dict[str, dict[str, Any]], sheet: Sheet, row: Mapping[str, str], number: int) -> None:
    code = row.get(CODE, "").strip()
    if not code:
        raise Fault("没有写事项编码")
    if code not in found:
        found[code] = {"item": {"code": code}, "where": f"“{sheet.name}”表第{number}行"}
    document, told = found[code], _values(sheet, row)
    if sheet is ITEM:
        _once(document, "seen_item")
        document["item"] |= told
    elif sheet is GUIDE:
        _once(document, "guide")
        document["guide"] = _nested(told)
    elif sheet.listed:
        document.setdefault("lists", {}).setdefault(sheet.listed, []).append(_with_rest(told, row))
    else:
        document.setdefault("materials" if sheet is MATERIALS else "bases", []).append(told)


def _once(document: dict[str, Any], part: str) -> None:
    if part in document:
        raise Fault("这个事项在这张表里已经有一行")
    document[part] = True


def _values(sheet: Sheet, row: Mapping[str, str]) -> dict[str, Any]:
    """交来的栏；几行一项的表里，空格子就是没有这个键。"""
    told = {}
    for one in sheet.columns:
        if one.label in row and (row[one.label] or not sheet.listed):
            told[one.key] = _value(row[one.label], one)
    return told


def _value(text: str, column: Column) -> Any:
    if column.kind == "text":
        return text
    if column.kind == "whole":
        if text.strip() and not re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
            raise Fault(f"“{column.label}”要写整数")
        return int(text) if text.strip() else None
    if column.kind == "flag":
        if text.strip() not in ("", YES, NO):
            raise Fault(f"“{column.label}”只能写“是”或者“否”")
        return text.strip() == YES
    if column.kind == "list":
        return [one for one in PARTS.split(text.strip()) if one]
    return _parsed(text, column.label) if text.strip() else {}


def _parsed(text: str, label: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Fault(f"“{label}”不是能读的 JSON") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _with_rest(told: dict[str, Any], row: Mapping[str, str]) -> Any:
    rest = _parsed(row[REST], REST) if row.get(REST, "").strip() else {}
    if isinstance(rest, dict):
        return {**told, **rest}
    if told:
        raise Fault(f"“{REST}”不是一组栏目，就不能再写别的栏")
    return rest


def _nested(told: Mapping[str, Any]) -> dict[str, Any]:
    """promised.value → {"promised": {"value": …}}。"""
    made: dict[str, Any] = {}
    for key, value in told.items():
        first, _, last = key.partition(".")
        if last:
            made.setdefault(first, {})[last] = value
        else:
            made[first] = value
    return made


def _settle(document: dict[str, Any], tables: Tables) -> None:
    """把几行一项的表收进指南；交来了这张表而这个事项一行也没有，就是清空。只写了指南的事项才算。"""
    lists = document.pop("lists", {})
    document.pop("seen_item", None)
    if "guide" not in document and (lists or "materials" in document or "bases" in document):
        document["guide"] = {}
    guide = document.get("guide")
    if guide is None:
        return
    for sheet in LISTS:
        if sheet.name in tables:
            _hang(guide, sheet.listed, lists.get(sheet.listed, []))
    for sheet, section in ((MATERIALS, "materials"), (BASES, "bases")):
        if sheet.name in tables:
            document.setdefault(section, [])


def _hang(guide: dict[str, Any], listed: str, entries: list[Any]) -> None:
    if listed == "fee.lines":
        guide.setdefault("fee", {})["lines"] = entries
    elif listed == "needs_check":
        guide[listed] = {one.get("field", ""): one.get("note", "") for one in _dicts(entries)}
    elif listed == "form":
        guide[listed] = _form(_dicts(entries))
    else:
        guide[listed] = entries


def _dicts(entries: Iterable[Any]) -> list[dict[str, Any]]:
    return [one for one in entries if isinstance(one, dict)]


def _form(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    pages: dict[str, dict[str, Any]] = {}
    for row in rows:
        field = dict(row)
        key, about = field.pop("page", ""), field.pop("page_rest", {})
        page = pages.setdefault(str(key), {"key": key, "fields": []})
        page |= about if isinstance(about, dict) else {}
        page["fields"].append(field)
    return {"pages": list(pages.values())} if pages else {}
