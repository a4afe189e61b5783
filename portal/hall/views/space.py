"""我的：办件、草稿、消息。"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.models import Case, Draft, Joint, JointDraft
from office.notices import actions as notices
from office.notices import digests
from office.notices.kinds import CITIZEN
from office.notices.models import Notice
from office.workdays import clock
from portal.hall import access
from portal.hall.views.account import destination
from portal.notice_forms import PaceForm, fixed
from portal.recalled import with_recalls
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
    cases = with_recalls(Case.objects.visible_to(user).listed()).order_by("-received_at", "-pk")
    together = Joint.objects.filter(user=user).with_context().order_by("-received_at", "-pk")[:PER_PAGE]
    alone = Draft.objects.open().filter(user=user, joint=None)
    unfinished = JointDraft.objects.filter(user=user, joint=None).select_related("matter").order_by("-pk")[:PER_PAGE]
    context = {
        "joints": together,
        "joint_drafts": unfinished,
        "page": Paginator(cases, PER_PAGE).get_page(request.GET.get("page")),
        "drafts": alone.select_related("guide__item").order_by("-saved_at"),
        "unread": Notice.objects.inbox(user).unread().count(),
    }
    return render(request, "hall/space.html", context)


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """消息：全文列出，说的是哪一件就连到哪一件。"""
    found = Notice.objects.inbox(request.user).prefetch_related("parts")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    every = [one for notice in page for one in (notice, *notice.parts.all())]
    keys = [one.subject_key for one in every if one.subject_type == Case._meta.label_lower]
    numbers = {str(case.pk): case.number for case in Case.objects.visible_to(request.user).filter(pk__in=keys)}
    rows = [(notice, _number(notice, numbers), [(one, _number(one, numbers)) for one in notice.parts.all()])
            for notice in page]  # fmt: skip
    return render(request, "hall/inbox.html", {"page": page, "rows": rows})


def _number(notice: Notice, numbers: dict[str, str]) -> str:
    """说的是哪一件；摘要不单说哪一件。"""
    return numbers.get(notice.subject_key, "") if notice.subject_type == Case._meta.label_lower else ""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def paces(request: HttpRequest) -> HttpResponse:
    """各种通知怎样收；法定的改不了。"""
    user = access.citizen_of(request)
    if user is None:
        return redirect(destination(request, request.user, ""))
    form = PaceForm(CITIZEN, user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        digests.choose(user, paces=form.paces(), by=user, at=clock.now())
        messages.success(request, _("已记下您的选择。"))
        return redirect("hall:notice-paces")
    return render(request, "hall/notice_paces.html", {"form": form, "fixed": fixed(CITIZEN)})


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    notices.read(request.user, at=clock.now())
    return redirect("hall:inbox")
