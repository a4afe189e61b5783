"""承办人：负责人指定、更换，审查的人自己领办。"""

import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from agencies.states import Role
from approvals import rules
from approvals.actions import handlers
from approvals.models import Case
from approvals.states import UNDER_WAY
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import deed, done, show_or_save
from portal.desk.views.deeds import filled, given


class HandlerForm(forms.Form):
    """由谁承办；还没有承办人的，先选着建议的人，不必写原因。"""

    to = forms.ModelChoiceField(
        label=lazy("由谁承办"), queryset=User.objects.none(), empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择由谁承办。"), "invalid_choice": lazy("这个人不能承办这一件。")},
    )  # fmt: skip
    reason = long_text(lazy("原因"), lazy("写明为什么换人：轮岗、忙闲不均、离岗时间长等；不写病情等个人隐私。"), rows=2)

    def __init__(self, case: Case, among: list[handlers.Candidate], best: Any, data: Any = None) -> None:
        super().__init__(data, initial={"to": best[0].pk if best and case.handler_id is None else None})
        people = {one.user.pk: one for one in among if one.user.pk != case.handler_id}
        to: Any = self.fields["to"]
        to.queryset = User.objects.filter(pk__in=people).order_by("pk")
        to.label_from_instance = lambda user: _described(people[user.pk], best)
        if case.handler_id is None:
            self.fields["reason"].required = False
            self.fields["reason"].label, self.fields["reason"].help_text = lazy("要说明的"), lazy("可以不写。")


def _described(one: handlers.Candidate, best: Any) -> str:
    words = [_("在办 %s 件") % one.open_cases]
    if one.away:
        words.append(_("此刻离岗"))
    if best is not None and one.user == best[0]:
        reviewer = best[1] == Role.REVIEWER
        words.append(_("建议：当班的审查人里在办最少") if reviewer else _("建议：没有审查人当班，由负责人承办"))
    return f"{one.user.full_name}（{'；'.join(words)}）"


@staff_only
@show_or_save
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """负责人定承办人、换承办人。"""
    case, at, user = case_of(request, number), clock.now(), staff(request)
    require(rules.may_assign_handler(case, user))
    among = handlers.candidates(case, at)
    best = handlers.suggested(case, among, at)

    def act(form: Any) -> None:
        handlers.assign(case, by=user, at=at, **form.cleaned_data)

    def then() -> HttpResponse:
        return done(request, case, _("已定%s承办，已通知本人；期限照走。") % case.handler)

    told: dict[str, Any] = {
        "name": _("换承办人") if case.handler_id else _("定承办人"),
        "blocked_because": "" if case.state in UNDER_WAY else _("受理以后、决定以前才定承办人。"),
        "alone": not any(one.user.pk != case.handler_id for one in among),
    }
    form = HandlerForm(case, among, best, given(request))
    return filled(request, case, form, "desk/handler.html", act, then, at, **told)


@deed(allowed=rules.may_be_handler)
def take(request: HttpRequest, case: Case, at: datetime.datetime) -> HttpResponse:
    """领办：还没有承办人的，由我承办。"""
    handlers.assign(case, to=staff(request), by=staff(request), at=at)
    return done(request, case, _("由您承办，在“我承办的”里。"))
