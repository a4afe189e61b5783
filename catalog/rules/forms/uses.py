"""一格在哪里用到:别的格子、页、材料的条件,校验,预填。删它之前先看。"""

from collections.abc import Iterable
from typing import Any

from catalog.rules.forms.conditions import asks_about
from catalog.rules.forms.definition import PREFILLS, Definition, fields_of, known_fields


def uses(definition: Definition, key: str, materials: Iterable[Any]) -> list[str]:
    """离不开这一格的地方;有就删不得,先改那里。每处一句中文。"""
    found = [
        f"第 {number} 页“{page['title']}”要不要填，看它"
        for number, page in enumerate(definition.get("pages", ()), 1)
        if key in asks_about(page.get("when"))
    ]
    for _page, field in fields_of(definition):
        if key in asks_about(field.get("when")):
            found.append(f"字段“{field['label']}”问不问，看它")
        if any(check.get("field") == key for check in field.get("checks", ())):
            found.append(f"字段“{field['label']}”的校验拿它来比")
    found += [f"材料“{one.name}”要不要交，看它" for one in materials if key in asks_about(one.condition)]
    return found


def notes(definition: Definition, key: str) -> list[str]:
    """删了会少掉、但不妨碍删的。"""
    field = known_fields(definition).get(key, {})
    found = [f"它预填“{PREFILLS[field['prefill']]}”"] if field.get("prefill") in PREFILLS else []
    if field.get("checks"):
        found.append(f"它自己的 {len(field['checks'])} 条校验会一起删去")
    return found
