"""指南的九项要素：缺什么、写得对不对。发布的每一扇门都问这里，数据库另有一道。"""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.rules.codes import code_faults
from catalog.rules.delivery import check_delivery
from catalog.rules.doubts import doubt_faults
from catalog.rules.forms import check_form, condition_faults, known_fields, material_sheet_faults, without_sheet
from catalog.rules.renewal import check_renewal
from catalog.rules.review_steps import check_review_steps, named_units
from catalog.rules.words import positive, written
from catalog.states import Decider, FeeStage, Handling, ItemKind, ProcedureKind, Stage, TimeUnit, Way
from office.stateful import because


def missing_elements(guide: Any) -> list[str]:
    """发布前还缺哪些要素(规范行政审批流程:名称、内容、依据、时限、主体、方式、投诉、流程、材料)。"""
    has_limit = guide.handling == Handling.INSTANT or guide.promised_value
    elements = {
        "事项名称": written(guide.name),
        "办理内容": written(guide.content),
        "设定依据": guide.bases.all(),
        "办结时限": has_limit,
        "办理主体(受理窗口)": guide.window_id,
        "受理方式": guide.ways,
        "投诉渠道": written(guide.complaint),
        "办理流程": guide.process,
        "申请材料": guide.materials.all(),
    }
    return [name for name, value in elements.items() if not value]


def faults(guide: Any) -> list[str]:
    """要素在,但写得不对的地方;每条一句中文。"""
    if shapes := misshapen(guide):
        return shapes
    return [
        *check_limits(guide),
        *check_process(guide.process),
        *check_ways(guide.ways),
        *check_delivery(guide.delivery),
        *check_procedures(guide.special_procedures),
        *check_review_steps(guide.review_steps, guide.special_procedures),
        *unknown_examiners(guide),
        *decider_faults(guide),
        *check_renewal(guide.renewal),
        *bar_faults(guide),
        *quota_faults(guide),
        *check_fee(guide.fee),
        *(f"申请表：{fault}" for fault in (check_form(guide.form) if guide.form else [])),
        *material_condition_faults(guide.form, guide.materials.all()),
        *material_sheet_faults(guide.form, guide.materials.all()),
        *part_faults(guide),
        *doubt_faults(guide),
    ]


def unready(guide: Any) -> list[str]:
    """发布前还差的：缺的要素，写得不对的地方，该有而没有的空白表，与机关对不上的编码，到期要办而没有的事项。"""
    found = [*missing_elements(guide), *faults(guide), *without_sheet(guide.materials.all())]
    return [*found, *unknown_renewal(guide), *code_faults(guide.item)]


def material_condition_faults(form: Any, materials: Iterable[Any]) -> list[str]:
    """材料的条件只能问申请表里有的格子。"""
    known = known_fields(form)
    return [fault for one in materials for fault in condition_faults(one.condition, f"材料“{one.name}”", known)]


LISTS = {
    "conditions": "受理条件", "process": "办理流程", "ways": "受理方式", "special_procedures": "特别程序",
    "faq": "常见问题", "delivery": "送达方式", "review_steps": "分级审查", "renewal": "到期延续",
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
    return not unready(guide)


def check_limits(guide: Any) -> list[str]:
    """期限有数值就有依据。"""
    limits = (("法定时限", "statutory"), ("承诺时限", "promised"), ("补正期限", "supplement"))
    return [
        f"{label}：缺依据"
        for label, name in limits
        if getattr(guide, f"{name}_value") and not written(getattr(guide, f"{name}_basis"))
    ]


def part_faults(guide: Any) -> list[str]:
    """每份材料、每条依据要写的几栏，都写了字。"""
    parts = (
        (
            "材料",
            guide.materials.all(),
            (("name", "名称"), ("standard", "受理标准"), ("basis", "要求依据"), ("remedy", "怎么补")),
        ),
        ("设定依据", guide.bases.all(), (("statute", "法律法规名称"), ("article", "条款"), ("text", "大意"))),
    )
    return [
        f"{what}第{number}项：缺“{label}”"
        for what, rows, fields in parts
        for number, row in enumerate(rows, 1)
        for name, label in fields
        if not written(getattr(row, name))
    ]


BARS = ("第七十八条", "第七十九条")


def bar_faults(guide: Any) -> list[str]:
    """写了直接关系公共安全等的：是许可，依据里有行政许可法第七十八条、第七十九条，窗口才引得出不予受理的条文。"""
    return _licensing(guide, "直接关系公共安全等的", BARS) if written(guide.public_safety) else []


def quota_faults(guide: Any) -> list[str]:
    """有数量限制的：是许可，写明哪里公布的，引得出行政许可法第五十七条。"""
    if not guide.quota:
        return []
    found = _licensing(guide, "有数量限制的", ("第五十七条",))
    if not written(guide.quota_basis):
        found.append("有数量限制的：写明哪份文件定的、在哪里公布")
    return found


def _licensing(guide: Any, what: str, articles: tuple[str, ...]) -> list[str]:
    """只有许可才写的，窗口要引得出条文。"""
    found = [] if guide.item.kind == ItemKind.LICENCE else [f"{what}：只有行政许可才写"]
    cited = " ".join(one.article for one in guide.bases.all() if "行政许可法" in one.statute)
    return found + [f"{what}：设定依据里要有行政许可法{one}" for one in articles if one not in cited]


def decider_faults(guide: Any) -> list[str]:
    """由上一级决定的：写的是认识的一级，并且不是当场办结的。"""
    if not guide.decider:
        return []
    if guide.decider not in Decider.values:
        return [f"由哪一级决定：没有“{guide.decider}”这一级"]
    instant = guide.handling == Handling.INSTANT
    return ["由哪一级决定：即办件由窗口当场办结，不能再报上一级决定"] if instant else []


def unknown_examiners(guide: Any) -> list[str]:
    """分级审查点名的单位，要是实施机关现有的。"""
    named = named_units(guide.review_steps)
    known = guide.item.agency.units.filter(code__in=named).values_list("code", flat=True) if named else ()
    return [f"分级审查：本机关没有代号是“{code}”的单位" for code in named if code not in known]


def unknown_renewal(guide: Any) -> list[str]:
    """到期办的事项，要是目录里有的。写法不对的另有人说，这里不问。"""
    codes = [row.get("item") for row in guide.renewal if isinstance(row, Mapping)]
    known = (
        set(type(guide.item)._default_manager.filter(code__in=codes).values_list("code", flat=True)) if codes else ()
    )
    return [f"到期延续：没有编码是“{code}”的事项" for code in codes if written(code) and code not in known]


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
            if not written(step.get(key))
        ]
    return found


def check_ways(ways: list[Any]) -> list[str]:
    return [
        f"受理方式第{number}条：要有方式代码(GB/T 39046 表 A.5)和怎么做"
        for number, way in enumerate(ways, 1)
        if way.get("way") not in Way.values or not written(way.get("how"))
    ]


def check_procedures(procedures: list[Any]) -> list[str]:
    """特别程序各有自己的期限和依据;写明计不计入办理时限,期限是法定还是本机关自定(自定的要报备)。"""
    found = []
    for number, one in enumerate(procedures, 1):
        where = f"特别程序第{number}项"
        if not one.get("key") or not written(one.get("name")) or one.get("kind") not in ProcedureKind.values:
            found.append(f"{where}：缺键、名称或种类")
        timed = positive(one.get("value")) and one.get("unit") in TimeUnit.values
        if not timed or not written(one.get("basis")):
            found.append(f"{where}：缺自己的期限（数值、单位、依据）")
        if not isinstance(one.get("counted"), bool) or one.get("set_by") not in ("law", "agency"):
            found.append(f"{where}：要写明是否计入时限(counted)、期限由谁定(set_by)")
    return found


def check_fee(fee: Mapping[str, Any]) -> list[str]:
    """收费要有依据;不收费也写明依据(行政许可法 58 条)。"""
    if not fee:
        return ["收费：要写明收不收费"]
    if not written(fee.get("basis")):
        return ["收费：缺依据"]
    if not fee.get("free") and not fee.get("lines"):
        return ["收费：缺收费标准"]
    if fee.get("due") and fee["due"] not in FeeStage.values:
        return ["收费：何时应缴只能是受理时、作出准予的决定时"]
    return []
