"""一份材料的空白表前后两版差在哪里。"""

from dataclasses import replace
from typing import Any

from catalog.rules.differences.form import FORM, form_changes
from catalog.rules.differences.words import INTERNAL, Change, altered, record
from catalog.rules.forms import is_the_application, questions


def sheet_changes(section: str, where: str, old: Any, new: Any) -> list[Change]:
    """配了、撤了、换了空白表；表上加了、去了、改了哪一格；落款；存疑只给编辑看。where 是“材料《……》”。"""
    if old == new:
        return []
    if not old or not new:
        return [Change(section, f"{where}配了空白表和填写样例" if new else f"{where}不再有空白表")]
    if is_the_application(old) or is_the_application(new):
        return [Change(section, f"{where}改用{'本事项的申请表' if is_the_application(new) else '单独的空白表'}")]
    was, now = record(old), record(new)
    found = [
        replace(one, section=section, text=f"{where}的{one.text.replace(FORM, '空白表', 1)}")
        for one in form_changes(questions(was), questions(now))
    ]
    found += altered(section, f"{where}空白表的落款", _signed(was), _signed(now))
    return found + altered(INTERNAL, f"{where}空白表的存疑", was.get("needs_check", ""), now.get("needs_check", ""))


def _signed(sheet: Any) -> str:
    signed = sheet.get("signed", [])
    return "、".join(map(str, signed)) if isinstance(signed, list) else "写法不对"
