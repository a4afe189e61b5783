"""四减：环节、材料、时限、跑动次数，两版之间减了多少，比法定时限压了多少(中山、调兵山的“减”)。"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalog.rules.differences.words import limit
from catalog.states import Handling, Source


@dataclass(frozen=True)
class Figures:
    """一版指南的四个数。days 是承诺的期限，unit 是它的单位；即办件没有写天数就是 0。"""

    steps: int
    materials: int
    days: int | None
    unit: str
    visits: int
    instant: bool


def figures(guide: Any, materials: Iterable[Any]) -> Figures:
    """免提交(数据共享核验)的材料不要群众交，不算。"""
    instant = guide.handling == Handling.INSTANT
    days = guide.promised_value or (0 if instant else None)
    return Figures(
        steps=len(guide.process) if isinstance(guide.process, list) else 0,
        materials=sum(1 for one in materials if one.source != Source.SHARED),
        days=days,
        unit=guide.promised_unit,
        visits=guide.visits,
        instant=instant,
    )


def days_between(old: Figures, new: Figures) -> tuple[int, str] | None:
    """时限减了多少、什么单位；单位不同(工作日与自然日)不换算，就是 None。当场办结与什么单位都能比。"""
    if old.days is None or new.days is None:
        return None
    units = {one.unit for one in (old, new) if one.days}
    return (old.days - new.days, units.pop() if units else "") if len(units) <= 1 else None


def reductions(old: Figures, new: Figures) -> list[str]:
    """每一减一句；增加了的也照实说。"""
    found = []
    for label, unit, was, now in (
        ("环节", "个", old.steps, new.steps),
        ("材料", "份", old.materials, new.materials),
        ("跑动", "次", old.visits, new.visits),
    ):
        if was != now:
            found.append(f"{label}由 {was} {unit}{'减' if now < was else '增'}为 {now} {unit}")
    between = days_between(old, new)
    if between and between[0]:
        verb = "减" if between[0] > 0 else "增"
        found.append(f"时限由 {_said(old)}{verb}为 {_said(new)}")
    if new.instant and not old.instant:
        found.append("承诺件转为即办件")
    if old.instant and not new.instant:
        found.append("即办件转为承诺件")
    return found


def _said(one: Figures) -> str:
    return limit(one.days, one.unit) or "当场办结"


def against_the_statute(guide: Any) -> int | None:
    """承诺时限比法定时限压缩了百分之几；法律没有规定、单位不同的不比。"""
    if not guide.statutory_value:
        return None
    promised: int | None = guide.promised_value or (0 if guide.handling == Handling.INSTANT else None)
    if promised is None or (promised and guide.promised_unit != guide.statutory_unit):
        return None
    return int(100 * (guide.statutory_value - promised) / guide.statutory_value)
