"""一页指南的正文：要素、流程图、版本、相邻的事。排一页要几十毫秒，内容又很少变，所以排好了记着。"""

import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When, prefetch_related_objects
from django.template.loader import render_to_string

from catalog.models import Guide, Item
from delegation.models import Delegation
from portal.hall import structured
from portal.hall.versions import versions_of
from supervision.models import Pace

NEAR, RELATED = 60, 6
CHILD, SIBLING, SAME_FAMILY, SAME_THEME = range(4)  # 编码的头一段相同，是同一类的事


def prepare(guide: Guide, address: str, day: datetime.date) -> dict[str, Any]:
    """正文、给搜索引擎的数据、相关的事（编码、叫法）。"""
    prefetch_related_objects([guide], "materials", "bases", "desks")
    near = neighbours(guide.item, day)
    context = {
        "guide": guide,
        "item": guide.item,
        "versions": versions_of(guide.item, day),
        "materials": sorted(guide.materials.all(), key=lambda m: (m.position, m.pk)),
        "bases": sorted(guide.bases.all(), key=lambda b: (b.position, b.pk)),
        "places": [guide.window, *guide.desks.all()] if guide.window else [],
        "pace": pace_of(guide.item),
        "delegations": list(Delegation.objects.announced(day).filter(item=guide.item).select_related("to_agency")),
        "children": [one for one in near if one.kinship == CHILD],
    }
    related = [(one.code, one.short_name or one.name) for one in near if one.kinship != CHILD]
    return {
        "body": render_to_string("hall/guide_body.html", context),
        "facts": structured.service(guide, address),
        "faq": bool(guide.faq),
        "related": related[:RELATED],
    }


def neighbours(item: Item, day: datetime.date) -> list[Any]:
    """相邻的事项，近的在前：子项，同一主项下的，同一类的，同一主题的；一条查询取齐。"""
    siblings = Q(parent=item.parent_id) if item.parent_id else Q(pk=None)
    kinship = Case(
        When(parent=item.pk, then=Value(CHILD)),
        When(siblings, then=Value(SIBLING)),
        When(code__startswith=item.code.partition("-")[0] + "-", then=Value(SAME_FAMILY)),
        default=Value(SAME_THEME),
        output_field=IntegerField(),
    )
    offered = Item.objects.open_to_citizens().published_on(day).exclude(pk=item.pk)
    near = offered.filter(Q(parent=item.pk) | siblings | Q(theme=item.theme)).annotate(kinship=kinship)
    return list(near.order_by("kinship", "name")[:NEAR])


def pace_of(item: Item) -> Pace | None:
    """实际用时：件数够了才说。"""
    pace: Pace | None = getattr(item, "pace", None)
    return pace if pace and pace.tells else None
