"""队列页面的标签。"""

from typing import Any

from django import template

from office.papers.words import full_width
from portal.forms.builder import Section, sections

register = template.Library()
register.filter("full_width", full_width)


@register.simple_tag
def answers_of(case: Any) -> list[Section]:
    """申请人填的话:按他填的那一版表单,一页一段。"""
    return sections(full_width(case.guide.form or {}), case.answers or {})
