"""代办考核：各年各人一份；看数、提出、审定、异议、复核。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Unit, User
from agencies.states import UserKind
from approvals.models import AgentStop
from office.journal.models import Entry
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from office.workdays.rules import local
from portal.desk import story
from portal.desk.access import may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, show_or_save, tried
from portal.forms import fields
from supervision.actions import assessing
from supervision.models import Assessment
from supervision.states import STOPS, AssessmentGrade, AssessmentOutcome

OPEN, CLOSED = "open", "closed"
TABS = {OPEN: lazy("等审定、等复核的"), CLOSED: lazy("已审定的")}
LABELS = {step.name: step.custom["label"] for step in moves_of(Assessment)}
YEARS = 3  # 可以补考核的，最近几个过完的年度


def may_assess(user: User) -> bool:
    """管着单位的人（副局长、科室负责人、局长）。"""
    return user.may_somewhere("review_denial", "sanction_denial")


class WhoForm(forms.Form):
    """考核谁、哪一年：先看数，再提出。"""

    seat = forms.ChoiceField(label=lazy("代办员"), error_messages={"required": lazy("请选择代办员。")})
    year = forms.TypedChoiceField(label=lazy("年度"), coerce=int)

    def __init__(self, user: User, this_year: int, data: Any = None) -> None:
        super().__init__(data)
        self.seats = {f"{unit.pk}-{person.pk}": (unit, person) for unit, person in assessing.assessable(user)}
        named = [(key, f"{unit.name} {person.full_name}") for key, (unit, person) in self.seats.items()]
        self.fields["seat"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined]
        years = [(year, _("%d年") % year) for year in range(this_year - 1, this_year - 1 - YEARS, -1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[Unit, User]:
        return self.seats[self.cleaned_data["seat"]]


class ProposalForm(forms.Form):
    """等次、理由、奖惩；手上的由谁接，只在停办时填。"""

    grade = forms.ChoiceField(label=lazy("等次"), choices=AssessmentGrade.choices, widget=forms.RadioSelect)
    reasons = long_text(lazy("理由"), lazy("和照规则的等次不一样的，写明为什么；审定以后本人看得到。"))
    outcome = forms.ChoiceField(
        label=lazy("奖惩"), choices=AssessmentOutcome.choices, widget=forms.RadioSelect,
        initial=AssessmentOutcome.NOTHING,
    )  # fmt: skip
    basis = forms.CharField(
        label=lazy("奖惩的依据"), required=False, max_length=150, help_text=lazy("考核办法的文号和条款、会议纪要等。")
    )
    successor = forms.ModelChoiceField(
        label=lazy("手上的由谁接"), queryset=User.objects.none(), required=False, to_field_name="username",
        empty_label=lazy("不定，由申请人另外委托"), help_text=lazy("逐件请申请人同意，同意了才由他代办。"),
    )  # fmt: skip

    def __init__(self, unit: Unit, person: User, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["until"] = fields.date_field(label=_("暂停到哪天（含）"), required=False)
        successor: Any = self.fields["successor"]
        colleagues = User.objects.filter(holdings__to_at=None, holdings__post__unit__agency=unit.agency)
        colleagues = colleagues.filter(kind=UserKind.STAFF, is_active=True).exclude(pk=person.pk)
        successor.queryset = colleagues.distinct().order_by("full_name", "pk")
        successor.label_from_instance = lambda user: user.full_name
        when: dict[str, list[str]] = {
            "basis": [one for one in AssessmentOutcome.values if one != AssessmentOutcome.NOTHING],
            "until": [AssessmentOutcome.SUSPENDED.value], "successor": [str(one.value) for one in STOPS],
        }  # fmt: skip
        for name, outcomes in when.items():
            self.fields[name].when = {"field": "outcome", "op": "in", "value": outcomes}  # type: ignore[attr-defined]
        self.order_fields(["grade", "reasons", "outcome", "basis", "until", "successor"])

    def told(self) -> assessing.Proposal:
        """没有画出来的栏，填过也不算。"""
        given = dict(self.cleaned_data)
        if given["outcome"] == AssessmentOutcome.NOTHING:
            given["basis"] = ""
        if given["outcome"] != AssessmentOutcome.SUSPENDED:
            given["until"] = None
        if given["outcome"] not in STOPS:
            given["successor"] = None
        return assessing.Proposal(**given)


@dataclass(frozen=True)
class Deed:
    """一个动作：怎样问、办它的动作、办成之后说的话。"""

    label: Any
    hint: Any
    act: Callable[..., Assessment]
    done: Any


DEEDS = {
    "confirm": Deed(lazy("审定的意见"), lazy("会告诉本人；暂停、取消资格的马上停办。"), assessing.confirm,
                    lazy("已审定，告诉了本人。")),
    "send_back": Deed(lazy("为什么退回"), lazy("提出的人看得到，可以另提。"), assessing.send_back, lazy("已退回。")),
    "lodge_appeal": Deed(lazy("有什么异议"), lazy("说一次，由别的领导复核。"), assessing.lodge_appeal,
                         lazy("已提出异议。")),
    "uphold": Deed(lazy("维持的理由"), lazy("会告诉本人。"), assessing.uphold, lazy("已维持，告诉了本人。")),
    "overturn": Deed(lazy("撤销的理由"), lazy("撤销以后不再算数，停了的恢复；会告诉本人。"), assessing.overturn,
                     lazy("已撤销，告诉了本人。")),
}  # fmt: skip


class Words(forms.Form):
    """写明意见、理由。"""

    def __init__(self, name: str, data: Any = None) -> None:
        super().__init__(data, prefix=name)
        self.fields["text"] = long_text(DEEDS[name].label, DEEDS[name].hint)


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """我的、我管的；此刻停着的代办员只给管的人看。"""
    user, at, which = staff(request), clock.now(), which_of(request, TABS)
    seen = Assessment.objects.visible_to(user)
    found = seen.open() if which == OPEN else seen.exclude(pk__in=seen.open().values("pk"))
    leads = may_assess(user)
    stopped = AgentStop.objects.standing(at).filter(assessment__in=seen).select_related("user") if leads else []
    ordered = found.with_context().order_by("-year", "-proposed_at", "-pk")
    context = {**listed(request, TABS, ordered, at), "leads": leads, "stopped": stopped}
    return page(request, "desk/assessments.html", context, at)


@staff_only
@show_or_save
def propose(request: HttpRequest) -> HttpResponse:
    """选定一个人、一年，看记录里的数和照规则的等次，再提出。"""
    user, at = staff(request), clock.now()
    require(may_assess(user))
    who = WhoForm(user, local(at).year, request.GET if "seat" in request.GET else None)
    context: dict[str, Any] = {"who": who, "form": None}
    if who.is_bound and who.is_valid():
        (unit, person), year = who.chosen, who.cleaned_data["year"]
        counted = assessing.figures(person, year)
        grade, grounds = assessing.suggested(counted)
        posted = request.POST if request.method == "POST" else None
        form = ProposalForm(unit, person, posted, initial={"grade": grade})
        made: list[Assessment] = []

        def act() -> None:
            made.append(assessing.propose(person, unit=unit, year=year, told=form.told(), by=user, at=at))

        if form.is_bound and form.is_valid() and tried(form, act, user):
            messages.success(request, _("已提出，等审定。"))
            return redirect("desk:assessment", made[0].pk)
        context |= {
            "form": form, "person": person, "year": year, "grade": grade.label, "grounds": grounds,
            "figures": [(label, counted[key]) for key, label in assessing.LABELS.items()],
        }  # fmt: skip
    return page(request, "desk/assessment_new.html", context, at)


def assessment_of(request: HttpRequest, pk: int) -> Assessment:
    """看得见的一份。Raises: Http404。"""
    found: Assessment = get_object_or_404(Assessment.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """一份：数、规则怎样算的、提出的、审定的、异议和复核。"""
    return _shown(request, assessment_of(request, pk))


@staff_only
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """审定、退回、异议、复核。"""
    found, at = assessment_of(request, pk), clock.now()
    require(may(found, request.user, name))
    form = Words(name, request.POST)

    def act() -> None:
        DEEDS[name].act(found, by=staff(request), at=at, **form.cleaned_data)

    if form.is_valid() and tried(form, act, found):
        messages.success(request, DEEDS[name].done)
        return redirect("desk:assessment", pk)
    return _shown(request, found, refused=(name, form))


def _shown(request: HttpRequest, found: Assessment, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    at = clock.now()
    steps = [step.name for step in available(found, request.user) if step.allowed]
    drawn: dict[str, forms.Form] = {name: Words(name) for name in steps}
    drawn |= dict([refused]) if refused else {}
    context = {
        "one": found,
        "figures": [(label, found.figures[key]) for key, label in assessing.LABELS.items()],
        "forms": [(name, LABELS[name], form, name == (refused or ("",))[0]) for name, form in drawn.items()],
        "faulty": refused[1] if refused else None,
        "due": found.appeal_due(),
        "events": [
            {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "text": "", "state": "done"}
            for entry in Entry.objects.about(found).reverse()
        ],
    }
    return page(request, "desk/assessment.html", context, at)
