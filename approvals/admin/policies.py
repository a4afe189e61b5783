"""时限政策：看历次的，登记新的；旧的谁也不改。首问与询问的时限在这里，逐级审定的在 denials。"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect

from agencies.models import Agency, User
from approvals.actions import policies
from approvals.admin.kept import Kept, person
from approvals.models import ServicePolicy
from office.steps import NotNow
from office.workdays.clock import moment
from office.workdays.rules import local

SETTERS = ("direct_denials", "keep_posts")


class Dated(forms.ModelForm):  # type: ignore[type-arg]
    """日期不能追溯，由 today 说今天是哪天。"""

    today: Any = None

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError("时限政策不能追溯：请从今天或以后的日期开始。")
        return day


class DatedPolicyAdmin(Kept):
    """一个机关自某日起的时限；adopt 是登记它的动作。"""

    adopt: ClassVar[Any]
    perms = (*SETTERS, "keep_catalogue", "audit")
    form = Dated
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
        models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
    }
    actions = None
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        agencies = Agency.objects.visible_to(person(request)).values("pk")
        rows = self.model._default_manager.filter(agency__in=agencies)
        return rows.select_related("agency").order_by("-valid_from", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may_somewhere(*SETTERS)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """一行就是全部，没有另一页。"""
        self.one(request, object_id)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """登记一份就回清单：登记过的不再改。"""
        only = {"show_save_and_add_another": False, "show_save_and_continue": False, "title": "登记新的时限政策"}
        return super().add_view(request, form_url, {**(extra_context or {}), **only})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type("Times", (made,), {"today": local(moment(request)).date()})

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """只列自己能登记的机关。"""
        user = person(request)
        held = [user.agencies_with(perm).values("pk") for perm in SETTERS]
        kwargs["queryset"] = mine = Agency.objects.filter(Q(pk__in=held[0]) | Q(pk__in=held[1])).order_by("path")
        kwargs["initial"] = mine.first()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            type(self).adopt(obj, by=person(request), at=moment(request))
        except NotNow as reason:
            raise PermissionDenied(str(reason)) from reason


FIELDS = (
    "agency", "valid_from", "conclude_days", "follow_up_days", "coordinate_days", "enquiry_days", "promise_days",
)  # fmt: skip


@admin.register(ServicePolicy)
class ServicePolicyAdmin(DatedPolicyAdmin):
    adopt = staticmethod(policies.adopt)
    fields = FIELDS
    list_display = FIELDS
