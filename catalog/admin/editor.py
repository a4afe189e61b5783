"""一处一处地改的编辑页共用的：取要改的一份、存、照现在填的画；打开以后别人改过的，不悄悄盖掉。"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from catalog import rules
from catalog.actions import forming
from catalog.actions import questions as deeds
from catalog.admin.opened import MOVED, OPENED, mark_of
from catalog.models import Guide
from catalog.rules.forms.editing import Gone
from catalog.states import IN_HAND
from office.steps import NotNow

View = Callable[..., HttpResponse]
show_or_save = require_http_methods(["GET", "HEAD", "POST"])
PREVIEW, PART = "preview", "part"  # “预览”按钮；边填边看的只要那一块
REFUSED = (NotNow, forming.Faulty, forming.InUse, deeds.WrongQuestions)


class Stale(NotNow):
    """打开以后，这一处改过了。"""

    def __init__(self) -> None:
        super().__init__(MOVED)


def unmoved(request: HttpRequest, part: Any) -> None:
    """锁住以后核对：这一处还是打开时的样子。没有带摘要的(不是从页面上来的)不核对。Raises: Stale。"""
    if request.POST.get(OPENED, (now := mark_of(part))) != now:
        raise Stale


class Editor:
    """一种编辑页，挂在后台的一个模型下面；子类说取哪一份(find)、有哪些页(urls)。"""

    title: ClassVar[str]
    route: ClassVar[str]  # 网址里的一段
    name: ClassVar[str]  # 一览页的网址名，各页的在它后面添
    home: ClassVar[str]  # 现在不行的，回哪一页

    def __init__(self, model_admin: Any) -> None:
        self.admin = model_admin

    def find(self, request: HttpRequest, key: int) -> Any:
        """要改的一份；现在改不得的是一个去别处的答复。Raises: Http404、PermissionDenied。"""
        raise NotImplementedError

    def at(self, route: str, allow: Callable[[View], View], view: View, name: str = "") -> Any:
        opened = self.admin.admin_site.admin_view(allow(self._opened(view)))
        return path(f"<int:key>/{self.route}/{route}", opened, name=f"{self.name}{name}")

    def _opened(self, view: View) -> View:
        """先取要改的一份；改的已经不在的 404，现在不行的照着说一句。"""

        @wraps(view)
        def opened(request: HttpRequest, key: int, **told: str) -> HttpResponse:
            one = self.find(request, key)
            if isinstance(one, HttpResponse):
                return one
            try:
                return view(request, one, **told)
            except Gone as gone:
                raise Http404 from gone
            except REFUSED as reason:
                messages.error(request, str(reason))
                return redirect(self.home, one.pk)

        return opened

    def page(self, request: HttpRequest, one: Any, template: str, context: dict[str, Any]) -> HttpResponse:
        """一页。context 的 part 是正在改的这一处，页上带着它打开时的摘要；form 填错的，答复 422。"""
        whole = {**self.admin.admin_site.each_context(request), "title": self.title, "original": one, **context}
        if "part" in whole:
            whole.setdefault(OPENED, request.POST.get(OPENED) or mark_of(whole["part"]))
        status = 422 if (bound := whole.get("form")) is not None and bound.is_bound and bound.errors else 200
        return TemplateResponse(request, template, whole, status=status)

    def told(self, request: HttpRequest, form: Any, answer: HttpResponse) -> HttpResponse:
        """只有一格的小表填错了：说出来，回去。"""
        for texts in form.errors.values():
            for text in texts:
                messages.error(request, text)
        return answer

    def wrong_of(self, form: Any) -> list[str]:
        return [f"{form.fields[name].label}：{fault}" for name, told in form.errors.items() for fault in told]

    def drawn(
        self, request: HttpRequest, one: Any, templates: tuple[str, str], context: dict[str, Any]
    ) -> HttpResponse:
        """预览：照现在填的画，什么也不存。templates 是整页的、边填边看的那一块的。"""
        whole, part = templates
        if request.POST[PREVIEW] == PART:
            return TemplateResponse(request, part, {"original": one, **context})
        return self.page(request, one, whole, context)

    def saved(self, request: HttpRequest, context: dict[str, Any], save: Callable[[], Any], done: str) -> bool:
        """存一处；存不得的，毛病写在表上，填的都还在。"""
        try:
            save()
        except REFUSED as wrong:
            for fault in getattr(wrong, "faults", None) or [str(wrong)]:
                context["form"].add_error(None, fault)
            if isinstance(wrong, Stale):
                context[OPENED] = mark_of(context["part"])  # 看过现在的样子再存，就照他填的
            return False
        messages.success(request, done)
        return True


class GuideEditor(Editor):
    """改一版指南的。"""

    def find(self, request: HttpRequest, key: int) -> Guide | HttpResponse:
        """看不见的 404，不归自己维护的 403；发布过的回它自己的页面。"""
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        guide: Guide | None = self.admin.get_object(request, str(key))
        if guide is None:
            raise Http404
        if not rules.may_keep(guide, request.user):
            raise PermissionDenied
        if guide.state not in IN_HAND:
            messages.error(request, "发布过的办事指南不能改，请起草新版。")
            return redirect("admin:catalog_guide_change", guide.pk)
        return guide
