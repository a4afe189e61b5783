"""目录文件:一个事项一个 JSON 文件,读成一组一组的栏目;读不出来、不认识的逐条说清。

只写 item 一部分的文件是一个标题(主项),下面挂着各个情形。几个事项共用的话写在同目录的 common.json:
guide 里写 "common": ["市窗口", …] 就取来那几组栏目(自己写了的以自己为准),bases 里写键就取来那一条依据,
材料的 form 里写键就取来那一张空白表;写 "item" 的,这份材料就是本事项的申请表。
"""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from catalog import rules
from catalog.rules.forms import OF_ITEM

K = TypeVar("K")
ITEM = {
    *("code", "name", "short_name", "aliases", "kind", "level", "agency", "section", "supervisor"),
    *("basic_code", "implementation_code", "handling_code", "audiences", "theme", "presence"),
    *("parent", "situation", "local_kind", "guidance_only", "withheld"),
}
LIMITS = ("statutory", "promised", "supplement")
GUIDE = {
    *(name for name in rules.GUIDE_CONTENT if not name.startswith(LIMITS)),
    *LIMITS,
    *("window", "desks", "effective_from"),
}
SECTIONS = {"item", "guide", "materials", "bases", "authorities"}
HEADING = {"item"}
SHAPE: dict[str, Any] = {"item": dict, "guide": dict, "bases": list, "authorities": list}
COMMON = "common.json"
ITS_OWN = "item"  # 材料就是本事项的申请表


class BadCatalogue(Exception):
    """目录文件有毛病;faults 逐条写明哪个文件、哪里、怎么不对。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read_all(paths: Iterable[Path]) -> tuple[dict[Path, dict[str, Any]], list[str]]:
    """(读得出来的文件, 毛病)。"""
    found, faults = {}, []
    for path in sorted(paths):
        if path.name == COMMON:
            continue
        try:
            found[path] = _read(path)
        except BadCatalogue as bad:
            faults += [f"{path.name}：{fault}" for fault in bad.faults]
    return found, faults


def parents_first(files: Mapping[K, dict[str, Any]]) -> list[tuple[K, dict[str, Any]]]:
    """主项先于子项;转圈的照原来的次序,由“主项不存在”说话。"""
    parents = {data["item"].get("code"): data["item"].get("parent") for data in files.values()}

    def depth(code: Any) -> int:
        above: list[Any] = []
        while code in parents and code not in above:
            above.append(code)
            code = parents[code]
        return len(above)

    return sorted(files.items(), key=lambda pair: depth(pair[1]["item"].get("code")))


def _read(path: Path) -> dict[str, Any]:
    data = _json(path)
    if set(data) not in (SECTIONS, HEADING):
        raise BadCatalogue([f"要有且只有这几部分：{'、'.join(sorted(SECTIONS))}；标题只有 item"])
    if wrong := [part for part, kind in SHAPE.items() if not isinstance(data.get(part, kind()), kind)]:
        raise BadCatalogue([f"这几部分的写法不对：{'、'.join(wrong)}"])
    words = [data["item"].get("code", ""), data["item"].get("parent", ""), *data.get("guide", {}).get("common", [])]
    if not all(isinstance(word, str) for word in words):
        raise BadCatalogue(["code、parent、common 要写成文字"])
    unknown = [f"事项：不认识的栏“{name}”" for name in sorted(set(data["item"]) - ITEM)]
    if set(data) == SECTIONS:
        _expand(data, path)
        unknown += [f"指南：不认识的栏“{name}”" for name in sorted(set(data["guide"]) - GUIDE)]
    if unknown:
        raise BadCatalogue(unknown)
    return data


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCatalogue([f"读不出来({error})"]) from error
    return data if isinstance(data, dict) else {}


def _expand(data: dict[str, Any], path: Path) -> None:
    """把引来的共用栏目、共用依据、共用空白表和 CSV 材料清单换成实在的内容。"""
    if isinstance(data["materials"], str):
        data["materials"] = _read_csv(path.parent / data["materials"])
    names = data["guide"].pop("common", [])
    wanted = [basis for basis in data["bases"] if isinstance(basis, str)]
    listed = data["materials"] if isinstance(data["materials"], list) else []
    sheets = [row for row in listed if isinstance(row, dict) and isinstance(row.get("form"), str)]
    if names or wanted or sheets:
        common = _json(path.parent / COMMON)
        texts, bases = common.get("guide", {}), common.get("bases", {})
        forms = {**common.get("forms", {}), ITS_OWN: OF_ITEM}
        missing = [name for name in names if name not in texts] + [key for key in wanted if key not in bases]
        missing += [row["form"] for row in sheets if row["form"] not in forms]
        if missing:
            raise BadCatalogue([f"{COMMON} 里没有“{name}”" for name in missing])
        shared = {field: value for name in names for field, value in texts[name].items()}
        data["guide"] = {**shared, **data["guide"]}
        data["bases"] = [{"key": b, **bases[b]} if isinstance(b, str) else b for b in data["bases"]]
        for row in sheets:
            row["form"] = forms[row["form"]]


def _read_csv(path: Path) -> list[dict[str, Any]]:
    """材料清单可以放在同目录的 CSV 里:首行是栏名,空格子取缺省值。"""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]
        return [{**row, **{name: json.loads(row[name]) for name in _written_out(row)}} for row in rows]
    except (OSError, ValueError) as error:
        raise BadCatalogue([f"材料清单 {path.name} 读不出来({error})"]) from error


def _written_out(row: Mapping[str, str]) -> list[str]:
    """写成 JSON 的栏；form 也可以只写键。"""
    return [name for name in row if name == "condition" or name == "form" and row[name].startswith("{")]
