"""更正证照的笔误：送达以前，先填一页。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from approvals.actions import certifying
from approvals.actions.letters import certificate_of
from approvals.rules.certificates import may_correct
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.certificates import NAME, correct_form
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
