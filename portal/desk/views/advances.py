"""提前服务、现场指导：登记、看、转为申请。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from agencies.models import Unit, User
from approvals.actions import advances
from approvals.models import Advance
from catalog.models import Guide, JointMatter
from office.workdays import clock
from portal.desk.access import case_of, require, staff, staff_only
from portal.desk.forms import long_text
from portal.desk.pages import done, page, show_or_save, tried
from portal.desk.procedure_forms import moment_field
from portal.desk.views.deeds import filled, given
from portal.desk.views.intake import guide_of

PER_PAGE = 25


class AdvanceForm(forms.Form):
    """谁、先看过哪些材料、怎么说的。"""

    unit = forms.ModelChoiceField(
        label=lazy("服务单位"), queryset=Unit.objects.none(), empty_label=None, to_field_name="code"
    )
    name = forms.CharField(
        label=lazy("姓名或单位名称"), max_length=120, error_messages={"required": lazy("请填写姓名或单位名称。")}
    )
    phone = forms.CharField(
        label=lazy("联系电话"), max_length=30, error_messages={"required": lazy("请填写联系电话。")}
    )
    advice = long_text(lazy("还要准备什么"), lazy("照实说清楚；这不是申请，不起算办理期限。"))

    def __init__(self, guide: Guide, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = user.units_with("take_in").order_by("path")  # type: ignore[attr-defined]
        self.keys = {}
        for material in guide.materials.order_by("position", "pk"):
            name = f"looked-{material.key}"
            self.keys[name] = material.key
            self.fields[name] = forms.CharField(
                label=_("先看过：%s") % material.name, max_length=300, required=False,
                help_text=_("没有看的空着；看过的写怎么样。"),
            )  # fmt: skip

    def told(self) -> dict[str, Any]:
        looked = {key: self.cleaned_data[name] for name, key in self.keys.items() if self.cleaned_data[name]}
        return {name: self.cleaned_data[name] for name in ("unit", "name", "phone", "advice")} | {"looked_at": looked}


class VisitForm(forms.Form):
    visited_at = moment_field(lazy("去的时间"))
    place = forms.CharField(label=lazy("地点"), max_length=100, error_messages={"required": lazy("请填写地点。")})
    said = long_text(lazy("说了什么"))
    signer = forms.CharField(
        label=lazy("对方签名的人"), max_length=60, error_messages={"required": lazy("请填写对方签名的人。")}
    )


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """本单位的提前服务：还没有转为申请的在前。"""
    at = clock.now()
    rows = Advance.objects.visible_to(request.user).select_related("guide", "case", "clerk")
    found = Paginator(rows.order_by("case", "-started_at"), PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "desk/advances.html", {"rows": found, "page": found}, at)


@staff_only
@show_or_save
def new(request: HttpRequest, code: str) -> HttpResponse:
    """登记一次提前服务。"""
    user, at = staff(request), clock.now()
    require(user.may_somewhere("take_in"))
    guide = guide_of(user, code, at)
    form = AdvanceForm(guide, user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = advances.begin(guide=guide, by=user, at=at, **form.told())
        messages.success(request, _("已登记。申请的时候从这里转过去，不用再问一遍。"))
        return redirect("desk:advance", made.pk)
    return page(request, "desk/advance_new.html", {"guide": guide, "form": form}, at)


@staff_only
@show_or_save
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """一次提前服务：看过什么、去过哪里；登记现场指导；转为申请。"""
    user, at = staff(request), clock.now()
    rows = Advance.objects.visible_to(user).select_related("guide__item", "case", "clerk", "unit")
    found = get_object_or_404(rows, pk=pk)
    mine = user.may("take_in", found.unit)
    require(mine or request.method != "POST")
    form = VisitForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        if tried(form, lambda: advances.visit(found, by=user, at=at, **told), found):
            messages.success(request, _("现场指导已登记。"))
            return redirect("desk:advance", pk)
    named = {material.key: material.name for material in found.guide.materials.all()}
    context = {
        "advance": found,
        "looked": [(named.get(key, key), said) for key, said in found.looked_at.items()],
        "visits": found.visits.select_related("officer").order_by("visited_at"),
        "form": form if mine else None,
        "apply_url": f"{reverse('desk:receive', args=[found.guide.item.code])}?advance={found.pk}",
        "matters": JointMatter.objects.offered()
        .filter(items__item=found.guide.item, window__in=user.unit_keys("take_in"))
        .order_by("name"),
    }
    return page(request, "desk/advance.html", context, at)


@staff_only
@show_or_save
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """办着的一件：登记现场指导；以前去过的列在上面。"""
    case, at = case_of(request, number), clock.now()
    require(advances.may_guide(case, staff(request)))

    def act(form: Any) -> None:
        advances.visit_for(case, **form.cleaned_data, by=staff(request), at=at)

    return filled(
        request, case, VisitForm(given(request)), "desk/case_guidance.html", act,
        lambda: done(request, case, _("现场指导已登记。")), at,
        name=_("现场指导"), visits=case.guidances.select_related("officer"),
    )  # fmt: skip
