"""转给外面的系统办：转出、对方的进展、转回。"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from approvals import rules
from approvals.actions import handing_off
from approvals.models import Case
from approvals.states import Decides
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import REASONS, done, page, show_or_save, tried
from portal.desk.views.case import frame
from portal.desk.views.deeds import given


class HandOffForm(forms.Form):
    """转给谁、由谁决定、为什么。"""

    peer = forms.ChoiceField(
        label=lazy("转给哪个系统"), widget=forms.RadioSelect, error_messages={"required": lazy("请选一个。")}
    )
    decides = forms.ChoiceField(
        label=lazy("由谁作决定"), choices=Decides.choices, widget=forms.RadioSelect, initial=Decides.OURS,
        help_text=lazy("换了系统，法定职权不变：对方机关依法就是决定机关的，才选后一个。"),
    )  # fmt: skip
    organ = forms.CharField(
        label=lazy("作决定的机关"), max_length=100, required=False, help_text=lazy("对方机关依法决定的，写它的全称。")
    )
    basis = forms.CharField(
        label=lazy("依据"), max_length=300, required=False, help_text=lazy("哪部法律、法规、规章的哪一条。")
    )
    reason = long_text(lazy("为什么转出"), rows=2, most=300)

    def __init__(self, places: Any, data: Any = None) -> None:
        super().__init__(data)
        self.known = {one.code: one for one in places}
        self.fields["peer"].choices = [(one.code, one.name) for one in places]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("decides") == Decides.THEIRS:
            for name in ("organ", "basis"):
                if not (told.get(name) or "").strip():
                    self.add_error(name, _("对方机关依法决定的，要写明。"))
        return told

    def told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "peer": self.known[self.cleaned_data["peer"]]}


class BackForm(forms.Form):
    """为什么转回。"""

    back = long_text(lazy("为什么转回"), rows=2, most=300)


@staff_only
@show_or_save
def hand_off(request: HttpRequest, number: str) -> HttpResponse:
    """转出过的各次和进展；还没有转出的，由负责人转出。"""
    case, at = case_of(request, number), clock.now()
    if request.method == "POST":
        require(rules.may_decide(case, request.user))
    form = HandOffForm(handing_off.places(case), given(request))

    def act() -> None:
        handing_off.hand_off(case, **form.told(), by=staff(request), at=at)

    if form.is_bound and form.is_valid() and tried(form, act, case):
        return done(request, case, _("已转出：报文随即送去，对方接收了会在这里显示。"))
    return _shown(request, case, form, BackForm())


@staff_only
@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """转回。"""
    case, at = case_of(request, number), clock.now()
    require(rules.may_decide(case, request.user))
    row = case.hand_offs.open().first()
    if row is None:
        return redirect("desk:case-hand-off", number)
    form = BackForm(request.POST)
    if form.is_valid():
        try:
            handing_off.take_back(row, reason=form.cleaned_data["back"], by=staff(request), at=at)
        except REASONS as reason:
            form.add_error(None, str(reason))
            case.refresh_from_db()
        else:
            return done(request, case, _("已转回，接着办。"))
    return _shown(request, case, HandOffForm(handing_off.places(case)), form)


def _shown(request: HttpRequest, case: Case, form: HandOffForm, back: BackForm) -> HttpResponse:
    at, user = clock.now(), request.user
    rows = list(case.hand_offs.select_related("peer", "offered_by", "owner").order_by("-pk"))
    for row in rows:
        row.told = latest(row.progress.select_related("file").order_by("told_at", "pk"))
        row.due = row.clocks.running().order_by("due_at").first()
    wrong = next((one for one in (form, back) if one.errors), form)
    context = {
        "form": wrong, "send": form, "back": back, "rows": rows, "name": _("转给外面的系统办"),
        "may_send": handing_off.may_offer(case, user) and not case.elsewhere,
        "may_take_back": bool(case.elsewhere) and not case.closed_at and rules.may_decide(case, user),
    }  # fmt: skip
    return page(request, "desk/hand_off.html", {**frame(request, case, at), **context}, at)


def latest(rows: Any) -> list[Any]:
    """同一编号只看版本最高的，照收到的先后。"""
    newest: dict[str, Any] = {}
    for row in rows:
        if row.number not in newest or newest[row.number].version < row.version:
            newest[row.number] = row
    return list(newest.values())
