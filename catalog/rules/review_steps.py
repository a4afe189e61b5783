"""分级审查：指南写明先由哪个单位审、再由哪个单位审；同一级的同时审。没有写的，只由承办科室审一次。纯函数。"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from catalog.rules.words import positive, written
from catalog.states import ReviewedBy, TimeUnit

Step = Mapping[str, Any]


def in_order(steps: Iterable[Step]) -> list[list[Step]]:
    """一级一级排好；同一级的在一起，照写的先后。"""
    rows = sorted(steps, key=lambda row: row["level"])
    return [list(found) for _level, found in groupby(rows, key=lambda row: row["level"])]


def procedures_of(step: Step) -> list[str]:
    """这一级办的特别程序的键：写成一行，顿号或空格隔开。"""
    return str(step.get("procedures") or "").replace("、", " ").split()


def selector_words(selector: str) -> str:
    """哪个单位：几种说法各有叫法，别的是单位的代号。"""
    return str(ReviewedBy(selector).label) if selector in ReviewedBy.values else selector


def named_units(steps: Iterable[Any]) -> list[str]:
    """点名的单位的代号。"""
    return [step["unit"] for step in steps if written(step.get("unit")) and step["unit"] not in ReviewedBy.values]


def check_review_steps(steps: list[Any], procedures: Iterable[Mapping[str, Any]]) -> list[str]:
    """每一级写明谁审、第几级；写了期限就写全；特别程序是这份指南有的，只归一级办。"""
    listed, keys = [row.get("key") for row in procedures], [step.get("key") for step in steps]
    taken: list[str] = []
    found = []
    for number, step in enumerate(steps, 1):
        where = f"分级审查第{number}行"
        if not all(written(step.get(name)) for name in ("key", "name", "unit")):
            found.append(f"{where}：缺键、名称或单位")
        elif keys.count(step["key"]) > 1:
            found.append(f"{where}：键重复")
        if not positive(step.get("level")):
            found.append(f"{where}：第几级要写 1、2、3")
        found += [f"{where}：{fault}" for fault in _limit_faults(step)]
        own = procedures_of(step)
        found += [f"{where}：特别程序里没有“{key}”" for key in own if key not in listed]
        found += [f"{where}：“{key}”已经归别的一级办" for key in own if key in taken]
        taken += own
    return found


def _limit_faults(step: Step) -> list[str]:
    """期限可以没有；有就写全数值、单位、依据。"""
    parts = [step.get(name) for name in ("value", "time_unit", "basis")]
    if not any(parts):
        return []
    whole = positive(parts[0]) and parts[1] in TimeUnit.values and written(parts[2])
    return [] if whole else ["期限要写全：数值、单位、依据"]
