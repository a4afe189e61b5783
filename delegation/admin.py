"""委托在队列里的页面:拟定、修改用表单,生效、收回用清单上的操作。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from delegation.actions import granting
from delegation.models import Delegation
from delegation.rules import first_flaw, may_delegate
from delegation.states import DelegationState
from office.steps import NotNow
from office.workdays.clock import now

TERMS = (
    "item",
    "kind",
    "from_agency",
    "to_agency",
    "seal",
    "instrument_number",
    "instrument_date",
    "promise",
    "agreement",
    "valid_from",
    "valid_to",
)
RECORD = ("state", "authority", "proposed_by", "proposed_at", "granted_at", "revoked_on", "revoke_reason", "ended_at")


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """一项委托的内容;不合规定的当场说明。"""

    class Meta:
        model = Delegation
        fields = TERMS

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and (flaw := first_flaw(self.terms())):
            raise forms.ValidationError(flaw)
        return self.cleaned_data

    def terms(self) -> granting.Terms:
        return granting.Terms(**{name: self.cleaned_data[name] for name in TERMS})


class Revocation(ActionForm):
    """收回要填的两样,跟在操作后面。"""

    on = forms.DateField(label="收回之日", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="收回原因", required=False, max_length=300)


@admin.register(Delegation)
class DelegationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = TermsForm
    list_display = ("item", "kind", "from_agency", "to_agency", "instrument_number", "valid_from", "valid_to", "state")
    list_filter = ("state", "kind")
    search_fields = ("item__name", "instrument_number")
    ordering = ("-valid_from", "-pk")
    action_form = Revocation
    actions = ("bring_into_force", "take_back")
    fieldsets = ((None, {"fields": TERMS}), ("登记", {"fields": RECORD}))

    def get_queryset(self, request: Any) -> Any:
        return Delegation.objects.visible_to(request.user).with_context().order_by(*self.ordering)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """委托机关只列我维护的,事项只列这些机关的。"""
        kept = request.user.agencies_with("keep_catalogue")
        if db_field.name == "from_agency":
            kwargs["queryset"] = kept
        if db_field.name == "item":
            kwargs["queryset"] = db_field.related_model.objects.filter(agency__in=kept.values("pk"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: Any, obj: Delegation | None = None) -> tuple[str, ...]:
        return RECORD

    def save_model(self, request: Any, obj: Delegation, form: Any, change: bool) -> None:
        """表单只收内容,写库的是 granting。"""
        if change:
            granting.amend(Delegation.objects.get(pk=obj.pk), terms=form.terms(), by=request.user, at=now())
        else:
            obj.pk = granting.propose(terms=form.terms(), by=request.user, at=now()).pk

    @admin.action(description="生效")
    def bring_into_force(self, request: Any, queryset: QuerySet[Delegation]) -> None:
        self._each(request, queryset, granting.grant)

    @admin.action(description="收回(填写收回之日和原因)")
    def take_back(self, request: Any, queryset: QuerySet[Delegation]) -> None:
        told = Revocation(request.POST)
        del told.fields["action"]  # 操作名单由清单页填,这里只读后两栏
        if not told.is_valid() or not told.cleaned_data["on"]:
            self.message_user(request, "请填写收回之日。", messages.ERROR)
            return
        self._each(request, queryset, granting.revoke, on=told.cleaned_data["on"], reason=told.cleaned_data["reason"])

    def _each(self, request: Any, queryset: QuerySet[Delegation], deed: Any, **facts: Any) -> None:
        """逐件办,办不成的说明原因,不影响别的。"""
        for delegation in queryset:
            try:
                deed(delegation, by=request.user, at=now(), **facts)
            except (NotNow, PermissionDenied) as reason:
                self.message_user(request, f"{delegation}：{reason}", messages.ERROR)
            else:
                self.message_user(request, f"{delegation}：{delegation.get_state_display()}。")

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: Any, obj: Delegation | None = None) -> bool:
        return bool(request.user.may_somewhere("keep_catalogue"))

    def has_add_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: Any, obj: Delegation | None = None) -> bool:
        """只有拟定中的能改,且须是委托机关的人。"""
        if obj is None:
            return self.has_view_permission(request)
        return obj.state == DelegationState.DRAFTED and may_delegate(obj, request.user)

    def has_delete_permission(self, request: Any, obj: Delegation | None = None) -> bool:
        return False
