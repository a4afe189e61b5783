"""停办：登记从哪天起停、为什么、改去哪里；到日子自己恢复，也可以在这里提前恢复。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from catalog import rules
from catalog.actions import suspending
from catalog.admin.deeds import day, words
from catalog.admin.kept import Kept
from catalog.models import Suspension
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

FIELDS = ("item", "starts_on", "ends_on", "message", "replacement")


class SuspensionForm(forms.ModelForm):
    """先问办法“为什么不能这样停”，不能就说在表上。today 由页面给。"""

    today: Any = None

    class Meta:
        model = Suspension
        fields = FIELDS
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "message": forms.Textarea(attrs={"rows": 4}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            told: list[Any] = [cleaned.get(name) for name in FIELDS]
            if wrong := suspending.obstacle(*told, today=self.today):
                raise forms.ValidationError(wrong)
        return cleaned


class Lift(forms.Form):
    on = day("哪天恢复", "这一天起照常受理；还没有开始停办的，就是取消。")
    reason = words("恢复的说明", "记进日志。")


class Which(admin.SimpleListFilter):
    """标签页：缺省是正停着的。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("coming", "将要停办"), ("over", "已恢复"), ("all", "全部")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "正停办"}
        yield from rest

    def queryset(self, request: Any, queryset: Any) -> Any:
        today = local(moment(request)).date()
        sets = {"coming": queryset.coming, "over": queryset.over}
        return queryset if self.value() == "all" else sets.get(self.value() or "", queryset.on)(today)


@admin.register(Suspension)
class SuspensionAdmin(Kept):
    agency_lookup = "item__agency"
    form = SuspensionForm
    fields = FIELDS
    list_display = ["item", "starts_on", "ends_on", "replacement", "message"]
    list_select_related = ["item", "replacement"]
    list_filter = [Which]
    search_fields = ["item__name", "item__code"]
    search_help_text = "事项名称或编码"
    actions = None
    change_list_template = "admin/tabbed_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("-starts_on", "-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [path("<int:key>/lift/", wrap(self.lift), name="catalog_suspension_lift"), *super().get_urls()]

    def has_add_permission(self, request):
        return super().has_change_permission(request)

    def has_change_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):
        made = super().get_form(request, obj, change, **kwargs)
        return type("SuspensionForm", (made,), {"today": local(moment(request)).date()})

    def add_view(self, request, form_url="", extra_context=None):
        """登记一条就回清单：登记过的不再改。"""
        only = {"show_save_and_add_another": False, "show_save_and_continue": False, "title": "登记停办"}
        return super().add_view(request, form_url, {**(extra_context or {}), **only})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        found = self.get_object(request, object_id) if object_id else None
        context = dict(extra_context or {})
        if found is not None:
            mine = rules.keeps(request.user, found.item.agency)
            today = local(moment(request)).date()
            ended = found.ends_on is not None and found.ends_on <= max(today, found.starts_on)
            context["lift"] = Lift(prefix="lift", initial={"on": today}) if mine and not ended else None
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(self, request, object_id, extra_context=None):
        """经过记在事项的日志里。"""
        raise Http404

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in FIELDS}
        obj.pk = suspending.suspend(**told, by=request.user, at=moment(request)).pk

    @method_decorator(require_POST)
    def lift(self, request, key: int):
        """恢复办理。"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, str(key))
        if found is None:
            raise Http404
        if not rules.keeps(request.user, found.item.agency):
            raise PermissionDenied
        form = Lift(request.POST, prefix="lift")
        if not form.is_valid():
            for text in (text for texts in form.errors.values() for text in texts):
                messages.error(request, str(text))
            return redirect("admin:catalog_suspension_change", key)
        try:
            made = suspending.lift(suspension=found, **form.cleaned_data, by=request.user, at=moment(request))
        except (NotNow, suspending.WrongSuspension) as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"“{made.item}”自 {made.ends_on:%Y-%m-%d} 起恢复办理。")
        return redirect("admin:catalog_suspension_change", key)
