"""拟否定报告:等我处理的在前;一页看全,五个动作。没有成批审定,也没有一格可以直接改。"""

from functools import cache
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from approvals.admin import MOST, Kept, person
from approvals.admin.previews import PREVIEW, previewed
from approvals.models import Upload
from denials.admin import deeds
from denials.admin.hands import hands, standings
from denials.admin.papers import send, send_paper
from denials.models import Lateness, Precedent, Report, Turn
from denials.rules import LADDER
from denials.states import DECIDED, ClockKind, Verdict
from office.papers.models import Paper
from office.prepared import KEY, KEYS, Prepared, among
from office.steps import NotNow
from office.workdays.clock import moment

ALL, SPOKEN, SETTLED = "all", "mine", "decided"


class Which(admin.SimpleListFilter):
    """标签页:缺省只看此刻轮到我的。"""

    title = "范围"
    parameter_name = "which"
    template = "admin/tabs.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(SPOKEN, "我审定过的"), (ALL, "我梯子下的全部"), (SETTLED, "已定")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": "等待我处理"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        user = person(request)
        if self.value() == SPOKEN:
            return queryset.filter(pk__in=Turn.objects.filter(by=user).order_by().values("report"))
        if self.value() == SETTLED:
            return queryset.filter(state__in=DECIDED).order_by("-decided_at")
        if self.value() == ALL:
            return queryset
        # 一个人在同一份报告上可能占两席(两个科室都由他负责或代):按报告归到一起,看最急的那一席
        waiting = queryset.filter(turns__closed_at=None, turns__post__in=user.duties(moment(request)))
        return waiting.annotate(due=Min("turns__due_at")).order_by("due", "filed_at", "-pk")


# 列表上一行只说这些;一份报告连同上级有两百多栏,还有要解密的,不必都取。
LISTED = (
    *("number", "matter", "question", "state", "decided_at", "decided_by", "deputy_post"),
    *("case__applicant__kind", "case__applicant__name", "unit__name", "clerk__full_name", "clerk__username"),
)


def _marked(reports: QuerySet[Report]) -> QuerySet[Report]:
    """退回过没有、逾期没有。"""
    turns = Turn.objects.filter(report=OuterRef("pk"))
    return reports.annotate(
        sent_back=Exists(turns.filter(verdict=Verdict.SEND_BACK)),
        late=Exists(Lateness.objects.filter(report=OuterRef("pk"))),
    )


@cache
def _listed() -> Prepared:
    """列表上的几行(次序由列表定)。"""
    listed = Report.objects.select_related("case__applicant", "unit", "clerk").only(*LISTED)
    return Prepared(lambda keys: _marked(listed.filter(among("pk", keys))), KEYS)


@cache
def _still_open() -> Prepared:
    """这几份报告开着的轮次。"""
    turns = Turn.objects.open().select_related("post").order_by("pk")
    return Prepared(lambda keys: turns.filter(among("report", keys)), KEYS)


@cache
def _whole() -> Prepared:
    """一份报告连同它的上级:一页要画的。"""
    above = ("case__applicant", "case__item", "case__guide", "unit", "section", "clerk", "agency", "policy")
    return Prepared(lambda key: _marked(Report.objects.select_related(*above).filter(pk=key)), KEY)


class Urgent(ChangeList):
    """列表上的每一行:在谁手里、还剩多久,几条查询一次取齐。

    先只排主键,再取这一页的样子:一万份里排序,不必把每一份的上级都连上。
    """

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        whole = not self.multi_page or (self.show_all and self.can_show_all)
        keys = list(self.paginator.object_list if whole else self.paginator.page(self.page_num).object_list)
        rows = {report.pk: report for report in _listed().rows(keys)}
        self.result_list = [rows[key] for key in keys]
        here = reverse("admin:denials_report_changelist")
        turns = list(_still_open().rows(keys))
        present = standings(turns, moment(request), seen_by=person(request))
        for report in self.result_list:
            mine = (turn for turn in turns if turn.report_id == report.pk)
            report.hands = hands(report, mine, present, moment(request))
            report.url = f"{here}{report.pk}/change/"
        self.at = moment(request)


@admin.register(Report)
class ReportAdmin(Kept):
    """队列的正页。"""

    perms = LADDER
    actions = None
    list_display = ("number", "matter")
    list_filter = (Which,)
    search_fields = ("number", "case__number", "applicant_name", "matter")
    search_help_text = "报告或办件编号、申请人、事项"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return Urgent

    def get_paginator(self, request: HttpRequest, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Paginator:
        """主键一次取齐(至多 MOST 个):数一遍再取一页,要把同一句问两遍。"""
        return Paginator(list(queryset.values_list("pk", flat=True)[:MOST]), per_page)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.visible_to(person(request)).order_by("-filed_at", "-pk")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Report | None:
        seen = object_id.isdecimal() and self.get_queryset(request).filter(pk=int(object_id)).exists()
        return _whole().first(int(object_id)) if seen else None

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        mine = [
            path("<int:key>/paper/", wrap(self.paper), name="denials_report_paper"),
            path("<int:key>/files/<int:upload>/", wrap(self.file), name="denials_report_file"),
            path("<int:key>/do/<slug:name>/", wrap(self.deed), name="denials_report_deed"),
        ]
        return mine + super().get_urls()

    def page(self, request: HttpRequest, obj: Report, *, status: int = 200, **context: Any) -> Any:
        at, user = moment(request), person(request)
        bound = context.pop("bound", None)
        turns = list(obj.turns.select_related("post", "by").order_by("opened_at", "pk"))
        offers = deeds.offers(obj, by=user, at=at, bound=bound)
        answer = [ClockKind.ANSWER, ClockKind.PROMISE, ClockKind.STUDY]
        bases = list(obj.bases.order_by("position", "pk"))
        quoted = {str(basis) for basis in bases}
        given = {
            "hands": hands(obj, turns, standings(turns, at, seen_by=user), at),
            "turns": turns,
            "bases": bases,
            "policies": [policy for policy in obj.policies if policy["title"] not in quoted],
            "answers": obj.clocks.running().filter(kind__in=answer).order_by("due_at"),
            "rows": [
                (deed, form, opened, reverse("admin:denials_report_deed", args=[obj.pk, deed.name]))
                for deed, form, opened in offers.drawn
            ],
            "missing": offers.missing,
            "bound": bound,
            "materials": obj.case.materials.select_related("material").prefetch_related("uploads").order_by(
                "material__position", "pk"
            ),
            "alike": self.alike(obj),
        }  # fmt: skip
        return super().page(request, obj, status=status, **given, **context)

    def alike(self, report: Report) -> list[Precedent]:
        found = Precedent.objects.like(report.case.item, f"{report.question}{report.reasons}")
        return [precedent for precedent in found if precedent.report_id != report.pk]

    @method_decorator(require_POST)
    def deed(self, request: HttpRequest, key: int, name: str) -> HttpResponse:
        """一个动作:办成了回队列;办不成的说清楚,写的字还在。"""
        report, deed = self.one(request, key), deeds.BY_NAME.get(name)
        if deed is None:
            raise Http404
        form = deeds.form_of(deed, report)(request.POST, prefix=name)
        if not form.is_valid():
            return self.page(request, report, status=422, bound=form)
        if (preview := deed.preview) and PREVIEW in request.POST:
            told = {**form.cleaned_data, "by": person(request), "at": moment(request)}
            back = reverse("admin:denials_report_change", args=[key])
            return previewed(request, lambda: preview(report, **told), back=back)
        acted = Report.objects.get(pk=key)
        try:
            deed.act(acted, by=request.user, at=moment(request), **form.cleaned_data)
        except (NotNow, PermissionDenied) as reason:
            return self.refused(request, report, form, reason)
        messages.success(request, f"{report.number}：{deed.done}。")
        return redirect("admin:denials_report_changelist")

    def refused(self, request: HttpRequest, seen: Report, form: Any, reason: Exception) -> HttpResponse:
        """没有办成:动手之前先结清了到期的,报告可能已经不在这一级。"""
        report = self.one(request, seen.pk)
        if report.state != seen.state:
            messages.error(request, f"已到时限，报告已转到“{report.get_state_display()}”。您的意见没有记下。")
        else:
            messages.error(request, f"{str(reason).rstrip('。')}。您的意见没有记下。")
        return self.page(request, report, status=409, bound=form)

    @method_decorator(require_safe)
    def paper(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """《拟否定报告登记表》。"""
        report = self.one(request, key)
        found = Paper.objects.about(report.case).of_kind("denial_report").filter(number=report.number).first()
        return send_paper(request, found, back=reverse("admin:denials_report_change", args=[key]))

    @method_decorator(require_safe)
    def file(self, request: HttpRequest, key: int, upload: int) -> HttpResponseBase:
        """案卷里的一份文件。"""
        report = self.one(request, key)
        found = Upload.objects.filter(pk=upload, case_material__case=report.case_id).first()
        if found is None:
            raise Http404
        return send(found.file.open("rb"), found.name, found.media_type)
