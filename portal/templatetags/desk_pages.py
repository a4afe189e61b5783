"""工作台页面自用的标签。"""

from typing import Any

from django import template
from django.forms import BaseForm

from office.papers.words import full_width
from portal.templatetags.hall_ui import error_summary, tabs

register = template.Library()


register.filter("full_width", full_width)


@register.inclusion_tag("shared/error_summary.html")
def error_summary_of(forms: list[BaseForm]) -> dict[str, Any]:
    """几张表的错误汇总，表排在一个单子里。"""
    return error_summary(*forms)


@register.inclusion_tag("shared/tabs.html")
def case_tabs(pairs: list[str], current: str) -> dict[str, Any]:
    """办件的标签页：名称、网址成对排在一个表里。"""
    return tabs(*pairs, current=current)
