"""搁置的期限:到期处理失败、等着再试的,给维护和稽核的人看;修好以后系统自己补做。"""

from itertools import chain
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from approvals.models import Clock as CaseClock
from approvals.models import ContactClock, EnquiryClock
from denials.models import Clock as LadderClock
from denials.models import RecallClock
from supervision.models import Clock as TaskClock

NAME, MOST = "搁置的期限", 200
MODELS = (CaseClock, ContactClock, EnquiryClock, LadderClock, RecallClock, TaskClock)


def may_see(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_superuser or user.may_somewhere("audit"))


@require_safe
def stuck(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """全部搁置的期限,最早到期的在前。Raises: PermissionDenied。"""
    if not may_see(request):
        raise PermissionDenied
    found = chain(*(model.objects.parked().select_related(model.subject).order_by("due_at")[:MOST] for model in MODELS))
    rows = [(clock, getattr(clock, clock.subject)) for clock in sorted(found, key=lambda clock: clock.due_at)]
    context = {**site.each_context(request), "title": NAME, "rows": rows}
    return TemplateResponse(request, "admin/stuck.html", context)
