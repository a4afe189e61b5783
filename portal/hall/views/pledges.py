"""告知承诺：网上签、网上撤回；签过的到了哪一步。"""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from approvals.actions import pledges as actions
from approvals.states import PledgeState, Verdict
from office.steps import NotNow
from office.workdays import clock
from portal.hall import access
from portal.language import said

TAKEN_BACK = "申请人在网上撤回。"  # 记进办件，一律中文


class PledgeForm(forms.Form):
    """自愿承诺：勾选，写上姓名。"""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    signer = forms.CharField(
        label=lazy("承诺人姓名"), max_length=60, error_messages={"required": lazy("请写上您的姓名，作为签名。")},
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=lazy("我看过全文，自愿承诺，愿意承担不实承诺的后果"),
        error_messages={"required": lazy("没有勾选，不算承诺；您也可以直接交材料。")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.private
def pledges(request: HttpRequest, number: str) -> HttpResponse:
    """可以用承诺代替的，签过的。"""
    at = clock.now()
    case = access.case_of(request, number, at)
    bound = None
    if request.method == "POST":
        by = access.actor_for(request, case)
        bound = PledgeForm(request.POST, auto_id=f"{slug(request.POST.get('key', ''))}-%s")
        try:
            if "take_back" in request.POST:
                found = case.pledges.with_context().get(pk=_number(request.POST["take_back"]), state=PledgeState.SIGNED)
                actions.take_back(found, reason=TAKEN_BACK, by=by, at=at)
                messages.success(request, _("已撤回。请交原来的材料，别的不用再交。"))
                return redirect("hall:pledges", number)
            if bound.is_valid():
                told = bound.cleaned_data
                actions.sign(case, key=told["key"], signer=told["signer"], by=by, at=at)
                messages.success(request, _("已签告知承诺书，这份材料不用交了。"))
                return redirect("hall:pledges", number)
        except case.pledges.model.DoesNotExist:
            messages.info(request, _("这份承诺现在不能撤回。"))
            return redirect("hall:pledges", number)
        except NotNow as reason:
            bound.add_error(None, said(reason))
    context = {
        "case": case,
        "form": bound,
        "choices": _choices(case, bound, at),
        "signed": case.pledges.with_context().order_by("pk"),
        "barred": actions.why_barred(case, at),
    }
    return render(request, "hall/pledges.html", context)


def slug(text: str) -> str:
    """表上的 id 里只留键用的字。"""
    return re.sub(r"[^a-z0-9-]", "", text)[:40]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _choices(case: Any, bound: Any, at: Any) -> list[tuple[Any, Any, PledgeForm]]:
    """还可以用承诺代替的：材料、全文、表。"""
    if case.state not in ("received", "correcting"):
        return []
    offered = actions.offered(case, at)
    rows = case.materials.select_related("material").exclude(verdict__in=[Verdict.OK, Verdict.PLEDGED])
    found = []
    for row in rows.order_by("material__position", "pk"):
        if terms := offered.get(row.material.key):
            mine = bound if bound and bound.data.get("key") == row.material.key else None
            form = mine or PledgeForm(initial={"key": row.material.key}, auto_id=f"{row.material.key}-%s")
            found.append((row, terms, form))
    return found
