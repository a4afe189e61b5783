"""待核实：哪一栏还不能当作确定的说。键只能是这里有的几样，写错一个字母，群众看到的就是确定的了。"""

from collections.abc import Iterable
from typing import Any

# 待核实的栏怎么称呼；“materials.charter”是材料里的那一份
DOUBTED = {
    "promised": "承诺时限", "statutory": "法定时限", "supplement": "补正期限", "handling": "办件类型", "fee": "收费",
    "visits": "到现场次数", "visits_reason": "必须到现场的原因", "online_depth": "网办深度",
    "informed_commitment": "可告知承诺", "window": "受理窗口", "ways": "受理方式", "place": "地点", "hours": "时间",
    "consult_phone": "咨询电话", "complaint": "投诉渠道", "result_name": "结果", "content": "办理内容",
    "form": "申请表", "conditions": "受理条件", "process": "办理流程", "special_procedures": "特别程序",
    "review_steps": "分级审查", "decider": "由哪一级决定", "renewal": "到期延续",
    "public_safety": "直接关系公共安全等的依据", "quota": "数量限制",
    "faq": "常见问题", "delivery": "送达方式", "delivery.window": "窗口领取", "delivery.express": "邮寄送达",
    "delivery.electronic": "电子送达", "materials": "申请材料", "bases": "法律依据", "authorities": "办理权限",
    "item.agency": "办理主体", "item.kind": "事项类型", "item.level": "行使层级",
}  # fmt: skip


def doubted(key: str) -> str:
    """待核实的一栏的叫法；不认识的照写。"""
    name, _dot, part = (key, "", "") if key in DOUBTED else key.partition(".")
    label = DOUBTED.get(name, name)
    return f"{label}“{part}”" if part else label


def doubtful(materials: Iterable[Any], bases: Iterable[Any]) -> dict[str, str]:
    """这份指南可以标待核实的：每一栏，每一份材料，每一条依据；键 → 叫法。"""
    return {
        **DOUBTED,
        **{f"materials.{one.key}": f"材料“{one.name}”" for one in materials},
        **{f"bases.{one.key}": f"依据“{one}”" for one in bases},
    }


def doubt_faults(guide: Any) -> list[str]:
    """待核实指着没有的栏。"""
    known = doubtful(guide.materials.all(), guide.bases.all())
    return [f"待核实：没有“{key}”这一栏" for key in guide.needs_check if key not in known]
