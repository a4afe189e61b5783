"""送达：窗口领取、邮寄、电子送达；寄出以后，记签收或退回。撤销决定书、撤销告知书另行送达。"""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from agencies.models import User
from approvals import rules
from approvals.actions import (
    decision,
    delivering,
    delivery_choices,
    last_ways,
    letters,
    pledge_papers,
    retraction_papers,
    served,
    serving,
)
from approvals.models import Case, DeliveryConsent, Pledge, Retraction
from approvals.models.delivery import RESULT, SET_ASIDE, Sent
from approvals.rules.delivery import ways_of
from approvals.states import DeliveryResult, LastWay, RetractionState
from catalog.states import DeliveryWay
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.states import PaperState
from office.steps import NotNow
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.forms import ArrivalForm, CollectForm, ConsentForm, DeliverForm
from portal.desk.later import CHOOSE, COLLECT, may_consent
from portal.desk.pages import done, show_or_save
from portal.desk.pledges import NAMES
from portal.desk.retractions import SERVE
from portal.desk.set_aside import NAME
from portal.desk.views.deeds import filled, given
from portal.forms.delivery import form_for, known_of


@staff_only
@show_or_save
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """送达：还没排版的决定书先当场排好，打印了才交得出去。"""
    case = case_of(request, number)
    require(may(case, request.user, "deliver"))
    result = Paper.objects.about(case).of_kind(decision.PAPER_OF.get(case.outcome, "")).in_force()
    return _sending(request, case, RESULT, result)


@staff_only
@show_or_save
def serve(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """送达撤销决定书：与结果的送达一样三种方式，另出一份回证。"""
    case = case_of(request, number)
    found: Pledge = get_object_or_404(case.pledges.with_context(), pk=pk)
    require(may(found, request.user, "serve"))
    return _sending(request, case, Sent(found), pledge_papers.revocations(found))


@staff_only
@show_or_save
def serve_set_aside(request: HttpRequest, number: str) -> HttpResponse:
    """送达撤销告知书：原决定送达过的，另行送达，另出一份回证。"""
    case = case_of(request, number)
    require(rules.handles(case, request.user))
    return _sending(request, case, SET_ASIDE, serving.notices_of(case))


@staff_only
@show_or_save
def serve_retraction(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """送达撤回、撤销的文书：先是告知书，核准以后是决定书；各出一份回证。"""
    case = case_of(request, number)
    found: Retraction = get_object_or_404(case.retractions.with_context(), pk=pk)
    require(may(found, request.user, "serve"))
    of_notice = found.state != RetractionState.DECIDED
    sent = Sent(retraction=found, of_notice=of_notice)
    return _sending(request, case, sent, retraction_papers.papers_of(found, of_notice=of_notice))


def _sending(request: HttpRequest, case: Case, what: Sent, papers_sent: Any) -> HttpResponse:
    at = clock.now()
    row = case.deliveries.of(what).on_the_way().first()
    consented = DeliveryConsent.objects.filter(case=case, withdrawn_at=None).exists()

    def act(form: Any) -> None:
        for paper in papers_sent.filter(state=PaperState.ORDERED):
            papers.render_now(paper, at=at)
        told = {**form.cleaned_data, "what": what}
        (_arrived if row else SENT[told.pop("way")])(case, told, staff(request), at)

    def then() -> HttpResponse:
        if case.deliveries.of(what).filter(result=DeliveryResult.RECEIVED).exists():
            return done(request, case, _("已记下送达，送达回证可以打印了。"), "delivery")
        done(request, case, _("已记下，等有了结果再来登记。"))
        if what.retraction:
            return redirect("desk:retraction-serve", case.number, what.retraction.pk)
        if what.pledge:
            return redirect("desk:pledge-serve", case.number, what.pledge.pk)
        return redirect("desk:case-serve-set-aside" if what.set_aside else "desk:case-deliver", case.number)

    choice = delivery_choices.chosen_for(case) if row is None else None
    form = (
        ArrivalForm(given(request), notice=row.way == LastWay.NOTICE)
        if row
        else DeliverForm(
            given(request),
            ways=ways_of(case, result=what.is_result),
            consented=consented,
            decided=not what.is_result,
            servers=served.servers(case, staff(request)),
            chosen=known_of(choice),
        )
    )
    return filled(
        request, case, form, "desk/deliver.html", act, then, at, name=_name(what),
        result=papers_sent.order_by("-pk"), row=row, consented=consented,
        choice=choice,
        past=case.deliveries.of(what).exclude(result="").order_by("sent_at"), what=_word(what),
        blank=row is None and what.is_result,
    )  # fmt: skip


@staff_only
@show_or_save
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """申请人当面说要怎样拿结果：窗口替他登记、改；选电子送达的，打印确认书给他签名。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    try:
        delivery_choices.refuse_late(case)
    except NotNow as reason:
        messages.error(request, str(reason))
        return redirect("desk:case", number)

    def act(form: Any) -> None:
        told = {"way": form.cleaned_data["way"], "to": form.destination(), "how": delivering.AT_WINDOW}
        delivery_choices.choose(case, **told, by=staff(request), at=at)

    def then() -> HttpResponse:
        if form.cleaned_data["way"] == DeliveryWay.ELECTRONIC:
            return done(request, case, _("已登记，请打印确认书给他签名，再存签名页。"), "electronic_consent")
        return done(request, case, _("已登记，送达时照这样填好。"))

    choice = delivery_choices.chosen_for(case)
    form = form_for(case, choice, given(request), desk=True)
    return filled(request, case, form, "desk/delivery_choice.html", act, then, at, name=CHOOSE, choice=choice)


@staff_only
@show_or_save
def electronic(request: HttpRequest, number: str) -> HttpResponse:
    """电子送达确认书：收件以后、送达以前，申请人当面同意的登记、打印给他签名；收回也在这里。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_take_in(case, request.user))
    if not may_consent(case):
        messages.error(request, _("这一件不能用电子送达，或者已经送达、终止。"))
        return redirect("desk:case", number)
    consent = DeliveryConsent.objects.select_related("paper").filter(case=case, withdrawn_at=None).first()

    def act(form: Any) -> None:
        if form.cleaned_data["doing"] == ConsentForm.AGREE:
            delivering.agree(case, how=delivering.AT_WINDOW, by=staff(request), at=at)
        else:
            delivering.take_back(case, by=staff(request), at=at)

    def then() -> HttpResponse:
        if form.cleaned_data["doing"] == ConsentForm.AGREE:
            return done(request, case, _("已登记同意，请打印确认书给他签名，再存签名页。"), "electronic_consent")
        messages.success(request, _("已收回，结果用纸质送达。"))
        return redirect("desk:case-electronic", number)

    form = ConsentForm(given(request))
    return filled(
        request, case, form, "desk/electronic.html", act, then, at, name=_("电子送达确认"), consent=consent,
        documents=letters.CONSENTED,
    )  # fmt: skip


@staff_only
@show_or_save
def collect(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """公告期满、算送达以后，本人来领：核对证件，交给他，出领取的回证。"""
    case, at = case_of(request, number), clock.now()
    row = get_object_or_404(last_ways.uncollected(case).select_related("pledge", "retraction", "clock"), pk=pk)
    row.case = case
    require(last_ways.may_collect(case, row, staff(request)))

    def act(form: Any) -> None:
        last_ways.collect(row, **form.cleaned_data, by=staff(request), at=at)

    form = CollectForm(given(request), initial={"collector": case.applicant.name})
    return filled(
        request, case, form, "desk/collect.html", act,
        lambda: done(request, case, _("已记下领取，领取的回证可以打印了。"), "delivery"), at, name=COLLECT, row=row,
        papers=served.papers_of(row),
    )  # fmt: skip


def _word(what: Sent) -> str:
    if what.retraction:
        return f"{'notice' if what.of_notice else 'retraction'}-{what.retraction.pk}"
    return f"pledge-{what.pledge.pk}" if what.pledge else "set-aside" if what.set_aside else "result"


def _name(what: Sent) -> Any:
    if what.retraction:
        return SERVE[what.of_notice]
    return NAMES["serve"] if what.pledge else NAME if what.set_aside else _("送达")


def _arrived(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    sent = {"what": told["what"], "by": by, "at": at}
    if told["way"] == ArrivalForm.ARRIVED:
        delivering.arrive(case, collector=told["collector"], **sent)
    else:
        delivering.come_back(case, reason=told["reason"], **sent)


def _collected(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    named = {"collector": told["collector"], "id_number": told["collector_id"], "relation": told["relation"]}
    named |= {"id_kind": told["collector_id_kind"], "second": told["second"]}
    delivering.hand_over(case, **named, what=told["what"], by=by, at=at)


def _posted(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    names = ("carrier", "tracking_number", "receiver", "phone", "address", "what")
    delivering.dispatch(case, **{name: told[name] for name in names}, by=by, at=at)


def _online(case: Case, told: dict[str, Any], by: User, at: datetime.datetime) -> None:
    if told.get("agreed"):
        delivering.agree(case, how=delivering.AT_WINDOW, by=by, at=at)
    delivering.deliver_online(case, what=told["what"], by=by, at=at)


SENT = {DeliveryWay.WINDOW: _collected, DeliveryWay.EXPRESS: _posted, DeliveryWay.ELECTRONIC: _online}
