"""终止办理、误录作废：催告、报请、审定，作废，和给负责人看的一览。"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.actions import terminating, voiding
from approvals.models import Termination, Voiding
from approvals.rules import endings as rules
from approvals.states import TerminationState
from office.workdays import clock
from portal.desk import periods
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.endings import ANSWER, REMIND, TERMINATE, VOID, AnswerForm, RemindForm, TerminateForm, VoidForm
from portal.desk.pages import done, page, show_or_save
from portal.desk.views.case import given_to
from portal.desk.views.deeds import filled, given

PER_PAGE = 25


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """等审定的在前；一段时间里终止、作废了哪些，各单位、各人作废了多少。"""
    user, at = staff(request), clock.now()
    form, since, until = periods.asked(request, at)
    seen = Termination.objects.visible_to(user).with_context()
    voided = Voiding.objects.visible_to(user).filter(at__gte=since, at__lt=until)
    rows = voided.select_related("case__guide", "case__intake_unit", "replaced_by", "by").order_by("-at", "-pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    decided = seen.filter(state=TerminationState.SANCTIONED, decided_at__gte=since, decided_at__lt=until)
    tally = voided.order_by().values("case__intake_unit__name", "by__full_name").annotate(n=Count("pk"))
    context = {
        "form": form,
        "waiting": seen.open().order_by("asked_at", "pk"),
        "decided": decided.order_by("-decided_at", "-pk")[:PER_PAGE],
        "tally": tally.order_by("case__intake_unit__name", "-n", "by__full_name"),
        "voided": found,
        "page": found,
    }
    return page(request, "desk/endings.html", context, at)


@staff_only
@show_or_save
def remind(request: HttpRequest, number: str) -> HttpResponse:
    """书面催告。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_remind(case, request.user))

    def act(form: Any) -> None:
        terminating.remind(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, RemindForm(given(request)), "desk/remind.html", act,
        lambda: done(request, case, _("已催告，催告书可以打印了。"), "participation_reminder"), at,
        name=REMIND, previews="participation_reminder", reminders=case.reminders.select_related("sent_by"),
    )  # fmt: skip


@staff_only
@show_or_save
def terminate(request: HttpRequest, number: str) -> HttpResponse:
    """报请终止。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_ask(case, request.user))

    def act(form: Any) -> None:
        terminating.ask(case, **form.told(), by=staff(request), at=at)

    hints = [(ground.label, rules.TERMS[ground].hint) for ground in rules.G if rules.fits(ground, case)]
    return filled(
        request, case, TerminateForm(case, *given_to(request)), "desk/terminate.html", act,
        lambda: done(request, case, _("已报分管领导审定；审定以前照常办。")), at,
        name=TERMINATE, hints=hints,
    )  # fmt: skip


@staff_only
@show_or_save
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """审定：终止，或者不终止、接着办。"""
    case, at = case_of(request, number), clock.now()
    asked = case.terminations.filter(state=TerminationState.ASKED).select_related("asked_by")
    found: Termination = get_object_or_404(asked)
    require(rules.may_answer(found, request.user))
    declined = "decline" in request.POST

    def act(form: Any) -> None:
        decide = terminating.decline if declined else terminating.sanction
        decide(found, **form.cleaned_data, by=staff(request), at=at)

    def then() -> HttpResponse:
        if declined:
            return done(request, case, _("已记下：不终止，接着办。"))
        case.refresh_from_db()
        return done(request, case, _("已决定终止办理，决定书可以打印了，请送达。"), "termination")

    return filled(
        request, case, AnswerForm(given(request)), "desk/termination.html", act, then, at, name=ANSWER,
        previews=None if declined else "termination",
        termination=found, proofs=terminating.proofs_of(case), reminders=case.reminders.select_related("sent_by"),
    )  # fmt: skip


@staff_only
@show_or_save
def void(request: HttpRequest, number: str) -> HttpResponse:
    """误录作废。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_void(case, request.user))

    def act(form: Any) -> None:
        voiding.void(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, VoidForm(given(request)), "desk/void.html", act,
        lambda: done(request, case, _("已作废，申请人已告知；编号不再用。")), at, name=VOID,
        own_day=rules.same_day(case, at), leads=rules.may_void_for_others(case, request.user),
    )  # fmt: skip
