"""文书在队列里的页面:只看。"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from office.papers.models import Paper


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """文书:按状态、文种查;排不出来的在“上次失败原因”一栏说明。"""

    list_display = ["number", "title", "state", "ordered_at", "delivered_at", "attempts", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["=number", "=check_code", "=subject_key"]
    exclude = ["context"]  # 内容含个人信息,要看就看文书本身
    show_full_result_count = False
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.may_somewhere("audit"))  # type: ignore[union-attr]
