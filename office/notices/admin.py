"""通知在队列里的页面:负责人看到没有送出去的,处理后重发。"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from office.notices import actions
from office.notices.kinds import KINDS
from office.notices.models import Notice
from office.steps import NotNow
from office.workdays.clock import now


class Kinds(admin.SimpleListFilter):
    """通知种类：写名称，不写代码。"""

    title = "通知种类"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = model_admin.get_queryset(request).order_by("kind").values_list("kind", flat=True).distinct()
        return [(code, KINDS[code].label if code in KINDS else code) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """通知:稽核员看全部,其他人只看自己负责的。"""

    list_display = ["subject", "channel", "state", "responsible", "attempts", "last_error", "queued_at", "failed_at"]
    list_filter = ["state", "channel", Kinds]
    exclude = ["address", "body"]  # 个人信息不在列表和详情里露出
    show_full_result_count = False
    ordering = ["-id"]
    actions = ["resend"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        notices = super().get_queryset(request)
        if request.user.agencies_with("audit"):  # type: ignore[union-attr]
            return notices
        return notices.filter(responsible=request.user.pk)

    @admin.action(description="重发", permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        at = now()
        for notice in queryset:
            try:
                actions.resend(notice, by=request.user, at=at)
            except (NotNow, PermissionDenied) as refusal:
                self.message_user(request, f"{notice}：{refusal}", messages.WARNING)
            else:
                self.message_user(request, f"{notice}：已重新排队。", messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)
