"""绑定手机:第一次进队列的人扫一次码,以后凭手机上的动态口令进来。"""

from typing import Any

import segno
from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import devices_for_user
from django_otp import login as second_factor_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import User
from office.journal import actions as journal
from office.workdays.clock import now
from portal.second_factor import shown_code


class Token(forms.Form):
    token = forms.RegexField(
        r"^\d{6}$",
        label="手机上此刻的六位口令",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 6}),
        error_messages={"required": "请填写六位口令。", "invalid": "口令是六位数字。"},
    )


def inside(request: HttpRequest, wanted: str) -> str:
    """登录之后去哪里:只认本站的网址。"""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("admin:index")


@sensitive_post_parameters("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """绑定:密码登录过、还没有口令的工作人员。已经绑定的不能在这里换(换手机请维护账户先删旧的)。"""
    user: Any = request.user
    wanted = inside(request, request.POST.get("next") or request.GET.get(REDIRECT_FIELD_NAME, ""))
    if not (user.is_authenticated and user.is_active and user.is_staff) or any(devices_for_user(user)):
        return redirect_to_login(wanted, reverse("admin:login"))
    device, _new = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "手机"})
    form = Token(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if confirm(device, form.cleaned_data["token"]):
            second_factor_login(request, device)
            return redirect(wanted)
        form.add_error("token", "口令不对。请看手机上此刻的数字；手机的时间要准。")
    secret = _secret(device)
    code = segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    given = {"form": form, "picture": code, "secret": secret, "code": shown_code(device), "next": wanted}
    return render(request, "admin/enrol.html", {**given, "title": "绑定手机", "site_header": "不行权审定队列"})


def confirm(device: TOTPDevice, token: str) -> bool:
    """口令对了就绑定,并记一笔;同时来的两次只成一次。"""
    with transaction.atomic():
        owner = User.objects.select_for_update().get(pk=device.user_id)
        device.refresh_from_db()
        if any(devices_for_user(owner)) or not device.verify_token(token):
            return False
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        journal.record("portal.second_factor.enrol", about=owner, by=owner, at=now(), facts={"device": device.name})
    return True


def _secret(device: TOTPDevice) -> str:
    """扫不了码的人照着输:四个一组。"""
    text = device.config_url.partition("secret=")[2].partition("&")[0].rstrip("=").replace("%3D", "")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
