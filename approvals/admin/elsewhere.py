"""明进暗不进、体外循环：公布在这个窗口办，件却在别处收；件像是先在系统外办好、再补录的。数字来自办件本身，不是填报的。"""

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
# 承诺件要看材料、写意见、作决定：收下十分钟就准予，多半是先在外面办好了再录进来。
AT_ONCE = datetime.timedelta(minutes=10)
# 受理、审查、决定本是几道手：一个人一小时里走完，是补走的程序。
ONE_SITTING = datetime.timedelta(hours=1)
MOST = 500  # 一张表最多列这么多，看得过来
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
        return [("明进暗不进、体外循环", "approvals_case_elsewhere")] if sees_reports(request.user) else []

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
        cases = Case.objects.filter(item__agency__in=agencies_seen(request.user).values("pk"))
        received = cases.received_between(end_of(since - DAY), end_of(until))
        return respond(
            request, self.admin_site, opts=self.opts, title="明进暗不进、体外循环", form=form,
            tables=[*_tables(received.at_windows()), _outside(received, request.user)],
            lead="指南写明在哪个窗口受理，窗口收的件就应当在那里收；每一件都应当从收件起就在系统里办。"
                 "这里列出收件的地方与指南公布的不一样的，和像是在系统外办好再补录的。",
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


def _outside(received: Any, user: Any) -> Table:
    """体外循环的迹象：一件一行，一件可以有几样；看得到这一件的人，可以点开。"""
    signs = (
        (f"收下 {AT_ONCE.seconds // 60} 分钟以内就准予", received.decided_within(AT_ONCE)),
        ("证照的有效期起在收件以前", received.dated_before_receipt()),
        (
            f"同一个人在 {ONE_SITTING.seconds // 3600} 小时以内受理、审查、决定",
            received.in_one_hand_within(ONE_SITTING),
        ),
    )  # fmt: skip
    names = ("pk", "number", "item__name", "section__name", "received_at", "decided_at", "decided_by__full_name")
    found: dict[int, dict[str, Any]] = {}
    for words, cases in signs:
        for row in cases.order_by("-received_at", "-pk").values(*names)[:MOST]:
            found.setdefault(row["pk"], {**row, "signs": []})["signs"].append(words)
    newest = sorted(found.values(), key=lambda row: (row["received_at"], row["pk"]), reverse=True)[:MOST]
    note = (
        "是线索，不是结论：打开这一件(没有看办件权的，把编号交给督查或承办科室)，看材料哪天交的、意见谁写的。"
        f"即办件不列；换发、补发沿用旧编号的证照不列。最多列最近的 {MOST} 件。"
    )
    columns = ("办件", "事项", "承办科室", "收件", "决定", "决定人", "迹象")
    seen = received.visible_to(user).filter(pk__in=[one["pk"] for one in newest])
    mine = set(seen.values_list("pk", flat=True)) if newest else set()
    rows = [_row(one, may_open=one["pk"] in mine) for one in newest]
    return Table("outside", "像是在系统外办好再补录的件", columns, rows, note, "这段时间里没有。")


def _row(one: dict[str, Any], *, may_open: bool) -> list[Any]:
    number: Any = one["number"]
    if may_open:
        number = Link(number, reverse("admin:approvals_case_change", args=[one["pk"]]))
    received, decided = _minute(one["received_at"]), _minute(one["decided_at"])
    names = (one["item__name"], one["section__name"], received, decided, one["decided_by__full_name"] or "")
    return [number, *names, "；".join(one["signs"])]


def _minute(at: datetime.datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""
