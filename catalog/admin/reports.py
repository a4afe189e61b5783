"""报表页：几张表，各自能导出 CSV；屏幕上看到什么，导出的就是什么。"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from agencies.models import Agency
from catalog.rules.tables import guarded


@dataclass(frozen=True)
class Link:
    """一格里的链接；导出时只留字。"""

    text: str
    href: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """一张表。numbers 是靠右的数字栏(从 0 数)。"""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    empty: str = "没有。"
    numbers: Sequence[int] = field(default_factory=tuple)

    def head(self) -> list[tuple[str, bool]]:
        return [(column, at in self.numbers) for at, column in enumerate(self.columns)]

    def body(self) -> list[list[tuple[str, Any, bool]]]:
        """每格：栏名、内容、是不是数字。"""
        return [[(self.columns[at], cell, at in self.numbers) for at, cell in enumerate(row)] for row in self.rows]


def respond(
    request: HttpRequest,
    site: Any,
    *,
    opts: Any,
    title: str,
    tables: Sequence[Table],
    template: str = "",
    **context: Any,
) -> HttpResponseBase:
    """画出来，或者导出 ?csv=<表>。"""
    wanted = request.GET.get("csv")
    if wanted:
        found = next((table for table in tables if table.key == wanted), None)
        return export(found) if found else HttpResponse(status=404)
    kept = {name: value for name, value in request.GET.items() if name != "csv"}
    shown = [(table, "?" + urlencode({**kept, "csv": table.key})) for table in tables]
    given = {**site.each_context(request), "opts": opts, "title": title, "tables": shown, **context}
    return TemplateResponse(request, template or "admin/catalog/report.html", given)


class _Echo:
    """csv 写一行就交一行。"""

    def write(self, line: str) -> str:
        return line


def export(table: Table) -> HttpResponseBase:
    writer = csv.writer(_Echo())
    rows: Iterable[Sequence[Any]] = [table.columns, *table.rows]
    lines = (writer.writerow([guarded(str(cell)) for cell in row]) for row in rows)
    response = StreamingHttpResponse(_with_mark(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table.key}.csv"'
    return response


def _with_mark(lines: Iterable[str]) -> Iterable[str]:
    yield "\ufeff"
    yield from lines


def agencies_seen(user: Any) -> Any:
    """看得到哪些机关的报表：自己维护的、审计的。"""
    return Agency.objects.filter(
        pk__in=user.agencies_with("keep_catalogue").union(user.agencies_with("audit")).values("pk")
    ).order_by("path")


def sees_reports(user: Any) -> bool:
    return bool(user.is_authenticated and user.may_somewhere("keep_catalogue", "audit"))
