"""导入目录:先全部看一遍,有一处不对就一行也不进库;再导一次什么也不变。文件怎么写见 actions.files。"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from agencies.models import Agency, Seal, Unit
from catalog import rules
from catalog.actions import authority as authorities
from catalog.actions import checking, files, finding, keeping, publishing
from catalog.actions.files import LIMITS, BadCatalogue
from catalog.models import Authority, Guide, Item, LegalBasis, Material
from office import steps

M = TypeVar("M", bound=models.Model)


@dataclass
class Report:
    """导入做了什么:每个事项一句话。"""

    lines: list[str] = field(default_factory=list)
    changed: int = 0

    def say(self, line: str, *, changed: bool) -> None:
        self.lines.append(line)
        self.changed += changed


@dataclass
class Errand:
    """一次导入:谁在什么时候导,做了什么,机构、科室、印章找过一次就记得。"""

    by: Any
    at: datetime.datetime
    report: Report = field(default_factory=Report)
    known: dict[tuple[type, str], Any] = field(default_factory=dict)

    def find(self, model: type[M], code: str, what: str) -> M:
        if (model, code) not in self.known:
            found = model._default_manager.filter(code=code).first()
            if found is None:
                raise BadCatalogue([f"{what}“{code}”不存在"])
            self.known[model, code] = found
        known: M = self.known[model, code]
        return known


def load(*, paths: Iterable[Path], by: Any, at: datetime.datetime, dry_run: bool = False) -> Report:
    """导入:新事项建立,内容变了的出新版,没变的不动。dry_run 走完全程再退回。

    Raises: BadCatalogue(什么也没有导入)。
    """
    errand = Errand(by, at)
    found, faults = files.read_all(paths)
    with transaction.atomic():
        ordered, made = files.parents_first(found), {}
        for path, data in ordered:  # 先有全部事项：指南写着到期办别的事项的，不看文件的次序
            with _told(path, faults), transaction.atomic():
                made[path] = _item(data["item"], errand)
        for path, data in ordered:
            if path in made:
                with _told(path, faults), transaction.atomic():
                    _fill(*made[path], data, errand)
        if faults:
            raise BadCatalogue(sorted(faults))
        transaction.set_rollback(dry_run)
    return errand.report


@contextmanager
def _told(path: Path, faults: list[str]) -> Iterator[None]:
    """毛病记在哪个文件名下。"""
    try:
        yield
    except BadCatalogue as bad:
        faults += [f"{path.name}：{fault}" for fault in bad.faults]
    except IntegrityError as error:
        faults.append(f"{path.name}：{in_words(error)}")


def in_words(error: IntegrityError) -> str:
    """数据库不收的,是哪条约束、那条约束怎么说(逐条先问一遍要多跑几千次数据库)。"""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for model in (Item, Guide, Material, LegalBasis, Authority):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return f"{model._meta.verbose_name}：{constraint.get_violation_error_message()}"
    raise error


def _fill(item: Item, changed: bool, data: Mapping[str, Any], errand: Errand) -> None:
    published = 0
    if set(data) != files.HEADING:
        _authorities(item, data["authorities"], errand)
        published = _guide(item, data, errand)
    if changed and published != 1:  # 第一版一发布就建过了
        finding.index_family(item, at=errand.at)


def clean(instance: models.Model, where: str) -> None:
    """按模型自己的规矩查一遍(长度、代码表),把毛病翻成一句句中文;约束由数据库把关,见 in_words。"""
    unready = [f.name for f in instance._meta.fields if f.is_relation or f.name in ("state", "version", "pinyin")]
    try:
        instance.full_clean(exclude=unready, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        labels = {f.name: str(f.verbose_name) for f in instance._meta.fields}
        raise BadCatalogue(
            [
                f"{where}：{labels[name] + '：' if name in labels else ''}{message}"
                for name, messages in error.message_dict.items()
                for message in messages
            ]
        ) from error


def _item(data: Mapping[str, Any], errand: Errand) -> tuple[Item, bool]:
    """事项和它有没有变动。"""
    fields = dict(data)
    code = fields.pop("code", "")
    fields["agency"] = errand.find(Agency, fields.get("agency", ""), "实施主体")
    fields["section"] = errand.find(Unit, fields.get("section", ""), "承办科室")
    if "supervisor" in fields:  # 文件里没有写的不动：可以在目录管理里写
        watcher = fields["supervisor"]
        fields["supervisor"] = errand.find(Unit, watcher, "监管科室") if watcher else None
    fields["parent"] = errand.find(Item, fields["parent"], "主项") if fields.get("parent") else None
    item = Item.objects.filter(code=code).first() or Item(code=code)
    new = item._state.adding
    if not new and all(_has(item, name, value) for name, value in fields.items()):
        return item, False
    for name, value in fields.items():
        setattr(item, name, value)
    clean(item, "事项")
    try:
        changes = keeping.keep_item(item=item, by=errand.by, at=errand.at, search=False)
    except keeping.BadCodes as bad:
        raise BadCatalogue([f"事项：{fault}" for fault in bad.faults]) from bad
    if changes:
        errand.report.say(f"{item.code}：{'新增' if new else '修改'}事项“{item.name}”", changed=True)
    return item, bool(changes)


def _has(item: Item, name: str, value: Any) -> bool:
    """这一栏已经是这个值;不认识的栏留给后面去说。"""
    return bool(
        getattr(item, f"{name}_id", None) == value.pk
        if isinstance(value, models.Model)
        else getattr(item, name, None) == value
    )


def _authorities(item: Item, rows: list[Any], errand: Errand) -> None:
    granted = {(one.agency_id, one.seal_id, one.valid_from): one.basis for one in item.authorities.all()}
    for row in rows:
        try:
            agency = errand.find(Agency, row["agency"], "有权机关")
            seal = errand.find(Seal, row["seal"], "用章")
            valid_from, basis = datetime.date.fromisoformat(row["from"]), row["basis"]
        except (KeyError, ValueError) as error:
            raise BadCatalogue([f"办理权限：要写全 agency、seal、from(日期)、basis({error})"]) from error
        terms = {"agency": agency, "seal": seal, "valid_from": valid_from, "basis": basis}
        known = granted.get((agency.pk, seal.pk, valid_from))
        if known is not None:  # 权限不改不删:依据的写法变了,也还是那一条
            if known != basis:
                errand.report.say(
                    f"{item.code}：{agency}自 {valid_from} 起的办理权限已在册，依据的写法不同，未改", changed=False
                )
            continue
        try:
            authorities.grant(item=item, **terms, by=errand.by, at=errand.at)
        except authorities.WrongTerm as error:
            raise BadCatalogue([f"办理权限：{error}"]) from error
        errand.report.say(f"{item.code}：{agency}自 {valid_from} 起有权办理", changed=True)


def _guide(item: Item, data: Mapping[str, Any], errand: Errand) -> int:
    """内容与用过的某一版相同就不动,返回 0;不同就出新版,返回第几版。"""
    fields, desks, day = guide_fields(item, data["guide"], errand)
    guide = Guide(item=item, **fields)
    materials = read_parts(Material, data["materials"], "材料")
    bases = read_parts(LegalBasis, data["bases"], "设定依据")
    clean(guide, "指南")
    digest = rules.content_digest(guide, materials=materials, bases=bases, desks=desks)
    latest = item.guides.order_by("-version")
    said = latest.in_use().filter(digest=digest).values_list("version", flat=True).first()
    if said is not None:
        newer = latest.published().filter(version__gt=said).values_list("version", flat=True).first()
        note = f"，现行第{newer}版出自别处，未覆盖" if newer else ""
        errand.report.say(f"{item.code}：与第{said}版相同，不变{note}", changed=False)
        return 0
    try:
        draft = publishing.draft_from(item=item, by=errand.by, at=errand.at)
        fill(draft, fields, materials=materials, bases=bases, desks=desks)
        earliest = max(day, timezone.localdate(errand.at)) if draft.version > 1 else day
        publishing.publish(guide=draft, effective_from=earliest, by=errand.by, at=errand.at)
    except checking.Incomplete as error:
        raise BadCatalogue([f"指南：{fault}" for fault in error.missing]) from error
    except (steps.NotNow, publishing.WrongDay) as error:
        raise BadCatalogue([f"指南：{error}"]) from error
    errand.report.say(f"{item.code}：发布第{draft.version}版，{earliest} 起生效", changed=True)
    return int(draft.version)


def guide_fields(
    item: Item, data: Mapping[str, Any], errand: Errand
) -> tuple[dict[str, Any], list[Unit], datetime.date]:
    fields = {"name": item.name, **data}
    try:
        day = datetime.date.fromisoformat(fields.pop("effective_from", ""))
    except ValueError as error:
        raise BadCatalogue(["指南：effective_from 要写成 2026-01-01 这样的日期"]) from error
    desks = [errand.find(Unit, code, "受理窗口") for code in fields.pop("desks", [])]
    fields["window"] = errand.find(Unit, fields["window"], "受理窗口") if fields.get("window") else None
    for name in LIMITS:
        limit = fields.pop(name, {})
        fields |= {f"{name}_{part}": limit[part] for part in ("value", "unit", "basis") if part in limit}
    return fields, desks, day


def read_parts(model: type[M], rows: list[Any], what: str) -> list[M]:
    """材料或设定依据的行;键不能重复。"""
    parts, faults, keys = [], [], set()
    for number, row in enumerate(rows, 1):
        where = f"{what}第{number}项“{row.get('key', '')}”"
        try:
            part = model(position=number, **row)
            clean(part, where)
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


def fill(draft: Guide, fields: Mapping[str, Any], *, materials: list[Any], bases: list[Any], desks: list[Unit]) -> None:
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    draft.desks.set(desks)
    for part in (*materials, *bases):
        part.guide = draft
    Material.objects.bulk_create(materials)
    LegalBasis.objects.bulk_create(bases)
    prefetch_related_objects([draft], "materials", "bases", "desks")  # 发布时要查好几遍
