"""首问：登记，和它的去处。没有一个按钮是“不行”。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import contacts
from approvals.models import Contact
from approvals.states import ContactState
from denials.rules import LADDER
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.models import Paper
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import periods, story
from portal.desk.access import may, require, staff, staff_only
from portal.desk.contact_forms import AnswerForm, CoordinateForm, NoteForm, ReferForm, RegisterForm
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, show_or_save, tried
from portal.files import sheet

MINE, COMING, ALL, CLOSED = "mine", "coming", "all", "closed"
TABS = {MINE: lazy("由我办的"), COMING: lazy("引导来的"), ALL: lazy("看得到的"), CLOSED: lazy("已了结")}
LABELS = {step.name: step.custom["label"] for step in moves_of(Contact)}


@dataclass(frozen=True)
class Deed:
    """一个去处：状态机的步名，填的表，办它的动作，办成之后说的话。"""

    name: str
    form: Callable[[Contact, Any], forms.Form]
    act: Callable[..., Any]
    done: Any


def _follow(step: str) -> Callable[..., Any]:
    return lambda contact, form, **told: contacts.follow_up(contact, step=step, **form.cleaned_data, **told)


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("reply", lambda _c, data: AnswerForm(data, prefix="reply"),
             lambda contact, form, **told: contacts.answer(contact, **form.cleaned_data, **told), lazy("已答复。")),
        Deed("refer", lambda contact, data: ReferForm(contact, data, _known_place(contact)),
             lambda contact, form, **told: contacts.refer(contact, route=form.route_told(), **told),
             lazy("引导单已开，请打印交给群众。到期前请回访。")),
        Deed("coordinate", lambda _c, data: CoordinateForm(data, prefix="coordinate"),
             lambda contact, form, **told: contacts.coordinate(contact, **form.cleaned_data, **told),
             lazy("已提请协调，期限内会定下由谁办。")),
        Deed("confirm", lambda _c, data: NoteForm(data, prefix="confirm"), _follow("confirm"),
             lazy("已记下：办到了。")),
        Deed("sign", lambda _c, data: NoteForm(data, prefix="sign"), _follow("sign"), lazy("已接办。")),
        Deed("send_again", lambda _c, data: NoteForm(data, prefix="send_again"), _follow("send_again"),
             lazy("已记下：没有办到。请接着想办法。")),
    )
}  # fmt: skip


def contact_of(request: HttpRequest, number: str) -> Contact:
    """看得见的首问。Raises: Http404。"""
    found: Contact = get_object_or_404(Contact.objects.visible_to(request.user).with_context(), number=number)
    return found


def _known_place(contact: Contact) -> dict[str, Any]:
    """涉及的事项公布了窗口的，先填上。"""
    guide = contact.item.guide_on(local(contact.registered_at).date()) if contact.item else None
    if guide is None or guide.window is None:
        return {}
    return {"unit": guide.window.code, "address": guide.window.address, "phone": guide.window.phone}


@staff_only
@require_safe
def contacts_list(request: HttpRequest) -> HttpResponse:
    """首问清单：缺省是现在由我办的，按最近的期限。"""
    at, which, user = clock.now(), which_of(request, TABS), staff(request)
    seen = Contact.objects.visible_to(user).with_context().with_next_due()
    if which == CLOSED:
        found = seen.finished().order_by("-closed_at", "-pk")
    else:
        chosen = {MINE: seen.in_hand(user), COMING: seen.sent_to(user), ALL: seen.under_way()}[which]
        found = chosen.order_by("next_due", "-pk")
    context = {**listed(request, TABS, found, at), "leads": user.may_somewhere(*LADDER)}
    return page(request, "desk/contacts.html", context, at)


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """零推诿：各单位、各人的数，缺省是最近三十天登记的。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*LADDER))
    form, since, until = periods.asked(request, at)
    seen = Contact.objects.visible_to(user).registered_between(since, until)
    context = {
        "form": form,
        "units": seen.tallied("unit__path", "unit__name", at=at),
        "people": seen.tallied("unit__path", "unit__name", "clerk__full_name", "clerk", at=at),
    }
    return page(request, "desk/contact_figures.html", context, at)


def _blank(user: Any, day: Any, request: HttpRequest) -> RegisterForm:
    """空的登记表；从收件页点咨询类事项过来的，事项已经选好。"""
    return RegisterForm(user, day, None, {name: request.GET.get(name, "")[:60] for name in ("q", "item")})


@staff_only
@show_or_save
def new(request: HttpRequest) -> HttpResponse:
    """首问登记：问什么、谁问的、涉及什么；登记了再选去处。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere("view_cases"))
    day = local(at).date()
    if request.method != "POST":
        return page(request, "desk/contact_new.html", {"form": _blank(user, day, request)}, at)
    if "look" in request.POST:
        return page(request, "desk/contact_new.html", {"form": RegisterForm(user, day, None, request.POST.dict())}, at)
    form = RegisterForm(user, day, request.POST)
    if form.is_valid():
        key = f"contact-{user.pk}-{form.cleaned_data['key']}"[:64]
        made = contacts.register(**form.told(), by=user, at=at, key=key)
        messages.success(request, _("已登记，编号 %s。您是首问责任人，请选一个去处。") % made.number)
        return redirect("desk:contact", made.number)
    return page(request, "desk/contact_new.html", {"form": form}, at)


@staff_only
@require_safe
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """一件首问：问了什么，到了哪一步，还有几个去处。"""
    return _shown(request, contact_of(request, number))


@staff_only
@require_POST
def deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """选一个去处。"""
    found, one, at = contact_of(request, number), DEEDS[name], clock.now()
    require(may(found, request.user, name))
    form = one.form(found, request.POST)
    if form.is_valid() and tried(form, lambda: one.act(found, form, by=staff(request), at=at), found):
        messages.success(request, one.done)
        return redirect("desk:contact", number)
    return _shown(request, found, refused=(name, form))


@staff_only
@require_safe
def slip(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """引导单的 PDF；还没排版的当场排。"""
    found = get_object_or_404(Paper.objects.about(contact_of(request, number)), pk=pk)
    try:
        made = papers.render_now(found, at=clock.now())
    except (MissingGlyph, Refused) as reason:
        messages.error(request, _("这份文书排不出来：%s") % reason)
        return redirect("desk:contact", number)
    return sheet(made.file.open("rb"), f"{made.title} {made.number}.pdf")


def _shown(request: HttpRequest, found: Contact, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    """refused 是刚刚没办成的那张表：照样展开，填过的都还在。"""
    at, user = clock.now(), staff(request)
    offered = {step.name for step in available(found, user)}
    blank = {name: one.form(found, None) for name, one in DEEDS.items() if name in offered}
    drawn: dict[str, forms.Form] = {**blank, **(dict([refused]) if refused else {})}
    takes_up = found.state in (ContactState.OPEN, ContactState.COORDINATING, ContactState.REFERRED)
    opened = refused[0] if refused else ""
    context = {
        "contact": found,
        "forms": [(name, LABELS[name], form, name == opened) for name, form in drawn.items()],
        "faulty": refused[1] if refused else None,
        "intake_url": _intake_url(found) if takes_up and user.may_somewhere("take_in") else "",
        "clocks": found.clocks.running().order_by("due_at"),
        "referrals": found.referrals.order_by("-pk"),
        "coordinations": found.coordinations.order_by("-pk"),
        "slip": Paper.objects.about(found).of_kind("referral").in_force().order_by("-pk").first(),
        "events": [_event(entry) for entry in Entry.objects.about(found).reverse()],
    }
    return page(request, "desk/contact.html", context, at)


def _intake_url(found: Contact) -> str:
    """收件页：知道是哪一项就直接到那一项。"""
    item = found.item if found.item and not found.item.guidance_only else None
    url = reverse("desk:receive", args=[item.code]) if item else reverse("desk:intake")
    return f"{url}?contact={found.number}"


TOLD = ("text", "note", "destination", "question", "owner", "case")


def _event(entry: Entry) -> dict[str, Any]:
    text = next((str(entry.facts[fact]) for fact in TOLD if entry.facts.get(fact)), "")
    text = "" if "#" in text and text.startswith(("agencies.", "approvals.")) else text
    return {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "text": text, "state": "done"}
