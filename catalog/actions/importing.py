"""导入目录:一个事项一个 JSON 文件。先全部看一遍,有一处不对就一行也不进库;再导一次什么也不变。

只写 item 一部分的文件是一个标题(主项),下面挂着各个情形。几个事项共用的话写在同目录的 common.json:
guide 里写 "common": ["窗口", …] 就取来那几组栏目(自己写了的以自己为准),bases 里写键就取来那一条依据。
"""

import csv
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from agencies.models import Agency, Seal, Unit
from catalog import rules
from catalog.actions import authority as authorities
from catalog.actions import checking, keeping, publishing
from catalog.models import Authority, Guide, Item, LegalBasis, Material
from office import steps

M = TypeVar("M", bound=models.Model)

ITEM = {
    *("code", "name", "short_name", "aliases", "kind", "level", "agency", "section", "parent"),
    *("basic_code", "implementation_code", "handling_code", "audiences", "theme", "presence"),
    *("local_kind", "guidance_only", "withheld"),
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


class BadCatalogue(Exception):
    """目录文件有毛病;faults 逐条写明哪个文件、哪里、怎么不对。"""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass
class Report:
    """导入做了什么:每个事项一句话。"""

    lines: list[str] = field(default_factory=list)
    changed: int = 0

    def say(self, line: str, *, changed: bool) -> None:
        self.lines.append(line)
        self.changed += changed


def load(*, paths: Iterable[Path], by: Any, at: datetime.datetime, dry_run: bool = False) -> Report:
    """导入:新事项建立,内容变了的出新版,没变的不动。dry_run 走完全程再退回。

    Raises: BadCatalogue(什么也没有导入)。
    """
    report = Report()
    faults: list[str] = []
    with transaction.atomic():
        for path, data in _parents_first(_read_all(paths, faults)):
            with _told(path, faults), transaction.atomic():
                _load_one(data, report, by=by, at=at)
        if faults:
            raise BadCatalogue(sorted(faults))
        transaction.set_rollback(dry_run)
    return report


@contextmanager
def _told(path: Path, faults: list[str]) -> Iterator[None]:
    """毛病记在哪个文件名下。"""
    try:
        yield
    except BadCatalogue as bad:
        faults += [f"{path.name}:{fault}" for fault in bad.faults]


def _read_all(paths: Iterable[Path], faults: list[str]) -> dict[Path, dict[str, Any]]:
    found = {}
    for path in sorted(paths):
        if path.name != COMMON:
            with _told(path, faults):
                found[path] = _read(path)
    return found


def _parents_first(files: Mapping[Path, dict[str, Any]]) -> list[tuple[Path, dict[str, Any]]]:
    """主项先于子项;转圈的照原来的次序,由“主项不存在”说话。"""
    parents = {data["item"].get("code"): data["item"].get("parent") for data in files.values()}

    def depth(code: Any) -> int:
        above: list[Any] = []
        while code in parents and code not in above:
            above.append(code)
            code = parents[code]
        return len(above)

    return sorted(files.items(), key=lambda pair: depth(pair[1]["item"].get("code")))


def _load_one(data: Mapping[str, Any], report: Report, *, by: Any, at: datetime.datetime) -> None:
    item = _item(data["item"], report, by=by, at=at)
    if set(data) != HEADING:
        _authorities(item, data["authorities"], report, by=by, at=at)
        _guide(item, data, report, by=by, at=at)


def _read(path: Path) -> dict[str, Any]:
    data = _json(path)
    if set(data) not in (SECTIONS, HEADING):
        raise BadCatalogue([f"要有且只有这几部分：{'、'.join(sorted(SECTIONS))}；标题只有 item"])
    if wrong := [part for part, kind in SHAPE.items() if not isinstance(data.get(part, kind()), kind)]:
        raise BadCatalogue([f"这几部分的写法不对：{'、'.join(wrong)}"])
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
    """把引来的共用栏目、共用依据和 CSV 材料清单换成实在的内容。"""
    names = data["guide"].pop("common", [])
    wanted = [basis for basis in data["bases"] if isinstance(basis, str)]
    if names or wanted:
        common = _json(path.parent / COMMON)
        texts, bases = common.get("guide", {}), common.get("bases", {})
        missing = [name for name in names if name not in texts] + [key for key in wanted if key not in bases]
        if missing:
            raise BadCatalogue([f"{COMMON} 里没有“{name}”" for name in missing])
        shared = {field: value for name in names for field, value in texts[name].items()}
        data["guide"] = {**shared, **data["guide"]}
        data["bases"] = [{"key": b, **bases[b]} if isinstance(b, str) else b for b in data["bases"]]
    if isinstance(data["materials"], str):
        data["materials"] = _read_csv(path.parent / data["materials"])


def _read_csv(path: Path) -> list[dict[str, Any]]:
    """材料清单可以放在同目录的 CSV 里:首行是栏名,空格子取缺省值。"""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]
        return [{**row, **({"condition": json.loads(row["condition"])} if "condition" in row else {})} for row in rows]
    except (OSError, ValueError) as error:
        raise BadCatalogue([f"材料清单 {path.name} 读不出来({error})"]) from error


def _find(model: type[M], code: str, what: str) -> M:
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise BadCatalogue([f"{what}“{code}”不存在"])
    return found


def _clean(instance: models.Model, where: str) -> None:
    """按模型自己的规矩查一遍(长度、代码表、约束),把毛病翻成一句句中文。"""
    unready = [f.name for f in instance._meta.fields if f.is_relation or f.name in ("state", "version", "pinyin")]
    try:
        instance.full_clean(exclude=unready, validate_unique=False)
    except ValidationError as error:
        labels = {f.name: str(f.verbose_name) for f in instance._meta.fields}
        raise BadCatalogue(
            [
                f"{where}：{labels[name] + '：' if name in labels else ''}{message}"
                for name, messages in error.message_dict.items()
                for message in messages
            ]
        ) from error


def _item(data: Mapping[str, Any], report: Report, *, by: Any, at: datetime.datetime) -> Item:
    fields = dict(data)
    code = fields.pop("code", "")
    fields["agency"] = _find(Agency, fields.get("agency", ""), "实施主体")
    fields["section"] = _find(Unit, fields.get("section", ""), "承办科室")
    fields["parent"] = _find(Item, fields["parent"], "主项") if fields.get("parent") else None
    item = Item.objects.filter(code=code).first() or Item(code=code)
    new = item._state.adding
    for name, value in fields.items():
        setattr(item, name, value)
    _clean(item, "事项")
    try:
        changes = keeping.keep_item(item=item, by=by, at=at)
    except keeping.BadCodes as bad:
        raise BadCatalogue([f"事项：{fault}" for fault in bad.faults]) from bad
    if changes:
        report.say(f"{item.code}:{'新增' if new else '修改'}事项“{item.name}”", changed=True)
    return item


def _authorities(item: Item, rows: list[Any], report: Report, *, by: Any, at: datetime.datetime) -> None:
    for row in rows:
        try:
            agency, seal = _find(Agency, row["agency"], "有权机关"), _find(Seal, row["seal"], "用章")
            valid_from, basis = datetime.date.fromisoformat(row["from"]), row["basis"]
        except (KeyError, ValueError) as error:
            raise BadCatalogue([f"办理权限：要写全 agency、seal、from(日期)、basis({error})"]) from error
        if Authority.objects.filter(item=item, agency=agency, seal=seal, valid_from=valid_from, basis=basis).exists():
            continue
        try:
            authorities.grant(item=item, agency=agency, seal=seal, valid_from=valid_from, basis=basis, by=by, at=at)
        except authorities.WrongTerm as error:
            raise BadCatalogue([f"办理权限：{error}"]) from error
        report.say(f"{item.code}:{agency}自 {valid_from} 起有权办理", changed=True)


def _guide(item: Item, data: Mapping[str, Any], report: Report, *, by: Any, at: datetime.datetime) -> None:
    fields, desks, day = _guide_fields(item, data["guide"])
    guide = Guide(item=item, **fields)
    materials = _parts(Material, data["materials"], "材料")
    bases = _parts(LegalBasis, data["bases"], "设定依据")
    _clean(guide, "指南")
    digest = rules.content_digest(guide, materials=materials, bases=bases, desks=desks)
    said = item.guides.in_use().filter(digest=digest).order_by("-version").first()
    if said is not None:
        newer = item.guides.published().filter(version__gt=said.version).order_by("-version").first()
        note = f"，现行第{newer.version}版出自别处，未覆盖" if newer else ""
        report.say(f"{item.code}:与第{said.version}版相同，不变{note}", changed=False)
        return
    try:
        draft = publishing.draft_from(item=item, by=by, at=at)
        _fill(draft, fields, materials=materials, bases=bases, desks=desks)
        earliest = max(day, timezone.localdate(at)) if draft.version > 1 else day
        publishing.publish(guide=draft, effective_from=earliest, by=by, at=at)
    except checking.Incomplete as error:
        raise BadCatalogue([f"指南：{fault}" for fault in error.missing]) from error
    except (steps.NotNow, publishing.WrongDay) as error:
        raise BadCatalogue([f"指南：{error}"]) from error
    report.say(f"{item.code}:发布第{draft.version}版，{earliest} 起生效", changed=True)


def _guide_fields(item: Item, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Unit], datetime.date]:
    fields = {"name": item.name, **data}
    try:
        day = datetime.date.fromisoformat(fields.pop("effective_from", ""))
    except ValueError as error:
        raise BadCatalogue(["指南：effective_from 要写成 2026-01-01 这样的日期"]) from error
    desks = [_find(Unit, code, "受理窗口") for code in fields.pop("desks", [])]
    fields["window"] = _find(Unit, fields["window"], "受理窗口") if fields.get("window") else None
    for name in LIMITS:
        limit = fields.pop(name, {})
        fields |= {f"{name}_{part}": limit[part] for part in ("value", "unit", "basis") if part in limit}
    return fields, desks, day


def _parts(model: type[M], rows: list[Any], what: str) -> list[M]:
    """材料或设定依据的行;键不能重复。"""
    parts, faults, keys = [], [], set()
    for number, row in enumerate(rows, 1):
        where = f"{what}第{number}项“{row.get('key', '')}”"
        try:
            part = model(position=number, **row)
            _clean(part, where)
            parts.append(part)
        except TypeError as error:
            faults.append(f"{where}：有不认识的栏({error})")
        except BadCatalogue as bad:
            faults += bad.faults
        if row.get("key") in keys:
            faults.append(f"{where}：键重复")
        keys.add(row.get("key"))
    if faults:
        raise BadCatalogue(faults)
    return parts


def _fill(
    draft: Guide, fields: Mapping[str, Any], *, materials: list[Any], bases: list[Any], desks: list[Unit]
) -> None:
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    draft.desks.set(desks)
    for part in (*materials, *bases):
        part.guide = draft
        part.save()
