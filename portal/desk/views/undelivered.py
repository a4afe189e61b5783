"""送不到的，改用上门、留置、公告；结果、撤销决定书、撤销告知书都在这里。"""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agencies.models import User
from approvals import rules
from approvals.actions import delivering, last_ways, served
from approvals.models import Case, Delivery
from approvals.models.delivery import RESULT, SET_ASIDE, Sent
from approvals.states import LastWay
from office.papers import actions as papers
from office.papers.states import PaperState
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.pages import done, show_or_save
from portal.desk.undelivered import UndeliveredForm
from portal.desk.views.deeds import filled, given

NAMES = {LastWay.DOOR: ("collector", "relation", "place", "second")} | {
    LastWay.LEFT: ("explained", "witness", "recorded", "place", "second"),
    LastWay.UNSIGNED: ("explained", "witness", "second"),
    LastWay.NOTICE: ("explained", "missing", "place"),
}
ACTS: dict[str, Any] = {
    LastWay.DOOR: last_ways.at_the_door, LastWay.LEFT: last_ways.left_behind, LastWay.UNSIGNED: last_ways.unsigned,
    LastWay.NOTICE: last_ways.put_up,
}  # fmt: skip


@staff_only
@show_or_save
def undelivered(request: HttpRequest, number: str, name: str) -> HttpResponse:
    case, at, by = case_of(request, number), clock.now(), staff(request)
    what = _asked(request, case, name)
    form = UndeliveredForm(given(request), servers=served.servers(case, by))
    past = case.deliveries.of(what).order_by("sent_at")

    def act(form: Any) -> None:
        _act(case, form.cleaned_data, what, by, at)

    def then() -> HttpResponse:
        if form.cleaned_data["way"] == LastWay.NOTICE:
            return done(request, case, _("已登记公告，送达公告可以打印张贴了；期满由系统登记送达。"), "service_notice")
        return done(request, case, _("已记下送达，送达回证可以打印了。"), "delivery")

    return filled(
        request, case, form, "desk/undelivered.html", act, then, at, name=_("送不到怎么办"), past=past, what=name,
    )  # fmt: skip


def _asked(request: HttpRequest, case: Case, name: str) -> Sent:
    """送的是什么：result、set-aside、pledge-12、notice-3（撤回撤销的告知书）、retraction-3（决定书）。不是这一件的、没有权限的，和平常送达一样。"""
    if name == "result":
        require(may(case, request.user, "deliver"))
        return RESULT
    if name == "set-aside":
        require(rules.handles(case, request.user))
        return SET_ASIDE
    noun, _dash, key = name.partition("-")
    if noun not in ("pledge", "notice", "retraction") or not key.isdecimal():
        raise Http404
    if noun != "pledge":
        retraction = get_object_or_404(case.retractions.with_context(), pk=int(key))
        require(may(retraction, request.user, "serve"))
        return Sent(retraction=retraction, of_notice=noun == "notice")
    pledge = get_object_or_404(case.pledges.with_context(), pk=int(key))
    require(may(pledge, request.user, "serve"))
    return Sent(pledge)


def _act(case: Case, told: dict[str, Any], what: Sent, by: User, at: datetime.datetime) -> None:
    """还没排版的先排好，交得出去、贴得出去才算。"""
    for paper in served.papers_of(Delivery(case=case, **delivering.columns(what))):
        if paper.state == PaperState.ORDERED:
            papers.render_now(paper, at=at)
    ACTS[told["way"]](case, **{name: told[name] for name in NAMES[told["way"]]}, what=what, by=by, at=at)
