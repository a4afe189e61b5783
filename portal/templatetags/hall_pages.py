"""大厅页面自用的标签：流程图、二维码、期限的说法。"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from catalog import rules, states
from portal.hall import pictures

register = template.Library()


@register.inclusion_tag("hall/process_picture.html")
def process_picture(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """办理流程图：从步骤数据画出来；读屏读旁边的表。"""
    return pictures.flow(steps)


@register.simple_tag
def qr(url: str) -> SafeString:
    return pictures.qr(url)


@register.filter
def promise(guide: Any) -> str:
    """承诺时限的说法。"""
    return rules.promise_words(guide)


@register.filter
def statute(guide: Any) -> str:
    """法定时限的说法。"""
    return rules.statute_words(guide)


@register.filter
def way_name(code: str) -> str:
    return str(states.Way(code).label) if code in states.Way.values else ""


@register.filter
def audience_names(codes: list[str]) -> str:
    return "、".join(str(states.Audience(code).label) for code in codes if code in states.Audience.values)


@register.filter
def stage_name(code: str) -> str:
    return str(states.Stage(code).label) if code in states.Stage.values else ""


@register.filter
def unit_name(code: str) -> str:
    """时限单位：wd → 个工作日。"""
    return str(states.TimeUnit(code).label) if code in states.TimeUnit.values else ""


@register.filter
def megabytes(size: int) -> str:
    """文件大小。"""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"
