"""可安装的网页应用:清单、只缓存外壳的服务线程、断网页。"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

ICONS = [
    ("portal/icon.svg", "any", "image/svg+xml", "any"),
    ("portal/icon-maskable.svg", "any", "image/svg+xml", "maskable"),
    ("portal/icon-192.png", "192x192", "image/png", "any"),
    ("portal/icon-512.png", "512x512", "image/png", "any"),
]


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "name": _("民政服务大厅"),
            "short_name": _("民政大厅"),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f4ee",
            "theme_color": "#063d47",
            "icons": [{"src": static(src), "sizes": s, "type": t, "purpose": p} for src, s, t, p in ICONS],
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    response = render(request, "shared/sw.js", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "shared/offline.html")
