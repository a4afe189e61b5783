"""开放接口的门：只收 GET，谁都可以来，来得太密请等一等；没有变的答 304；不行的照 RFC 9457 说清楚。"""

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from office.vault import digest
from office.workdays import clock
from portal.cached import known_since, within_limit
from portal.settings.addresses import client_address

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
MINUTE = 60
READABLE = "ETag, Last-Modified, Link, Retry-After, Content-Disposition"
View = Callable[..., HttpResponse]
logger = logging.getLogger(__name__)


class Problem(Exception):
    """不行：状态码、一句中文标题、细节；errors 逐项说哪个参数不对。"""

    def __init__(self, status: int, title: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> None:
        self.status, self.title, self.detail, self.errors = status, title, detail, errors or []
        super().__init__(title)


def written(data: Any) -> bytes:
    """汉字原样写，次序照给的；同样的内容总是同样的字节。"""
    return json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def answer(data: Any, *, links: Mapping[str, str] | None = None) -> HttpResponse:
    response = HttpResponse(written(data), content_type=JSON)
    if links:
        response["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    return response


def refusal(problem: Problem, request: HttpRequest) -> HttpResponse:
    said = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        **({"errors": problem.errors} if problem.errors else {}),
    }
    response = HttpResponse(written(said), content_type=PROBLEM, status=problem.status)
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = "zh-Hans"
    return response


def public(view: View | None = None, *, limit: str = "API_RATE") -> Any:
    """公开的一页数据：限次、跨域、条件请求、出错的说法，都在这里。"""
    if view is None:
        return lambda one: public(one, limit=limit)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _opened(_preflight())
        with translation.override(settings.LANGUAGE_CODE):  # 数据只有一种写法，不随看的人换
            return _opened(answered(request, *args, **kwargs))

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _may_ask(request, limit)
            return _if_changed(request, view(request, *args, **kwargs))
        except Problem as problem:
            response = refusal(problem, request)
        except Http404:
            response = refusal(Problem(404, "没有找到", "没有这个事项、版本或单位，或者它不公开。"), request)
        except PermissionDenied:
            response = refusal(Problem(403, "不公开", "这里的内容不公开。"), request)
        except Exception:
            logger.exception("开放接口出错 %s", request.path)
            response = refusal(Problem(500, "系统出错", "这是我们的问题，请稍后再试。"), request)
        if response.status_code == 429:
            response["Retry-After"] = str(MINUTE)
        if response.status_code == 405:
            response["Allow"] = "GET, HEAD, OPTIONS"
        return response

    return guarded


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since, Accept"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _opened(response: HttpResponse) -> HttpResponse:
    """谁的网页都可以读；这里从不带登录状态。"""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = READABLE
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _may_ask(request: HttpRequest, limit: str) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "只能读", "开放接口只收 GET、HEAD 和 OPTIONS。")
    most = getattr(settings, limit)
    if not within_limit(f"{limit}:{client_address(request)}", most, MINUTE):
        raise Problem(429, "来得太密了", f"同一地址每分钟最多 {most} 次，请过一分钟再来；要整份目录请用整份下载。")


def _if_changed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """ETag 是内容的摘要；Last-Modified 是我们头一次给出这份内容的时刻：从那时起没有变过。"""
    if response.status_code != 200:
        return response
    etag = f'"{digest(response.content.decode())[:32]}"'
    now = int(clock.moment(request).timestamp())
    since = known_since(f"api:{digest(request.get_full_path())}", etag, now)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(since)
    response["Cache-Control"] = f"public, max-age={MINUTE}"
    response["Content-Language"] = "zh-Hans"
    return get_conditional_response(request, etag=etag, last_modified=since, response=response) or response
