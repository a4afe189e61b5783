"""办件与亮牌在队列里的页面:只看。动手在窗口工作台和审定队列,这里没有一格可以改。"""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from agencies.models import User
from approvals.models import Case, Flag
from office.workdays.clock import moment

MOST = 1000  # 数到这里为止:二十万件里数全部要半秒,没有人翻到四十页以后


class Capped(Paginator):
    """只数到 MOST 的分页。"""

    @cached_property
    def count(self) -> int:
        return int(self.object_list.order_by().values("pk")[:MOST].count())  # type: ignore[attr-defined]


def person(request: HttpRequest) -> User:
    """登录的工作人员(队列的门已经查过)。"""
    assert isinstance(request.user, User)
    return request.user


class Kept(admin.ModelAdmin):  # type: ignore[type-arg]
    """只看的页面:谁进得来由 perms 说,看得到哪些由 get_queryset 划界,没有增、改、删。"""

    perms: tuple[str, ...] = ()
    paginator = Capped
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 25

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and request.user.may_somewhere(*self.perms)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def one(self, request: HttpRequest, key: Any) -> Any:
        """划界之内的一行。Raises: PermissionDenied、Http404。"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, str(key))
        if found is None:
            raise Http404
        return found

    def page(self, request: HttpRequest, obj: Any, *, status: int = 200, **context: Any) -> TemplateResponse:
        """这一行的页面:templates/admin/<室>/<表>/page.html。"""
        given = {"opts": self.opts, "title": str(obj), "original": obj, "at": moment(request), **context}
        template = f"admin/{self.opts.app_label}/{self.opts.model_name}/page.html"
        shell = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**shell, **given}, status=status)

    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return self.page(request, self.one(request, object_id))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """后台自己的修改记录是空的:真正的经过在日志里,写在各自的页面上。"""
        raise Http404


@admin.register(Case)
class CaseAdmin(Kept):
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
