"""电子送达：同意，或者收回；一件，或者整件事一次。"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.actions import delivering, joint_consents
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.language import said


@require_POST
@access.private
def one(request: HttpRequest, number: str) -> HttpResponse:
    """这一件。"""
    at = clock.now()
    found = access.case_of(request, number, at)
    told: dict[str, Any] = {"by": access.actor_for(request, found), "at": at}
    if "agree" in request.POST:
        words = _("记下了。结果出来以后，在这一页下载，到达的时间就是送达的时间。")
        _told(request, lambda: delivering.agree(found, how=delivering.ONLINE, **told), words)
    else:
        _told(request, lambda: delivering.take_back(found, **told), _("已收回。结果用纸质送达。"))
    return redirect("hall:track-case", number)


@require_POST
@access.private
def whole(request: HttpRequest, number: str) -> HttpResponse:
    """整件事，各个事项都算。"""
    at = clock.now()
    found = access.joint_of(request, number, at)
    told: dict[str, Any] = {"by": access.actor_for_joint(request, found), "at": at}
    if "agree" in request.POST:
        words = _("记下了，各个事项都算。结果出来以后在这一页下载，到达的时间就是送达的时间。")
        _told(request, lambda: joint_consents.agree(found, how=joint_consents.ONLINE, **told), words)
    else:
        _told(request, lambda: joint_consents.take_back(found, **told), _("已收回。还没有送达的，用纸质送达。"))
    return redirect("hall:joint", number)


def _told(request: HttpRequest, deed: Callable[[], object], words: str) -> None:
    """做成了说 words；做不成说为什么。"""
    try:
        deed()
        messages.success(request, words)
    except NotNow as reason:
        messages.error(request, said(reason))
