"""给经办人留言：在办件里说，附件照上传的规矩；回话在同一页，也发短信。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from approvals.actions import messages
from approvals.actions.files import BadUpload
from approvals.models import Message
from approvals.models.message import LONGEST
from approvals.rules import MAX_UPLOAD
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.language import said
from portal.recalled import thread_of


class LetterForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("给经办人留言"),
        help_text=gettext_lazy("最多一千字。请不要写证件号码、银行卡号。"),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("请写几个字再发。")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def thread(request: HttpRequest, number: str) -> HttpResponse:
    """往来：说过什么，谁读了；接着说。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    form = LetterForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        attached = [(one.name or "", one) for one in request.FILES.getlist("files")]
        by = access.actor_for(request, case)
        try:
            messages.write(case, text=form.cleaned_data["text"], attached=attached, by=by, at=at)
        except (NotNow, BadUpload) as reason:
            form.add_error(None, said(reason))
        else:
            flash.success(request, _("已发出，经办人会看到。"))
            return redirect("hall:messages", number)
    rows = _told_to(request, case, at)
    context = {
        "case": case,
        "thread": rows,
        "unread": any(not one.by_applicant and one.read_at is None and one.case_id == case.pk for one in rows),
        "form": form,
        "megabytes": MAX_UPLOAD // 1048576,
    }
    return render(request, "hall/messages.html", context)


def _told_to(request: HttpRequest, case: Any, at: datetime.datetime) -> list[Message]:
    """往来连同原件的；原件里的附件也打得开。新委托的代办人只看这一件的，接着代办的照看。"""
    rows, mandate = list(thread_of(case)), case.mandate
    earlier = {one.case_id: one.case.number for one in rows if one.case_id != case.pk}
    if mandate and not mandate.continues_id:
        return [one for one in rows if one.case_id == case.pk]
    for number in earlier.values():
        if not access.granted(request, number, at):
            access.grant(request, number, at, mandate and mandate.continues)
    return rows


@require_POST
@access.private
def read(request: HttpRequest, number: str) -> HttpResponse:
    """经办人发来的都标为已读。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    messages.read(case, by=access.actor_for(request, case), at=at)
    return redirect("hall:messages", number)
