"""目录的规矩:指南缺什么、写得对不对、期限怎么说、怎么找。纯函数,不查时钟。"""

import json
from collections.abc import Iterable
from typing import Any

from catalog.rules.codes import (
    code_faults,
    is_uscc,
    parse_basic_code,
    parse_implementation_code,
    uscc_check_character,
    valid_basic_code,
    valid_implementation_code,
)
from catalog.rules.elements import (
    LISTS,
    OBJECTS,
    check_fee,
    check_procedures,
    check_process,
    faults,
    is_complete,
    material_condition_faults,
    misshapen,
    missing_elements,
    unready,
)
from catalog.rules.forms import asks_for, check_form, without_sheet
from catalog.states import Handling, OnlineDepth, TimeUnit
from office.vault import digest

__all__ = [
    "KEEPS",
    "LEADS",
    "LISTS",
    "OBJECTS",
    "asks_for",
    "by_the_system",
    "by_law_on_the_spot",
    "check_fee",
    "check_form",
    "check_procedures",
    "check_process",
    "code_faults",
    "content_digest",
    "faults",
    "is_complete",
    "is_second_person",
    "is_uscc",
    "keeps",
    "limit_words",
    "material_condition_faults",
    "may_check",
    "may_keep",
    "may_order_manual",
    "may_publish",
    "misshapen",
    "missing_elements",
    "parse_basic_code",
    "parse_implementation_code",
    "promise_words",
    "statute_words",
    "suspension_words",
    "takes_online",
    "unready",
    "uscc_check_character",
    "valid_basic_code",
    "valid_implementation_code",
    "without_sheet",
]

# ── 谁可以动目录 ────────────────────────────────────────────────────────────


def keeps(user: Any, agency: Any) -> bool:
    """目录管理员对本机关的事项;系统自己只做导入和日期到了就该做的事。"""
    return bool(user.is_system or user.may("keep_catalogue", agency))


def may_keep(guide: Any, user: Any) -> bool:
    """指南各步的权限。"""
    return keeps(user, guide.item.agency)


def is_second_person(guide: Any, user: Any) -> bool:
    """核对的人：最后改的不是他，提交的也不是他。"""
    return user.pk not in (guide.edited_by_id, guide.submitted_by_id)


def may_check(guide: Any, user: Any) -> bool:
    """核对、退回：另一位目录管理员，系统不能代。"""
    return bool(not user.is_system and is_second_person(guide, user) and may_keep(guide, user))


def may_publish(guide: Any, user: Any) -> bool:
    """发布：核对过的由目录管理员；没有核对的只有系统照目录文件发布（文件代替核对，见 actions.importing）。"""
    return bool(user.is_system) if guide.is_draft else may_keep(guide, user)


KEEPS, LEADS = "keep_catalogue", "review_denial"  # 目录管理员、科室负责人


def may_order_manual(order: Any, user: Any) -> bool:
    """登记、取消、重做工作手册：目录管理员对本机关，科室负责人对本科室；全部事项的由哪个机关的目录管理员都行。"""
    if order.agency is None:
        return bool(user.may_somewhere(KEEPS))
    return bool(user.may(KEEPS, order.agency) or (order.section and user.may(LEADS, order.section)))


def by_the_system(row: Any, user: Any) -> bool:
    """托盘和扫期限自己做的事。"""
    return bool(user.is_system)


# ── 怎么收 ──────────────────────────────────────────────────────────────────


def takes_online(guide: Any) -> bool:
    """能不能在网上申请：有窗口收件、不是只作指引和咨询、网办深度到网上申报。"""
    deep = guide.online_depth in (OnlineDepth.III, OnlineDepth.IV)
    return bool(guide.window_id and not guide.item.advice_only and deep)


# ── 期限的说法 ──────────────────────────────────────────────────────────────


def limit_words(value: int | None, unit: str) -> str:
    """20, "wd" → “20个工作日”;没有期限时是空串。"""
    return f"{value}{TimeUnit(unit).label}" if value else ""


def promise_words(guide: Any) -> str:
    """对群众承诺的时限:即办件没有写天数就是当场办结。"""
    words = limit_words(guide.promised_value, guide.promised_unit)
    return words or ("当场办结" if guide.handling == Handling.INSTANT else "")


def statute_words(guide: Any) -> str:
    words = limit_words(guide.statutory_value, guide.statutory_unit)
    return words or ("当场" if by_law_on_the_spot(guide) else "法律法规未规定")


def suspension_words(suspension: Any) -> str:
    """停办对群众说的一段话：停到什么时候、为什么、改去哪里，已经受理的不受影响。"""
    start, end = (_day_words(day) for day in (suspension.starts_on, suspension.ends_on))
    until = f"，{end}起恢复" if end else "，恢复的日子另行告知"
    instead = f"可以改办“{suspension.replacement}”。" if suspension.replacement else ""
    message = suspension.message.rstrip("。")
    return f"“{suspension.item}”自{start}起暂停受理{until}：{message}。{instead}已经受理的照常办理。"


def _day_words(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def by_law_on_the_spot(guide: Any) -> bool:
    """法律要求当场办的(如婚姻登记条例第十条):没有天数,法定时限的依据以“当场”开头。"""
    return not guide.statutory_value and guide.statutory_basis.startswith("当场")


# ── 内容摘要 ────────────────────────────────────────────────────────────────

GUIDE_CONTENT = [
    "name",
    "content",
    "handling",
    "statutory_value",
    "statutory_unit",
    "statutory_basis",
    "promised_value",
    "promised_unit",
    "promised_basis",
    "supplement_value",
    "supplement_unit",
    "supplement_basis",
    "conditions",
    "process",
    "ways",
    "place",
    "hours",
    "consult_phone",
    "complaint",
    "fee",
    "result_name",
    "delivery",
    "special_procedures",
    "review_steps",
    "decider",
    "renewal",
    "public_safety",
    "quota",
    "quota_basis",
    "quota_order",
    "visits",
    "visits_reason",
    "online_depth",
    "informed_commitment",
    "faq",
    "form",
    "needs_check",
]
MATERIAL_CONTENT = [
    "key",
    "name",
    "requirement",
    "when",
    "medium",
    "originals",
    "copies",
    "source",
    "issuer",
    "standard",
    "basis",
    "remedy",
]
BASIS_CONTENT = ["key", "statute", "doc_no", "article", "text", "in_force_from"]


# 后加的几栏
LATER_CONTENT = (
    *("delivery", "review_steps", "renewal", "public_safety", "quota", "quota_basis", "quota_order"),
    "decider",
)


def content_digest(guide: Any, *, materials: Iterable[Any], bases: Iterable[Any], desks: Iterable[Any]) -> str:
    """一个版本说了什么(SM3)。内容相同摘要就相同,与版本号、日期、状态无关。"""
    told = {name: getattr(guide, name) for name in GUIDE_CONTENT}
    for later in LATER_CONTENT:  # 没有写的，摘要与有这一栏之前相同
        if not told[later]:
            del told[later]
    content = {
        **told,
        "window": guide.window.code if guide.window else "",
        "desks": sorted(unit.code for unit in desks),
        "materials": [_material_content(material) for material in materials],
        "bases": [{name: getattr(b, name) for name in BASIS_CONTENT} for b in bases],
    }
    return digest(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str))


def _material_content(material: Any) -> dict[str, Any]:
    """没有条件、没有空白表的材料,摘要与有这两栏之前相同:照样再导一次,什么也不变。"""
    content = {name: getattr(material, name) for name in MATERIAL_CONTENT}
    later = {name: getattr(material, name) for name in ("condition", "form")}
    return content | {name: value for name, value in later.items() if value}
