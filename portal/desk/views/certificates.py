"""证照：送达以前更正笔误；早先没有登记的补登；延续、变更的指明原证照；快到期的清单。"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals import rules
from approvals.actions import certifying, expiry, priors
from approvals.actions.letters import certificate_of
from approvals.rules.certificates import certificate_name, may_correct
from approvals.rules.renewals import prior_of
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.certificates import LATE, NAME, PRIOR, LateForm, PriorForm, correct_form
from portal.desk.expiring import dressed
from portal.desk.pages import done, page, show_or_save
from portal.desk.views.case import frame
from portal.desk.views.deeds import filled, given

PER_PAGE = 25


@staff_only
@show_or_save
def correct(request: HttpRequest, number: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    require(may_correct(case, request.user))
    certificate = certificate_of(case)
    if certificate is None:
        messages.error(request, _("这件办件没有证照。"))
        return redirect("desk:case", number)

    def act(form: Any) -> None:
        certifying.correct(case, form.certificate, reason=form.cleaned_data["reason"], by=staff(request), at=at)

    return filled(
        request, case, correct_form(certificate, given(request)), "desk/certificate.html", act,
        lambda: done(request, case, _("已更正，原决定书作废，新的决定书可以打印了。"), "grant"), at, name=NAME,
    )  # fmt: skip


@staff_only
@show_or_save
def late(request: HttpRequest, number: str) -> HttpResponse:
    """补登证照：办结以前还不登记证照的。"""
    case, at = case_of(request, number), clock.now()
    require(may_correct(case, request.user))
    known = certificate_of(case)
    if known is not None:
        told = {
            "certificate": known,
            "name": LATE,
            "form": None,
            "correctable": certifying.is_open(case, staff(request)),
        }
        return page(request, "desk/certificate_there.html", {**frame(request, case, at), **told}, at)

    def act(form: Any) -> None:
        certifying.record_late(case, form.certificate, reason=form.cleaned_data["reason"], by=staff(request), at=at)

    initial = {"certificate_name": certificate_name(case.guide.result_name)}
    return filled(
        request, case, LateForm(given(request), initial=initial), "desk/certificate_end.html", act,
        lambda: done(request, case, _("已补登。")), at, name=LATE,
    )  # fmt: skip


@staff_only
@show_or_save
def prior(request: HttpRequest, number: str) -> HttpResponse:
    """指明原证照。"""
    case, at = case_of(request, number), clock.now()
    require(rules.handles(case, request.user))
    known = prior_of(case)
    form = PriorForm(given(request), found=priors.candidates(case, at), chosen=known.certificate if known else None)

    def act(form: Any) -> None:
        priors.name(case, form.chosen, by=staff(request), at=at)

    return filled(
        request, case, form, "desk/prior.html", act, lambda: done(request, case, _("已指明原证照。")), at, name=PRIOR
    )


@staff_only
@require_safe
def expiring(request: HttpRequest) -> HttpResponse:
    """快到期的、届满了没有延续也没有注销的证照，先到期的在前。"""
    user, at = staff(request), clock.now()
    shown = Paginator(expiry.expiring(user, at), PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": dressed(shown.object_list, at), "page": shown, "ahead": expiry.LISTED_AHEAD}
    return page(request, "desk/expiring.html", context, at)
