"""邮箱：先往填的地址发验证码，核对过才用；撤掉就不再发。"""

import datetime
import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.actions import accounts
from agencies.models import User
from office.notices import actions as notices
from office.notices.states import Channel
from office.workdays import clock
from portal.cached import counted, within_limit
from portal.hall import access
from portal.hall.forms import MailboxCodeForm, MailboxForm
from portal.hall.views.account import destination
from portal.hall.views.space import signed_in

ASKED = "mailbox"
GOOD_FOR, MOST_TRIES = 10 * 60, 5  # 秒；一个验证码最多填错几次
TIMES, WINDOW = 5, 3600  # 一小时里最多发几次


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """“我的”里的邮箱：填、核对、撤掉。"""
    user = access.citizen_of(request)
    if user is None:
        return redirect(destination(request, request.user, ""))
    deed = {"send": _send, "check": _check, "stop": _stop}.get(request.POST.get("deed", ""))
    if deed is not None:
        return deed(request, user, clock.now())
    return _page(request, user)


def _page(request: HttpRequest, user: User, status: int = 200, **forms: Any) -> HttpResponse:
    asked = _asked(request, clock.now())
    form = MailboxForm(initial={"address": asked["address"] if asked else user.email})
    shown = {"asked": asked, "form": form, "code_form": MailboxCodeForm()}
    return render(request, "hall/mailbox.html", {**shown, **forms}, status=status)


def _send(request: HttpRequest, user: User, at: datetime.datetime) -> HttpResponse:
    form = MailboxForm(request.POST)
    if not form.is_valid():
        return _page(request, user, form=form)
    if not within_limit(f"mailbox:{user.pk}", TIMES, WINDOW):
        form.add_error("address", _("一小时里只能发几次验证码，请过一会儿再试。"))
        return _page(request, user, 429, form=form)
    address, code = form.cleaned_data["address"], f"{secrets.randbelow(10**6):06}"
    until = at.timestamp() + GOOD_FOR
    request.session[ASKED] = {"address": address, "mark": _mark(address, code), "until": until}
    notices.queue(
        "mailbox.code", about=user, to=user, channel=Channel.EMAIL, address=address, subject=_("核对邮箱的验证码"),
        body=_("验证码 %(code)s，10 分钟内有效。不是您本人在填邮箱的，不用理会。") % {"code": code},
        responsible=None, by=User.objects.system(), at=at,
    )  # fmt: skip
    return redirect("hall:mailbox")


def _check(request: HttpRequest, user: User, at: datetime.datetime) -> HttpResponse:
    """填对了，才用这个地址；填错五次，要重新发。次数不记在会话里(一齐交上来的会少数)；数不了的不核对。"""
    asked, form = _asked(request, at), MailboxCodeForm(request.POST)
    if asked is None:
        messages.info(request, _("验证码过期了，请重新发一次。"))
        return redirect("hall:mailbox")
    if not form.is_valid():
        return _page(request, user, code_form=form)
    tries = counted(f"mailbox-check:{asked['mark']}", GOOD_FOR)
    if tries is None:
        form.add_error("code", _("现在核对不了，请过一会儿再试。"))
        return _page(request, user, 503, code_form=form)
    right = constant_time_compare(asked["mark"], _mark(asked["address"], form.cleaned_data["code"]))
    if tries > MOST_TRIES or (tries == MOST_TRIES and not right):
        del request.session[ASKED]
        messages.error(request, _("验证码填错了五次，已经作废，请重新发一次。"))
        return redirect("hall:mailbox")
    if not right:
        form.add_error("code", _("验证码不对，请看清邮件里的六位数字。"))
        return _page(request, user, code_form=form)
    del request.session[ASKED]
    accounts.set_mailbox(user=user, address=asked["address"], at=at)
    messages.success(request, _("邮箱核对好了。以后的消息同时发到这个邮箱。"))
    return redirect("hall:notice-paces")


def _stop(request: HttpRequest, user: User, at: datetime.datetime) -> HttpResponse:
    request.session.pop(ASKED, None)
    if user.email:
        accounts.set_mailbox(user=user, address="", at=at)
    messages.success(request, _("以后不再发邮件。"))
    return redirect("hall:notice-paces")


def _asked(request: HttpRequest, at: datetime.datetime) -> dict[str, Any] | None:
    """还作数的那次发送。"""
    asked: Any = request.session.get(ASKED)
    return asked if asked and asked["until"] > at.timestamp() else None


def _mark(address: str, code: str) -> str:
    """会话里只留验证码的摘要。"""
    return salted_hmac("mailbox", f"{address}\n{code}", algorithm="sha256").hexdigest()
