"""撤回、撤销：承办科室提出、上报；窗口送达在 delivering；审定在审定队列。注销：登记手续。"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals.actions import cancelling, retractions
from approvals.actions.letters import certificate_of
from approvals.models import Clock, Retraction
from approvals.rules import retractions as rules
from approvals.states import ClockKind, RetractionKind
from catalog.states import ItemKind
from office.workdays import clock
from portal.desk import story
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.pages import done, page, show_or_save
from portal.desk.retractions import CANCEL, FORMS, NAME, NAMES, CancelForm, ProposeForm
from portal.desk.views.deeds import filled, given

PER_PAGE = 25
# 公告送达的三十日里，送达的期限停着
POSTED = Exists(
    Clock.objects.running().filter(case=OuterRef("case"), kind=ClockKind.RETRACTION_SERVE, paused_at__isnull=False)
)
ACTS: dict[str, Any] = {
    "ask": (retractions.ask, lazy("已报分管领导审定。")),
    "ask_to_confirm": (retractions.ask_to_confirm, lazy("已报分管领导确认。")),
    "drop": (retractions.drop, lazy("已记下：不再提出。")),
}


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """没有了结的撤回、撤销，最急的在前。"""
    user, at = staff(request), clock.now()
    rows = Retraction.objects.visible_to(user).open().with_context().order_by("due_at", "pk")
    found = Paginator(rows.annotate(posted=POSTED), PER_PAGE).get_page(request.GET.get("page"))
    listed = [(one, _("公告中"), "quiet") if one.posted else (one, *story.time_left(one.due_at, at)) for one in found]
    return page(request, "desk/retractions.html", {"rows": listed, "page": found}, at)


@staff_only
@show_or_save
def propose(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    require(rules.may_propose(case, request.user))
    form = ProposeForm(given(request), licence=case.item.kind == ItemKind.LICENCE)

    def act(form: Any) -> None:
        retractions.propose(case, form.grounds, by=staff(request), at=at)

    def then() -> HttpResponse:
        if form.grounds.document:
            return done(request, case, _("已登记，请科室负责人报领导确认。"))
        return done(request, case, _("已提出：先送达告知书，听取陈述、申辩，再报领导审定。"), "retraction_notice")

    return filled(
        request, case, form, "desk/retract.html", act, then, at, name=NAME,
        previews="retraction_notice", certificate=certificate_of(case), why_not=retractions.obstacle(case),
    )  # fmt: skip


@staff_only
@show_or_save
def deed(request: HttpRequest, number: str, pk: int, name: str) -> HttpResponse:
    """上报、报请确认、不再提出。"""
    case, at = case_of(request, number), clock.now()
    found: Retraction = get_object_or_404(case.retractions.with_context(), pk=pk)
    if name not in ACTS:
        raise Http404
    require(may(found, request.user, name))
    act_on, words = ACTS[name]

    def act(form: Any) -> None:
        act_on(found, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, FORMS[name](given(request)), "desk/retraction_deed.html", act,
        lambda: done(request, case, words), at, name=NAMES[name], retraction=found,
        statements=case.statements.filter(recorded_at__gte=found.proposed_at).order_by("pk"),
    )  # fmt: skip


@staff_only
@show_or_save
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    require(rules.may_cancel(case, request.user))
    certificate = certificate_of(case)
    retracted = certificate is not None and certificate.ended_as in RetractionKind.values
    form = CancelForm(given(request), ended=retracted)

    def act(form: Any) -> None:
        cancelling.cancel(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, form, "desk/certificate_end.html", act,
        lambda: done(request, case, _("已注销，各处都写明；注销决定书可以打印了。"), "cancellation"), at,
        name=CANCEL, certificate=certificate, previews="cancellation",
    )  # fmt: skip
