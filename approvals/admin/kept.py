"""只看的页面共用的：谁进得来、看得到哪些、怎么画。"""

from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from agencies.models import User
from office.workdays.clock import moment

MOST = 1000  # 数到这里为止:二十万件里数全部要半秒,没有人翻到四十页以后


class Capped(Paginator):
    """只数到 MOST 的分页。"""

    @cached_property
    def count(self) -> int:
        return int(self.object_list.order_by().values("pk")[:MOST].count())  # type: ignore[attr-defined]


def person(request: HttpRequest) -> User:
    """登录的工作人员(队列的门已经查过)。"""
    if not isinstance(request.user, User):
        raise PermissionDenied
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
