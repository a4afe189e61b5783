"""我的：办件、草稿、消息。"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from approvals.models import Case, Draft
from office.notices import actions as notices
from office.notices.models import Notice
from office.workdays import clock
from portal.hall import access
from portal.hall.views.account import destination
from portal.second_factor import passed

PER_PAGE = 20


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """本人的页：先登录；工作人员还要过第二因素。页面不留。"""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not passed(request.user):
            raise PermissionDenied
        return view(request)

    return access.private(login_required(wrapped))


@signed_in
@require_safe
def space(request: HttpRequest) -> HttpResponse:
    user = access.citizen_of(request)
    if user is None:
        return redirect(destination(request, request.user, ""))
    cases = Case.objects.visible_to(user).with_context().order_by("-received_at", "-pk")
    context = {
        "page": Paginator(cases, PER_PAGE).get_page(request.GET.get("page")),
        "drafts": Draft.objects.open().filter(user=user).select_related("guide__item").order_by("-saved_at"),
        "unread": Notice.objects.inbox(user).unread().count(),
    }
    return render(request, "hall/space.html", context)


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """消息：全文列出，说的是哪一件就连到哪一件。"""
    page = Paginator(Notice.objects.inbox(request.user), PER_PAGE).get_page(request.GET.get("page"))
    keys = [notice.subject_key for notice in page if notice.subject_type == Case._meta.label_lower]
    numbers = {str(case.pk): case.number for case in Case.objects.visible_to(request.user).filter(pk__in=keys)}
    rows = [(notice, numbers.get(notice.subject_key, "")) for notice in page]
    return render(request, "hall/inbox.html", {"page": page, "rows": rows})


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    notices.read(request.user, at=clock.now())
    return redirect("hall:inbox")
