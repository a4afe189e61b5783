"""档案移交清册在队列里的页面：列清册、打印、登记接收、差异了结。档案员、管理员办，稽核员看。"""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Agency
from approvals.actions import archive_batches
from approvals.admin.archives import DATE
from approvals.admin.deeds import Deed, words
from approvals.admin.kept import Kept, person
from approvals.models import Archive, ArchiveBatch, ArchiveBatchLine
from approvals.rules import archives as rules
from approvals.states import ArchiveBatchState
from office.papers.states import PaperState
from office.steps import NotNow
from office.workdays.clock import moment

LINE = re.compile(r"^\s*(\d+)\s*[:：、.\s]\s*(\S.*)$")


class DrawUp(forms.Form):
    """哪个机关的、交给谁。"""

    agency = forms.ModelChoiceField(label="移交机关", queryset=Agency.objects.none())
    received_by = forms.CharField(label="接收的档案部门", max_length=100, help_text="例如本单位档案室、市档案馆。")

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        mine = Q()
        for perm in ("keep_archives", *rules.ADMINISTER):
            mine |= Q(pk__in=user.agencies_with(perm).values("pk"))
        self.fields["agency"].queryset = Agency.objects.filter(mine).order_by("path")  # type: ignore[attr-defined]


class Acknowledge(forms.Form):
    receipt_number = forms.CharField(label="接收凭证号", max_length=100)
    transferred_on = forms.DateField(label="移交日期", widget=DATE)
    differences = words(
        "差异", "一行一件：序号，冒号，哪里不对，例如“3：摘要对不上”。没有差异的空着。", required=False, most=4000
    )
    unsigned_known = forms.BooleanField(label="知道有文书没有签名页", required=False)

    def clean_differences(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for line in self.cleaned_data["differences"].splitlines():
            if not line.strip():
                continue
            told = LINE.match(line)
            if told is None:
                raise forms.ValidationError(f"“{line.strip()[:30]}”看不懂：写成“序号：哪里不对”。")
            found[int(told[1])] = told[2].strip()
        return found


class Drop(forms.Form):
    reason = words("为什么作废", most=300)


class Settle(forms.Form):
    settlement = words("怎样了结", most=300, rows=2)


DEEDS = (
    Deed("acknowledge", "登记接收", "primary", Acknowledge, archive_batches.acknowledge, "已登记接收"),
    Deed("drop", "作废这本清册", "secondary", Drop, archive_batches.drop, "已作废"),
)
BY_NAME = {deed.name: deed for deed in DEEDS}


@admin.register(ArchiveBatch)
class ArchiveBatchAdmin(Kept):
    """移交清册：一批一本。"""

    perms = rules.SEE
    actions = None
    change_list_template = "admin/approvals/archivebatch/list.html"
    list_display = ("code", "agency", "received_by", "state", "total", "open_differences", "drawn_at", "receipt_number")
    list_display_links = ("code",)
    list_filter = ("state",)
    search_fields = ("=number", "=receipt_number", "=lines__archive__case__number")
    search_help_text = "清册编号、接收凭证号或办件编号"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArchiveBatch]:
        left = Q(lines__settled_at=None, lines__difference__gt="")
        rows = ArchiveBatch.objects.visible_to(person(request)).select_related(
            "agency", "drawn_by", "ended_by", "paper"
        )
        return rows.annotate(lines_total=Count("lines"), lines_left=Count("lines", filter=left)).order_by("-pk")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.draw_up), name="approvals_archivebatch_new"),
            path("<int:key>/do/<slug:name>/", wrap(self.deed), name="approvals_archivebatch_deed"),
            path("<int:key>/lines/<int:order>/", wrap(self.settle), name="approvals_archivebatch_settle"),
            path("<int:key>/paper/", wrap(self.paper), name="approvals_archivebatch_paper"),
            *super().get_urls(),
        ]

    @admin.display(description="清册编号")
    def code(self, batch: ArchiveBatch) -> str:
        return format_html('<span class="num nowrap">{}</span>', batch.number)

    @admin.display(description="件数")
    def total(self, batch: Any) -> int:
        return int(batch.lines_total)

    @admin.display(description="没有了结的差异")
    def open_differences(self, batch: Any) -> str:
        return str(batch.lines_left or "")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """名单上面：该移交的、移交了还没有登记接收的、提出了销毁的各有几件。"""
        mine = Archive.objects.visible_to(person(request))
        counts = {
            "due": ArchiveBatch.due(mine).count(),
            "waiting": ArchiveBatchLine.objects.filter(
                batch__in=ArchiveBatch.objects.visible_to(person(request)), batch__state=ArchiveBatchState.DRAWN
            ).count(),
            "proposed": mine.filter(state="proposed").count(),
        }
        draws = person(request).may_somewhere("keep_archives", *rules.ADMINISTER)
        return super().changelist_view(request, {**(extra_context or {}), "told": counts, "draws": draws})

    def draw_up(self, request: HttpRequest) -> HttpResponse:
        """列一本清册。"""
        user = person(request)
        if not user.may_somewhere("keep_archives", *rules.ADMINISTER):
            raise PermissionDenied
        form = DrawUp(user, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                made = archive_batches.draw_up(**form.cleaned_data, by=user, at=moment(request))
            except NotNow as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, f"{made.number}：已列清册，请打印、签字、交接。")
                return redirect("admin:approvals_archivebatch_change", made.pk)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "列移交清册", "form": form}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/approvals/archivebatch/new.html", context, status=status)

    def page(self, request: HttpRequest, obj: ArchiveBatch, *, status: int = 200, **context: Any) -> Any:
        bound, user = context.pop("bound", None), person(request)
        keeps = rules.may_hand_over_batch(obj, user)
        rows = []
        for deed in DEEDS if keeps and obj.state == ArchiveBatchState.DRAWN else ():
            opened = bound is not None and bound.prefix == deed.name
            form = bound if opened else deed.form(prefix=deed.name)
            rows.append((deed, form, opened, reverse("admin:approvals_archivebatch_deed", args=[obj.pk, deed.name])))
        lines: list[Any] = list(obj.lines.select_related("archive__case__item", "owner").order_by("order"))
        for line in lines:
            line.open = keeps and line.difference and line.settled_at is None
            mine = bound is not None and bound.prefix == f"line{line.order}"
            line.form = (bound if mine else Settle(prefix=f"line{line.order}")) if line.open else None
        ready = obj.paper and obj.paper.state != PaperState.ORDERED
        told = {"rows": rows, "lines": lines, "bound": bound, "ready": ready}
        told["size"] = sum(line.size for line in lines)
        return super().page(request, obj, status=status, **told, **context)

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """登记接收、作废：办成了回这一页；办不成的说清楚，写的字还在。"""
        found, deed = self.one(request, key), BY_NAME.get(name)
        if deed is None:
            raise Http404
        return self._done(request, found, deed.form(request.POST, prefix=deed.name), deed.act, deed.done)

    @method_decorator(require_POST)
    def settle(self, request: HttpRequest, key: int, order: int) -> HttpResponse:
        """一件的差异了结。"""
        found = self.one(request, key)
        line = found.lines.filter(order=order).first()
        if line is None:
            raise Http404
        form = Settle(request.POST, prefix=f"line{order}")

        def act(_batch: ArchiveBatch, **told: Any) -> None:
            archive_batches.settle(line, **told)

        return self._done(request, found, form, act, f"第{order}件的差异已了结")

    def _done(self, request: HttpRequest, found: Any, form: Any, act: Any, said: str) -> HttpResponse:
        if not rules.may_hand_over_batch(found, person(request)):
            raise PermissionDenied
        if not form.is_valid():
            return self.page(request, found, status=422, bound=form)  # type: ignore[no-any-return]
        try:
            batch = ArchiveBatch.objects.select_related("agency").get(pk=found.pk)
            act(batch, by=person(request), at=moment(request), **form.cleaned_data)
        except NotNow as reason:
            messages.error(request, str(reason))
            return self.page(request, self.one(request, found.pk), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, f"{found.number}：{said}。")
        return redirect("admin:approvals_archivebatch_change", found.pk)

    @method_decorator(require_safe)
    def paper(self, request: HttpRequest, key: int) -> HttpResponse:
        """移交清册，打印用。"""
        found = self.one(request, key)
        if found.paper is None or not found.paper.file:
            raise Http404
        response = HttpResponse(found.paper.file.read(), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Cache-Control"] = "private, no-store"
        return response
