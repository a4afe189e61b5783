"""撤回：一件，或者整件事里还没有结果的各件。先问一声；本人登录当时生效，凭查询码来的先用验证码确认。"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Unit, User
from approvals.actions import confirmations, decision, joint_course, joint_withdrawing, withdrawing
from approvals.models import Case, Confirmation, Joint
from approvals.rules import MOBILE, acts_for, mask_number
from approvals.rules.joints import stays
from approvals.states import Matter
from office.steps import NotNow
from office.workdays import clock
from portal.cached import within_limit
from portal.hall import access, story
from portal.hall.forms import CodeForm, WithdrawForm
from portal.hall.views.applying import show_or_save
from portal.language import said

WITHDRAWN = lazy("申请已撤回。以后还可以再申请。")
CODES, HOUR = 3, 3600  # 一件一小时发几次验证码；一个码试错五次作废


@dataclass(frozen=True, slots=True)
class Asked:
    """说要撤回的是哪一样，用哪两个动作撤回；说完回到 back，页面是 here。"""

    about: Case | Joint
    wish: Confirmation | None
    unit: Unit
    here: str
    back: str
    template: str
    withdraw: Callable[..., object]
    ask_by_code: Callable[..., object]
    told: dict[str, Any] = field(default_factory=dict)


@show_or_save
@access.private
def one(request: HttpRequest, number: str) -> HttpResponse:
    """撤回一件。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    if not story.may_withdraw(case):
        messages.info(request, _("这件申请已经有结果，不能撤回。"))
        return redirect("hall:track-case", number)
    actor = access.actor_for(request, case)
    asked = Asked(
        about=case, wish=case.confirmations.open().filter(matter=Matter.WITHDRAW).first(), unit=case.intake_unit,
        here="hall:withdraw", back="hall:track-case", template="hall/withdraw.html",
        withdraw=decision.withdraw, ask_by_code=confirmations.ask_by_code, told={"case": case},
    )  # fmt: skip
    return _answered(request, asked, actor, at, by_code=actor.is_system and not acts_for(case, actor))


@show_or_save
@access.private
def whole(request: HttpRequest, number: str) -> HttpResponse:
    """撤回整件事：写明哪几个事项撤回、哪几个留着，为什么；一个验证码管各件。"""
    at = clock.now()
    joint = access.joint_of(request, number, at)
    cases = list(joint.branches.with_context().order_by("pk"))
    if all(stays(case) for case in cases):
        messages.info(request, _("各个事项都有结果，或者已经撤回，没有可以撤回的。"))
        return redirect("hall:joint", number)
    actor = access.actor_for_joint(request, joint)
    told = {
        "joint": joint,
        "going": [case for case in cases if not stays(case)],
        "kept": [(case, _why(case)) for case in cases if stays(case)],
        "waiting": joint_course.waiting_of(joint).select_related("guide").order_by("step", "pk"),
    }
    asked = Asked(
        about=joint, wish=joint_withdrawing.wish_of(joint), unit=joint.window,
        here="hall:joint-withdraw", back="hall:joint", template="hall/joint_withdraw.html",
        withdraw=joint_withdrawing.withdraw, ask_by_code=joint_withdrawing.ask_by_code, told=told,
    )  # fmt: skip
    return _answered(request, asked, actor, at, by_code=actor.is_system)


def _why(case: Case) -> str:
    """这一件为什么不撤回，说给他听。"""
    if case.decided_at:
        return _("已经作出决定，不能撤回；结果照旧有效。")
    return _("已经撤回或者终止，不用再撤回。")


def _answered(request: HttpRequest, asked: Asked, actor: User, at: datetime.datetime, *, by_code: bool) -> HttpResponse:
    if "keep" in request.POST:
        return _keep(request, asked, actor, at)
    if by_code:
        return _by_code(request, asked, actor, at)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            asked.withdraw(asked.about, reason=_reason(form), by=actor, at=at)
            messages.success(request, WITHDRAWN)
        except NotNow as reason:
            messages.error(request, said(reason))
        return redirect(asked.back, asked.about.number)
    return _shown(request, asked, {"form": form})


def _by_code(request: HttpRequest, asked: Asked, actor: User, at: datetime.datetime) -> HttpResponse:
    """捡到凭证的人也有查询码：先发验证码到申请人的手机，填对了才撤回；没有手机号的，说去哪里撤回。"""
    wish, number = asked.wish, asked.about.number
    sending, checking = "send" in request.POST, "code" in request.POST
    form = WithdrawForm(request.POST if sending else None)
    code = CodeForm(request.POST if checking else None)
    status = 200
    if checking and wish is None:
        form.add_error(None, _("这个验证码已经不能用了，请再发一次。"))
    if checking and wish and code.is_valid():
        try:
            confirmations.confirm_by_code(wish, code=code.cleaned_data["code"], by=actor, at=at)
            messages.success(request, WITHDRAWN)
            return redirect(asked.back, number)
        except NotNow as reason:
            code.add_error("code", said(reason))
    if sending and form.is_valid():
        if not within_limit(f"withdraw:{number}", CODES, HOUR):
            form.add_error(None, _("验证码发得太多，请一小时以后再试，或者到收件窗口撤回。"))
            status = 429
        else:
            try:
                asked.ask_by_code(asked.about, reason=_reason(form), by=actor, at=at)
                messages.success(request, _("验证码已发到申请人登记的手机上，十分钟内有效。"))
                return redirect(asked.here, number)
            except NotNow as reason:
                form.add_error(None, said(reason))
    phone = asked.about.applicant.phone
    told = {
        "form": form, "by_code": True, "asked": code,
        "sent": wish is not None and wish.code_until is not None and wish.code_until > at,
        "phone": mask_number(phone) if MOBILE.fullmatch(phone) else "",
    }  # fmt: skip
    return _shown(request, asked, told, status)


def _reason(form: WithdrawForm) -> str:
    return form.cleaned_data["reason"] or decision.NO_REASON


def _shown(request: HttpRequest, asked: Asked, told: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {**asked.told, "wish": asked.wish, "unit": asked.unit, **told}
    return render(request, asked.template, context, status=status)


def _keep(request: HttpRequest, asked: Asked, actor: User, at: datetime.datetime) -> HttpResponse:
    """不撤回：登记的意愿作废，整件事的各件都作废。"""
    try:
        if asked.wish is not None:
            withdrawing.forget_wish(asked.wish.case, by=actor, at=at)
        messages.success(request, _("没有撤回，申请照常办理。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect(asked.back, asked.about.number)
