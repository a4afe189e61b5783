"""给搜索引擎的：有哪些页，哪些不要来。"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.models import Guide, QuestionSet
from office.workdays import clock

PLACES = ("hall:home", "hall:items", "hall:which", "hall:track", "hall:verify", "hall:privacy")
# 申请、进度、个人的页，登录以后的页，搜索的结果：没有可收录的。
PRIVATE = (
    "/apply/", "/track/", "/my/", "/login/", "/files/", "/desk/", "/queue/", "/display/", "/items/?q=", "/which/*?",
)  # fmt: skip


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """站点地图：在用的指南各一条，附更新的日期；三种语言互相指明。"""
    guides = Guide.objects.in_force_on(clock.now().date()).filter(item__withheld="").order_by("item__code")
    rows = [(reverse(name), None) for name in PLACES]
    asked = QuestionSet.objects.in_use().values_list("key", flat=True)
    rows += [(reverse("hall:which-one", args=[key]), None) for key in asked]
    rows += [
        (reverse("hall:guide", args=[code]), max(since, published.date()))
        for code, since, published in guides.values_list("item__code", "effective_from", "published_at")
    ]
    pages = [(f"{settings.PUBLIC_URL}{path}", day) for path, day in rows]
    context = {"pages": pages, "languages": [("zh-Hant", "zh-hant"), ("en", "en")]}
    return render(request, "hall/sitemap.xml", context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines += ["", f"Sitemap: {settings.PUBLIC_URL}{reverse('hall:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
