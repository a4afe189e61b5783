"""嵌进别的网站的办事指南：没有页眉页脚，没有表单，不碰登录状态；哪些网站可以嵌，由 EMBED_ANCESTORS 定。"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from office.workdays import clock
from portal.hall.views.guide import current_guide, suspensions_of


@require_safe
@xframe_options_exempt
def guide(request: HttpRequest, code: str) -> HttpResponse:
    found = current_guide(code)
    address = f"{settings.PUBLIC_URL}{reverse('hall:guide', args=[code])}"
    stops = suspensions_of(found.item, clock.now().date())
    response = render(request, "hall/embed.html", {"guide": found, "item": found.item, "address": address, **stops})
    response._csp_replace = {"frame-ancestors": settings.EMBED_ANCESTORS or ["'none'"]}  # type: ignore[attr-defined]
    return response
