"""委托代办：窗口登记；代办员替申请人补交、留言、询问、撤回；代办的数。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import decision, deferred, drafts, enquiries, mandates
from approvals.actions import messages as letters
from approvals.actions.files import BadUpload
from approvals.models import Case, CaseMaterial, Mandate
from approvals.rules import may_take_in, what_happens_now
from approvals.rules.mandates import is_agent, may_appoint, may_give_up, runs_at
from approvals.states import UNDER_WAY, CaseState, MandateState
from denials.rules import LADDER
from office.papers.models import Paper
from office.papers.words import date_words
from office.steps import NotNow
from office.workdays import clock
from portal.desk import story
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.agent_forms import EnquireForm, LetterForm, MandateForm, ReasonForm
from portal.desk.pages import REASONS, page, show_or_save, tried
from portal.desk.pages import deed as case_deed
from portal.desk.views.case import frame
from supervision.models import Rating
from supervision.states import BAD_SCORES

PER_PAGE = 25


@staff_only
@show_or_save
def appoint(request: HttpRequest, number: str) -> HttpResponse:
    """这一件的委托：现在的、以前的，窗口在这里登记。"""
    case, at = case_of(request, number), clock.now()
    may = may_appoint(case, request.user)
    if request.method == "POST":
        require(may)
    form = MandateForm(case, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.told()
        if tried(form, lambda: mandates.appoint(case, **told, by=staff(request), at=at), case):
            running = told["signed"]
            messages.success(
                request, _("委托已生效，授权委托书可以打印了。") if running else _("已登记，等申请人同意。")
            )
            return redirect("desk:case-mandates", number)
    rows = [
        (one, runs_at(one, at))
        for one in case.mandates.select_related("user", "made_by", "scan", "id_checked_by").order_by("-pk")
    ]
    paper = Paper.objects.about(case).of_kind("mandate").in_force().order_by("-pk").first()
    standing = any(runs or (one.state == MandateState.ASKED and one.to_at > at) for one, runs in rows)
    drawn = form if may and not standing and case.closed_at is None else None
    context = {**frame(request, case, at), "form": drawn, "rows": rows, "paper": paper, "name": _("委托代办")}
    context["may_verify"] = may_take_in(case, request.user)
    return page(request, "desk/case_mandates.html", context, at)


@case_deed(allowed=may_take_in)
def verify(request: HttpRequest, case: Case, at: datetime.datetime, pk: int) -> HttpResponse:
    """代理人带来的委托书核对过了：生效。"""
    mandates.verify(get_object_or_404(case.mandates.all(), pk=pk), by=staff(request), at=at)
    messages.success(request, _("委托书已核对，委托生效；代办查询码已发给代理人。"))
    return redirect("desk:case-mandates", case.number)


@staff_only
@require_safe
def mandates_list(request: HttpRequest) -> HttpResponse:
    """我在替人办的：哪一件、到了哪一步、有没有要补的。"""
    user, at = staff(request), clock.now()
    found = Mandate.objects.in_hand(user, at).with_context().order_by("case__closed_at", "to_at", "pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "leads": user.may_somewhere(*LADDER)}
    return page(request, "desk/mandates.html", context, at)


@dataclass(frozen=True)
class Deed:
    """代办的一样事：要哪一样权限，填的表，怎么办，办成之后说的话。"""

    need: str
    label: Any
    form: Callable[[Any], forms.Form]
    act: Callable[..., Any]
    done: Any


DEEDS = {
    "write": Deed("contact", lazy("留言"), lambda data: LetterForm(data, prefix="write"),
                  lambda case, form, **told: letters.write(case, **form.cleaned_data, **told), lazy("已发出。")),
    "enquire": Deed("contact", lazy("询问"), lambda data: EnquireForm(data, prefix="enquire"),
                    lambda case, form, **told: enquiries.ask(case, **form.cleaned_data, **told),
                    lazy("已提交，期限内会答复。")),
    "withdraw": Deed("withdraw", lazy("撤回申请"), lambda data: ReasonForm(data, prefix="withdraw"),
                     lambda case, form, **told: decision.withdraw(case, **form.cleaned_data, **told),
                     lazy("申请已撤回。")),
}  # fmt: skip


def mandate_of(request: HttpRequest, pk: int) -> Mandate:
    found: Mandate = get_object_or_404(Mandate.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """一份委托：这件到了哪一步，代办员能替申请人办哪几样。"""
    return _shown(request, mandate_of(request, pk))


@staff_only
@require_POST
def deed(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """代办一样：先核对委托，再照申请人自己办的那一个动作办。"""
    found, one, at = mandate_of(request, pk), DEEDS[name], clock.now()
    require(is_agent(found, request.user))
    form = one.form(request.POST)
    if form.is_valid():
        try:
            by = mandates.act_as(found, need=one.need, by=staff(request), at=at)
            one.act(found.case, form, by=by, at=at)
            messages.success(request, one.done)
            return redirect("desk:mandate", pk)
        except REASONS as reason:
            form.add_error(None, str(reason))
            found.refresh_from_db()
    return _shown(request, found, refused=(name, form))


@staff_only
@require_POST
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """代为补交：只交告知书上列的、答应补的。"""
    found, at = mandate_of(request, pk), clock.now()
    require(is_agent(found, request.user))
    keys = [one.row.material.key for one in _asked(found.case)]
    given = {key: [(one.name or "", one) for one in request.FILES.getlist(f"file-{key}")] for key in keys}
    files = {key: several for key, several in given.items() if several}
    act = drafts.supplement if found.case.state == CaseState.CORRECTING else deferred.bring_online
    try:
        if not files:
            raise NotNow(_("请至少选择一份文件。"))
        by = mandates.act_as(found, need="supplement", by=staff(request), at=at)
        act(found.case, files=files, by=by, at=at)
        messages.success(request, _("收下了，窗口会重新核对。"))
    except (BadUpload, NotNow) as reason:
        messages.error(request, str(reason))
    return redirect("desk:mandate", pk)


@staff_only
@require_POST
def resign(request: HttpRequest, pk: int) -> HttpResponse:
    """辞去委托。"""
    found = mandate_of(request, pk)
    require(may_give_up(found, request.user))
    form = ReasonForm(request.POST, prefix="resign")
    if form.is_valid() and tried(form, lambda: mandates.resign(
        found, **form.cleaned_data, by=staff(request), at=clock.now()
    ), found):  # fmt: skip
        messages.success(request, _("已辞去，告诉了申请人。"))
        return redirect("desk:mandate", pk)
    return _shown(request, found, refused=("resign", form))


@dataclass(frozen=True)
class Asked:
    """等着补交的一份：哪里不对或者哪天以前补，交来了没有。"""

    row: CaseMaterial
    note: str
    came: bool


def _asked(case: Case) -> list[Asked]:
    """一次性告知里要补的；受理以后，容缺答应补的。"""
    if case.state == CaseState.CORRECTING:
        lines = case.correction.current_lines().select_related("case_material__material").order_by("pk")
        told = [(one, " · ".join(filter(None, [one.defect, one.remedy]))) for one in lines]
        return [Asked(one.case_material, note, one.answered_at is not None) for one, note in told]
    if case.state not in UNDER_WAY:
        return []
    until = _("%s以前补交")
    return [Asked(row, until % date_words(row.due_date), row.brought_at is not None) for row in deferred.owed(case)]


def _shown(request: HttpRequest, found: Mandate, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    at, user, case = clock.now(), staff(request), found.case
    mine = is_agent(found, user) and runs_at(found, at)
    offered = {name: one for name, one in DEEDS.items() if mine and one.need in found.scope}
    offered = {name: one for name, one in offered.items() if name != "withdraw" or case.closed_at is None}
    drawn = {name: one.form(None) for name, one in offered.items()}
    drawn |= {refused[0]: refused[1]} if refused and refused[0] in DEEDS else {}
    ending = refused[1] if refused and refused[0] == "resign" else ReasonForm(None, prefix="resign")
    context = {
        "mandate": found,
        "case": case,
        "runs": runs_at(found, at),
        "now_words": what_happens_now(case),
        "forms": [
            (name, DEEDS[name].label, form, bool(refused and refused[0] == name)) for name, form in drawn.items()
        ],
        "faulty": refused[1] if refused else None,
        "asked": _asked(case) if mine and "supplement" in found.scope else [],
        "resign": ending if runs_at(found, at) and may_give_up(found, user) else None,
        "clocks": [(one, one.label) for one in case.clocks.running().order_by("due_at")],
        "events": story.history(case),
        "sees_case": Case.objects.visible_to(user).filter(pk=case.pk).exists(),
    }
    return page(request, "desk/mandate.html", context, at)


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """代办的数：各代办员办了多少件、平均几天、满意多少；取自委托、办件和评价，不填报。"""
    user, at = staff(request), clock.now()
    if not user.may_somewhere(*LADDER):
        raise PermissionDenied
    seen = Mandate.objects.visible_to(user)
    rated = Rating.objects.filter(case__mandates__in=seen.exclude(user=None), by_default=False)
    told = rated.values("case__mandates__user").annotate(
        rated=Count("pk", distinct=True), bad=Count("pk", distinct=True, filter=Q(score__in=BAD_SCORES))
    )
    scores: dict[Any, dict[str, Any]] = {row["case__mandates__user"]: dict(row) for row in told}
    rows = [
        {**row, "days": row["pace"].total_seconds() / 86400 if row["pace"] else None,
         "rated": scores.get(row["user"], {}).get("rated", 0),
         "pleased": scores.get(row["user"], {}).get("rated", 0) - scores.get(row["user"], {}).get("bad", 0)}
        for row in seen.tallied()
    ]  # fmt: skip
    return page(request, "desk/mandate_figures.html", {"rows": rows}, at)
