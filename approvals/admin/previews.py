"""审定以前看一眼要出的文书：摆在新窗口里，什么也不记、不占文号。"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from office.papers.engine import Refused
from office.papers.fonts import MissingGlyph
from office.papers.kinds import MissingFact
from office.steps import NotNow

PREVIEW = "preview"  # 提交时带着它：只看一眼


def previewed(request: HttpRequest, make: Callable[[], bytes], *, back: str) -> HttpResponse:
    """排出来的 PDF；排不出的回到 back，说为什么。"""
    try:
        pdf = make()
    except (NotNow, MissingFact, MissingGlyph, Refused) as reason:
        messages.error(request, f"文书现在预览不了：{reason}")
        return redirect(back)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = "inline; filename=preview.pdf"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    return response
