"""会办：等本单位答复的征求意见单；审查中的办件请别的单位提意见。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Agency, Unit
from agencies.states import UnitKind
from approvals import rules
from approvals.actions import consulting
from approvals.models import Case, Slip
from approvals.rules.slips import MOST_DAYS
from approvals.states import Opinion
from office.steps import available
from office.workdays import clock
from portal.desk.access import case_of, may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import done, page, show_or_save, tried
from portal.desk.views.case import answers
from portal.desk.views.deeds import filled, given

DAYS = 3
MINE, ALL = "mine", "all"
TABS = {MINE: lazy("等我单位答复的"), ALL: lazy("问过我单位的")}
TOGETHER, IN_TURN = "together", "turn"


class AnswerForm(forms.Form):
    opinion = forms.ChoiceField(
        label=lazy("意见"), choices=Opinion.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选一个。")},
    )  # fmt: skip
    text = long_text(lazy("意见内容"), lazy("写明看了什么、依据什么。承办科室和作决定的人都看得到。"))


class ConsultForm(forms.Form):
    """请哪几个单位、看什么、几天。"""

    units = forms.MultipleChoiceField(
        label=lazy("请哪些单位"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": lazy("请至少选一个单位。")},
    )  # fmt: skip
    order = forms.ChoiceField(
        label=lazy("怎样问"), choices=[(TOGETHER, lazy("同时问")), (IN_TURN, lazy("照上面的次序依次问"))],
        widget=forms.RadioSelect, initial=TOGETHER,
    )  # fmt: skip
    question = long_text(lazy("请他们看什么"), rows=3)
    days = forms.IntegerField(
        label=lazy("几个工作日内答复"), min_value=1, max_value=MOST_DAYS, initial=DAYS,
        help_text=lazy("征求意见不停办理期限，全部答复要在办理期限以前。"),
    )  # fmt: skip

    def __init__(self, units: Any, data: Any = None) -> None:
        super().__init__(data)
        self.known = {str(unit.pk): unit for unit in units}
        names = [(key, f"{unit.agency.short_name} {unit.name}") for key, unit in self.known.items()]
        self.fields["units"].choices = names  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        clean = self.cleaned_data
        return {
            "units": [self.known[key] for key in clean["units"]], "question": clean["question"],
            "days": clean["days"], "in_turn": clean["order"] == IN_TURN,
        }  # fmt: skip


def may_be_asked(case: Case) -> Any:
    """可以征求哪些单位：本机关和上下级机关的科室，问过的、承办的不列。"""
    asked = [*case.slips.values_list("unit", flat=True), case.section_id]
    near = Agency.objects.filter(path__in=case.agency.lineage()) | Agency.objects.filter(parent=case.agency_id)
    found = Unit.objects.filter(agency__in=near, kind__in=[UnitKind.SECTION, UnitKind.APPROVAL])
    return found.exclude(pk__in=asked).select_related("agency").order_by("agency__path", "path")


@staff_only
@show_or_save
def consult(request: HttpRequest, number: str) -> HttpResponse:
    """发征求意见单。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_review(case, request.user))
    form = ConsultForm(may_be_asked(case), given(request))

    def act(form: Any) -> None:
        consulting.consult(case, **form.told(), by=staff(request), at=at)

    return filled(
        request, case, form, "desk/consult.html", act, lambda: done(request, case, _("征求意见单已发出。")), at,
        name=_("征求别的单位意见"),
    )  # fmt: skip


@staff_only
@require_safe
def slips_list(request: HttpRequest) -> HttpResponse:
    """单子：缺省是等本单位答复的，最急的在前。"""
    at, which, user = clock.now(), which_of(request, TABS), staff(request)
    found = Slip.objects.waiting_for(user) if which == MINE else Slip.objects.visible_to(user)
    ordered = found.with_context().with_next_due().order_by("next_due" if which == MINE else "-pk", "pk")
    return page(request, "desk/slips.html", listed(request, TABS, ordered, at), at)


def slip_of(request: HttpRequest, pk: int) -> Slip:
    found: Slip = get_object_or_404(Slip.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """一张单子：问什么、申请表和材料、还剩多久。"""
    return _shown(request, slip_of(request, pk), AnswerForm())


@staff_only
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """答复。"""
    found, at = slip_of(request, pk), clock.now()
    require(may(found, request.user, "answer"))
    form = AnswerForm(request.POST)

    def act() -> None:
        consulting.answer(found, **form.cleaned_data, by=staff(request), at=at)

    if form.is_valid() and tried(form, act, found):
        messages.success(request, _("意见已交给承办科室。"))
        return redirect("desk:slips")
    return _shown(request, slip_of(request, pk), form)


def _shown(request: HttpRequest, found: Slip, form: AnswerForm) -> HttpResponse:
    at, case = clock.now(), found.case
    offered = any(step.name == "answer" and step.allowed for step in available(found, request.user))
    context = {
        "slip": found, "case": case, "form": form, "offered": offered,
        "sections": answers(case, revealed=False), "clocks": found.clocks.running().order_by("due_at"),
        "materials": case.materials.select_related("material").prefetch_related("uploads").order_by("pk"),
    }  # fmt: skip
    return page(request, "desk/slip.html", context, at)
