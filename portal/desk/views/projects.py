"""重点项目：一个项目一个专员，随叫随到，当日协调。"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Unit
from approvals.actions import projects
from approvals.models import Case, Project, ProjectIssue
from approvals.rules.projects import may_answer, may_open, may_serve
from approvals.states import IssueState
from office.journal.models import Entry
from office.workdays import clock
from portal.desk import story
from portal.desk.access import require, staff, staff_only
from portal.desk.pages import REASONS, page, show_or_save, tried
from portal.desk.project_forms import AssignForm, CaseForm, ContactForm, IssueForm, ProjectForm, SettleForm

PER_PAGE = 25
OPENS = ("review_denial", "sanction_denial")


@dataclass(frozen=True)
class Deed:
    label: Any
    form: Callable[[Project, Any, Any], forms.Form]
    act: Callable[..., Any]
    done: Any
    chiefs: bool = False


DEEDS = {
    "issue": Deed(lazy("提出要协调的事"), lambda _p, _u, data: IssueForm(data, prefix="issue"),
                  lambda project, form, **told: projects.raise_issue(project, **form.cleaned_data, **told),
                  lazy("已记下，当日协调。")),
    "case": Deed(lazy("列入办件"), lambda _p, user, data: CaseForm(user, data),
                 lambda project, form, **told: projects.add_case(
                     project, case=form.cleaned_data["number"], **told), lazy("已列入。")),
    "contact": Deed(lazy("登记联系人"), lambda _p, _u, data: ContactForm(data, prefix="contact"),
                    lambda project, form, **told: projects.add_contact(project, **form.cleaned_data, **told),
                    lazy("已登记。")),
    "assign": Deed(lazy("改派专员"), lambda project, _u, data: AssignForm(project, data),
                   lambda project, form, **told: projects.assign(project, **form.cleaned_data, **told),
                   lazy("已改派，还没协调下来的也交给他。"), chiefs=True),
}  # fmt: skip


def units_of(user: Any) -> Any:
    """能在哪些单位立项。"""
    keys = user.unit_keys("review_denial") | user.unit_keys("sanction_denial")
    return Unit.objects.filter(pk__in=keys).order_by("path")


def project_of(request: HttpRequest, number: str) -> Project:
    found: Project = get_object_or_404(Project.objects.visible_to(request.user).with_context(), number=number)
    return found


def allowed(name: str, project: Project, user: Any) -> bool:
    return may_open(project.unit, user) if DEEDS[name].chiefs else may_serve(project, user)


@staff_only
@require_safe
def projects_list(request: HttpRequest) -> HttpResponse:
    """重点项目：还在办的在前，有要协调的最前。"""
    user, at = staff(request), clock.now()
    found = Project.objects.visible_to(user).with_context().order_by("closed_at", "-waiting", "-pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    tallied = Project.objects.visible_to(user).tallied() if user.may_somewhere(*OPENS) else ()
    context = {"page": shown, "opens": user.may_somewhere(*OPENS), "tallied": tallied}
    return page(request, "desk/projects.html", context, at)


@staff_only
@show_or_save
def new(request: HttpRequest) -> HttpResponse:
    """立项。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere(*OPENS))
    form = ProjectForm(units_of(user), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = projects.open_project(**form.cleaned_data, by=user, at=at)
            messages.success(request, _("已立项，编号 %s。请登记联系人、列入办件。") % made.number)
            return redirect("desk:project", made.number)
        except REASONS as reason:
            form.add_error(None, str(reason))
    return page(request, "desk/project_new.html", {"form": form}, at)


@staff_only
@require_safe
def project(request: HttpRequest, number: str) -> HttpResponse:
    """一个项目：专员、联系人、办件、协调的账。"""
    return _shown(request, project_of(request, number))


@staff_only
@require_POST
def deed(request: HttpRequest, number: str, name: str) -> HttpResponse:
    found, one, at = project_of(request, number), DEEDS[name], clock.now()
    require(allowed(name, found, request.user))
    form = one.form(found, request.user, request.POST)
    if form.is_valid() and tried(form, lambda: one.act(found, form, by=staff(request), at=at), found):
        messages.success(request, one.done)
        return redirect("desk:project", number)
    return _shown(request, found, refused=(name, form))


@staff_only
@require_POST
def settle(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """协调下来了。"""
    found = project_of(request, number)
    issue: ProjectIssue = get_object_or_404(found.issues.select_related("project__unit"), pk=pk)
    require(may_answer(issue, request.user))
    form = SettleForm(request.POST, prefix=f"settle{pk}")
    if form.is_valid() and tried(form, lambda: projects.answer_issue(
        issue, **form.cleaned_data, by=staff(request), at=clock.now()
    ), issue):  # fmt: skip
        messages.success(request, _("已记下。"))
        return redirect("desk:project", number)
    return _shown(request, found, refused=(f"settle{pk}", form))


@staff_only
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """项目办完。"""
    found = project_of(request, number)
    require(may_open(found.unit, request.user) or found.specialist_id == request.user.pk)
    try:
        projects.close(found, by=staff(request), at=clock.now())
        messages.success(request, _("项目已办完。"))
    except REASONS as reason:
        messages.error(request, str(reason))
    return redirect("desk:project", number)


def _shown(request: HttpRequest, found: Project, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    at, user = clock.now(), staff(request)
    refusal = dict([refused] if refused else [])
    names = [name for name in DEEDS if found.closed_at is None and allowed(name, found, user)]
    drawn = [(name, DEEDS[name].label, refusal.get(name) or DEEDS[name].form(found, user, None), name in refusal)
             for name in names]  # fmt: skip
    issues = []
    for issue in found.issues.select_related("owner", "raised_by", "answered_by", "project__unit").prefetch_related(
        "clocks"
    ).order_by("-pk"):  # fmt: skip
        key = f"settle{issue.pk}"
        opened = issue.state == IssueState.OPEN and may_answer(issue, user)
        form = (refusal.get(key) or SettleForm(None, prefix=key)) if opened else None
        clocks = list(issue.clocks.all())
        late = any(one.late or one.fired_at or (one.ended_at is None and one.due_at <= at) for one in clocks)
        running = next((one for one in clocks if one.ended_at is None), None)
        issues.append({"issue": issue, "form": form, "late": late, "clock": running})
    cases = Case.objects.filter(in_project__project=found).select_related("guide", "unit", "applicant")
    context = {
        "project": found,
        "forms": drawn,
        "faulty": refused[1] if refused else None,
        "issues": issues,
        "contacts": found.contacts.order_by("name"),
        "cases": cases.order_by("-received_at", "-pk"),
        "may_close": found.closed_at is None and (may_open(found.unit, user) or found.specialist_id == user.pk),
        "events": [
            {"title": story.title(entry.verb), "at": entry.at, "who": entry.by_name, "state": "done",
             "text": str(entry.facts.get("text", ""))}
            for entry in Entry.objects.about(found).reverse()
        ],
    }  # fmt: skip
    return page(request, "desk/project.html", context, at)
