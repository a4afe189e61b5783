"""延期在队列里的页面：等局长批准的在前；同意、不同意都写理由。没有一格可以直接改，没有成批批准。"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from approvals.actions import extension as extensions
from approvals.admin.deeds import Deed, words
from approvals.admin.kept import Kept, person
from approvals.admin.previews import PREVIEW, previewed
from approvals.models import Extension
from approvals.states import Approver, ExtensionState
from office.papers.words import last_day_words
from office.steps import NotNow
from office.workdays.clock import moment

ALL = "all"


class Sanction(forms.Form):
    text = words("同意的理由", "记进办件；写给申请人的理由用经办人报的那一段。")
    document = forms.CharField(
        label="批准文件", max_length=100, required=False, help_text="依法须经上级机关或本级政府批准的，写明文号。"
    )


class Decline(forms.Form):
    text = words("不同意的理由", "告诉报请的人。")


DEEDS = (
    Deed(
        "sanction",
        "同意延期",
        "primary",
        Sanction,
        extensions.sanction,
        "已同意延期，延期通知书随即送申请人",
        preview=extensions.preview,
    ),
    Deed("decline", "不同意", "secondary", Decline, extensions.decline, "已答复不同意"),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


class Which(admin.SimpleListFilter):
    """标签页：缺省只看此刻等我批准的。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ALL, "全部")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "等我批准"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Extension]) -> QuerySet[Extension]:
        if self.value() == ALL:
            return queryset.order_by("-pk")
        waiting = Extension.objects.waiting_for(person(request), moment(request))
        return queryset.filter(pk__in=waiting.values("pk")).order_by("due_before", "pk")


@admin.register(Extension)
class ExtensionAdmin(Kept):
    """延期：到期之前批，批了才延。"""

    perms = ("direct_denials",)
    actions = None
    change_list_template = "admin/tabbed_list.html"
    list_display = ("number", "item", "length", "expires", "asked_by", "state")
    list_display_links = ("number",)
    list_filter = (Which,)
    search_fields = ("=case__number",)
    search_help_text = "办件编号"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Extension]:
        return Extension.objects.visible_to(person(request)).with_context().order_by(*self.ordering)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [path("<int:key>/do/<slug:name>/", wrap(self.deed), name="approvals_extension_deed")]
        return mine + super().get_urls()

    @admin.display(description="办件编号")
    def number(self, extension: Extension) -> str:
        return str(extension.case.number)

    @admin.display(description="事项")
    def item(self, extension: Extension) -> str:
        return str(extension.case.item)

    @admin.display(description="延长")
    def length(self, extension: Extension) -> str:
        return extension.length

    @admin.display(description="原期限")
    def expires(self, extension: Extension) -> str:
        return f"{last_day_words(extension.due_before)}届满"

    def page(self, request: HttpRequest, obj: Extension, *, status: int = 200, **context: Any) -> Any:
        bound = context.pop("bound", None)
        return super().page(request, obj, status=status, bound=bound, **self.given(request, obj, bound), **context)

    def given(self, request: HttpRequest, obj: Extension, bound: Any) -> dict[str, Any]:
        """此刻能做的动作；不归他的、过了期的，说为什么。"""
        at, user = moment(request), person(request)
        mine = Extension.objects.waiting_for(user, at).filter(pk=obj.pk).exists()
        if obj.state != ExtensionState.ASKED:
            return {"rows": [], "why": f"这一份已经是“{obj.get_state_display()}”。"}
        if obj.due_before <= at:
            return {"rows": [], "why": "期限已经届满，不能再批准延期。"}
        if not mine:
            return {"rows": [], "why": "此刻不由您批准：局长在岗时由局长批，离岗时由 B 岗代。"}
        rows = []
        for deed in DEEDS:
            opened = bound is not None and bound.prefix == deed.name
            url = reverse("admin:approvals_extension_deed", args=[obj.pk, deed.name])
            rows.append((deed, bound if opened else asked(deed, obj), opened, url))
        return {"rows": rows, "why": ""}

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """同意或不同意：办成了回清单；办不成的说清楚，写的字还在。"""
        found, deed = self.one(request, key), BY_NAME.get(name)
        if deed is None:
            raise Http404
        form = asked(deed, found, request.POST)
        if not form.is_valid():
            return self.page(request, found, status=422, bound=form)  # type: ignore[no-any-return]
        if (preview := deed.preview) and PREVIEW in request.POST:
            back = reverse("admin:approvals_extension_change", args=[key])
            return previewed(request, lambda: preview(found, by=person(request), at=moment(request)), back=back)
        try:
            deed.act(Extension.objects.get(pk=key), by=person(request), at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            messages.error(request, f"{str(reason).rstrip('。')}。您的意见没有记下。")
            return self.page(request, self.one(request, key), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, format_html("{}：{}。", found.case.number, deed.done))
        return redirect("admin:approvals_extension_changelist")


def asked(deed: Deed, extension: Extension, data: Any = None) -> forms.Form:
    """这个动作的表；由本机关负责人批的，不问批准文件。"""
    form = deed.form(data, prefix=deed.name)
    if extension.approver == Approver.DIRECTOR:
        form.fields.pop("document", None)
    return form
