"""保管期限的登记：目录管理员照批准的保管期限表登记，审计看。"""

from django.contrib import admin
from django.http import Http404

from catalog.actions import recording
from catalog.admin.kept import Kept
from catalog.models import Retention
from office.workdays.clock import moment


@admin.register(Retention)
class RetentionAdmin(Kept):
    """登记一笔就回清单；登记过的不改，表改了再登记一笔。"""

    agency_lookup = "item__agency"
    actions = None
    fields = ("item", "period", "basis", "document_number")
    list_display = ("item", "period", "basis", "document_number", "recorded_at")
    list_filter = ("period",)
    list_select_related = ("item",)
    search_fields = ("item__name", "document_number")
    search_help_text = "事项或批准文号"

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("-pk")

    def has_add_permission(self, request):
        return super().has_change_permission(request)

    def has_change_permission(self, request, obj=None):
        return False

    def history_view(self, request, object_id, extra_context=None):
        """经过在日志里。"""
        raise Http404

    def add_view(self, request, form_url="", extra_context=None):
        only = {"show_save_and_add_another": False, "show_save_and_continue": False, "title": "登记档案保管期限"}
        return super().add_view(request, form_url, {**(extra_context or {}), **only})

    def save_model(self, request, obj, form, change):
        recording.set_retention(retention=obj, by=request.user, at=moment(request))
