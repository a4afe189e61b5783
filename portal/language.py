"""语言:看的人自己选,没有选就是简体中文;窗口和队列只有中文。

存进数据库、印在文书上的话永远是中文,只在页面这一头换说法:界面的话查译文,目录里的话转成繁体。
不看浏览器报的语言:译文只是帮忙,以中文为准,由人自己去选。
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from office.papers.words import full_width
from portal.hant import to_hant

STAFF_ONLY = ("/desk/", "/queue/")
HANT = "zh-hant"
GetResponse = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: GetResponse) -> GetResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        language = language_for(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if language_asked(request) == language != request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")  # 往下翻还是这种语言
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


def language_for(request: HttpRequest) -> str:
    chosen = language_asked(request) or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    public = not request.path_info.startswith(STAFF_ONLY)
    return chosen if public and chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def language_asked(request: HttpRequest) -> str:
    """网址里写明的语言（?lang=en）：搜索引擎和转发的人用；写错的不算。"""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def said(words: Any) -> str:
    """领域里说出来的话(状态名、原因)换成页面的语言;没有译文的,繁体转换,英文照原样。"""
    text = str(words)
    translated = gettext(text)
    return hant(text) if translated == text else translated


def hant(text: Any) -> str:
    """目录里的话:汉字旁边的标点用全角;看繁体的转成繁体。"""
    said = full_width(str(text))
    return to_hant(said) if get_language() == HANT else said


def written(text: Any) -> str:
    """目录里的话放进页面:看英文的,标明这一段是中文,读屏才念得对。"""
    return format_html('<span lang="zh-Hans">{}</span>', full_width(str(text))) if text and is_foreign() else hant(text)


def is_foreign() -> bool:
    return not (get_language() or "").startswith("zh")
