"""受理以前，申请人自己修改申请表；窗口替您填的、更正的、容缺的，自己确认。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.actions import amending, confirmations
from approvals.rules import is_applicant
from approvals.states import Matter
from office.steps import NotNow
from office.workdays import clock
from portal.forms.amend import amend_form, amended
from portal.hall import access, story
from portal.language import said

show_or_save = require_http_methods(["GET", "HEAD", "POST"])


@show_or_save
@access.private
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """修改申请表：受理以前都可以。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    if not story.is_before_acceptance(case) or not case.guide.form:
        messages.info(request, _("已经受理或有结果，不能再改申请表；有要说明的，请给经办人留言。"))
        return redirect("hall:track-case", number)
    form = amend_form(case, request)
    if form.is_bound and form.is_valid():
        try:
            by = access.actor_for(request, case)
            amending.revise(case, answers=amended(case, form), by=by, at=at)
            messages.success(request, _("改好了，经办人会看到改了哪几项。"))
            return redirect("hall:track-case", number)
        except NotNow as reason:
            form.add_error(None, said(reason))
    return render(request, "hall/amend.html", {"case": case, "form": form})


@show_or_save
@access.private
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """请您确认：看过内容，点一下；没有确认，窗口不能受理。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    if request.method == "POST":
        key = request.POST.get("pk", "")
        found = case.confirmations.filter(pk=int(key) if key.isdecimal() and len(key) < 10 else 0).first()
        try:
            if found is not None:
                confirmations.confirm_online(found, by=access.actor_for(request, case), at=at)
                messages.success(request, _("已确认。"))
        except NotNow as reason:
            messages.error(request, said(reason))
        return redirect("hall:track-case", number)
    rows = case.confirmations.open().order_by("pk")
    by_account = False
    if not is_applicant(case, access.actor_for(request, case)):
        by_account = any(one.matter == Matter.RECTIFY for one in rows)
        rows = rows.exclude(matter__in=confirmations.BY_THE_APPLICANT)  # 凭查询码撤回的另有一页，用验证码
    return render(request, "hall/confirm.html", {"case": case, "rows": rows, "by_account": by_account})
