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
