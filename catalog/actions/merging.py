"""交来的与现有的：没有交来的照旧，拼成完整的一份；比一比，说出哪里不同；写法不对的先挑出来。"""

from collections.abc import Mapping
from typing import Any

from django.db import models

from catalog.actions import exporting, files
from catalog.models import Guide, LegalBasis, Material
from catalog.rules import workbooks
from catalog.states import TimeUnit

Document = dict[str, Any]
DICTS, LISTS = ("fee", "form", "needs_check", *files.LIMITS), ("conditions", "process", "ways", "faq", "desks")
SHOWN = 40
NO_FEE = {"free": False, "basis": "", "lines": [], "exemptions": "", "due": "", "holds": False, "refund": False}


def merged(before: Mapping[str, Any], given: Mapping[str, Any], name: str) -> Document:
    """完整的一份：交来的栏盖过现有的；期限、收费里没有交来的一小栏也照旧。"""
    empty = {"name": name, **{field: _default(Guide, field) for field in exporting.GUIDE_FIELDS if field != "name"}}
    empty |= {**dict.fromkeys(files.LIMITS, {}), "window": "", "desks": []}
    guide = {**empty, **before.get("guide", {})}
    for field, value in given["guide"].items():
        both = field in ("fee", *files.LIMITS) and isinstance(value, dict) and isinstance(guide[field], dict)
        guide[field] = {**guide[field], **value} if both else empty.get(field) if value is None else value
    for field in files.LIMITS:
        if isinstance(guide[field], dict):
            guide[field] = {part: value for part, value in guide[field].items() if value not in (None, "")}
    parts = {
        section: [_filled(row) for row in given.get(section, before.get(section, []))]
        for section in ("materials", "bases")
    }
    sheets = {row["key"]: row["form"] for row in before.get("materials", ())}
    for row in parts["materials"]:  # 没有交来“空白表”这一栏，就是不改
        if isinstance(row, dict) and isinstance(row.get("key"), str):
            row.setdefault("form", sheets.get(row["key"], {}))
    return workbooks.clean({"guide": guide, **parts})  # type: ignore[no-any-return]


def _filled(row: Any) -> Any:
    """空着的一小栏就是没有写，取缺省。"""
    return {name: value for name, value in row.items() if value not in (None, "")} if isinstance(row, dict) else row


def _default(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    value = field.get_default()  # type: ignore[union-attr]
    return str(value) if isinstance(value, str) else value


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """说的是不是同样的话(生效日期不算内容)。"""
    return _settled(one) == _settled(other)


def _settled(told: Mapping[str, Any]) -> Document:
    guide = {name: value for name, value in told["guide"].items() if name != "effective_from"}
    fee = {**NO_FEE, **guide["fee"]} if guide["fee"] else {}
    return {
        **guide,
        "fee": fee,
        "desks": sorted(guide["desks"]),
        "materials": [_row(Material, row) for row in told["materials"]],
        "bases": [_row(LegalBasis, row) for row in told["bases"]],
    }


def _row(model: type, told: Mapping[str, Any]) -> Document:
    return {name: told.get(name) or _empty(model, name) for name in exporting.PART_FIELDS[model]} | {
        name: told[name] for name in ("originals", "copies") if told.get(name) is not None
    }


def _empty(model: type[models.Model], name: str) -> Any:
    value = _default(model, name)
    return value if value is not None else ""


# 写法 -----------------------------------------------------------------------


def shape_faults(told: Mapping[str, Any]) -> list[str]:
    """每一栏是不是该有的样子：文字是文字，清单是清单。内容对不对由 rules 说。"""
    guide = told["guide"]
    faults = [f"指南：不认识的栏“{name}”" for name in sorted(set(guide) - files.GUIDE)]
    faults += [
        f"指南：“{_label(name)}”的写法不对" for name in sorted(set(guide) & files.GUIDE) if _odd(name, guide[name])
    ]
    for section, model in (("materials", Material), ("bases", LegalBasis)):
        for number, row in enumerate(told[section], 1):
            if not isinstance(row, dict) or not isinstance(row.get("key", ""), str):
                faults.append(f"{model._meta.verbose_name}第{number}项：写法不对")
            elif bad := [name for name, value in row.items() if _odd_part(name, value)]:
                faults.append(f"{model._meta.verbose_name}第{number}项：“{'、'.join(map(str, bad))}”的写法不对")
    return faults


def _odd(name: str, value: Any) -> bool:
    if name in DICTS:
        return not isinstance(value, dict) or name == "fee" and _odd_fee(value)
    if name in ("special_procedures", "review_steps", "renewal", "delivery"):
        return not isinstance(value, list) or not all(isinstance(one, dict) for one in value)
    if name in LISTS:
        return not isinstance(value, list) or any(_odd_entry(name, one) for one in value)
    if name in ("visits", "quota"):
        return isinstance(value, bool) or not isinstance(value, int)
    return not isinstance(value, bool if name == "informed_commitment" else str)


def _odd_fee(fee: Mapping[str, Any]) -> bool:
    lines = fee.get("lines", [])
    words = [fee.get(name, "") for name in ("basis", "exemptions", "due")]
    return (
        not all(isinstance(fee.get(name, False), bool) for name in ("free", "holds", "refund"))
        or not all(isinstance(word, str) for word in words)
        or not isinstance(lines, list)
        or not all(isinstance(line, dict) for line in lines)
    )


def _odd_entry(name: str, one: Any) -> bool:
    if isinstance(one, str):
        return name not in ("conditions", "desks")
    return not isinstance(one, dict) or name == "desks" or not all(isinstance(value, str) for value in one.values())


def _odd_part(name: str, value: Any) -> bool:
    if name in ("condition", "form"):
        return not isinstance(value, dict)
    if name in ("originals", "copies"):
        return isinstance(value, bool) or not isinstance(value, int)
    return value is not None and not isinstance(value, str)


# 不同 -----------------------------------------------------------------------


def differences(model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """一栏一句：“承诺时限：… → …”；长的、成组的只说有改动。"""
    if model is Guide:
        found = _changes(before.get("guide", {}), after["guide"], Guide)
        return found + _rows(Material, before, after) + _rows(LegalBasis, before, after)
    return _changes(before, after, model)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], model: type[models.Model]) -> list[str]:
    lines = []
    for name in after:
        old, new = before.get(name), after[name]
        if name == "effective_from" or (old or "") == (new or ""):
            continue
        if name in files.LIMITS:
            lines.append(
                f"{_label(name)}：{_limit(old)} → {_limit(new)}"
                if _limit(old) != _limit(new)
                else f"{_label(name)}的依据有改动"
            )
            continue
        short = all(isinstance(one, str | int | None) and len(str(one)) <= SHOWN for one in (old, new))
        label = _label(name) if model is Guide else str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        lines.append(f"{label}：{_said(old)} → {_said(new)}" if short else f"{label}：有改动")
    return lines


def _limit(told: Any) -> str:
    told = told or {}
    unit = told.get("unit")
    label = TimeUnit(unit).label if unit in TimeUnit.values else ""
    return f"{told.get('value')}{label}" if told.get("value") else "没有天数"


def _said(value: Any) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else f"“{value}”" if value else "空"


def _label(name: str) -> str:
    named = {"statutory": "法定时限", "promised": "承诺时限", "supplement": "补正期限"}
    return named.get(name) or str(Guide._meta.get_field(name).verbose_name)


def _rows(model: type[Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    section, what = ("materials", "材料") if model is Material else ("bases", "依据")
    old, new = ({row.get("key"): row for row in told.get(section, [])} for told in (before, after))
    lines = [f"增加{what}“{_named(new[key])}”" for key in new if key not in old]
    lines += [f"删去{what}“{_named(old[key])}”" for key in old if key not in new]
    changed = [key for key in new if key in old and _row(model, new[key]) != _row(model, old[key])]
    lines += [f"{what}“{_named(new[key])}”有改动" for key in changed]
    same = not lines and [row.get("key") for row in after[section]] != [
        row.get("key") for row in before.get(section, [])
    ]
    return [*lines, f"{what}的次序变了"] if same else lines


def _named(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("statute") or row.get("key", ""))
