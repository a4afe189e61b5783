"""与外面的系统交换，在队列里的页面：接入方由维护账户登记；报文由接入方的负责人重送或不再送，稽核员看全部。"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from agencies.models import Agency, User
from approvals.actions import outgoing
from approvals.admin.kept import Kept, person
from office.exchange import adapters, keeping, sending
from office.exchange.models import ExchangeArrival, ExchangeMessage, ExchangePeer
from office.exchange.states import MessageKind
from office.steps import NotNow
from office.workdays.clock import moment


class Told(Kept):
    """看的人：维护账户、稽核员看全部，接入方的负责人看自己那一家的（从提醒里点进来，菜单上没有）。"""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """每一页都画菜单，所以只问授权，不为它问库里谁是负责人。"""
        user: Any = request.user
        return bool(user.is_authenticated and (user.is_superuser or user.may_somewhere("audit")))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        sees_all = self.has_module_permission(request)
        return sees_all or ExchangePeer.objects.filter(keeper=request.user.pk).exists()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.model._default_manager.select_related("peer").order_by("-pk")
        user = person(request)
        return rows if user.is_superuser or user.may_somewhere("audit") else rows.filter(peer__keeper=user)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return admin.ModelAdmin.change_view(self, request, object_id, *args, **kwargs)


class Why(ActionForm):
    reason = forms.CharField(label="不再送的理由", required=False, max_length=300)


@admin.register(ExchangeMessage)
class ExchangeMessageAdmin(Told):
    """发出的报文：内容里有个人信息，只看得到摘要。"""

    list_display = ("number", "kind", "reference", "peer", "state", "last_error", "composed_at")
    list_filter = ("state", "kind", "peer")
    search_fields = ("=reference", "=number")
    search_help_text = "办件编号或报文编号"
    exclude = ("payload", "event", "subject_type", "subject_key")
    action_form = Why
    actions = ("resend", "resend_case", "drop")

    @admin.action(description="重送")
    def resend(self, request: HttpRequest, queryset: QuerySet[ExchangeMessage]) -> None:
        self._each(request, queryset.order_by("event"), self._resend)

    @admin.action(description="整件从头重送")
    def resend_case(self, request: HttpRequest, queryset: QuerySet[ExchangeMessage]) -> None:
        chosen = {(row.peer_id, row.subject_type, row.subject_key): row for row in queryset}
        self._each(request, chosen.values(), self._resend_case)

    @admin.action(description="不再送(写明理由)")
    def drop(self, request: HttpRequest, queryset: QuerySet[ExchangeMessage]) -> None:
        reason = request.POST.get("reason", "")
        self._each(request, queryset, lambda row, **who: sending.drop(row, reason=reason, **who))

    @staticmethod
    def _resend(row: ExchangeMessage, **who: Any) -> None:
        sending.resend(row, speak=outgoing.speak, **who)

    @staticmethod
    def _resend_case(row: ExchangeMessage, **who: Any) -> None:
        told = {"peer": row.peer, "speak": outgoing.speak, **who}
        sending.resend_subject(row.subject_type, row.subject_key, **told)

    def _each(self, request: HttpRequest, rows: Any, deed: Callable[..., Any]) -> None:
        """逐条办，办不成的说明原因，不影响别的。"""
        for row in rows:
            try:
                deed(row, by=person(request), at=moment(request))
            except (NotNow, PermissionDenied) as reason:
                self.message_user(request, f"{row}：{reason}", messages.ERROR)
            else:
                row.refresh_from_db()
                self.message_user(request, f"{row}：{row.get_state_display()}。", messages.SUCCESS)


@admin.register(ExchangeArrival)
class ExchangeArrivalAdmin(Told):
    """收到的报文和我们的回执。"""

    list_display = ("number", "version", "kind", "reference", "peer", "verdict", "reason", "arrived_at")
    list_filter = ("kind", "peer")
    search_fields = ("=reference", "=number")
    search_help_text = "办件编号或报文编号"
    exclude = ("payload",)

    @admin.display(description="回执")
    def verdict(self, row: ExchangeArrival) -> str:
        return {"accepted": "接收", "rejected": "退回"}.get(row.receipt["verdict"], "收到")

    @admin.display(description="为什么退回")
    def reason(self, row: ExchangeArrival) -> str:
        return str(row.receipt.get("reason", ""))


class PeerForm(forms.ModelForm):  # type: ignore[type-arg]
    """密钥只写不读：留空就是不换。"""

    key = forms.CharField(
        label="密钥", required=False, max_length=200, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="双方约定的一串，至少 16 个字符；写进去以后不再显示，留空就是不换。",
    )  # fmt: skip
    url = forms.URLField(
        label="接收网址", max_length=300, assume_scheme="https",
        help_text="主机要在部署时许可的名单(EXCHANGE_HOSTS)里；生产环境只许 https。",
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="送哪几种报文", choices=MessageKind.choices, widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label="送哪些机关的件", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选就是全部。"
    )

    class Meta:
        model = ExchangePeer
        fields = (
            "code", "name", "our_code", "adapter", "url", "key", "algorithm", "kinds", "scopes", "identity",
            "identity_basis", "may_apply", "takes_cases", "keeper", "active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = list(Agency.objects.order_by("path").values_list("code", "short_name"))
        keeper: Any = self.fields["keeper"]
        keeper.queryset = User.objects.filter(is_active=True, is_staff=True).order_by("username")

    def clean_url(self) -> str:
        """主机不在名单里的，登记时就说。"""
        url = str(self.cleaned_data["url"])
        try:
            adapters.allowed(url)
        except adapters.NotAllowed as refusal:
            raise ValidationError(str(refusal)) from refusal
        return url

    def clean_key(self) -> str:
        told = str(self.cleaned_data["key"])
        if not told and not self.instance.pk:
            raise ValidationError("请填写密钥。")
        if told and len(told) < keeping.SHORTEST_KEY:
            raise ValidationError(f"密钥至少 {keeping.SHORTEST_KEY} 个字符。")
        return told or str(self.instance.key)


@admin.register(ExchangePeer)
class ExchangePeerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """接入方：维护账户登记，不删，停用就行。"""

    form = PeerForm
    list_display = ("name", "code", "url", "keeper", "active", "failures", "rests_until")
    list_filter = ("active",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExchangePeer]:
        return ExchangePeer.objects.select_related("keeper").order_by("code")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ExchangePeer, form: Any, change: bool) -> None:
        keeping.keep(obj, by=person(request), at=moment(request))
