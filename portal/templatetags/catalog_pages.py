"""目录维护页的标签：代码换成话。"""

from collections.abc import Mapping
from typing import Any

from django import template

from catalog.rules.differences.conditions import demanded, said
from catalog.rules.differences.words import limit
from catalog.rules.doubts import doubted
from catalog.rules.forms import known_fields
from catalog.rules.forms.definition import FIELD_KINDS
from catalog.rules.questions import EXIT, ITEM
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


@register.simple_tag
def leads_to(target: str, body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """一个选项通到哪里，一句话。"""
    if target.startswith(ITEM):
        code = target.removeprefix(ITEM)
        return f"事项：{names.get(code, code)}"
    if target.startswith(EXIT):
        out = body["exits"].get(target.removeprefix(EXIT))
        return f"出口：{out['title']}" if out else "出口已经删去"
    question = body["questions"].get(target)
    return f"再问：{question['text']}" if question else "还没有去处"


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
