"""把存着的文件交给浏览器：先由页面看过有没有权限，再到这里。"""

from typing import cast
from urllib.parse import quote

from django.core.files.base import File
from django.http import FileResponse, HttpResponse


def attachment(stored: "File[bytes]", name: str, media_type: str) -> HttpResponse:
    """一律作为附件下载，浏览器不猜类型、不执行、不留缓存。"""
    response = FileResponse(stored.open("rb"), content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def sheet(pdf: "File[bytes]", name: str) -> HttpResponse:
    """文书摆在屏幕上，直接打印；只给我们自己排的 PDF 用。

    内容安全策略不用 default-src 'none'：浏览器自带的 PDF 阅读器要取自己的脚本和样式。
    """
    response = FileResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = "frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)
