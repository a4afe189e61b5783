"""日汇总表:一科一天一张,没有也有一张(零报告);PDF 当场排。"""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from approvals.admin import Kept, person
from denials.admin.papers import send_paper
from denials.models import Sheet
from denials.states import SheetKind
from office.papers.models import Paper
from office.papers.words import date_words


@admin.register(Sheet)
class SheetAdmin(Kept):
    perms = ("read_denials",)
    list_display = ("name", "unit", "kind", "rows", "made_at", "pdf")
    list_filter = ("kind", "day", ("unit", admin.RelatedOnlyFieldListFilter))
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sheet]:
        counted = {"n_reports": Count("reports", distinct=True), "n_entries": Count("entries", distinct=True)}
        mine = Sheet.objects.visible_to(person(request)).select_related("unit").annotate(**counted)
        return mine.order_by("-day", "unit__path", "kind")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [path("<int:key>/paper/", wrap(self.paper), name="denials_sheet_paper"), *super().get_urls()]

    def page(self, request: HttpRequest, obj: Any, *, status: int = 200, **context: Any) -> Any:
        if obj.kind == SheetKind.REPORTS:
            lines = obj.reports.select_related("case__applicant", "unit", "clerk").order_by("filed_at")
        else:
            lines = obj.entries.select_related("case__applicant", "unit", "clerk", "ground").order_by("registered_at")
        papers = Paper.objects.about(obj).in_force()
        return super().page(request, obj, status=status, lines=lines, paper=papers.first(), **context)

    @method_decorator(require_safe)
    def paper(self, request: HttpRequest, key: int) -> HttpResponseBase:
        sheet = self.one(request, key)
        found = Paper.objects.about(sheet).in_force().order_by("-pk").first()
        return send_paper(request, found, back=reverse("admin:denials_sheet_change", args=[key]))

    @admin.display(description="日期", ordering="day")
    def name(self, sheet: Sheet) -> str:
        return date_words(sheet.day)

    @admin.display(description="件数")
    def rows(self, sheet: Any) -> str:
        return f"{count} 件" if (count := sheet.n_reports + sheet.n_entries) else "零报告"

    @admin.display(description="纸件")
    def pdf(self, sheet: Sheet) -> str:
        url = reverse("admin:denials_sheet_paper", args=[sheet.pk])
        return format_html('<a href="{}">PDF<span class="vh"> {}</span></a>', url, sheet)
