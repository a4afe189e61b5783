"""评价：一件一次，办完才评，不评也不耽误什么。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.language import said
from supervision.actions import ratings
from supervision.models import Rating
from supervision.rules import flaw_of, is_finished
from supervision.states import Score, Tag


class RatingForm(forms.Form):
    """好差评五级；不满意的要勾一项或写一句。"""

    score = forms.ChoiceField(
        label=gettext_lazy("这次服务，您满意吗？"),
        choices=[(score.value, gettext_lazy(score.label)) for score in Score],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选一个。")},
    )
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("说的是哪方面？"),
        choices=[(tag.value, gettext_lazy(tag.label)) for tag in Tag],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("想说的话"),
        help_text=gettext_lazy("不满意的，写一句哪里不好，我们才知道改什么。请不要写证件号码、电话。"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("匿名评价"),
        help_text=gettext_lazy("经办的人看不到是哪一件；我们也就不能给您回电话。"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if flaw := flaw_of(told.get("score", ""), told.get("tags"), told.get("text", "")):
            self.add_error("text", said(flaw))
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """评价这次服务；评过的看评了什么、怎样处理的。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    if not is_finished(case):
        messages.info(request, _("这件申请还没有办完，办完之后再评价。"))
        return redirect("hall:track-case", number)
    rating = Rating.objects.select_related("task").for_case(case)
    form = RatingForm(request.POST if request.method == "POST" and rating is None else None)
    if form.is_bound and form.is_valid():
        try:
            ratings.rate(case, by=access.actor_for(request, case), at=at, **form.cleaned_data)
            messages.success(request, _("谢谢您的评价。"))
        except NotNow as reason:
            messages.info(request, said(reason))
        return redirect("hall:rate", number)
    task = getattr(rating, "task", None)
    return render(request, "hall/rate.html", {"case": case, "rating": rating, "task": task, "form": form})
