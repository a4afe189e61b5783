"""整件事一次说定的两样：同意电子送达，撤回。

撤回整件事：先问一声，写明哪几个事项撤回、哪几个留着；本人登录当时生效，凭查询码来的一个验证码管各件。"""

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import User
from approvals.actions import confirmations, decision, joint_consents, joint_course, joint_withdrawing, withdrawing
from approvals.models import Case, Joint
from approvals.rules import MOBILE, mask_number
from approvals.rules.joints import stays
from office.steps import NotNow
from office.workdays import clock
from portal.cached import within_limit
from portal.hall import access
from portal.hall.forms import CodeForm, WithdrawForm
from portal.hall.views.track import CODES, HOUR, WITHDRAWN
from portal.language import said


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """撤回整件事。"""
    at = clock.now()
    found = access.joint_of(request, number, at)
    cases = list(found.branches.with_context().order_by("pk"))
    if all(stays(case) for case in cases):
        messages.info(request, _("各个事项都有结果，或者已经撤回，没有可以撤回的。"))
        return redirect("hall:joint", number)
    actor = access.actor_for_joint(request, found)
    if "keep" in request.POST:
        return _keep(request, found, actor, at)
    if actor.is_system:
        return _by_code(request, found, cases, actor, at)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"] or decision.NO_REASON
            joint_withdrawing.withdraw(found, reason=reason, by=actor, at=at)
            messages.success(request, WITHDRAWN)
        except NotNow as why:
            messages.error(request, said(why))
        return redirect("hall:joint", number)
    return _shown(request, found, cases, {"form": form})


@require_POST
@access.private
def consent(request: HttpRequest, number: str) -> HttpResponse:
    """电子送达：整件事一次同意，或者一次收回。"""
    at = clock.now()
    found, agreed = access.joint_of(request, number, at), "agree" in request.POST
    actor = access.actor_for_joint(request, found)
    try:
        if agreed:
            joint_consents.agree(found, how=joint_consents.ONLINE, by=actor, at=at)
            messages.success(request, _("记下了，各个事项都算。结果出来以后在这一页下载，到达的时间就是送达的时间。"))
        else:
            joint_consents.take_back(found, by=actor, at=at)
            messages.success(request, _("已收回。还没有送达的，用纸质送达。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect("hall:joint", number)


def _by_code(request: HttpRequest, found: Joint, cases: list[Case], actor: User, at: datetime.datetime) -> HttpResponse:
    """捡到凭证的人也有查询码：先发验证码到申请人的手机，填对了才撤回；没有手机号的，说去哪里撤回。"""
    sending, checking = "send" in request.POST, "code" in request.POST
    form = WithdrawForm(request.POST if sending else None)
    asked = CodeForm(request.POST if checking else None)
    wish, status = joint_withdrawing.wish_of(found), 200
    if checking and wish is None:
        form.add_error(None, _("这个验证码已经不能用了，请再发一次。"))
    if checking and wish and asked.is_valid():
        try:
            confirmations.confirm_by_code(wish, code=asked.cleaned_data["code"], by=actor, at=at)
            messages.success(request, WITHDRAWN)
            return redirect("hall:joint", found.number)
        except NotNow as reason:
            asked.add_error("code", said(reason))
    if sending and form.is_valid():
        if not within_limit(f"withdraw:{found.number}", CODES, HOUR):
            form.add_error(None, _("验证码发得太多，请一小时以后再试，或者到收件窗口撤回。"))
            status = 429
        else:
            try:
                text = form.cleaned_data["reason"] or decision.NO_REASON
                joint_withdrawing.ask_by_code(found, reason=text, by=actor, at=at)
                messages.success(request, _("验证码已发到申请人登记的手机上，十分钟内有效。"))
                return redirect("hall:joint-withdraw", found.number)
            except NotNow as reason:
                form.add_error(None, said(reason))
    told = {
        "form": form, "by_code": True, "asked": asked,
        "sent": wish is not None and wish.code_until is not None and wish.code_until > at,
        "phone": mask_number(found.applicant.phone) if MOBILE.fullmatch(found.applicant.phone) else "",
    }  # fmt: skip
    return _shown(request, found, cases, told, status)


def _shown(
    request: HttpRequest, found: Joint, cases: list[Case], told: dict[str, object], status: int = 200
) -> HttpResponse:
    context = {
        "joint": found, "wish": joint_withdrawing.wish_of(found), **told,
        "going": [case for case in cases if not stays(case)],
        "kept": [(case, _why(case)) for case in cases if stays(case)],
        "waiting": joint_course.waiting_of(found).select_related("guide").order_by("step", "pk"),
    }  # fmt: skip
    return render(request, "hall/joint_withdraw.html", context, status=status)


def _why(case: Case) -> str:
    """这一件为什么不撤回，说给他听。"""
    if case.decided_at:
        return _("已经作出决定，不能撤回；结果照旧有效。")
    return _("已经撤回或者终止，不用再撤回。")


def _keep(request: HttpRequest, found: Joint, actor: User, at: datetime.datetime) -> HttpResponse:
    """不撤回：登记的意愿作废，各件都作废。"""
    wish = joint_withdrawing.wish_of(found)
    try:
        if wish is not None:
            withdrawing.forget_wish(wish.case, by=actor, at=at)
        messages.success(request, _("没有撤回，申请照常办理。"))
    except NotNow as reason:
        messages.error(request, said(reason))
    return redirect("hall:joint", found.number)
