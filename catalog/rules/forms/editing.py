"""改申请表定义的几样动作:加、改、挪、删页和格子。纯函数,给旧的定义,还新的定义;键由名称的拼音来,定了不改。"""

import copy
from collections.abc import Container, Mapping
from typing import Any

from pypinyin import lazy_pinyin

from catalog.rules.forms.definition import KEY, Definition, known_fields

Made = dict[str, Any]


class Gone(LookupError):
    """要改的一处已经不在。"""


def new_key(label: str, taken: Container[str], spare: str = "field") -> str:
    """名称的拼音作键,不与别的相撞:遗失日期 → yi_shi_ri_qi。"""
    syllables = ["".join(c for c in part.lower() if c.isascii() and c.isalnum()) for part in lazy_pinyin(label)]
    base = "_".join(part for part in syllables if part)[:30].strip("_")
    base = base if KEY.fullmatch(base) else f"{spare}_{base}".rstrip("_")[:36]
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}_{number}"
    return key


def pages_of(definition: Definition) -> list[Made]:
    """改得了的一份:各页。"""
    return list(copy.deepcopy(definition or {}).get("pages", []))


def place_of(definition: Definition, key: str) -> tuple[int, int]:
    """一格在第几页第几个(从零数)。Raises: Gone。"""
    for number, page in enumerate(pages_of(definition)):
        for place, field in enumerate(page["fields"]):
            if field["key"] == key:
                return number, place
    raise Gone(key)


def page_number(definition: Definition, key: str) -> int:
    """一页是第几页(从零数)。Raises: Gone。"""
    for number, page in enumerate(pages_of(definition)):
        if page["key"] == key:
            return number
    raise Gone(key)


def page_of(definition: Definition, key: str) -> Made:
    """一页。Raises: Gone。"""
    return pages_of(definition)[page_number(definition, key)]


def field_of(definition: Definition, key: str) -> tuple[Made, Made]:
    """一格在的那一页,和这一格。Raises: Gone。"""
    number, place = place_of(definition, key)
    page = pages_of(definition)[number]
    return page, page["fields"][place]


# 页 -------------------------------------------------------------------------


def add_page(definition: Definition, title: str) -> tuple[Made, str]:
    """最后加一页;还没有格子的页发布不了。"""
    pages = pages_of(definition)
    key = new_key(title, {page["key"] for page in pages}, "page")
    return {"pages": [*pages, {"key": key, "title": title, "fields": []}]}, key


def put_page(definition: Definition, key: str, told: Mapping[str, Any]) -> Made:
    """改一页的标题、说明、条件。空着的不存。"""
    pages = pages_of(definition)
    number = page_number(definition, key)
    pages[number] = {"key": key, **_filled(told), "fields": pages[number]["fields"]}
    return {"pages": pages}


def move_page(definition: Definition, key: str, step: int) -> Made:
    """往前(-1)或往后(1)挪一页;到头了就不动。"""
    pages, number = pages_of(definition), page_number(definition, key)
    return {"pages": _moved(pages, number, step)}


def remove_page(definition: Definition, key: str) -> Made:
    page_number(definition, key)
    return {"pages": [page for page in pages_of(definition) if page["key"] != key]}


# 格子 -----------------------------------------------------------------------


def add_field(definition: Definition, page: str, label: str, kind: str) -> tuple[Made, str]:
    """一页最后加一格。选择题先给两项,表格先给一栏,再去改。"""
    pages = pages_of(definition)
    key = new_key(label, known_fields(definition))
    field: Made = {"key": key, "kind": kind, "label": label, "required": kind == "declaration"}
    if kind in ("choice", "choices"):
        field["choices"] = [["yes", "是"], ["no", "否"]]
    if kind == "table":
        field["columns"] = [{"key": "name", "kind": "text", "label": "名称", "required": True}]
    pages[page_number(definition, page)]["fields"].append(field)
    return {"pages": pages}, key


def put_field(definition: Definition, key: str, told: Mapping[str, Any]) -> Made:
    """改一格;键不变。空着的不存。"""
    pages = pages_of(definition)
    number, place = place_of(definition, key)
    pages[number]["fields"][place] = {"key": key, **_filled(told)}
    return {"pages": pages}


def move_field(definition: Definition, key: str, step: int) -> Made:
    """往前(-1)或往后(1)挪一格;到了页头页尾,就挪到相邻的一页。"""
    pages = pages_of(definition)
    number, place = place_of(definition, key)
    fields = pages[number]["fields"]
    if 0 <= place + step < len(fields):
        pages[number]["fields"] = _moved(fields, place, step)
    elif 0 <= number + step < len(pages):
        there = pages[number + step]["fields"]
        there.insert(len(there) if step < 0 else 0, fields.pop(place))
    return {"pages": pages}


def remove_field(definition: Definition, key: str) -> Made:
    pages = pages_of(definition)
    number, place = place_of(definition, key)
    del pages[number]["fields"][place]
    return {"pages": pages}


def earlier_fields(definition: Definition, *, field: str = "", page: str = "") -> dict[str, Mapping[str, Any]]:
    """条件可以问的格子:一格之前的;一页的,只有前面各页的;都不给就是全部(材料)。"""
    found: dict[str, Mapping[str, Any]] = {}
    for one in pages_of(definition):
        if page and one["key"] == page:
            return found
        for each in one["fields"]:
            if field and each["key"] == field:
                return found
            found[each["key"]] = each
    return found


def _moved(items: list[Any], place: int, step: int) -> list[Any]:
    if 0 <= place + step < len(items):
        items = list(items)
        items.insert(place + step, items.pop(place))
    return items


def _filled(told: Mapping[str, Any]) -> Made:
    """空着的不存;必填写成真假。"""
    return {name: value for name, value in told.items() if value not in ("", None, [], {}) and name != "key"}
