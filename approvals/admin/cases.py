"""办件与亮牌在队列里的页面：只看。动手在窗口工作台和审定队列，这里没有一格可以改。"""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html

from approvals.admin.elsewhere import Elsewhere
from approvals.admin.kept import Kept, person
from approvals.models import Case, Flag


@admin.register(Case)
class CaseAdmin(Elsewhere, Kept):
    """办件:查编号,看到了哪里、还有什么期限。"""

    perms = ("view_cases",)
    list_display = ("number", "item", "applicant", "state", "unit", "received_at")
    list_filter = ("state",)
    search_fields = ("number",)
    search_help_text = "办件编号（从头写起）"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        mine = Case.objects.visible_to(person(request))
        return mine.select_related("item", "applicant", "unit").order_by(*self.ordering)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [path("elsewhere/", wrap(self.elsewhere), name="approvals_case_elsewhere"), *super().get_urls()]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """走编号的索引,不在二十万件里逐字找。"""
        term = search_term.strip().upper()
        return (queryset.filter(number__startswith=term) if term else queryset), False


@admin.register(Flag)
class FlagAdmin(Kept):
    """办件亮牌:到期没有做到的事,记在单位名下,由负责人督办。"""

    perms = ("review_denial", "sanction_denial", "direct_denials")
    list_display = ("raised_at", "kind", "number", "item", "unit", "due_at", "state")
    list_display_links = None
    list_filter = ("kind",)
    search_fields = ("=case__number",)
    search_help_text = "办件编号"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flag]:
        units = person(request).unit_keys("view_cases")
        mine = Flag.objects.filter(Q(unit__in=units) | Q(case__section__in=units))
        return mine.select_related("case__item", "unit").order_by(*self.ordering)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """牌挂在办件上,看办件。"""
        return redirect("admin:approvals_case_change", self.one(request, object_id).case_id)

    @admin.display(description="办件编号")
    def number(self, flag: Flag) -> str:
        url = reverse("admin:approvals_case_change", args=[flag.case_id])
        return format_html('<a href="{}">{}</a>', url, flag.case)

    @admin.display(description="事项")
    def item(self, flag: Flag) -> str:
        return str(flag.case.item)

    @admin.display(description="现在")
    def state(self, flag: Flag) -> str:
        return str(flag.case.get_state_display())
