"""办件的消息：与申请人的往来，和系统发出的通知。"""

import datetime
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from approvals import rules
from approvals.actions import enquiries, messages
from approvals.models import Case
from approvals.models.message import LONGEST
from approvals.rules.messages import writes_for_office
from approvals.states import BY_STAFF, EnquiryKind
from office.notices.models import Notice
from office.workdays import clock
from portal.desk.access import case_of, staff, staff_only
from portal.desk.contact_forms import QUOTING, QUOTING_HINT
from portal.desk.forms import long_text
from portal.desk.pages import REASONS, deed, page
from portal.desk.views.case import frame
from portal.recalled import thread_of

ASKED = "asked"


class LetterForm(forms.Form):
    text = long_text(
        lazy("给申请人留言"),
        lazy("会发站内信和短信。缺材料请一次性告知；拿不准的请提拟否定报告。"),
        rows=3,
        most=LONGEST,
    )
    quoting = forms.BooleanField(label=QUOTING, help_text=QUOTING_HINT, required=False)


class AskedForm(forms.Form):
    """打电话来、到窗口来问的，替他登记。"""

    channel = forms.ChoiceField(
        label=lazy("怎样问来的"), choices=[(one.value, one.label) for one in BY_STAFF], widget=forms.RadioSelect,
        error_messages={"required": lazy("请选是电话还是窗口。")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=lazy("问什么"), choices=EnquiryKind.choices)
    text = long_text(
        lazy("具体的问题"),
        lazy("先核对是不是申请人：报得出编号和查询码，或者看过证件。"),
        rows=2,
        most=LONGEST,
        required=False,
    )
    reply = long_text(
        lazy("当场答复"),
        lazy("答得了的写在这里；空着的交给经办的人，按期限答复他。"),
        rows=2,
        most=LONGEST,
        required=False,
    )
    quoting = forms.BooleanField(label=QUOTING, help_text=QUOTING_HINT, required=False)


@staff_only
@require_safe
def letters(request: HttpRequest, number: str) -> HttpResponse:
    return _shown(request, case_of(request, number), clock.now())


@deed(allowed=writes_for_office)
def send(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """发一条消息；不能发的，写过的都还在。"""
    form = LetterForm(request.POST)
    attached = [(one.name or "", one) for one in request.FILES.getlist("files")]
    if form.is_valid():
        try:
            messages.write(case, **form.cleaned_data, attached=attached, by=staff(request), at=at)
        except REASONS as reason:
            form.add_error(None, str(reason))
        else:
            flash.success(request, _("已发出，申请人会收到提醒。"))
            return redirect("desk:case-messages", case.number)
    return _shown(request, case, at, form)


@deed(allowed=writes_for_office)
def read(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """申请人发来的都标为已读。"""
    messages.read(case, by=staff(request), at=at)
    return redirect("desk:case-messages", case.number)


@deed(allowed=writes_for_office)
def raise_as_enquiry(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """一时答不了的留言，转成询问：有人答、有期限。"""
    made = messages.raise_as_enquiry(case, by=staff(request), at=at)
    flash.success(request, _("已转成询问，请按期限答复。"))
    return redirect("desk:enquiry", made.pk)


@deed(allowed=writes_for_office)
def enquire(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """替打电话来、到窗口来的申请人登记询问。"""
    asked = AskedForm(request.POST, prefix=ASKED)
    if asked.is_valid():
        try:
            made = enquiries.ask_for(case, **asked.cleaned_data, by=staff(request), at=at)
        except REASONS as reason:
            asked.add_error(None, str(reason))
        else:
            flash.success(request, _("已登记，并告诉了申请人。") if made.answer else _("已登记，按期限答复他。"))
            return redirect("desk:enquiry", made.pk)
    return _shown(request, case, at, asked=asked)


def _shown(
    request: HttpRequest, case: Case, at: datetime.datetime, form: Any = None, asked: Any = None
) -> HttpResponse:
    """往来在前；发出的通知在后，手机号遮住。"""
    sent = Notice.objects.about(case).select_related("to", "responsible").order_by("-queued_at", "-pk")
    thread = thread_of(case).select_related("case", "author")
    unread = [one for one in thread if one.by_applicant and one.read_at is None and one.case_id == case.pk]
    may_write = writes_for_office(case, request.user)
    context = {
        "thread": thread,
        "asked": (asked or AskedForm(prefix=ASKED)) if may_write else None,
        "unread": unread,
        "unheeded": any(one.enquiry_id is None for one in unread),
        "letter": (form or LetterForm()) if may_write else None,
        "enquiries": case.enquiries.order_by("-asked_at", "-pk"),
        "rows": [(one, _to(one), rules.hide_codes(one.body)) for one in sent],
    }
    return page(request, "desk/case_messages.html", {**frame(request, case, at, "desk:case-messages"), **context}, at)


def _to(one: Notice) -> str:
    return rules.mask_number(one.address) if one.address or one.to is None else one.to.full_name
