"""一项一项地翻：按主题、按服务对象、按事项类型、按镇村目录，各有几项；主项底下列着子项。"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, QuestionSet
from catalog.models.item import ItemQuerySet
from catalog.states import Audience, ItemKind, LocalKind, Presence, Theme
from portal.cached import remember
from portal.language import said

PER_PAGE = 20
A = Audience
# 群众眼里的三种身份（GB/T 39046 表 A.4 分得更细）。
OBJECTS = {"person": [A.PERSON], "legal": [A.ENTERPRISE, A.INSTITUTION, A.ORGAN, A.OTHER], "social": [A.SOCIAL]}
OBJECT_NAMES = (("person", _("个人")), ("legal", _("法人和其他组织")), ("social", _("社会组织")))


@dataclass(frozen=True)
class Facet:
    """一种翻法：网址里的名字、说法、各有哪些（值、说法、几项）、选中的。"""

    name: str
    label: Any
    choices: list[tuple[str, Any, int]]
    chosen: str = ""

    @property
    def options(self) -> str:
        """下拉框里的各项；四十来项每次都一样，画一次就记着。"""
        return _options(self.name, tuple(value for value, _words, _n in self.choices), self.chosen, get_language())


@dataclass
class Entry:
    """清单上的一行：事项（可能只是个标题，没有指南），和它底下的子项。"""

    item: Item
    offered: bool = False
    children: list[Item] = field(default_factory=list)


def where(name: str, value: str) -> Q:
    """一种翻法里的一样。"""
    return Q(audiences__has_any_keys=OBJECTS[value]) if name == "object" else Q(**{name: value})


CHOICES: dict[str, tuple[Any, Any]] = {
    "theme": (_("主题"), Theme.choices),
    "object": (_("谁来办"), OBJECT_NAMES),
    "kind": (_("类别"), ItemKind.choices),
    "presence": (_("要不要本人来"), Presence.choices),
    "local_kind": (_("镇村目录"), LocalKind.choices),
}


def facets(offered: QuerySet[Item], asked: Any, day: Any) -> list[Facet]:
    """各种翻法各有几项：一条查询数完，五分钟数一次。"""

    def count() -> dict[str, int]:
        numbers = {
            f"{name}_{value}": Count("pk", filter=where(name, value))
            for name, (_label, choices) in CHOICES.items()
            for value, _words in choices
        }
        return offered.aggregate(**numbers)

    counts = remember(f"hall:facets:{'-'.join(CHOICES)}:{day}", 300, count)
    found = []
    for name, (label, choices) in CHOICES.items():
        rows = [(value, words, counts[f"{name}_{value}"]) for value, words in choices]
        chosen = asked.get(name, "") if asked.get(name, "") in dict(choices) else ""
        found.append(Facet(name, label, [row for row in rows if row[2] or row[0] == chosen], chosen))
    return found


@lru_cache(maxsize=256)
def _options(name: str, values: tuple[str, ...], chosen: str, language: str | None) -> str:
    words = dict(CHOICES[name][1])
    rows = ((value, mark_safe(" selected") if value == chosen else "", said(words[value])) for value in values)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


def narrowed(offered: ItemQuerySet, chosen: list[Facet]) -> ItemQuerySet:
    for facet in chosen:
        if facet.chosen:
            offered = offered.filter(where(facet.name, facet.chosen))
    return offered


def pages(found: QuerySet[Item], number: str | None) -> "Page[Any]":
    """一页清单：按主题、名称排，子项收在主项底下。"""
    inside = found.order_by()
    tops = Item.objects.open_to_citizens().filter(
        Q(pk__in=inside.filter(parent=None).values("pk")) | Exists(inside.filter(parent=OuterRef("pk")))
    )
    place = Case(*(When(theme=theme, then=n) for n, theme in enumerate(Theme)))
    page = Paginator(tops.select_related("agency").order_by(place, "name"), PER_PAGE).get_page(number)
    entries = {item.pk: Entry(item) for item in page.object_list}
    own = Q(pk__in=entries) | Q(parent__in=entries)
    for item in inside.filter(own).select_related("agency").order_by("name"):
        if item.pk in entries:
            entries[item.pk].offered = True
        else:
            entries[item.parent_id].children.append(item)  # type: ignore[index]
    shown: Any = page
    shown.object_list = list(entries.values())
    return shown  # type: ignore[no-any-return]


def elsewhere(text: str) -> list[dict[str, Any]]:
    """这句话说的是不在这里办的事：对号入座里写好的出口，最多三个。"""

    def known() -> list[dict[str, Any]]:
        outs = [out for one in QuestionSet.objects.in_use() for out in one.body["exits"].values() if out.get("words")]
        return list({out["title"]: out for out in outs}.values())

    return [out for out in remember("hall:exits", 300, known) if any(word in text for word in out["words"])][:3]
