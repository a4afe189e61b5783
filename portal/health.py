"""给监控看的两个网址:进程活着没有;能不能接活。"""

import logging

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def ping(request: HttpRequest) -> HttpResponse:
    """活着:不碰数据库、不碰代理。"""
    return HttpResponse("pong", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """接得了活:数据库和代理都应答才是 200,否则 503;只说行不行,不说为什么。"""
    checks = {"database": _database(), "broker": _broker()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        logger.warning("数据库不应答：%s", error)
        return False
    return True


def _broker() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as broker:
            broker.ping()
    except redis.RedisError as error:
        logger.warning("消息代理不应答：%s", error)
        return False
    return True
