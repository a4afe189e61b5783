"""显示偏好:阅读模式、字号、明暗。放在一个小 Cookie 里,不登录也记得,不含个人信息。"""

from dataclasses import asdict, dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

COOKIE = "look"
YEAR = 365 * 24 * 3600
MODES = {"normal": _("标准"), "contrast": _("无障碍"), "elder": _("长者助手")}
SIZES = {"m": _("标准"), "l": _("大字"), "xl": _("特大")}
THEMES = {"auto": _("跟随设备"), "light": _("浅色"), "dark": _("深色")}
CHOICES = {"mode": MODES, "size": SIZES, "theme": THEMES}


@dataclass(frozen=True)
class Look:
    mode: str = "normal"
    size: str = "m"
    theme: str = "auto"

    def __str__(self) -> str:
        return f"{self.mode}.{self.size}.{self.theme}"


def look_of(request: HttpRequest) -> Look:
    """Cookie 里的偏好;读不懂的 Cookie 当作没有。"""
    parts = request.COOKIES.get(COOKIE, "").split(".")
    if len(parts) == len(CHOICES) and all(part in known for part, known in zip(parts, CHOICES.values(), strict=True)):
        return Look(*parts)
    return Look()


def page_key(request: HttpRequest) -> str:
    """同一内容的页面因语言和偏好而不同:做 ETag 时必须并入这个键。"""
    return f"{get_language()}.{look_of(request)}"


def back(request: HttpRequest) -> str:
    """提交之后回到哪一页:只回本站。"""
    for url in (request.POST.get("next"), request.META.get("HTTP_REFERER")):
        if url and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
            return url
    return "/"


@require_safe
def display(request: HttpRequest) -> HttpResponse:
    chosen = asdict(look_of(request))
    groups = [(name, chosen[name], options) for name, options in CHOICES.items()]
    return render(request, "shared/display.html", {"groups": groups, "next": request.GET.get("next", "/")})


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    wanted = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not wanted or any(value not in CHOICES[name] for name, value in wanted.items()):
        return HttpResponseBadRequest("unknown preference")
    response = HttpResponseRedirect(back(request))
    response.set_cookie(
        COOKIE,
        str(replace(look_of(request), **wanted)),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
