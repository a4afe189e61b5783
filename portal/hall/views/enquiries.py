"""询问：受理了没有、办到哪一步、为什么没有批准，问了就有答复；申请有关人员回避也在这里。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from approvals.actions import enquiries
from approvals.states import SAYS_WHAT, EnquiryKind
from office.steps import NotNow
from office.workdays import clock
from portal.cached import within_limit
from portal.hall import access
from portal.language import said

TIMES, WINDOW = 10, 24 * 3600


class EnquiryForm(forms.Form):
    """问什么；说“其他”的要写一句。"""

    kind = forms.ChoiceField(
        label=gettext_lazy("您想问什么？"),
        choices=[(kind.value, gettext_lazy(kind.label)) for kind in EnquiryKind],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一个。")},
    )
    text = forms.CharField(
        label=gettext_lazy("具体的问题"),
        help_text=gettext_lazy("请人回避，写明请谁、为什么；选“其他”的请写明；别的可以不写。请不要写证件号码。"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("kind") in SAYS_WHAT and not told.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("请写明您想问什么。"))
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def enquire(request: HttpRequest, number: str) -> HttpResponse:
    """问一句：一个工作日内答复，或约定一个时间。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    form = EnquiryForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not within_limit(f"enquire:{number}", TIMES, WINDOW):
            form.add_error(None, _("今天已经问过几次了，我们正在答复；着急的话，请打电话。"))
            return render(request, "hall/enquire.html", {"case": case, "form": form}, status=429)
        try:
            enquiries.ask(case, **form.cleaned_data, by=access.actor_for(request, case), at=at)
            messages.success(request, _("收到了。答复会写在这一页，也发短信给您。"))
        except NotNow as reason:
            messages.info(request, said(reason))
        return redirect("hall:track-case", number)
    return render(request, "hall/enquire.html", {"case": case, "form": form})
