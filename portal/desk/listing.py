"""分栏的清单：地址里写着看哪一栏，缺省第一栏；一页一页翻，每一行带着还剩多久。"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from portal.desk import story

PER_PAGE = 25


def which_of(request: HttpRequest, tabs: Mapping[str, Any]) -> str:
    """看哪一栏。Raises: Http404(没有这一栏)。"""
    which = request.GET.get("which", next(iter(tabs)))
    if which not in tabs:
        raise Http404
    return which


def listed(
    request: HttpRequest, tabs: Mapping[str, Any], found: QuerySet[Any], at: datetime.datetime
) -> dict[str, Any]:
    """清单页要的：这一页、各栏、现在这一栏。found 带 next_due 的(with_next_due)，每一行连着还剩多久。"""
    which = which_of(request, tabs)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    due = [(one, getattr(one, "next_due", None)) for one in shown.object_list]
    return {
        "page": shown, "which": which, "current": tabs[which],
        "rows": [(one, story.time_left(when, at) if when else None) for one, when in due],
        "tabs": [(label, f"{request.path}?which={key}") for key, label in tabs.items()],
    }  # fmt: skip
