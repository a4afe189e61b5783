"""登录与退出：群众和工作人员同一个门；有动态口令的再过一道。"""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import devices_for_user, match_token
from django_otp import login as second_factor_login

from agencies.models import User
from office.workdays import clock
from portal import idle
from portal.hall import demonstration
from portal.hall.forms import LoginForm, SecondFactorForm

AWAITING, PATIENCE = "awaiting", 600
BACKEND = "django.contrib.auth.backends.ModelBackend"
show_or_save = require_http_methods(["GET", "HEAD", "POST"])


def destination(request: HttpRequest, user: Any, wanted: str) -> str:
    """登录之后去哪里：原来要去的页（只认本站），工作人员去工作台，群众去“我的”。"""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    for name in ("desk:today", "admin:index") if user.kind == "staff" else ("hall:space",):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return reverse("hall:home")


@sensitive_post_parameters("password")
@never_cache
@show_or_save
def enter(request: HttpRequest) -> HttpResponse:
    """登录：不说是用户名不对还是密码不对。"""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    form = LoginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            return _admit(request, user, wanted)
        form.add_error(None, _("用户名或密码不对。连续输错五次，要等半小时再试。"))
    return render(request, "hall/login.html", {"form": form, "next": wanted, "cast": demonstration.cast()})


@require_POST
def play(request: HttpRequest) -> HttpResponse:
    """扮演：只在演示环境里有。"""
    user = demonstration.playable(request.POST.get("username", ""))
    if user is None:
        raise Http404
    return _admit(request, user, request.POST.get("next", ""))


def _admit(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    if any(devices_for_user(user)):
        until = clock.now().timestamp() + PATIENCE
        request.session[AWAITING] = {"user": user.pk, "until": until, "next": wanted}
        return redirect("hall:second-factor")
    login(request, user, backend=BACKEND)
    return redirect(destination(request, user, wanted))


@sensitive_post_parameters("token")
@never_cache
@show_or_save
def second_factor(request: HttpRequest) -> HttpResponse:
    """动态口令：密码对了还不算登录，口令也对才算。"""
    awaiting = request.session.get(AWAITING, {})
    user = User.objects.filter(pk=awaiting.get("user"), is_active=True).first()
    if user is None or awaiting["until"] < clock.now().timestamp():
        return redirect("hall:login")
    form = SecondFactorForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        device = match_token(user, form.cleaned_data["token"])
        if device is not None:
            login(request, user, backend=BACKEND)
            second_factor_login(request, device)
            request.session.pop(AWAITING, None)
            return redirect(destination(request, user, awaiting["next"]))
        form.add_error("token", _("口令不对或已经用过，请等下一个口令再试。"))
    return render(request, "hall/second_factor.html", {"form": form, "code": demonstration.current_code(user)})


@never_cache
@login_required
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """闲置退出时正好交上来的一页：登录以后接着交。没有留着的，去平常登录以后去的页。"""
    kept = idle.kept_for(request)
    if kept is None:
        return redirect(destination(request, request.user, ""))
    return render(request, "hall/resume.html", {"kept": kept})


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """快要闲置退出了，人按了“接着用”。"""
    if request.user.is_authenticated and request.session.session_key:
        idle.touch(request.session.session_key)
        return HttpResponse(status=204)
    return redirect("hall:login")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出：会话里记着的办件、草稿一并忘掉。"""
    logout(request)
    messages.success(request, _("已退出。"))
    return redirect("hall:home")
