"""材料的空白表(数据):写法与申请表一样的 pages，另有落款(signed)和存疑(needs_check，只给编辑看)。

材料就是申请表本身的，写 {"of_item": true}。空的是没有空白表。
"""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.forms.definition import check_form
from catalog.states import Source

Sheet = Mapping[str, Any]
OF_ITEM: dict[str, Any] = {"of_item": True}
NAMES = frozenset(["pages", "signed", "needs_check"])
MOST_SIGNERS, LONGEST_SIGNER, LONGEST_DOUBT = 6, 60, 500


def is_the_application(sheet: Any) -> bool:
    """这份材料就是本事项的申请表。"""
    return isinstance(sheet, Mapping) and bool(sheet.get("of_item"))


def questions(sheet: Sheet) -> dict[str, Any]:
    """表上的各页，写法与申请表的定义一样。"""
    return {"pages": sheet["pages"]} if "pages" in sheet else {}


def sheet_faults(sheet: Any, form: Any) -> list[str]:
    """空白表写得对不对；form 是本事项的申请表。什么样的 JSON 都问得。"""
    if not isinstance(sheet, Mapping):
        return ["要写成一组栏目"]
    if "of_item" in sheet:
        if dict(sheet) != OF_ITEM:
            return ["就是申请表的，不再另写别的"]
        return [] if form else ["说就是本事项的申请表，可是本事项没有申请表"]
    unknown = [f"不认识的属性“{name}”" for name in sorted(map(str, set(sheet) - NAMES))]
    return [*unknown, *check_form(questions(sheet)), *_signers(sheet.get("signed", [])), *_doubt(sheet)]


def _signers(signed: Any) -> list[str]:
    listed = isinstance(signed, list) and len(signed) <= MOST_SIGNERS
    if listed and all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST_SIGNER for one in signed):
        return []
    return [f"落款要写成清单，最多 {MOST_SIGNERS} 处，每处 {LONGEST_SIGNER} 字以内"]


def _doubt(sheet: Sheet) -> list[str]:
    doubt = sheet.get("needs_check", "")
    fine = isinstance(doubt, str) and len(doubt) <= LONGEST_DOUBT
    return [] if fine else [f"待核实要写成 {LONGEST_DOUBT} 字以内的文字"]


def material_sheet_faults(form: Any, materials: Iterable[Any]) -> list[str]:
    """各份材料的空白表写得不对的地方。"""
    return [
        f"材料“{one.name}”的空白表：{fault}" for one in materials if one.form for fault in sheet_faults(one.form, form)
    ]


def without_sheet(materials: Iterable[Any]) -> list[str]:
    """写着“本局提供空白表”，却还没有空白表的：群众照着要，窗口拿不出来。"""
    return [
        f"材料“{one.name}”写的是本局提供空白表，还没有空白表"
        for one in materials
        if one.source == Source.AGENCY_FORM and not one.form
    ]
