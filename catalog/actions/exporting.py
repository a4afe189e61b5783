"""导出目录：每个事项和它这一天在用的指南，写成与目录文件同样的样子，改好了可以再导入。办理权限不在其中。"""

import datetime
from collections.abc import Mapping
from typing import Any

from catalog import rules
from catalog.models import Guide, Item, LegalBasis, Material
from catalog.rules.workbooks import clean

Document = dict[str, Any]
LIMITS = ("statutory", "promised", "supplement")
ITEM_FIELDS = (
    *(
        "code",
        "name",
        "short_name",
        "aliases",
        "kind",
        "situation",
        "level",
        "basic_code",
        "implementation_code",
        "handling_code",
    ),
    *("audiences", "theme", "presence", "local_kind", "guidance_only", "withheld"),
)
GUIDE_FIELDS = tuple(name for name in rules.GUIDE_CONTENT if not name.startswith(LIMITS))
PART_FIELDS: Mapping[type, tuple[str, ...]] = {
    Material: (*rules.MATERIAL_CONTENT, "condition", "form"),
    LegalBasis: tuple(rules.BASIS_CONTENT),
}


def documents(*, items: Any, day: datetime.date) -> list[Document]:
    """各个事项的数据，按编码排。"""
    rows = list(items.select_related("agency", "section", "supervisor", "parent").order_by("code"))
    guides = {guide.item_id: guide for guide in Guide.objects.in_force_on(day).filter(item__in=rows).for_reading()}
    return [document(row, guides.get(row.pk)) for row in rows]


def document(item: Item, guide: Guide | None) -> Document:
    """一个事项的数据；没有指南的只有 item 一部分。"""
    told: Document = {"item": item_document(item)}
    return {**told, **guide_document(guide)} if guide else told


def item_document(item: Item) -> Document:
    places = {"agency": item.agency.code, "section": item.section.code}
    above = {
        "parent": item.parent.code if item.parent else "",
        "supervisor": item.supervisor.code if item.supervisor else "",
    }
    return clean({**{name: getattr(item, name) for name in ITEM_FIELDS}, **places, **above})  # type: ignore[no-any-return]


def guide_document(guide: Guide) -> Document:
    """一版指南的数据。"""
    told = {name: getattr(guide, name) for name in GUIDE_FIELDS}
    for name in LIMITS:
        parts = {part: getattr(guide, f"{name}_{part}") for part in ("value", "unit", "basis")}
        told[name] = {part: value for part, value in parts.items() if value not in (None, "")}
    told["window"] = guide.window.code if guide.window else ""
    told["desks"] = sorted(unit.code for unit in guide.desks.all())
    told["effective_from"] = guide.effective_from.isoformat() if guide.effective_from else ""
    ordered = [sorted(rows.all(), key=lambda row: (row.position, row.pk)) for rows in (guide.materials, guide.bases)]
    materials, bases = ([part(row) for row in rows] for rows in ordered)
    return clean({"guide": told, "materials": materials, "bases": bases, "authorities": []})  # type: ignore[no-any-return]


def part(row: Any) -> Document:
    told = {name: getattr(row, name) for name in PART_FIELDS[type(row)]}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in told.items()}
