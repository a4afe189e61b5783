"""利害关系人：告知、记陈述申辩、不予听证。一个网址一件事，先填一页。"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import parties
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.pages import done, show_or_save
from portal.desk.parties import NAMES, form_for, may_do
from portal.desk.views.deeds import filled, given

# 名字 → 动作、说什么、摆出哪份文书。
DEEDS: dict[str, tuple[Callable[..., Any], Any, str]] = {
    "tell": (parties.tell, lazy("已登记，利害关系人告知书可以打印送达了。"), "party_notice"),
    "hear": (parties.hear, lazy("已记下，陈述申辩笔录可以打印签名了。"), "statement"),
    "deny": (parties.deny_hearing, lazy("已定：不予听证，通知书可以打印送达了。"), "hearing_denied"),
}


@staff_only
@show_or_save
def deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    case, at = case_of(request, number), clock.now()
    if name not in DEEDS:
        raise Http404
    require(may_do(case, request.user, name))
    act_on, words, paper = DEEDS[name]

    def act(form: Any) -> None:
        act_on(case, by=staff(request), at=at, **form.cleaned_data)

    return filled(
        request, case, form_for(name, at, given(request)), "desk/party.html", act,
        lambda: done(request, case, words, paper), at, name=NAMES[name],
    )  # fmt: skip
