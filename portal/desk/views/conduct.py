"""纪律与追责：登记、本人陈述、处理、申诉；九项制度各在哪里、这一段的数。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Holding, Unit, User
from denials.rules import LADDER
from office.journal.models import Entry
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import periods, standing_rules, story
from portal.desk.access import may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, show_or_save, tried
from portal.forms import fields
from supervision.actions import conduct
from supervision.models import ConductRecord
from supervision.models.deciding import units_led_by
from supervision.states import ConductKind, ConductOutcome, ConductRule, ConductSource

OPEN, CLOSED = "open", "closed"
YEAR = datetime.timedelta(days=365)
TABS = {OPEN: lazy("没有了结的"), CLOSED: lazy("已了结")}
LABELS = {step.name: step.custom["label"] for step in moves_of(ConductRecord)}


class RaiseForm(forms.Form):
    """登记一件；人只列登记的人管得着的单位里的。"""

    kind = forms.ChoiceField(label=lazy("哪一种"), choices=ConductKind.choices, widget=forms.RadioSelect)
    seat = forms.ChoiceField(label=lazy("谁，在哪个单位"))
    rule = forms.ChoiceField(label=lazy("违反哪一条"), choices=ConductRule.choices)
    facts = long_text(lazy("事实"), lazy("什么时候、在哪里、做了什么；写查得到的，本人看得到。"))
    source = forms.ChoiceField(label=lazy("怎样发现的"), choices=ConductSource.choices)
    reference = forms.CharField(
        label=lazy("来处"),
        required=False,
        max_length=100,
        help_text=lazy("办件编号、投诉编号、检查记录的文号；没有的空着。"),
    )

    def __init__(self, user: User, at: datetime.datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {f"{unit.pk}-{person.pk}": (unit, person) for unit, person in seats_under(user, at)}
        named = [(key, f"{unit.name} {person.full_name}") for key, (unit, person) in self.seats.items()]
        self.fields["seat"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined]
        self.fields["happened_on"] = fields.date_field(label=_("哪天的事"))
        self.order_fields(["kind", "seat", "rule", "happened_on", "facts", "source", "reference"])

    def told(self) -> conduct.Told:
        told = dict(self.cleaned_data)
        unit, person = self.seats[told.pop("seat")]
        return conduct.Told(unit=unit, person=person, **told)


def seats_under(user: User, at: datetime.datetime) -> list[tuple[Unit, User]]:
    """管得着的单位里现在任职的人，和一年以来离开的，不含自己。"""
    audited = Unit.objects.filter(agency__in=user.agencies_with("audit"))
    units = Unit.objects.filter(pk__in=units_led_by(user).values("pk")) | audited
    held = Holding.objects.filter(Q(to_at=None) | Q(to_at__gt=at - YEAR), post__unit__in=units.values("pk"))
    rows = held.exclude(user=user).select_related("post__unit__agency", "user")
    ordered = rows.order_by("post__unit__path", "user__full_name", "user")
    return list({(one.post.unit_id, one.user_id): (one.post.unit, one.user) for one in ordered}.values())


@dataclass(frozen=True)
class Deed:
    """一个动作：步名、写的一栏、怎样问、办它的动作、办成之后说的话；outcome 是还要选怎样处理。"""

    name: str
    label: Any
    fact: str
    hint: Any
    act: Callable[..., Any]
    done: Any
    outcome: bool = False


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("state_case", lazy("您的陈述"), "text", lazy("说一次；处理的人看得到。"), conduct.state_case,
             lazy("已记下您的陈述。")),
        Deed("decide", lazy("处理的理由"), "reasons",
             lazy("查明的事实、陈述采纳不采纳；处分由任免机关、监察机关作出，这里只记移送。"), conduct.decide,
             lazy("已处理，告诉了本人。"), outcome=True),
        Deed("dismiss", lazy("为什么不成立"), "reasons", lazy("查明没有这回事，或者不是他的责任。"), conduct.dismiss,
             lazy("已记下不成立，告诉了本人。")),
        Deed("lodge_appeal", lazy("申诉的理由"), "text", lazy("由没有处理过这件的领导复核。"), conduct.lodge_appeal,
             lazy("已提出申诉。")),
        Deed("uphold", lazy("维持的理由"), "text", lazy("会告诉本人。"), conduct.uphold, lazy("已维持，告诉了本人。")),
        Deed("overturn", lazy("撤销的理由"), "text", lazy("撤销以后不再计入；会告诉本人。"), conduct.overturn,
             lazy("已撤销，告诉了本人。")),
    )
}  # fmt: skip


class Words(forms.Form):
    """写明情况；处理的另选怎样处理。"""

    def __init__(self, deed: Deed, data: Any = None) -> None:
        super().__init__(data, prefix=deed.name)
        if deed.outcome:
            self.fields["outcome"] = forms.ChoiceField(
                label=_("怎样处理"), choices=ConductOutcome.choices, widget=forms.RadioSelect,
                error_messages={"required": _("请选定怎样处理。")},
            )  # fmt: skip
        self.fields[deed.fact] = long_text(deed.label, deed.hint)


def record_of(request: HttpRequest, pk: int) -> ConductRecord:
    """看得见的记录：本人、管他的、审计。Raises: Http404。"""
    found: ConductRecord = get_object_or_404(ConductRecord.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """我的、我管的；各单位的数只给管的人、审计人。"""
    user, at, which = staff(request), clock.now(), which_of(request, TABS)
    seen = ConductRecord.objects.visible_to(user)
    found = seen.open() if which == OPEN else seen.exclude(pk__in=seen.open().values("pk"))
    ordered, leads = found.with_context().order_by("-raised_at", "-pk"), may_raise_somewhere(user)
    tally = list(seen.per_unit()) if leads else []
    context = {**listed(request, TABS, ordered, at), "leads": leads, "tally": tally}
    return page(request, "desk/conduct.html", context, at)


def may_raise_somewhere(user: User) -> bool:
    return user.may_somewhere("review_denial", "sanction_denial", "audit")


@staff_only
@show_or_save
def raise_one(request: HttpRequest) -> HttpResponse:
    """登记一件。"""
    user, at = staff(request), clock.now()
    if not may_raise_somewhere(user):
        raise PermissionDenied
    posted = request.method == "POST"
    form = RaiseForm(user, at, request.POST if posted else None, initial={"happened_on": local(at).date()})
    made: list[ConductRecord] = []

    def act() -> None:
        made.append(conduct.raise_one(form.told(), by=user, at=at))

    if form.is_bound and form.is_valid() and tried(form, act, user):
        messages.success(request, _("已登记，通知本人陈述。"))
        return redirect("desk:conduct-record", made[0].pk)
    return page(request, "desk/conduct_raise.html", {"form": form}, at)


@staff_only
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """一件：什么事、本人怎么说、怎样处理的、申诉的结果。"""
    return _shown(request, record_of(request, pk))


@staff_only
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """陈述、处理、申诉、复核。"""
    found, deed, at = record_of(request, pk), DEEDS[name], clock.now()
    require(may(found, request.user, name))
    form = Words(deed, request.POST)

    def act() -> None:
        deed.act(found, by=staff(request), at=at, **form.cleaned_data)

    if form.is_valid() and tried(form, act, found):
        messages.success(request, deed.done)
        return redirect("desk:conduct-record", pk)
    return _shown(request, found, refused=(name, form))


def _shown(request: HttpRequest, found: ConductRecord, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    at = clock.now()
    blank = {step.name: Words(DEEDS[step.name]) for step in available(found, request.user) if step.allowed}
    drawn: dict[str, forms.Form] = {**blank, **(dict([refused]) if refused else {})}
    opened = refused[0] if refused else ""
    context = {
        "record": found,
        "forms": [(name, LABELS[name], form, name == opened) for name, form in drawn.items()],
        "faulty": refused[1] if refused else None,
        "due": found.appeal_due() or found.statement_due(),
        "events": [
            {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "text": "", "state": "done"}
            for entry in Entry.objects.about(found).reverse()
        ],
    }
    return page(request, "desk/conduct_record.html", context, at)


@staff_only
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """九项制度：各管什么、在哪里办、这一段您看得到的数。"""
    at: datetime.datetime = clock.now()
    form, since, until = periods.asked(request, at)
    user = staff(request)
    rows = standing_rules.figures(user, since, until, at)
    context = {"form": form, "rows": rows, "leads": user.may_somewhere(*LADDER)}
    return page(request, "desk/rules.html", context, at)
