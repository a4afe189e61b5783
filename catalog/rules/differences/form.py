"""申请表前后两版差在哪里：加了、去了、移了哪一格，什么时候问，怎么填。"""

from collections.abc import Mapping
from typing import Any

from catalog.rules.differences.conditions import demanded, said
from catalog.rules.differences.words import Change, altered, counted, reordered
from catalog.rules.forms import check_form
from catalog.rules.forms.definition import FIELD_KINDS, PREFILLS
from catalog.rules.forms.values import Field

FORM = "申请表"
Form = Mapping[str, Any]


def form_changes(old: Any, new: Any) -> list[Change]:
    """两版申请表的不同；写得还不对的不比，先改对。"""
    if old == new:
        return []
    if not old or not new:
        return [Change(FORM, "新做了网上填写的申请表" if new else "不再有网上填写的申请表")]
    if check_form(old) or check_form(new):
        return [Change(FORM, "申请表还有写得不对的地方，改对以后再逐条对照")]
    before, after = _placed(old), _placed(new)
    return [*_page_changes(old, new, before, after), *_field_changes(before, after), *_order_changes(old, new)]


def _placed(form: Form) -> dict[str, tuple[int, Field]]:
    """键 → (第几页, 格子)。"""
    return {field["key"]: (number, field) for number, page in enumerate(form["pages"], 1) for field in page["fields"]}


def _fields(placed: Mapping[str, tuple[int, Field]]) -> dict[str, Field]:
    return {key: field for key, (_number, field) in placed.items()}


def _page_changes(old: Form, new: Form, before: Any, after: Any) -> list[Change]:
    pages = {page["key"]: page for page in old["pages"]}
    found = []
    for number, page in enumerate(new["pages"], 1):
        was = pages.pop(page["key"], None)
        where = f"申请表第 {number} 页"
        if was is None:
            when = said(page.get("when"), _fields(after))
            found.append(Change(FORM, f"{where}是新加的：“{page['title']}”{f'，仅当{when}时填写' if when else ''}"))
            continue
        found += altered(FORM, f"{where}的标题", was["title"], page["title"])
        found += altered(FORM, f"{where}的说明", was.get("help", ""), page.get("help", ""))
        found += _when(f"{where}“{page['title']}”", was, page, before, after)
    return found + [Change(FORM, f"申请表不再有“{page['title']}”一页") for page in pages.values()]


def _when(where: str, was: Any, now: Any, before: Any, after: Any) -> list[Change]:
    old, new = said(was.get("when"), _fields(before)), said(now.get("when"), _fields(after))
    if old == new:
        return []
    return [Change(FORM, f"{where}改为仅当{new}时填写" if new else f"{where}不再看条件，都要填写")]


def _field_changes(before: Mapping[str, tuple[int, Field]], after: Mapping[str, tuple[int, Field]]) -> list[Change]:
    found = []
    for key, (number, field) in after.items():
        if key not in before:
            found.append(_new_field(number, field, _fields(after)))
            continue
        page, was = before[key]
        where = f"申请表第 {number} 页字段“{field['label']}”"
        if page != number:
            found.append(Change(FORM, f"申请表字段“{field['label']}”由第 {page} 页移到第 {number} 页"))
        found += _same_field(where, was, field)
        found += _when(where, was, field, before, after)
        found += altered(FORM, f"{where}的填写要求", demanded(was, _fields(before)), demanded(field, _fields(after)))
    gone = [(number, field) for key, (number, field) in before.items() if key not in after]
    return found + [Change(FORM, f"申请表第 {number} 页取消字段“{field['label']}”") for number, field in gone]


def _new_field(number: int, field: Field, fields: Mapping[str, Field]) -> Change:
    kind = f"{FIELD_KINDS[field['kind']]}，{'必填' if field.get('required') else '选填'}"
    when = said(field.get("when"), fields)
    return Change(
        FORM,
        f"申请表第 {number} 页新增字段“{field['label']}”（{kind}）{f'，仅当{when}时填写' if when else ''}",
    )


def _same_field(where: str, was: Field, now: Field) -> list[Change]:
    """同一格：名称、种类、必填、说明、样例、选项、预填、表格的栏、文件。"""
    found = altered(FORM, f"{where}的名称", was["label"], now["label"])
    found += altered(FORM, f"{where}的种类", FIELD_KINDS[was["kind"]], FIELD_KINDS[now["kind"]])
    if bool(was.get("required")) != bool(now.get("required")):
        found.append(Change(FORM, f"{where}改为{'必填' if now.get('required') else '选填'}"))
    found += altered(FORM, f"{where}的说明", was.get("help", ""), now.get("help", ""))
    found += altered(FORM, f"{where}的样例", was.get("sample", ""), now.get("sample", ""))
    found += altered(FORM, f"{where}的预填来源", _source(was), _source(now))
    found += _choices(where, was, now)
    found += _columns(where, was, now)
    found += altered(FORM, f"{where}收的文件", _accepts(was), _accepts(now))
    for name, label, unit in (("min_rows", "最少", "行"), ("max_rows", "最多", "行"), ("max_files", "最多", "个文件")):
        found += counted(FORM, f"{where}{label}", was.get(name) or 0, now.get(name) or 0, unit)
    return found


def _source(field: Field) -> str:
    return PREFILLS.get(field.get("prefill", ""), "")


def _accepts(field: Field) -> str:
    return "、".join(field.get("accept") or [])


def _choices(where: str, was: Field, now: Field) -> list[Change]:
    old, new = dict(was.get("choices") or []), dict(now.get("choices") or [])
    found = [Change(FORM, f"{where}新增选项“{text}”") for value, text in new.items() if value not in old]
    found += [Change(FORM, f"{where}取消选项“{text}”") for value, text in old.items() if value not in new]
    for value in old.keys() & new.keys():
        found += altered(FORM, f"{where}的选项", old[value], new[value])
    return found + reordered(FORM, f"{where}的选项", list(old), list(new))


def _columns(where: str, was: Field, now: Field) -> list[Change]:
    old = {one["key"]: one for one in was.get("columns") or []}
    new = {one["key"]: one for one in now.get("columns") or []}
    found = [Change(FORM, f"{where}新增一栏“{one['label']}”") for key, one in new.items() if key not in old]
    found += [Change(FORM, f"{where}取消一栏“{one['label']}”") for key, one in old.items() if key not in new]
    for key in [key for key in new if key in old]:
        inside = f"{where}的栏“{new[key]['label']}”"
        found += _same_field(inside, old[key], new[key])
        found += altered(FORM, f"{inside}的填写要求", demanded(old[key], {}), demanded(new[key], {}))
    return found + reordered(FORM, f"{where}的栏", list(old), list(new))


def _order_changes(old: Form, new: Form) -> list[Change]:
    found = reordered(FORM, "申请表各页", [p["key"] for p in old["pages"]], [p["key"] for p in new["pages"]])
    before = {page["key"]: [field["key"] for field in page["fields"]] for page in old["pages"]}
    for number, page in enumerate(new["pages"], 1):
        keys = [field["key"] for field in page["fields"]]
        found += reordered(FORM, f"申请表第 {number} 页的字段", before.get(page["key"], []), keys)
    return found
