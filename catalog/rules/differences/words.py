"""把一处改动说成一句中文：由什么改为什么，新增什么，取消什么。"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.states import TimeUnit

INTERNAL = "待核实"  # 只给编辑看的一节，不对外
SHORT = 40  # 一句里放得下的长度；更长的只说“有改动”，前后对照另给
ALIKE = 0.55  # 相似到这个程度，就当作同一条改写了


@dataclass(frozen=True)
class Change:
    """一处改动：哪一节、一句话；改的是大段文字时另给前后全文。"""

    section: str
    text: str
    before: str = ""
    after: str = ""


def altered(section: str, label: str, old: str, new: str) -> list[Change]:
    """一段文字：新写、删去、由……改为……。"""
    old, new = str(old or "").strip(), str(new or "").strip()
    if old == new:
        return []
    if max(len(old), len(new)) > SHORT:
        verb = "新写了{}" if not old else "删去了{}" if not new else "{}有改动"
        return [Change(section, verb.format(label), old, new)]
    if not old:
        return [Change(section, f"新写了{label}：“{new}”")]
    return [Change(section, f"{label}由“{old}”改为“{new}”" if new else f"删去了{label}（原为“{old}”）")]


def chosen(section: str, label: str, old: str, new: str) -> list[Change]:
    """从几样里选一样：不加引号。"""
    return [Change(section, f"{label}由{old or '没有'}改为{new or '没有'}")] if old != new else []


def counted(section: str, label: str, old: int, new: int, unit: str) -> list[Change]:
    return [Change(section, f"{label}由 {old} {unit}改为 {new} {unit}")] if old != new else []


def limit(value: int | None, unit: str) -> str:
    """20、"wd" → “20 个工作日”。"""
    return f"{value} {TimeUnit(unit).label}" if value and unit in TimeUnit.values else ""


def limited(section: str, label: str, old: str, new: str) -> list[Change]:
    """期限：old、new 是 limit 的说法，空的就是没有。"""
    if old == new:
        return []
    if not old:
        return [Change(section, f"新定{label}：{new}")]
    return [Change(section, f"{label}由 {old}改为 {new}" if new else f"不再写{label}（原为 {old}）")]


def rows(value: Any) -> list[Mapping[str, Any]]:
    """清单里像样的行；草稿里什么 JSON 都可能有。"""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def record(value: Any) -> Mapping[str, Any]:
    """一组栏目；不像样的当作空的。"""
    return value if isinstance(value, Mapping) else {}


def paired(old: Iterable[Any], new: Iterable[Any], name: Callable[[Any], str]) -> list[tuple[Any, Any]]:
    """两张清单逐条对上：名字相同的先对，剩下的按相似对；对不上的一边是 None。按新的次序，取消的在后。"""
    left, right = list(old), list(new)
    taken: dict[int, int] = {}
    for n, one in enumerate(right):
        same = next((o for o, other in enumerate(left) if o not in taken.values() and name(other) == name(one)), None)
        if same is not None:
            taken[n] = same
    for n, one in enumerate(right):
        if n not in taken and (near := _nearest(one, left, set(taken.values()), name)) is not None:
            taken[n] = near
    found = [(left[taken[n]] if n in taken else None, one) for n, one in enumerate(right)]
    return found + [(one, None) for o, one in enumerate(left) if o not in taken.values()]


def _nearest(one: Any, left: Sequence[Any], used: set[int], name: Callable[[Any], str]) -> int | None:
    scores = [(_likeness(name(other), name(one)), -o) for o, other in enumerate(left) if o not in used]
    best = max(scores, default=(0.0, 0))
    return -best[1] if best[0] >= ALIKE else None


def _likeness(one: str, other: str) -> float:
    """多像；先用便宜的上限筛一遍，长清单也不慢。"""
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def listed(
    section: str,
    pairs: Iterable[tuple[Any, Any]],
    added: str,
    gone: str,
    told: Callable[[Any], str],
    same: Callable[[Any, Any], list[Change]],
) -> list[Change]:
    """一张清单：新的一条说 added，没有了的说 gone，两边都有的交给 same 细看。"""
    found = []
    for was, now in pairs:
        if was is None:
            found.append(Change(section, added.format(told(now))))
        elif now is None:
            found.append(Change(section, gone.format(told(was))))
        else:
            found += same(was, now)
    return found


def reordered(section: str, label: str, old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """留下来的几条换了先后。"""
    kept_before = [one for one in old if one in new]
    kept_after = [one for one in new if one in old]
    return [Change(section, f"{label}的先后有调整")] if kept_before != kept_after else []


def segments(before: str, after: str) -> list[tuple[str, str]]:
    """前后对照：same、del、ins 三种，一段一段；零碎的改动并成一段，读得下去。"""
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    gone, come = "", ""
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal" and (j - i > 2 or not (gone or come)):
            found += [("del", gone)] * bool(gone) + [("ins", come)] * bool(come) + [("same", before[i:j])]
            gone, come = "", ""
        else:
            gone, come = gone + before[i:j], come + after[k:m]
    return found + [("del", gone)] * bool(gone) + [("ins", come)] * bool(come)
