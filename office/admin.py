"""公务底座在队列里的页面。"""

from typing import Any

from django.contrib import admin

from office.journal.models import Entry
from office.notices import admin as notices
from office.papers import admin as papers
from office.workdays import admin as workdays

__all__ = ["EntryAdmin", "notices", "papers", "workdays"]


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # 运行时不可下标
    """日志:只看,不改。"""

    list_display = ["at", "by_name", "verb", "subject_type", "subject_key", "before", "after"]
    list_filter = ["subject_type"]
    search_fields = ["=subject_key", "by_name"]
    show_full_result_count = False
    ordering = ["-id"]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Entry | None = None) -> bool:
        return False

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: Any, obj: Entry | None = None) -> bool:
        return bool(request.user.may_somewhere("audit"))
