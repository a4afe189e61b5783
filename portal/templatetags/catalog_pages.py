"""目录维护页的标签：代码换成话。"""

from collections.abc import Mapping
from typing import Any

from django import template

from catalog.rules.differences.conditions import demanded, said
from catalog.rules.differences.words import doubted, limit
from catalog.rules.forms import known_fields
from catalog.rules.forms.definition import FIELD_KINDS
from catalog.states import Stage, Way

register = template.Library()


@register.filter
def stage_words(code: str) -> str:
    return str(dict(Stage.choices).get(code, code))


@register.filter
def way_words(code: str) -> str:
    return str(dict(Way.choices).get(code, code))


@register.filter
def doubted_name(key: str) -> str:
    return doubted(key)


@register.filter
def term_words(row: Mapping[str, Any]) -> str:
    return limit(row.get("value"), row.get("unit", ""))


@register.filter
def field_lines(page: Mapping[str, Any], form: Mapping[str, Any]) -> list[str]:
    """申请表一页上的每一格，一句话：名称、种类、必填、要求、什么时候问。"""
    fields, lines = known_fields(form), []
    for field in page.get("fields", ()):
        need = "必填" if field.get("required") else "选填"
        told = [f"{field['label']}（{FIELD_KINDS.get(field['kind'], '')}，{need}）", demanded(field, fields)]
        when = said(field.get("when"), fields)
        told.append(f"仅当{when}时填写" if when else "")
        lines.append("，".join(part for part in told if part))
    return lines
