"""地址的写法:消息代理的,来访者的。"""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest


def celery_address(url: str) -> str:
    """Django 缓存认 `unix:///路径?db=1`,Celery 认 `redis+socket:///路径?virtual_host=1`;TCP 地址两边一样。"""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def client_address(request: HttpRequest) -> str:
    """真实的来访地址。在 nginx 后面才认 X-Real-IP(nginx 总会覆盖它);前面没有 nginx,这个头就是来客自己写的。"""
    forwarded = request.META.get("HTTP_X_REAL_IP") if settings.BEHIND_PROXY else ""
    return str(forwarded or request.META.get("REMOTE_ADDR", ""))
