"""补交容缺的材料：受理以后，答应补的几份在网上交；窗口核对合格才算齐。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import deferred as actions
from approvals.actions.files import BadUpload
from approvals.rules import MAX_UPLOAD
from approvals.states import UNDER_WAY
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.hall.views.track import chosen
from portal.language import said


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def deferred(request: HttpRequest, number: str) -> HttpResponse:
    """容缺的几份：哪天以前补、补来了没有；选了文件的交上去。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    rows = list(actions.owed(case)) if case.state in UNDER_WAY else []
    if not rows:
        messages.info(request, _("这件申请现在没有等着补交的容缺材料。"))
        return redirect("hall:track-case", number)
    fault = ""
    if request.method == "POST":
        files = {row.material.key: given for row in rows if (given := chosen(request, row))}
        try:
            if files:
                actions.bring_online(case, files=files, by=access.actor_for(request, case), at=at)
                messages.success(request, _("收到了，窗口一个工作日内核对，接收凭证在“文书”里。"))
                return redirect("hall:track-case", number)
            fault = _("请至少选择一份文件。")
        except (BadUpload, NotNow) as reason:
            fault = said(reason)
    context = {"case": case, "rows": rows, "fault": fault, "megabytes": MAX_UPLOAD // 1048576}
    return render(request, "hall/deferred.html", context)
