"""电子档案在队列里的页面：归集与检测的结果，登记移交，两个人销毁。管理员办，稽核员看。"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from approvals.actions import archiving
from approvals.admin.deeds import Deed, words
from approvals.admin.kept import Kept, person
from approvals.models import Archive
from approvals.rules import archives as rules
from approvals.states import ArchiveState
from office.journal import actions as journal
from office.steps import NotNow
from office.workdays.clock import moment

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Nothing(forms.Form):
    """不用填什么。"""


class Transfer(forms.Form):
    received_by = forms.CharField(label="接收的档案部门", max_length=100, help_text="例如本单位档案室、市档案馆。")
    receipt_number = forms.CharField(label="接收凭证号", max_length=100)
    transferred_on = forms.DateField(label="移交日期", widget=DATE)
    unsigned_known = forms.BooleanField(
        label="知道有文书没有签名页", required=False, help_text="哪几份见上面“签名页”一行；没有缺的不用勾。"
    )


class Propose(forms.Form):
    reason = words("销毁的理由", "销毁的是本系统里的一份；要另一位管理员同意才生效。", most=300)


class Decline(forms.Form):
    text = words("不同意的理由", most=300)


@dataclass(frozen=True)
class Offered(Deed):
    """只在某几个状态办的动作。"""

    states: tuple[str, ...] = ()


S = ArchiveState
INSPECTED = (S.MADE, S.CHECKED, S.FAULTY)
DEEDS = (
    Offered("transfer", "登记移交", "primary", Transfer, archiving.transfer, "已登记移交", (S.CHECKED,)),
    Offered("check", "再检测一次", "secondary", Nothing, archiving.check, "检测过了，结果见下", INSPECTED),
    Offered("again", "重新归集", "secondary", Nothing, archiving.make_again, "后台随即重新归集", INSPECTED),
    Offered("propose", "提出销毁", "secondary", Propose, archiving.propose, "已提出，等另一位管理员", (S.TRANSFERRED,)),
    Offered("destroy", "同意并销毁", "warning", Nothing, archiving.destroy, "已销毁本系统里的一份", (S.PROPOSED,)),
    Offered("decline", "不同意销毁", "secondary", Decline, archiving.decline, "已退回", (S.PROPOSED,)),
)
DESTROYING = ("propose", "destroy", "decline")  # 只归管理员
BY_NAME = {deed.name: deed for deed in DEEDS}
QUALITIES = ("真实性", "完整性", "可用性", "安全性")


@admin.register(Archive)
class ArchiveAdmin(Kept):
    """电子档案：一件一个包。"""

    perms = rules.SEE
    actions = None
    list_display = ("number", "item", "state", "period", "made_at", "receipt_number")
    list_display_links = ("number",)
    list_filter = ("state", "period")
    search_fields = ("=case__number", "=receipt_number")
    search_help_text = "办件编号或接收凭证号"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Archive]:
        rows = Archive.objects.visible_to(person(request))
        return rows.select_related(
            "case__item", "case__agency", "transferred_by", "proposed_by", "deleted_by"
        ).order_by("-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:key>/do/<slug:name>/", wrap(self.deed), name="approvals_archive_deed"),
            path("<int:key>/file/", wrap(self.download), name="approvals_archive_file"),
            *super().get_urls(),
        ]

    @admin.display(description="办件编号")
    def number(self, archive: Archive) -> str:
        more = "（补充）" if archive.supplements_id else ""
        return format_html('<span class="num nowrap">{}</span>{}', archive.case.number, more)

    @admin.display(description="事项")
    def item(self, archive: Archive) -> str:
        return str(archive.case.item)

    def page(self, request: HttpRequest, obj: Archive, *, status: int = 200, **context: Any) -> Any:
        bound = context.pop("bound", None)
        return super().page(request, obj, status=status, bound=bound, **self.given(request, obj, bound), **context)

    def given(self, request: HttpRequest, obj: Archive, bound: Any) -> dict[str, Any]:
        """此刻能做的；不归他的，说为什么。"""
        keeps, hands_over = rules.may_keep(obj, person(request)), rules.may_hand_over(obj, person(request))
        own = obj.state == S.PROPOSED and obj.proposed_by_id == person(request).pk
        rows = []
        for deed in DEEDS if hands_over else ():
            if (
                (deed.name in DESTROYING and (not keeps or obj.supplements_id))
                or obj.state not in deed.states
                or (deed.name == "destroy" and own)
            ):
                continue
            opened = bound is not None and bound.prefix == deed.name
            form = bound if opened else deed.form(prefix=deed.name)
            rows.append((deed, form, opened, reverse("admin:approvals_archive_deed", args=[obj.pk, deed.name])))
        why = "" if hands_over else "归档由本机关的档案员、管理员办，您可以看。"
        why = "是您提出销毁的，要另一位管理员同意；您可以收回。" if own else why
        bare = archiving.unsigned(obj.case) if obj.state in (S.ORDERED, *INSPECTED) else []
        return {"rows": rows, "why": why, "qualities": self.qualities(obj), "keeps": hands_over, "unsigned": bare}

    @staticmethod
    def qualities(obj: Archive) -> list[tuple[str, list[str]]]:
        """四性各自的结果；没有检测过是空的。"""
        if obj.checked_at is None:
            return []
        return [(name, [row["text"] for row in obj.findings if row["quality"] == name]) for name in QUALITIES]

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """办一个动作：办成了回这一页；办不成的说清楚，写的字还在。"""
        found, deed = self.one(request, key), BY_NAME.get(name)
        if deed is None:
            raise Http404
        if not rules.may_hand_over(found, person(request)):
            raise PermissionDenied
        form = deed.form(request.POST, prefix=deed.name)
        if not form.is_valid():
            return self.page(request, found, status=422, bound=form)  # type: ignore[no-any-return]
        try:
            deed.act(Archive.objects.get(pk=key), by=person(request), at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            messages.error(request, str(reason))
            return self.page(request, self.one(request, key), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, f"{found.case.number}：{deed.done}。")
        return redirect("admin:approvals_archive_change", key)

    @method_decorator(require_safe)
    def download(self, request: HttpRequest, key: int) -> Any:
        """下载归档包：只给档案员、管理员，记一笔(里面有完整的个人信息)。"""
        found = self.one(request, key)
        if not rules.may_hand_over(found, person(request)):
            raise PermissionDenied
        if not found.file or not default_storage.exists(found.file.name):
            raise Http404
        with transaction.atomic():
            found.lock()
            at = moment(request)
            journal.record(
                "approvals.archive.download",
                about=found,
                by=person(request),
                at=at,
                before=found.state,
                after=found.state,
            )
        response = FileResponse(default_storage.open(found.file.name, "rb"), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{archiving.name_of(found)}"'
        response["Cache-Control"] = "private, no-store"
        return response
