"""接收外面系统的报文：/exchange/v1/messages/。只收签了名的 POST；说得清楚，不泄露。

来的是系统不是人：没有会话，不用 CSRF，靠签名认；正文的大小在读进来之前就看。
"""

import json
import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from office.exchange import receiving
from office.workdays import clock
from portal.cached import within_limit
from portal.incoming import TAKERS
from portal.settings.addresses import client_address

logger = logging.getLogger(__name__)
JSON = "application/json; charset=utf-8"


@csrf_exempt
@never_cache
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """收一条，答回执；不收的说为什么。"""
    try:
        return _answer(200, _received(request))
    except receiving.Refused as refusal:
        logger.warning("没有收下报文：%s", refusal.code)
        return _answer(refusal.status, {"error": refusal.code, "message": refusal.why})
    except Exception:
        logger.exception("收报文出错")
        return _answer(500, {"error": "failed", "message": "这是我们的问题，什么也没有记下，请稍后原样再送。"})


def _received(request: HttpRequest) -> dict[str, Any]:
    address = client_address(request)
    if not within_limit(f"exchange:{address}", settings.EXCHANGE_RATE, 60):
        raise receiving.Refused(429, "too_many", f"同一地址每分钟最多 {settings.EXCHANGE_RATE} 条，请过一分钟再送。")
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        raise receiving.Refused(411, "no_length", "请写明正文的长度(Content-Length)。")
    if int(length) > receiving.MOST_BODY:
        raise receiving.Refused(413, "too_large", f"正文连同文件最多 {receiving.MOST_BODY // 1024} KB。")
    if int(length) > receiving.MOST_TEXT and not within_limit(
        f"exchange-files:{address}", settings.EXCHANGE_RATE // 10, 60
    ):
        raise receiving.Refused(429, "too_many", "带文件的报文来得太密，请过一分钟再送。")
    if request.content_type != "application/json":
        raise receiving.Refused(415, "not_json", "正文要是 application/json。")
    # 带文件的比表单的限额(DATA_UPLOAD_MAX_MEMORY_SIZE)大；长度上面看过了，照长度读。
    post = receiving.Post("POST", request.get_full_path(), request.headers, request.read(int(length)))
    return receiving.receive(post, at=clock.now(), takers=TAKERS)


def _answer(status: int, told: dict[str, Any]) -> HttpResponse:
    body = json.dumps(told, ensure_ascii=False).encode()
    response = HttpResponse(body, content_type=JSON, status=status)
    if status == 429:
        response["Retry-After"] = "60"
    return response
