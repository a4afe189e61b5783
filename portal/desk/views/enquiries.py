"""询问：有问必答；马上答不了的，约一个时间。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import enquiries
from approvals.actions.recusals import may_recuse
from approvals.models import Case, Enquiry, Message
from approvals.states import EnquiryKind
from office.journal.models import Entry
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from portal.desk import story
from portal.desk.access import may, require, staff, staff_only
from portal.desk.contact_forms import QUOTING, QUOTING_HINT
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, tried
from portal.forms import fields

MINE, ALL, CLOSED = "mine", "all", "closed"
TABS = {MINE: lazy("由我答复的"), ALL: lazy("看得到的"), CLOSED: lazy("已答复")}
LABELS = {step.name: step.custom["label"] for step in moves_of(Enquiry)}


class ReplyForm(forms.Form):
    text = long_text(lazy("答复"), lazy("说清楚现在到哪一步、接下来怎样；会告诉申请人。"))
    quoting = forms.BooleanField(label=QUOTING, help_text=QUOTING_HINT, required=False)


class PromiseForm(forms.Form):
    why = long_text(lazy("为什么不能马上答复"), rows=2)
    until = fields.date_field(
        label=lazy("最迟哪天答复"), help_text=lazy("只能约一次，到时没有答复就上交负责人。"),
    )  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """一个动作：表、办它的动作、办成之后说的话。"""

    form: type[forms.Form]
    act: Callable[..., Any]
    done: Any


DEEDS = {
    "reply": Deed(ReplyForm, enquiries.answer, lazy("已答复，并告诉了申请人。")),
    "promise": Deed(PromiseForm, enquiries.promise, lazy("已约定，并告诉了申请人。")),
}


def enquiry_of(request: HttpRequest, pk: int) -> Enquiry:
    """看得见的询问。Raises: Http404。"""
    found: Enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def enquiries_list(request: HttpRequest) -> HttpResponse:
    """询问清单：缺省是现在由我答复的，按期限。"""
    at, which = clock.now(), which_of(request, TABS)
    seen = Enquiry.objects.visible_to(request.user).with_context().with_next_due()
    if which == CLOSED:
        found = seen.answered().order_by("-answered_at", "-pk")
    else:
        found = (seen.in_hand(staff(request)) if which == MINE else seen.under_way()).order_by("next_due", "-pk")
    return page(request, "desk/enquiries.html", listed(request, TABS, found, at), at)


@staff_only
@require_safe
def enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """一件询问：问什么、还剩多久、现在能做什么。"""
    return _shown(request, enquiry_of(request, pk))


@staff_only
@require_POST
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """答复，或约定答复时间。"""
    found, one, at = enquiry_of(request, pk), DEEDS[name], clock.now()
    require(may(found, request.user, name))
    form = one.form(request.POST, prefix=name)

    def act() -> None:
        one.act(found, by=staff(request), at=at, **form.cleaned_data)

    if form.is_valid() and tried(form, act, found):
        messages.success(request, one.done)
        return redirect("desk:enquiry", pk)
    return _shown(request, found, refused=(name, form))


def _added(found: Enquiry) -> list[Message]:
    """后来并进来的留言：问过以后才发的，和以前发的、问的话里没有(放不下)的。"""
    rows = found.messages.order_by("sent_at", "pk")
    return [one for one in rows if one.sent_at > found.asked_at or one.text not in found.text]


def _shown(request: HttpRequest, found: Enquiry, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    at = clock.now()
    offered = {step.name for step in available(found, request.user)}
    blank = {name: one.form(prefix=name) for name, one in DEEDS.items() if name in offered}
    drawn: dict[str, forms.Form] = {**blank, **(dict([refused]) if refused else {})}
    opened = refused[0] if refused else "reply"
    context = {
        "enquiry": found,
        "may_recuse": found.kind == EnquiryKind.RECUSAL and bool(offered) and may_recuse(found.case, staff(request)),
        "seen": Case.objects.visible_to(request.user).filter(pk=found.case_id).exists(),
        "forms": [(name, LABELS[name], form, name == opened) for name, form in drawn.items()],
        "faulty": refused[1] if refused else None,
        "added": _added(found),
        "clocks": found.clocks.running().order_by("due_at"),
        "events": [_event(entry) for entry in Entry.objects.about(found).reverse()],
    }
    return page(request, "desk/enquiry.html", context, at)


def _event(entry: Entry) -> dict[str, Any]:
    text = next((entry.facts[fact] for fact in ("text", "why") if entry.facts.get(fact)), "")
    return {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "text": text, "state": "done"}
