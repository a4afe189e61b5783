"""首席代表：各科室派驻窗口、书面授权当场办理的人，公开。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.models import Representative
from office.workdays import clock
from office.workdays.rules import local


@require_safe
def representatives(request: HttpRequest) -> HttpResponse:
    """此刻在任的，照机关、科室排。"""
    found = Representative.objects.on(local(clock.now()).date()).with_context().order_by("unit__path", "pk")
    return render(request, "hall/representatives.html", {"rows": list(found)})
