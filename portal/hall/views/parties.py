"""利害关系人的页：听证到了哪一步、他的期限、写给他的文书；期限里的，可以在这里要求听证。"""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.models import User
from approvals.actions import enquiries
from approvals.actions import hearing as hearings
from approvals.actions import parties as deeds
from approvals.models import Hearing, Party
from approvals.states import UNDER_WAY, WAITING, EnquiryKind, HearingState
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.steps import NotNow
from office.workdays import clock
from portal.files import attachment
from portal.hall.access import private
from portal.hall.forms import HearingForm, RecusalForm
from portal.hall.parties import party_of
from portal.language import said


@require_safe
@private
def party(request: HttpRequest, number: str) -> HttpResponse:
    """只说听证和写给他的；申请表、材料、申请人的联系方式都不在这里。"""
    at = clock.now()
    return _shown(request, party_of(request, number, at), HearingForm(), at)


@require_POST
@private
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """要求听证：被告知的利害关系人，五日以内（行政许可法第四十七条）。"""
    at, form = clock.now(), HearingForm(request.POST)
    found = party_of(request, number, at)
    one = _to_ask(found, at)
    if one is None:
        messages.info(request, _("现在不能提出：期限已过，或者已经有人要求了。"))
        return redirect("hall:party", number)
    if form.is_valid():
        try:
            text = form.cleaned_data["text"]
            hearings.request(one, text=text, party=found, by=User.objects.system(), at=at)
            messages.success(request, _("已提出。我们二十个工作日内组织听证，提前七个工作日通知您时间和地点。"))
            return redirect("hall:party", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    return _shown(request, found, form, at)


@require_POST
@private
def recusal(request: HttpRequest, number: str) -> HttpResponse:
    """申请听证主持人、办这件的人回避（行政许可法第四十八条第一款第三项）。"""
    at, form = clock.now(), RecusalForm(request.POST, prefix="recusal")
    found = party_of(request, number, at)
    if form.is_valid():
        told = {"kind": EnquiryKind.RECUSAL, "text": form.cleaned_data["text"], "party": found}
        try:
            enquiries.ask(found.case, **told, by=User.objects.system(), at=at)
            messages.success(request, _("收到了，由负责人决定；答复写在这一页，答复以前不作决定。"))
            return redirect("hall:party", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    return _shown(request, found, HearingForm(), at, recusing=form)


def _shown(
    request: HttpRequest, found: Party, form: Any, at: datetime.datetime, recusing: Any = None
) -> HttpResponse:  # fmt: skip
    case = found.case
    context = {
        "recusing": recusing or RecusalForm(prefix="recusal"),
        "may_recuse": case.state in WAITING,
        "asked": found.enquiries.order_by("-pk"),
        "faulty": recusing or form,
        "party": found,
        "case": case,
        "hearing": case.hearings.order_by("-pk").first(),
        "may_ask": _to_ask(found, at) is not None,
        "may_state": case.state in UNDER_WAY,
        "form": form,
        "papers": deeds.papers_of(found),
        "now": at,
    }
    return render(request, "hall/party.html", context)


def _to_ask(found: Party, at: datetime.datetime) -> Hearing | None:
    """他现在可以要求的那一次听证。"""
    if found.request_due_at <= at:
        return None
    one = deeds.running_hearing(found.case)
    return one if one is not None and one.state == HearingState.TOLD else None


@require_safe
@private
def paper(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """写给他的一份；还没排版的当场排。"""
    at = clock.now()
    found = deeds.papers_of(party_of(request, number, at)).filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        made = papers.render_now(found, at=at)
    except (MissingGlyph, Refused):
        messages.warning(request, _("这份文书正在制作，请稍后再试；急用请打窗口电话。"))
        return redirect("hall:party", number)
    return attachment(made.file, f"{made.title} {made.number}.pdf", "application/pdf")
