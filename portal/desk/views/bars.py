"""认定隐瞒、虚假材料，不再认定，解除申请限制：一个网址一件事，先填一页。"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import bars
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.bars import FORMS, NAMES, may_do, told
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given

DEEDS: dict[str, tuple[Callable[..., Any], Any]] = {
    "find": (bars.find, lazy("已认定：接着提拟否定报告，经领导审定不予、送达以后，一年内不得再次申请。")),
    "drop": (bars.drop, lazy("已记下：不再认定。")),
    "lift": (bars.lift, lazy("已解除，并告诉了申请人。")),
}


@staff_only
@show_or_save
def deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    if name not in DEEDS:
        raise Http404
    require(may_do(case, request.user, name))
    act_on, words = DEEDS[name]

    def act(form: Any) -> None:
        act_on(case, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, FORMS[name](given(request)), "desk/bar.html", act,
        lambda: done(request, case, words), at, name=NAMES[name], deed=name, **told(case, at),
    )  # fmt: skip
