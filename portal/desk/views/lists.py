"""办件与报告的清单、扫码。"""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.models import Batch, Case
from denials.models import Report
from office.papers.models import Paper
from office.workdays import clock
from portal.desk import queues, story
from portal.desk.access import staff_only
from portal.desk.pages import page, to_next
from portal.desk.views.today import rows

PER_PAGE = 25
ALL, HELD = "all", "held"


@staff_only
@require_safe
def cases(request: HttpRequest, queue: str = "") -> HttpResponse:
    """一队办件；“全部在办”是看得见而没有办结的。"""
    user: Any = request.user
    at = clock.now()
    queue = queue or request.GET.get("queue", "")
    if queue and queue not in {*queues.BY_KEY, *queues.HANDLING, ALL, HELD}:
        raise Http404
    if queue in (ALL, HELD):
        visible = Case.objects.visible_to(user)
        found = queues.with_due(visible.held() if queue == HELD else visible.waiting())
    elif queue in queues.HANDLING:
        found = queues.with_due(Case.objects.visible_to(user).filter(queues.handling(user, at)[queue]))
    else:
        found = queues.tasks(user, at, *([queue] if queue else []))
    numbers = queues.counts(user, at)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "counts": numbers,
        "page": shown,
        "rows": rows(shown.object_list, at),
        "queue": queue,
        "title": _title(queue),
        "queues": [(one, numbers[one.key]) for one in queues.QUEUES],
        "handling": [(key, title, numbers[key]) for key, title in queues.HANDLING.items()],
    }
    return page(request, "desk/cases.html", context, at)


def _title(queue: str) -> Any:
    named = {ALL: _("全部在办"), HELD: _("审定中"), **queues.HANDLING}
    return named.get(queue) or getattr(queues.BY_KEY.get(queue), "title", "")


@staff_only
@require_safe
def refusals(request: HttpRequest) -> HttpResponse:
    """拟否定报告：看得见的；先列还没有审定的。"""
    at = clock.now()
    closed = "closed" in request.GET
    found = Report.objects.visible_to(request.user).with_context()
    found = found.exclude(pk__in=Report.objects.open()) if closed else found.open()
    shown = Paginator(found.order_by("-filed_at" if closed else "filed_at"), PER_PAGE).get_page(request.GET.get("page"))
    made = []
    for report in shown.object_list:
        due = report.clocks.running().order_by("due_at").values_list("due_at", flat=True).first()
        made.append((report, *(story.time_left(due, at) if due else ("", "quiet"))))
    return page(request, "desk/refusals.html", {"page": shown, "rows": made, "closed": closed}, at)


# 扫码 -----------------------------------------------------------------


@staff_only
@require_safe
def scan(request: HttpRequest) -> HttpResponse:
    """扫码或输入：办件编号、文书核验码（二维码里的网址也行）、报告编号、移交清单编号。"""
    text = request.GET.get("code", "").strip()
    code = text.rstrip("/").rpartition("/")[2] if "://" in text else text
    code = re.sub(r"\s", "", code)[:60]
    if not code:
        return redirect("desk:search")
    visible = Case.objects.visible_to(request.user)
    number = visible.filter(number=code).values_list("number", flat=True).first() or _of_paper(request, code)
    if number:
        return to_next(number)
    if Batch.objects.visible_to(request.user).filter(number=code).exists():
        return redirect("desk:handover-batch", code)
    if Report.objects.visible_to(request.user).filter(number=code).exists():
        return redirect("desk:report", code)
    messages.warning(request, _("没有找到“%s”：请核对编号；不是您单位的办件也查不到。") % code[:40])
    return redirect("desk:search")


def _of_paper(request: HttpRequest, code: str) -> str:
    """文书说的是哪一件办件；看不见的就当没有。"""
    paper = Paper.objects.by_check_code(code)
    if paper is None or paper.subject_type != Case._meta.label_lower:
        return ""
    visible = Case.objects.visible_to(request.user).filter(pk=int(paper.subject_key))
    return visible.values_list("number", flat=True).first() or ""
