"""工作台每一页共用的做法：带上导航的数字，把动作的回答说成一句话。"""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions.files import BadUpload
from approvals.models import Case
from office.papers import actions as papers
from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.kinds import MissingFact
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from portal import idle
from portal.desk import queues
from portal.desk.access import View, case_of, may, require, staff_only
from portal.files import sheet

show_or_save = require_http_methods(["GET", "HEAD", "POST"])
PREVIEW = "preview"  # 提交时带着它：只看一眼，什么也不做
REASONS = (NotNow, MissingFact, BadUpload)  # 动作的“现在不行”，str() 都是给人看的一句中文


def page(request: HttpRequest, template: str, context: dict[str, Any], at: datetime.datetime) -> HttpResponse:
    user: Any = request.user
    counts = context.get("counts") or queues.counts(user, at)
    shell = {"idle": idle.limit_of(user), "now": at, "counts": counts, "takes_in": user.may_somewhere("take_in")}
    return render(request, template, {**context, **shell})


def deed(step: str = "", allowed: Callable[[Case, Any], bool] | None = None) -> Callable[[View], View]:
    """一个动作一个网址，只收 POST：view(request, case, at) 调一个动作。现在不行的，说一句，回到办件。

    step 是状态机的步名，权限照它声明的规则问；不是一步的动作用 allowed 问。
    """

    def wrap(view: View) -> View:
        @wraps(view)
        @staff_only
        @require_POST
        def wrapped(request: HttpRequest, number: str, **kwargs: Any) -> HttpResponse:
            case = case_of(request, number)
            require(allowed(case, request.user) if allowed else may(case, request.user, step))
            try:
                return view(request, case, clock.now(), **kwargs)
            except REASONS as reason:
                messages.error(request, str(reason))
                return redirect("desk:case", number)

        return wrapped

    return wrap


def tried(form: forms.Form, act: Callable[[], Any], instance: Any) -> bool:
    """照表单去做；现在不行就写在表单上，内存里改了一半的重新读过。"""
    try:
        act()
    except REASONS as reason:
        form.add_error(None, str(reason))
        instance.refresh_from_db()
        return False
    return True


def previewed(form: forms.Form, make: Callable[[], bytes]) -> HttpResponse | None:
    """预览文书：排出来就摆到屏幕上；排不出的写在表单上，返回 None，照平常把表再摆出来。"""
    if not form.is_valid():
        return None
    try:
        return sheet(ContentFile(make()), "preview.pdf")
    except (*REASONS, MissingGlyph, Refused) as reason:
        form.add_error(None, str(reason))
        return None


def glanced(act: Callable[[], Any], kind: str, at: datetime.datetime) -> HttpResponse:
    """不用填表的一步，先看一眼它要出的文书。Raises: REASONS。"""
    try:
        return sheet(ContentFile(papers.rehearsed(act, kind, at=at)), "preview.pdf")
    except (MissingGlyph, Refused) as reason:
        raise NotNow(str(reason)) from reason


def said_wrong(request: HttpRequest, form: forms.Form) -> bool:
    """没填对：说一句。"""
    for faults in form.errors.values():
        messages.error(request, "".join(str(fault) for fault in faults))
    return bool(form.errors)


def to_next(number: str) -> HttpResponse:
    """打开办件，光标在“下一步”：接着按 Tab 就是第一个按钮。"""
    return redirect(reverse("desk:case", args=[number]) + "#next")


def done(request: HttpRequest, case: Case, words: Any, paper: str = "") -> HttpResponse:
    """做成了：说一句；出了文书的，摆到屏幕上打印，否则回到办件。"""
    messages.success(request, words)
    found = Paper.objects.about(case).of_kind(paper).in_force().order_by("-pk").first() if paper else None
    if found is None:
        return to_next(case.number)
    return redirect("desk:case-paper", case.number, found.pk)
