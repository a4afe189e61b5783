"""差评整改：回访、整改、剔除；谁的事谁在这里办，办不动的逐级上交。"""

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

from approvals.models import Case
from office.journal.models import Entry
from office.stateful import moves_of
from office.steps import available
from office.workdays import clock
from portal.desk import story
from portal.desk.access import may, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.listing import listed, which_of
from portal.desk.pages import page, tried
from supervision.actions import tasks
from supervision.models import Task

MINE, ALL, CLOSED = "mine", "all", "closed"
TABS = {MINE: lazy("由我办的"), ALL: lazy("看得到的"), CLOSED: lazy("已了结")}
OPENED = "supervision.task.open"
LABELS = {step.name: step.custom["label"] for step in moves_of(Task)}


@dataclass(frozen=True)
class Deed:
    """一个动作：状态机的步名，写什么，办它的动作，办成之后说的话。"""

    name: str
    label: Any
    fact: str
    hint: Any
    act: Callable[..., Any]
    done: Any


DEEDS = {
    deed.name: deed
    for deed in (
        Deed("contact", lazy("联系的情况"), "note", lazy("何时、怎样联系的，对方怎么说。"), tasks.contact,
             lazy("已记下联系的情况。")),
        Deed("settle", lazy("整改的结果"), "result", lazy("怎样改的；没有依据改的，写明为什么。会告诉评价人。"),
             tasks.settle, lazy("已整改完毕。")),
        Deed("exclude", lazy("剔除的理由"), "reason", lazy("核实为误评、恶意的，写明怎样核实的。会告诉评价人。"),
             tasks.exclude, lazy("已剔除，不计入统计。")),
    )
}  # fmt: skip


class Words(forms.Form):
    """一个动作只问一件事：写明情况。"""

    def __init__(self, deed: Deed, data: Any = None) -> None:
        super().__init__(data, prefix=deed.name)
        self.fields[deed.fact] = long_text(deed.label, deed.hint)


def task_of(request: HttpRequest, pk: int) -> Task:
    """看得见的整改。Raises: Http404。"""
    found: Task = get_object_or_404(Task.objects.visible_to(request.user).with_context(), pk=pk)
    return found


@staff_only
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """差评整改：缺省是现在由我办的，按最近的期限。"""
    at, which = clock.now(), which_of(request, TABS)
    seen = Task.objects.visible_to(request.user).with_context().with_next_due()
    if which == CLOSED:
        found = seen.finished().order_by("-finished_at", "-pk")
    else:
        found = (seen.in_hand(staff(request)) if which == MINE else seen.under_way()).order_by("next_due", "-pk")
    return page(request, "desk/ratings.html", listed(request, TABS, found, at), at)


@staff_only
@require_safe
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """一件差评：评了什么、到了哪一级、还剩多久、现在能做什么。"""
    return _shown(request, task_of(request, pk))


@staff_only
@require_POST
def answer(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """回访、整改完毕或误评剔除。"""
    task, deed, at = task_of(request, pk), DEEDS[name], clock.now()
    require(may(task, request.user, name))
    form = Words(deed, request.POST)

    def act() -> None:
        deed.act(task, by=staff(request), at=at, **form.cleaned_data)

    if form.is_valid() and tried(form, act, task):
        messages.success(request, deed.done)
        return redirect("desk:rating", pk)
    return _shown(request, task, refused=(name, form))


def _shown(request: HttpRequest, task: Task, refused: tuple[str, forms.Form] | None = None) -> HttpResponse:
    """refused 是刚刚没办成的那张表：照样展开，填过的都还在。"""
    at, offered, case = clock.now(), available(task, request.user), task.rating.case
    blank = {step.name: Words(DEEDS[step.name]) for step in offered if step.allowed}
    drawn: dict[str, forms.Form] = {**blank, **(dict([refused]) if refused else {})}
    opened = refused[0] if refused else next(iter(drawn), "")
    named = not task.rating.anonymous
    context = {
        "task": task,
        "title": case.number if named else _("匿名评价"),
        "seen": named and Case.objects.visible_to(request.user).filter(pk=case.pk).exists(),
        "forms": [(name, LABELS[name], form, name == opened) for name, form in drawn.items()],
        "missing": [step for step in offered if step.name not in drawn],
        "faulty": refused[1] if refused else None,
        "clocks": task.clocks.running().order_by("due_at"),
        "events": [_event(entry) for entry in Entry.objects.about(task).reverse()],
    }
    return page(request, "desk/rating.html", context, at)


def _event(entry: Entry) -> dict[str, Any]:
    """经过里的一行。交办的那一笔由评价人署名，匿名的不能露出来，所以都不写。"""
    text = next((entry.facts[fact] for fact in ("note", "result", "reason", "owner") if entry.facts.get(fact)), "")
    who = "" if entry.verb == OPENED else entry.by_name
    return {"title": story.title(entry.verb), "at": entry.at, "who": who, "text": text, "state": "done"}
