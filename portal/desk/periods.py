"""数字页的一段时间：从哪天到哪天（含），缺省是最近三十天。"""

import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from office.workdays.rules import DAY, end_of, local
from portal.forms import fields


class PeriodForm(forms.Form):
    since = fields.date_field(label=lazy("从"), required=False)
    until = fields.date_field(label=lazy("到"), required=False)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("“到”不能早于“从”。"))
        return told


def asked(request: HttpRequest, at: datetime.datetime) -> tuple[PeriodForm, datetime.datetime, datetime.datetime]:
    """要看的一段：填着的表，起（含）、止（不含）的时刻。没有填、填错的，照缺省。"""
    today = local(at).date()
    form = PeriodForm(request.GET if {"since", "until"} & set(request.GET) else None)
    told = form.cleaned_data if form.is_valid() else {}
    since, until = told.get("since") or today - 29 * DAY, told.get("until") or today
    if not form.is_bound:
        form.initial = {"since": since, "until": until}
    return form, end_of(since - DAY), end_of(until)
