"""目录的规矩:指南缺什么、写得对不对、期限怎么说、怎么找。纯函数,不查时钟。"""

import json
from collections.abc import Iterable, Mapping
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
from catalog.rules.forms import asks_for, check_form, condition_faults, known_fields
from catalog.states import FeeStage, Handling, OnlineDepth, ProcedureKind, Stage, TimeUnit, Way
from office.stateful import because
from office.vault import digest

__all__ = [
    "KEEPS",
    "LEADS",
    "asks_for",
    "by_the_system",
    "by_law_on_the_spot",
    "check_form",
    "code_faults",
    "content_digest",
    "faults",
    "is_complete",
    "is_second_person",
    "is_uscc",
    "keeps",
    "limit_words",
    "may_check",
    "may_keep",
    "may_order_manual",
    "may_publish",
    "missing_elements",
    "parse_basic_code",
    "parse_implementation_code",
    "promise_words",
    "statute_words",
    "suspension_words",
    "takes_online",
    "uscc_check_character",
    "valid_basic_code",
    "valid_implementation_code",
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


# ── 指南的九项要素 ──────────────────────────────────────────────────────────


def missing_elements(guide: Any) -> list[str]:
    """发布前还缺哪些要素(规范行政审批流程:名称、内容、依据、时限、主体、方式、投诉、流程、材料)。"""
    has_limit = guide.handling == Handling.INSTANT or guide.promised_value
    elements = {
        "事项名称": guide.name,
        "办理内容": guide.content,
        "设定依据": guide.bases.all(),
        "办结时限": has_limit,
        "办理主体(受理窗口)": guide.window_id,
        "受理方式": guide.ways,
        "投诉渠道": guide.complaint,
        "办理流程": guide.process,
        "申请材料": guide.materials.all(),
    }
    return [name for name, value in elements.items() if not value]


def faults(guide: Any) -> list[str]:
    """要素在,但写得不对的地方;每条一句中文。"""
    if shapes := misshapen(guide):
        return shapes
    return [
        *check_process(guide.process),
        *check_ways(guide.ways),
        *check_procedures(guide.special_procedures),
        *check_fee(guide.fee),
        *(f"申请表：{fault}" for fault in (check_form(guide.form) if guide.form else [])),
        *material_condition_faults(guide.form, guide.materials.all()),
    ]


def material_condition_faults(form: Any, materials: Iterable[Any]) -> list[str]:
    """材料的条件只能问申请表里有的格子。"""
    known = known_fields(form)
    return [fault for one in materials for fault in condition_faults(one.condition, f"材料“{one.name}”", known)]


LISTS = {
    "conditions": "受理条件", "process": "办理流程", "ways": "受理方式", "special_procedures": "特别程序",
    "faq": "常见问题",
}  # fmt: skip
OBJECTS = {"fee": "收费", "form": "申请表", "needs_check": "待核实"}


def misshapen(guide: Any) -> list[str]:
    """样子就不对的：该是清单的不是清单，该有栏目的没有栏目。先改对，才谈得上内容。"""
    wrong = [
        label for name, label in LISTS.items()
        if not isinstance(rows := getattr(guide, name), list)
        or not all(isinstance(row, Mapping) or (name == "conditions" and isinstance(row, str)) for row in rows)
    ]  # fmt: skip
    wrong += [label for name, label in OBJECTS.items() if not isinstance(getattr(guide, name), Mapping)]
    return [f"{label}：写法不对，要一行一行写成有栏目的清单" for label in wrong]


@because("办事指南还不完整。")
def is_complete(guide: Any) -> bool:
    return not missing_elements(guide) and not faults(guide)


def check_process(process: list[Any]) -> list[str]:
    """流程最多三个阶段:受理、审查、办结,次序不能倒;每步写明谁办、多久。"""
    order = [stage.value for stage in Stage]
    found, last = [], 0
    for number, step in enumerate(process, 1):
        if step.get("stage") not in order:
            found.append(f"办理流程第{number}步：阶段只能是受理、审查、办结")
            continue
        if order.index(step["stage"]) < last:
            found.append(f"办理流程第{number}步：阶段次序倒了")
        last = order.index(step["stage"])
        found += [
            f"办理流程第{number}步：缺“{word}”"
            for key, word in (("name", "名称"), ("who", "谁办"), ("time", "时间"))
            if not step.get(key)
        ]
    return found


def check_ways(ways: list[Any]) -> list[str]:
    return [
        f"受理方式第{number}条：要有方式代码(GB/T 39046 表 A.5)和怎么做"
        for number, way in enumerate(ways, 1)
        if way.get("way") not in Way.values or not way.get("how")
    ]


def check_procedures(procedures: list[Any]) -> list[str]:
    """特别程序各有自己的期限和依据;写明计不计入办理时限,期限是法定还是本机关自定(自定的要报备)。"""
    found = []
    for number, one in enumerate(procedures, 1):
        where = f"特别程序第{number}项"
        if not one.get("key") or not one.get("name") or one.get("kind") not in ProcedureKind.values:
            found.append(f"{where}：缺键、名称或种类")
        if not _positive(one.get("value")) or one.get("unit") not in TimeUnit.values or not one.get("basis"):
            found.append(f"{where}：缺自己的期限（数值、单位、依据）")
        if not isinstance(one.get("counted"), bool) or one.get("set_by") not in ("law", "agency"):
            found.append(f"{where}：要写明是否计入时限(counted)、期限由谁定(set_by)")
    return found


def check_fee(fee: Mapping[str, Any]) -> list[str]:
    """收费要有依据;不收费也写明依据(行政许可法 58 条)。"""
    if not fee:
        return ["收费：要写明收不收费"]
    if not fee.get("basis"):
        return ["收费：缺依据"]
    if not fee.get("free") and not fee.get("lines"):
        return ["收费：缺收费标准"]
    if fee.get("due") and fee["due"] not in FeeStage.values:
        return ["收费：何时应缴只能是受理时、作出准予的决定时"]
    return []


def _positive(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


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
    "special_procedures",
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


def content_digest(guide: Any, *, materials: Iterable[Any], bases: Iterable[Any], desks: Iterable[Any]) -> str:
    """一个版本说了什么(SM3)。内容相同摘要就相同,与版本号、日期、状态无关。"""
    content = {
        **{name: getattr(guide, name) for name in GUIDE_CONTENT},
        "window": guide.window.code if guide.window else "",
        "desks": sorted(unit.code for unit in desks),
        "materials": [_material_content(material) for material in materials],
        "bases": [{name: getattr(b, name) for name in BASIS_CONTENT} for b in bases],
    }
    return digest(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str))


def _material_content(material: Any) -> dict[str, Any]:
    """没有条件的材料,摘要与有这一栏之前相同:照样再导一次,什么也不变。"""
    content = {name: getattr(material, name) for name in MATERIAL_CONTENT}
    return {**content, "condition": material.condition} if material.condition else content
