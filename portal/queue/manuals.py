"""工作手册：登记排印、看进度、取消、重做、下载。目录管理员排本机关的，科室负责人排本科室的。"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Agency, Unit
from catalog import rules
from catalog.actions import manuals
from catalog.models import Item, ManualOrder
from catalog.states import ManualState
from office import steps
from office.workdays.clock import now
from portal.files import attachment
from portal.manual.contents import gather
from portal.manual.tray import contents_of

NAME, SHOWN = "工作手册", 30
EVERYTHING = "all"


def may_see(user: Any) -> bool:
    return bool(user.may_somewhere(rules.KEEPS, rules.LEADS))


def scopes(user: Any) -> list[tuple[str, str]]:
    """这个人能排哪些范围的。"""
    kept = user.agencies_with(rules.KEEPS)
    sections = Unit.objects.filter(pk__in=Item.objects.filter(agency__in=kept).values("section"))
    led = user.units_with(rules.LEADS).filter(pk__in=Item.objects.values("section"))
    units = (sections | led).select_related("agency").distinct().order_by("agency", "code")
    everything = [(EVERYTHING, "全部机关的全部事项")] if user.may_somewhere(rules.KEEPS) else []
    return [
        *everything,
        *((f"agency-{one.pk}", f"{one.name}的全部事项") for one in kept.order_by("pk")),
        *((f"section-{one.pk}", f"{one.agency.short_name} {one.name}") for one in units),
    ]


class OrderForm(forms.Form):
    scope = forms.ChoiceField(label="范围", error_messages={"required": "请选范围。"})
    on_date = forms.DateField(
        label="截至日期",
        help_text="收录这一天在用的办事指南；可以是以后的日期。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请写日期。", "invalid": "日期写成 2026-11-21 这样。"},
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes(user)  # type: ignore[attr-defined]

    def place(self) -> tuple[Agency | None, Unit | None]:
        """选中的机关、科室。"""
        noun, _, key = self.cleaned_data["scope"].partition("-")
        if noun == "section":
            section = Unit.objects.select_related("agency").get(pk=key)
            return section.agency, section
        return (Agency.objects.get(pk=key), None) if noun == "agency" else (None, None)


@require_safe
def index(request: HttpRequest, site: AdminSite) -> HttpResponse:
    return _page(request, site, OrderForm(request.user, initial={"on_date": now().date()}))


def _page(request: HttpRequest, site: AdminSite, form: OrderForm) -> HttpResponse:
    """清单和登记的表单；写了 watch 而且还有没做完的，十秒自己刷新一次。Raises: PermissionDenied。"""
    user: Any = request.user
    if not may_see(user):
        raise PermissionDenied
    found = ManualOrder.objects.visible_to(user).select_related("agency", "section__agency", "ordered_by")
    orders = list(found.order_by("-ordered_at", "-pk")[:SHOWN])
    for one in orders:
        one.steps = [step.name for step in steps.available(one, user)]
    waiting = any(one.is_waiting for one in orders)
    watching = waiting and "watch" in request.GET
    context = {"title": NAME, "form": form, "orders": orders, "waiting": waiting, "watching": watching}
    answer = TemplateResponse(request, "admin/manuals.html", {**site.each_context(request), **context})
    if watching:
        answer["Refresh"] = "10"
    return answer


@require_POST
def order(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """登记一本。"""
    user: Any = request.user
    form = OrderForm(user, request.POST)
    if not may_see(user) or not form.is_valid():
        return _page(request, site, form)
    agency, section = form.place()
    book = gather(agency=agency, section=section, on=form.cleaned_data["on_date"])
    told: dict[str, Any] = {
        "agency": agency,
        "section": section,
        "on": book.on,
        "contents": contents_of(book),
        "total": book.size,
    }
    try:
        made, new = manuals.order(by=user, at=now(), **told)
    except steps.NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        said = "已登记，后台正在排印，做好了可以在这里下载。" if new else "同样内容的一本已经有了，不再重做。"
        messages.success(request, f"{made}：{said}")
    return redirect(f"{reverse('admin:manuals')}?watch=1")


@require_POST
def deed(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """取消、再做一次。Raises: Http404、PermissionDenied。"""
    one = _found(request, key)
    done = {"cancel": manuals.cancel, "retry": manuals.retry}[name]
    try:
        done(order=one, by=request.user, at=now())
        messages.success(request, f"{one}：{one.get_state_display()}。")
    except steps.NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('admin:manuals')}?watch=1")


@require_safe
def file(request: HttpRequest, key: int) -> HttpResponse:
    """下载。Raises: Http404(看不到、还没有做好、已经清除)。"""
    one = _found(request, key)
    if one.state != ManualState.READY:
        raise Http404
    return attachment(one.file, f"{one}.pdf", "application/pdf")


def _found(request: HttpRequest, key: int) -> ManualOrder:
    if not may_see(request.user):
        raise PermissionDenied
    found = ManualOrder.objects.visible_to(request.user).select_related("agency", "section__agency")
    return get_object_or_404(found, pk=key)
