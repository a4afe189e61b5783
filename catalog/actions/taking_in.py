"""目录导入(目录管理员)：从表格或 JSON 收进来，先看一遍会改什么、哪里不对，再真的做；指南一律成草稿，要第二个人核对。

部署时照目录文件发布的是 importing，那是另一扇门。
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from agencies.models import Agency, Unit
from catalog import rules
from catalog.actions import exporting, files, finding, importing, keeping, publishing
from catalog.actions.files import BadCatalogue
from catalog.actions.merging import alike, differences, merged, shape_faults
from catalog.models import Guide, Item, LegalBasis, Material
from catalog.rules import workbooks
from office import steps

SAME, NEW, CHANGED, WRONG = "same", "new", "changed", "wrong"
SAID = {SAME: "不变", NEW: "新增", CHANGED: "改动", WRONG: "有错"}
PLACES = {
    "agency": (Agency, "实施主体"), "section": (Unit, "承办科室"), "supervisor": (Unit, "监管科室"),
    "parent": (Item, "主项"),
}  # fmt: skip
MAY_LACK = ("supervisor", "parent")  # 可以空着的
Tell = Callable[[int, int], None]


@dataclass
class Outcome:
    """一个事项会怎样：what 是 SAID 里的一个，lines 逐条说改了什么，faults 逐条说哪里不对。"""

    code: str
    name: str
    where: str
    what: str = SAME
    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Report:
    """导入的结果；faults 是还没有轮到事项、读文件时就看出来的。"""

    outcomes: list[Outcome] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return len(self.faults) + sum(one.what == WRONG for one in self.outcomes)

    @property
    def changed(self) -> int:
        return sum(one.what in (NEW, CHANGED) for one in self.outcomes)

    def told(self) -> dict[str, Any]:
        """存得进库的样子。"""
        return asdict(self)


def quiet(done: int, total: int) -> None:
    """不用报进度。"""


def take_in(
    *, content: bytes, by: Any, at: datetime.datetime, dry_run: bool, tell: Tell = quiet, shown: Any = None
) -> Report:
    """导入：一个事务，有一处不对就一行也不进库；dry_run 走完全程再退回。

    shown 是给人看过的结果(Report.told)：给了，现在要做的与它有一处不同，就也退回。
    """
    try:
        documents, faults = workbooks.load(content)
    except workbooks.Unreadable as error:
        return Report(faults=error.faults)
    report = Report(faults=faults)
    errand = importing.Errand(by, at)
    with transaction.atomic():
        known = _known(documents, at.date())
        ordered = files.parents_first(dict(enumerate(documents)))
        for done, (_number, document) in enumerate(ordered):
            tell(done, len(ordered))
            report.outcomes.append(_one(document, known, errand, search=not dry_run))
        stale = shown is not None and report.told() != shown
        transaction.set_rollback(dry_run or stale or bool(report.wrong))
    return report


@dataclass
class Known:
    """一个事项现在的样子：事项、在用的指南、手里的一版。"""

    item: Item | None = None
    current: Guide | None = None
    waiting: Guide | None = None


def _known(documents: list[dict[str, Any]], day: datetime.date) -> dict[str, Known]:
    """交来的事项现在的样子，一次取齐。"""
    codes = [document["item"]["code"] for document in documents]
    rows = Item.objects.filter(code__in=codes).select_related("agency", "section", "supervisor", "parent")
    found = {row.code: Known(row) for row in rows}
    guides = Guide.objects.filter(item__code__in=codes).for_reading()
    for guide in guides.in_force_on(day):
        found[guide.item.code].current = guide
    for guide in guides.in_hand():
        found[guide.item.code].waiting = guide
    return found


def _one(
    document: Mapping[str, Any], everything: Mapping[str, Known], errand: importing.Errand, *, search: bool
) -> Outcome:
    told = document["item"]
    known = everything.get(told["code"], Known())
    outcome = Outcome(told["code"], str(told.get("name", "")), document.get("where", ""))
    try:
        with transaction.atomic():
            item = _item(told, known.item, outcome, errand)
            outcome.name = item.name
            if "guide" in document:
                _guide(item, known, document, outcome, errand)
            if search and outcome.what != SAME:
                finding.index_family(item, at=errand.at)
    except BadCatalogue as bad:
        outcome.faults += bad.faults
    except IntegrityError as error:
        outcome.faults.append(_in_words(error))
    except (PermissionDenied, steps.NotNow) as error:
        outcome.faults.append(str(error))
    except (DatabaseError, ValueError, TypeError, AttributeError, RecursionError):
        outcome.faults.append("有的栏写法不对，数据库存不下；请对照导出的文件逐栏检查。")
    if outcome.faults:
        outcome.what = WRONG
    return outcome


def _in_words(error: IntegrityError) -> str:
    try:
        return importing.in_words(error)
    except IntegrityError:
        return "与目录里已有的数据冲突。"


# 事项 -----------------------------------------------------------------------


def _item(told: Mapping[str, Any], found: Item | None, outcome: Outcome, errand: importing.Errand) -> Item:
    """Raises: BadCatalogue、PermissionDenied。"""
    item, before = (found, exporting.item_document(found)) if found else (Item(code=told["code"]), {})
    if faults := _item_faults(told):
        raise BadCatalogue(faults)
    changes = {name: value for name, value in told.items() if before.get(name, None) != value}
    if found and not changes:
        _refuse_others(item, errand)
        return item
    for name, value in (changes if found else {"agency": "", "section": "", **changes}).items():
        if name in PLACES:
            model, what = PLACES[name]
            setattr(item, name, errand.find(model, value, what) if value or name not in MAY_LACK else None)
        else:
            setattr(item, name, value)
    _refuse_others(item, errand)
    importing.clean(item, "事项")
    try:
        keeping.keep_item(item=item, by=errand.by, at=errand.at, search=False)
    except keeping.BadCodes as bad:
        raise BadCatalogue([f"事项：{fault}" for fault in bad.faults]) from bad
    outcome.what = CHANGED if found else NEW
    outcome.lines += differences(Item, before, {**before, **changes}) if found else ["新的事项"]
    return item


def _item_faults(told: Mapping[str, Any]) -> list[str]:
    faults = [f"事项：不认识的栏“{name}”" for name in sorted(set(told) - files.ITEM)]
    for name, value in told.items():
        if name == "audiences":
            odd = not isinstance(value, list) or not all(isinstance(one, str) for one in value)
        else:
            odd = not isinstance(value, bool if name == "guidance_only" else str)
        if odd:
            faults.append(f"事项：“{name}”的写法不对")
    return faults


def _refuse_others(item: Item, errand: importing.Errand) -> None:
    if not rules.keeps(errand.by, item.agency):
        raise PermissionDenied(f"您没有维护{item.agency}事项目录的权限。")


# 指南 -----------------------------------------------------------------------


def _guide(item: Item, known: Known, document: Mapping[str, Any], outcome: Outcome, errand: importing.Errand) -> None:
    """内容与在用的、或者手里的一版相同就不动；不同就成草稿。

    Raises: BadCatalogue、steps.NotNow。
    """
    current, waiting = known.current, known.waiting
    before = exporting.guide_document(current) if current else {}
    told = merged(before, document, item.name)
    if faults := shape_faults(told):
        raise BadCatalogue(faults)
    if current and alike(told, before):
        return
    if waiting and alike(told, exporting.guide_document(waiting)):
        outcome.lines.append(f"指南与第{waiting.version}版({waiting.get_state_display()})相同，不变")
        return
    if waiting and not (waiting.is_draft and waiting.edited_by_id == errand.by.pk):
        raise steps.NotNow(f"这个事项已有一份{waiting.get_state_display()}的第{waiting.version}版，请先办完那一份。")
    draft = _draft(item, waiting, told, errand)
    outcome.what = outcome.what if outcome.what == NEW else CHANGED
    verb = "改写您的草稿" if waiting else "起草"
    outcome.lines.append(f"{verb}：指南第{draft.version}版" + (f"(现行第{current.version}版)" if current else ""))
    outcome.lines += differences(Guide, before, told) if before else []
    if missing := rules.missing_elements(draft):
        outcome.lines.append(f"还缺{'、'.join(missing)}；补齐才能提交核对")
    outcome.lines += [f"{one}；配上才能提交核对" for one in rules.without_sheet(draft.materials.all())]


def _draft(item: Item, waiting: Guide | None, told: Mapping[str, Any], errand: importing.Errand) -> Guide:
    day = {"effective_from": told["guide"].get("effective_from") or errand.at.date().isoformat()}
    fields, desks, effective_from = importing.guide_fields(item, {**told["guide"], **day}, errand)
    for name in files.LIMITS:
        fields = {f"{name}_value": None, f"{name}_unit": "", f"{name}_basis": "", **fields}
    fields["effective_from"] = effective_from if effective_from > errand.at.date() else None
    materials = importing.read_parts(Material, told["materials"], "材料")
    bases = importing.read_parts(LegalBasis, told["bases"], "设定依据")
    importing.clean(Guide(item=item, **fields), "指南")
    if waiting:
        draft = keeping.begin_edit(guide=waiting, by=errand.by, at=errand.at)
        draft.materials.all().delete()
        draft.bases.all().delete()
    else:
        draft = publishing.draft_from(item=item, by=errand.by, at=errand.at)
    importing.fill(draft, fields, materials=materials, bases=bases, desks=desks)
    keeping.note_edit(guide=draft, changed=["目录导入"], by=errand.by, at=errand.at)
    if faults := rules.faults(draft):
        raise BadCatalogue([f"指南：{fault}" for fault in faults])
    return draft
