"""否定报备:等我阅知的在前;可以逐件读,也可以成批读(审定不可以)。筛出什么就导出什么。"""

import csv
import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from approvals.admin import Kept, person
from approvals.admin.previews import PREVIEW, previewed
from denials.actions import register
from denials.admin import recalls
from denials.admin.papers import send_paper
from denials.models import Reading, Recall, RecallClock, RegisterEntry
from denials.states import RECALL_OPEN, RecallState
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.clock import moment

ALL, RECALLED = "all", "recalled"
MOST = 200
BREAK = mark_safe("<br>")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # 中文表格软件把全角的也当公式
# 研究的期限；答复了、到期没有答复的，是领导定的期限：都照还在走的时钟
RUNNING = RecallClock.objects.running().filter(recall=OuterRef("pk")).order_by("-pk").values("due_at")[:1]
DUE = Coalesce(Subquery(RUNNING), "settle_due_at", "due_at")
COLUMNS = (
    "报备编号", "承办单位", "申请人或单位名称", "联系方式", "申请办理事项", "受理日期、编号", "办理答复情况",
    "经办人", "经办人联系方式", "否定理由", "依据种类", "依据", "所依报告或先例", "报备时间", "阅知",
    "重新研究",
)  # fmt: skip


class Which(admin.SimpleListFilter):
    """标签页:缺省只看等我阅知的。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(RECALLED, "叫回的"), (ALL, "全部报备")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "等待我阅知"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == RECALLED:  # 还没有结论的在前
            return queryset.filter(recalled__isnull=False).order_by(
                "-recall_open", "recall_due", "-registered_at", "-pk"
            )
        return queryset if self.value() == ALL else queryset.filter(waiting=True).order_by("registered_at", "pk")


@admin.register(RegisterEntry)
class RegisterEntryAdmin(Kept):
    perms = ("read_denials",)
    list_display = ("number", "matter", "applicant", "section", "ground", "registered", "read")
    list_filter = (Which, "registered_at")
    search_fields = ("number", "case__number", "applicant_name", "matter")
    search_help_text = "报备或办件编号、申请人、事项"
    actions = ("read_all",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegisterEntry]:
        readings = Reading.objects.select_related("post", "read_by").order_by("pk")
        at = moment(request)
        waiting = Reading.objects.waiting_for(person(request), at).filter(entry=OuterRef("pk"))
        latest = Recall.objects.filter(entry=OuterRef("pk")).order_by("-pk")
        related = ("case__applicant", "ground__basis", "section", "unit", "clerk", "report", "precedent")
        return (
            RegisterEntry.objects.visible_to(person(request))
            .select_related(*related)
            .annotate(
                waiting=Exists(waiting.order_by()),
                recalled=Subquery(latest.values("state")[:1]),
                recall_open=Exists(latest.order_by().filter(state__in=RECALL_OPEN)),
                recall_due=Subquery(latest.filter(state__in=RECALL_OPEN).values(due=DUE)[:1]),
                recall_over=Q(recall_due__lte=at),
            )
            .prefetch_related(Prefetch("readings", readings))
            .order_by("-registered_at", "-pk")
        )

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [
            path("export/", wrap(self.export), name="denials_registerentry_export"),
            path("read/", wrap(self.read_listed), name="denials_registerentry_read_listed"),
            path("<int:key>/paper/", wrap(self.paper), name="denials_registerentry_paper"),
            path("<int:key>/read/", wrap(self.read_one), name="denials_registerentry_read"),
            path("<int:key>/do/<slug:name>/", wrap(self.deed), name="denials_registerentry_deed"),
        ]
        return mine + super().get_urls()

    def page(self, request: HttpRequest, obj: RegisterEntry, *, status: int = 200, **context: Any) -> Any:
        at, user = moment(request), person(request)
        offers = recalls.offers(obj, by=user, at=at, bound=context.get("bound"))
        given = {"offers": offers, "rows": offers.rows, "lost": recalls.lost(context.get("bound"), offers)}
        return super().page(request, obj, status=status, **given, **context)

    # 叫回重新研究 -----------------------------------------------------

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """叫回、答复、维持、改正：办不成的说清楚，写的字还在。"""
        entry, deed = self.one(request, key), recalls.BY_NAME.get(name)
        if deed is None:
            raise Http404
        form = deed.form(request.POST, prefix=name)
        if not form.is_valid():
            return self.page(request, entry, status=422, bound=form)  # type: ignore[no-any-return]
        acted = recalls.subject(entry, name)
        try:
            if acted is None:
                raise NotNow("这条报备没有正在重新研究的。")
            if (preview := deed.preview) and PREVIEW in request.POST:
                back = reverse("admin:denials_registerentry_change", args=[key])
                told = {**form.cleaned_data, "by": request.user, "at": moment(request)}
                return previewed(request, lambda: preview(acted, **told), back=back)
            deed.act(acted, by=request.user, at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            messages.error(request, str(reason))
            return self.page(request, self.one(request, key), status=409, bound=form)  # type: ignore[no-any-return]
        messages.success(request, f"{entry}：{deed.done}。")
        return redirect("admin:denials_registerentry_change", key)

    # 阅知 -------------------------------------------------------------

    @method_decorator(require_POST)
    def read_one(self, request: HttpRequest, key: int) -> HttpResponse:
        entry = self.one(request, key)
        self._read(request, [entry])
        return redirect("admin:denials_registerentry_change", key)

    @admin.action(description="阅知所选", permissions=["view"])
    def read_all(self, request: HttpRequest, queryset: QuerySet[RegisterEntry]) -> None:
        self._read(request, list(queryset))

    @method_decorator(require_POST)
    def read_listed(self, request: HttpRequest) -> HttpResponse:
        """阅知所列:筛出来的、等我阅知的,一次至多 MOST 件。"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        listed = self.get_changelist_instance(request).queryset.filter(waiting=True)
        self._read(request, list(listed[:MOST]))
        return redirect("admin:denials_registerentry_changelist")

    def _read(self, request: HttpRequest, entries: list[RegisterEntry]) -> None:
        """逐件记一次阅知;不由他读的说明,不影响别的。"""
        done = 0
        for entry in entries:
            try:
                done += bool(register.read(entry, by=person(request), at=moment(request)))
            except PermissionDenied as reason:
                messages.error(request, f"{entry}：{reason}")
        if done:
            messages.success(request, f"已阅知 {done} 件。")

    # 导出 -------------------------------------------------------------

    @method_decorator(require_safe)
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """《否定报备登记表》的清册:与屏幕上筛出的相同,一行不多。"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).queryset
        register.note_export(rows.count(), by=person(request), at=moment(request))
        response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="register-{localtime(moment(request)):%Y%m%d}.csv"'
        return response

    @method_decorator(require_safe)
    def paper(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """《否定报备登记表》。"""
        entry = self.one(request, key)
        found = Paper.objects.about(entry.case).of_kind("register_entry").filter(number=entry.number).first()
        return send_paper(request, found, back=reverse("admin:denials_registerentry_change", args=[key]))

    # 列 ---------------------------------------------------------------

    @admin.display(description="申请人")
    def applicant(self, entry: RegisterEntry) -> str:
        return entry.case.applicant.masked_name

    @admin.display(description="依据")
    def ground(self, entry: RegisterEntry) -> str:
        return str(entry.ground)

    @admin.display(description="报备时间")
    def registered(self, entry: RegisterEntry) -> str:
        return f"{localtime(entry.registered_at):%m-%d %H:%M}"

    @admin.display(description="阅知")
    def read(self, entry: RegisterEntry) -> str:
        """一级一行；叫回过的，末一行说走到哪里。"""
        lines = [*read_by(entry), recall_line(entry)]
        return format_html(
            '<div class="nowrap">{}</div>', format_html_join(BREAK, "{}", ((one,) for one in lines if one))
        )


def recall_line(entry: Any) -> str:
    """走到哪里；没有结论的，此刻这一步最迟哪天，过了的写明逾期。"""
    if entry.recall_due is None:
        return recall_words(entry)
    last = f"{localtime(entry.recall_due - datetime.timedelta(microseconds=1)):%m-%d}"
    return f"{recall_words(entry)}，{f'{last} 到期，已逾期' if entry.recall_over else f'最迟 {last}'}"


def recall_words(entry: Any) -> str:
    """最近一次叫回走到哪里；没有叫回过是空串。"""
    return str(RecallState(entry.recalled).label) if entry.recalled else ""


def readings(entry: RegisterEntry) -> str:
    return "，".join(read_by(entry))


def read_by(entry: RegisterEntry) -> list[str]:
    """各级什么时候阅的。"""
    return [
        f"{row.get_rung_display()} {f'{localtime(row.read_at):%m-%d %H:%M}' if row.read_at else '未阅'}"
        for row in entry.readings.all()
    ]


class _Echo:
    """csv 写一行就交一行。"""

    def write(self, line: str) -> str:
        return line


def lines(rows: QuerySet[RegisterEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in rows.iterator(chunk_size=200):
        yield writer.writerow([safe(text) for text in cells(entry)])


def cells(entry: RegisterEntry) -> list[str]:
    return [
        entry.number, entry.unit.name, entry.applicant_name, entry.applicant_contact, entry.matter, entry.received,
        entry.progress, entry.clerk.full_name, entry.clerk_contact, entry.ground.reasons,
        entry.ground.get_kind_display(), entry.ground.basis_text, entry.ground.reference,
        f"{localtime(entry.registered_at):%Y-%m-%d %H:%M}", readings(entry), recall_words(entry),
    ]  # fmt: skip


def safe(text: str) -> str:
    """表格软件会把这些字符开头的格子当公式执行:前面加一撇。"""
    return f"'{text}" if text.startswith(FORMULA) else text
