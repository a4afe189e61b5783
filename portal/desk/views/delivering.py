"""送达：窗口领取、邮寄、电子送达；寄出以后，记签收或退回。"""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from agencies.models import User
from approvals.actions import decision, delivering
from approvals.models import Case, DeliveryConsent
from approvals.states import DeliveryWay
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.states import PaperState
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.forms import ArrivalForm, DeliverForm
from portal.desk.pages import done, show_or_save
from portal.desk.views.deeds import filled, given


@staff_only
@show_or_save
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """送达：还没排版的决定书先当场排好，打印了才交得出去。"""
    case, at = case_of(request, number), clock.now()
    require(may(case, request.user, "deliver"))
    row = case.deliveries.on_the_way().first()
    consented = DeliveryConsent.objects.filter(case=case, withdrawn_at=None).exists()
    result = Paper.objects.about(case).of_kind(decision.PAPER_OF.get(case.outcome, "")).in_force()

    def act(form: Any) -> None:
        for paper in result.filter(state=PaperState.ORDERED):
            papers.render_now(paper, at=at)
        told = {**form.cleaned_data}
        (_arrived if row else SENT[told.pop("way")])(case, told, staff(request), at)

    def then() -> HttpResponse:
        case.refresh_from_db()
        if case.delivered_at:
            return done(request, case, _("已记下送达，送达回证可以打印了。"), "delivery")
        done(request, case, _("已记下，等有了结果再来登记。"))
        return redirect("desk:case-deliver", number)

    form = ArrivalForm(given(request)) if row else DeliverForm(given(request), consented=consented)
    return filled(
        request, case, form, "desk/deliver.html", act, then, at, name=_("送达"), result=result.order_by("-pk"),
        row=row, past=case.deliveries.exclude(result="").order_by("sent_at"), consented=consented,
    )  # fmt: skip


def _arrived(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    if told["way"] == ArrivalForm.ARRIVED:
        delivering.arrive(case, collector=told["collector"], by=by, at=at)
    else:
        delivering.come_back(case, reason=told["reason"], by=by, at=at)


def _collected(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    delivering.hand_over(
        case, collector=told["collector"], id_number=told["collector_id"], relation=told["relation"], by=by, at=at
    )


def _posted(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    names = ("carrier", "tracking_number", "address")
    delivering.dispatch(case, **{name: told[name] for name in names}, by=by, at=at)


def _online(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    if told.get("agreed"):
        delivering.agree(case, how=delivering.AT_WINDOW, by=by, at=at)
    delivering.deliver_online(case, by=by, at=at)


SENT = {DeliveryWay.WINDOW: _collected, DeliveryWay.EXPRESS: _posted, DeliveryWay.ELECTRONIC: _online}
