"""权责清单的一行：认栏名，认类型；写得不对的，一行一句中文。纯函数。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.rules.grids import Grid, Unreadable
from catalog.states import PowerKind

# 各地清单的栏名不一样，认这几种说法。
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("权力编码", "职权编码", "事项编码", "编码", "code"),
    "name": ("权力名称", "职权名称", "事项名称", "项目名称", "名称", "name"),
    "kind": ("权力类型", "职权类型", "权力类别", "职权类别", "事项类型", "类型", "类别", "kind"),
    "basis": ("设定依据", "实施依据", "法律依据", "依据", "basis"),
    "agency": ("实施主体", "行使主体", "实施机关", "机关", "单位", "agency"),
}
LABELS = {"code": "权力编码", "name": "权力名称", "kind": "权力类型", "basis": "设定依据", "agency": "实施主体"}
NEEDED = ("code", "name", "kind", "basis")
LONGEST = {"code": 60, "name": 300}


@dataclass(frozen=True)
class PowerRow:
    """一行：第几行、各栏的字、毛病。"""

    number: int
    code: str
    name: str
    kind: str
    basis: str
    agency: str
    faults: Sequence[str]


def power_rows(grid: Grid) -> list[PowerRow]:
    """第一行是栏名。Raises: Unreadable(缺栏)。"""
    places = _places(grid[0][1])
    rows, seen = [], set()
    for number, cells in grid[1:]:
        told = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        kind = _kind(told["kind"])
        faults = [f"没有写{LABELS[name]}" for name in NEEDED if not told[name]]
        faults += [f"{LABELS[name]}太长：最多 {most} 字" for name, most in LONGEST.items() if len(told[name]) > most]
        if told["kind"] and not kind:
            faults.append(f"不认识的权力类型“{told['kind'][:20]}”")
        if told["code"] and told["code"] in seen:
            faults.append(f"权力编码“{told['code']}”前面已经有了")
        seen.add(told["code"])
        rows.append(PowerRow(number, told["code"], told["name"], kind, told["basis"], told.get("agency", ""), faults))
    if not rows:
        raise Unreadable("只有栏名，一项权力也没有。")
    return rows


def _places(header: Sequence[str]) -> dict[str, int]:
    heads = [cell.replace(" ", "").replace("\n", "") for cell in header]
    places = {}
    for name, sayings in HEADINGS.items():
        at = next((heads.index(saying) for saying in sayings if saying in heads), None)
        if at is not None:
            places[name] = at
    if missing := [LABELS[name] for name in NEEDED if name not in places]:
        raise Unreadable(f"第一行要是栏名，没有找到：{'、'.join(missing)}。")
    return places


def _kind(text: str) -> str:
    """类型：写代码、全称、简称都行；不认识是空串。"""
    text = text.strip()
    for kind in PowerKind:
        label = str(kind.label)
        if text in (kind.value, label, label.removeprefix("行政"), f"{label}类") or (
            kind == PowerKind.OTHER and text in ("其他", "其他权力", "其他类", "其他行政职权")
        ):
            return kind.value
    return ""
