"""超期说明：写一句原因，申请人看得到，也公开。"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from approvals import rules
from approvals.actions import overdue
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import OverdueForm
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given


@staff_only
@show_or_save
def explain(request: HttpRequest, number: str) -> HttpResponse:
    """最早的一块还没有说明的牌；有几块的，一块一块说明。"""
    case, at = case_of(request, number), clock.now()
    require(rules.handles(case, request.user))
    flag = overdue.waiting(case)
    if flag is None:
        messages.error(request, _("没有要说明原因的超期。"))
        return redirect("desk:case", number)

    def act(form: Any) -> None:
        overdue.explain(flag, text=form.cleaned_data["text"], by=staff(request), at=at)

    return filled(
        request, case, OverdueForm(given(request)), "desk/overdue.html", act,
        lambda: done(request, case, _("已说明，告诉了申请人，并且公开。")), at, flag=flag, name=_("说明超期的原因"),
    )  # fmt: skip
