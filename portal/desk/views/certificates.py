"""证照：送达以前更正笔误；早先没有登记的补登。都先填一页。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from approvals.actions import certifying
from approvals.actions.letters import certificate_of
from approvals.rules.certificates import certificate_name, may_correct
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.certificates import LATE, NAME, LateForm, correct_form
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given


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

    def act(form: Any) -> None:
        certifying.record_late(case, form.certificate, reason=form.cleaned_data["reason"], by=staff(request), at=at)

    initial = {"certificate_name": certificate_name(case.guide.result_name)}
    return filled(
        request, case, LateForm(given(request), initial=initial), "desk/certificate_end.html", act,
        lambda: done(request, case, _("已补登。")), at, name=LATE,
    )  # fmt: skip
