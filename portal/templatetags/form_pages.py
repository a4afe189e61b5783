"""申请表编辑页的标签：申请人看到的样子、条件的说法。"""

from collections.abc import Mapping
from typing import Any

from django import template

from catalog.rules import check_form
from catalog.rules.differences.conditions import demanded, said
from catalog.rules.forms import FIELD_KINDS, asks_about, explanation, known_fields, silent
from portal.forms import builder

register = template.Library()
Definition = Mapping[str, Any]


@register.inclusion_tag("admin/catalog/form/preview.html")
def form_preview(definition: Definition, key: str) -> dict[str, Any]:
    """一页申请表，照大厅的样子画；还没写对的，说清楚哪里不对。"""
    pages = [page for page in (definition or {}).get("pages", ()) if page.get("key") == key]
    if not pages or not pages[0].get("fields"):
        return {"page": pages[0] if pages else None, "form": None}
    page = _alone(pages[0], known_fields(definition))
    whole = {"pages": [page]}
    if faults := check_form(whole):
        return {"page": pages[0], "form": None, "faults": faults}
    form = builder.PageForm(whole, page, {}, None)
    form.prefix = "preview"
    return {
        "page": pages[0],
        "form": form,
        "when": said(pages[0].get("when"), known_fields(definition)),
        "conditional": any(field.get("when") for field in page["fields"]),
    }


def _alone(page: Definition, known: Mapping[str, Any]) -> dict[str, Any]:
    """单看这一页：条件问到别页的，写成一句说明，格子摆出来；拿别页来比的校验不算。"""
    here = {field["key"] for field in page["fields"]}
    fields = []
    for field in page["fields"]:
        made = {name: value for name, value in field.items() if name not in ("when", "checks")}
        if field.get("when") and asks_about(field["when"]) <= here:
            made["when"] = field["when"]
        elif field.get("when"):
            made["help"] = f"（仅当{said(field['when'], known)}时问。）{explanation(field)}"
        made["checks"] = [check for check in field.get("checks", ()) if check.get("field") in (None, *here)]
        fields.append(made)
    return {"key": page["key"], "title": page["title"], "help": page.get("help", ""), "fields": fields}


@register.simple_tag
def when_words(condition: Any, definition: Definition) -> str:
    """条件的一句话；没有条件是空串。"""
    return said(condition, known_fields(definition))


@register.simple_tag
def demands(field: Mapping[str, Any], definition: Definition) -> str:
    return demanded(field, known_fields(definition))


@register.simple_tag
def only_standing(field: Mapping[str, Any]) -> str:
    """没有写说明和样例的格子，申请人看到的通用的一句；写了的是空串。"""
    return explanation(field) if silent(field) and field.get("kind") in FIELD_KINDS else ""


@register.filter
def kind_words(kind: str) -> str:
    return FIELD_KINDS.get(kind, kind)


@register.filter
def at_key(found: Mapping[str, Any], key: str) -> Any:
    return found.get(key)
