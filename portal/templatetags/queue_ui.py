"""队列页面的标签。"""

from typing import Any

from django import template
from django.urls import reverse

from approvals.actions.files import file_fields
from office.papers.words import full_width
from portal.forms.builder import Section, sections

register = template.Library()
register.filter("full_width", full_width)


@register.simple_tag
def answers_of(case: Any) -> list[Section]:
    """申请人填的话:按他填的那一版表单,一页一段。"""
    form = case.guide.form or {}
    uploads = case.attachments.order_by("pk") if file_fields(form) else ()
    links = {upload.digest: reverse("hall:file", args=[upload.pk]) for upload in uploads}
    return sections(full_width(form), case.answers or {}, files=links)


@register.inclusion_tag("admin/filters.html")
def filters(cl: Any, skip: int = 0) -> dict[str, Any]:
    """筛选：收在清单上面，选了什么写在外面；前 skip 个已经画成标签页。"""
    groups = [(spec.title, list(spec.choices(cl))) for spec in cl.filter_specs[skip:]]
    chosen = [
        f"{title} {choice['display'] or '（空）'}"
        for title, choices in groups
        for choice in choices[1:]
        if choice["selected"]
    ]
    return {"groups": groups, "chosen": "；".join(chosen)}
