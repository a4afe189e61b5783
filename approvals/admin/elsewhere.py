"""明进暗不进：指南公布在这个窗口办，件却在别处收；数字来自办件本身，不是填报的。"""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from approvals.models import Case
from catalog.admin.reports import Link, Table, agencies_seen, respond, sees_reports
from office.workdays.clock import moment
from office.workdays.rules import end_of, local

DAY, YEAR = datetime.timedelta(days=1), datetime.timedelta(days=365)
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Period(forms.Form):
    """从哪天到哪天收的件(含)。"""

    since = forms.DateField(label="从", required=False, widget=DATE)
    until = forms.DateField(label="到", required=False, widget=DATE)


class Elsewhere:
    """CaseAdmin 里的一页。"""

    admin_site: Any
    opts: Any

    def pages_for(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("明进暗不进", "approvals_case_elsewhere")] if sees_reports(request.user) else []

    @method_decorator(require_safe)
    def elsewhere(self, request: HttpRequest) -> HttpResponseBase:
        if not sees_reports(request.user):
            raise PermissionDenied
        today = local(moment(request)).date()
        form = Period(request.GET if {"since", "until"} & set(request.GET) else None)
        told = form.cleaned_data if form.is_valid() else {}
        since, until = told.get("since") or today - YEAR, told.get("until") or today
        if not form.is_bound:
            form.initial = {"since": since, "until": until}
        cases = Case.objects.filter(item__agency__in=agencies_seen(request.user).values("pk")).at_windows()
        received = cases.received_between(end_of(since - DAY), end_of(until))
        return respond(
            request, self.admin_site, opts=self.opts, title="明进暗不进", form=form, tables=_tables(received),
            lead="指南写明在哪个窗口受理，窗口收的件就应当在那里收。这里列出收件的地方与指南公布的不一样的。",
        )  # fmt: skip


def _tables(received: Any) -> list[Table]:
    totals = {row["item"]: row["n"] for row in received.per_item()}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in received.away_from_the_window().per_item_and_place():
        found.setdefault(row["item"], []).append(row)
    rows = []
    for item, places in found.items():
        away = sum(row["n"] for row in places)
        link = Link(places[0]["item__name"], reverse("admin:catalog_item_change", args=[item]))
        told = "、".join(f"{row['intake_unit__name']} {row['n']} 件" for row in places)
        rows.append(
            [link, places[0]["guide__window__name"] or "", told, away, totals[item], f"{away / totals[item]:.0%}"]
        )
    rows.sort(key=lambda row: (-float(row[5].rstrip("%")), str(row[0])))
    columns = ("事项", "指南公布的窗口", "实际收件的地方", "不在公布窗口收的", "窗口收件总数", "占比")
    note = "两种改法：把收件的地方写进指南；或者让件回到公布的窗口收。100% 就是公布的窗口一件也没有收过。"
    return [
        Table(
            "elsewhere",
            "公布在窗口、收在别处的事项",
            columns,
            rows,
            note,
            "这段时间里，件都在公布的窗口收。",
            (3, 4, 5),
        )
    ]
