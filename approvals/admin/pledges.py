"""告知承诺书文本：目录管理员登记新的，旧的谁也不改。"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect

from agencies.models import Agency, User
from approvals.actions import pledge_terms
from approvals.admin.kept import Kept, person
from approvals.models import PledgeTerms
from catalog.models import Item
from office.workdays.clock import moment

FIELDS = (
    "item", "material_key", "valid_from", "told", "promised", "consequences", "basis", "check_days", "mend_days",
    "bar_months",
)  # fmt: skip


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PledgeTerms
        fields = FIELDS
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self) -> Any:
        """材料要真有，不然签不到。"""
        told = super().clean() or {}
        item, key = told.get("item"), told.get("material_key")
        if item and key and not item.guides.filter(materials__key=key).exists():
            self.add_error("material_key", "这个事项的指南里没有这个键的材料。")
        return told


@admin.register(PledgeTerms)
class PledgeTermsAdmin(Kept):
    perms = ("keep_catalogue", "audit")
    form = TermsForm
    actions = None
    list_display = ("item", "material_key", "valid_from", "basis", "check_days", "mend_days", "bar_months")
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        agencies = Agency.objects.visible_to(person(request)).values("pk")
        found = PledgeTerms.objects.filter(item__agency__in=agencies).select_related("item")
        return found.order_by("item__name", "material_key", "-valid_from")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.may_somewhere("keep_catalogue")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """一行就是全部，没有另一页。"""
        self.one(request, object_id)
        return redirect("admin:approvals_pledgeterms_changelist")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """只列自己管目录的机关的事项。"""
        mine = person(request).agencies_with("keep_catalogue").values("pk")
        kwargs["queryset"] = Item.objects.filter(agency__in=mine).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        pledge_terms.adopt(obj, by=person(request), at=moment(request))
