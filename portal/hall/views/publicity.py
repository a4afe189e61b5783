"""公示：此刻正在公示的，谁都可以看、可以提异议；期满就不再显示。"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.actions import publication as publications
from approvals.models import Publication
from office.steps import NotNow
from office.workdays import clock
from portal.cached import within_limit
from portal.hall import announcements
from portal.hall.access import actor
from portal.hall.forms import ObjectionForm
from portal.hall.procedure_words import published
from portal.language import said
from portal.settings.addresses import client_address

PER_PAGE = 20
MOST, WINDOW = 5, 600  # 同一地址十分钟至多五条异议


@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """正在公示的，先期满的在前；还没有开的听证、没有期满的送达公告也在这里。"""
    at = clock.now()
    found = Publication.objects.now(at).with_context().order_by("to_at", "pk")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "hearings": announcements.hearings(at), "services": announcements.services(at),
    }  # fmt: skip
    return kept_out(render(request, "hall/publicity.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, code: str) -> HttpResponse:
    """一则公示，和提异议的一张表。期满的 404：不该再看得到。"""
    at = clock.now()
    found = get_object_or_404(Publication.objects.now(at).with_context(), code=code)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not within_limit(f"objection:{client_address(request)}", MOST, WINDOW):
            form.add_error(None, _("提交太频繁，请十分钟后再试。"))
        else:
            try:
                publications.object_to(found, **form.cleaned_data, by=actor(request), at=at)
                messages.success(request, _("收到您的异议，我们会核实。留了电话的，答复用短信发给您。"))
            except NotNow as reason:
                messages.error(request, said(reason))
            return redirect("hall:publicity")
    context = {"publication": found, "lines": published(found), "form": form}
    return kept_out(render(request, "hall/publication.html", context))


def kept_out(response: HttpResponse) -> HttpResponse:
    """搜索引擎不收：期满以后不该还搜得到。"""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response
