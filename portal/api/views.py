"""开放接口的各页数据。"""

import csv
import datetime
import io

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from agencies.models import Agency
from approvals.rules.disclosures import LABELS, public_lines
from catalog.models import Guide, Item
from catalog.rules.forms import json_schema
from catalog.rules.tables import guarded
from office.workdays import clock
from portal.api import asking, contract, documents
from portal.api.door import answer, public

COLUMNS = {
    "code": "事项编码(本系统)", "name": "事项名称", "kind": "事项类型", "level": "行使层级", "theme": "主题",
    "audiences": "服务对象", "agency": "实施主体", "section": "承办科室", "basic_code": "基本编码",
    "implementation_code": "实施编码", "parent": "主项", "guidance_only": "只作指引", "version": "指南版本",
    "effective_from": "生效日期", "promised": "承诺时限", "statutory": "法定时限", "fee": "收费", "window": "受理窗口",
    "place": "办理地点", "hours": "办理时间", "consult_phone": "咨询电话", "visits": "到现场次数",
    "materials": "申请材料", "being_checked": "核实情况", "page": "办事指南", "date": "数据日期", "licence": "使用许可",
}  # fmt: skip


@public
def root(request: HttpRequest) -> HttpResponse:
    return answer(documents.hall())


@public
def openapi(request: HttpRequest) -> HttpResponse:
    return answer(contract.document())


@public
def items(request: HttpRequest) -> HttpResponse:
    """事项：条件都在网址里；检索词与大厅的搜索框同一套办法，最像的在前。"""
    told = asking.asked(request, asking.ItemsForm)
    found = asking.items(_today(request))
    found = found.search(told["q"]) if told["q"] else found.order_by("theme", "name", "pk")
    for name in ("theme", "kind", "level"):
        if told[name]:
            found = found.filter(**{name: told[name]})
    if told["audience"]:
        found = found.filter(audiences__contains=[told["audience"]])
    if told["agency"]:
        found = found.filter(agency__code=told["agency"])
    page = asking.paged(found, told)
    return _page(request, page, [documents.item(row) for row in page])


def _page(request: HttpRequest, page, results) -> HttpResponse:
    def at(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"{settings.PUBLIC_URL}{request.path}?{query.urlencode()}"

    links = {}
    if page.has_next():
        links["next"] = at(page.next_page_number())
    if page.has_previous():
        links["prev"] = at(page.previous_page_number())
    told = {"count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages}
    return answer({**told, "next": links.get("next"), "previous": links.get("prev"), "results": results}, links=links)


@public
def item(request: HttpRequest, code: str) -> HttpResponse:
    """一个事项；主项列出公开的子项。"""
    found = asking.item(code, _today(request))
    children = asking.items(_today(request)).filter(parent=found).order_by("name", "pk")
    return answer({**documents.item(found), "children": [documents.item(row) for row in children]})


@public
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """这一天（缺省今天）在用的指南。"""
    return answer(documents.guide(_in_force(request, code), _today(request)))


def _in_force(request: HttpRequest, code: str) -> Guide:
    told = asking.asked(request, asking.DayForm)
    return asking.guide_on(code, told["on"] or _today(request))


def _today(request: HttpRequest) -> datetime.date:
    return clock.moment(request).date()


@public
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """发布过的各版，新的在前；没到日子就撤回的不算。"""
    found = asking.item(code, _today(request))
    rows = found.guides.ever_effective().select_related("item").order_by("-version")
    return answer({"item": code, "results": [documents.version(row) for row in rows]})


@public
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    found = asking.guides(_today(request)).filter(item__code=code, version=number).first()
    if found is None:
        raise Http404
    return answer(documents.guide(found, _today(request)))


@public
def materials(request: HttpRequest, code: str) -> HttpResponse:
    """这一天要交的材料：清单是封闭的。"""
    found = _in_force(request, code)
    rows = [documents.material(one, found, _today(request)) for one in found.materials.all()]
    return answer({"item": code, "version": found.version, "results": rows, "being_checked": documents.checking(found)})


@public
def form(request: HttpRequest, code: str) -> HttpResponse:
    """申请表：填什么、怎样算填对。没有申请表的事项 404。"""
    found = _in_force(request, code)
    if not found.form:
        raise Http404
    return answer({"item": code, "version": found.version, "definition": found.form, "schema": json_schema(found.form)})


@public
def units(request: HttpRequest) -> HttpResponse:
    told = asking.asked(request, asking.UnitsForm)
    found = asking.units()
    for name, column in (("agency", "agency__code"), ("kind", "kind"), ("level", "level")):
        if told[name]:
            found = found.filter(**{column: told[name]})
    page = asking.paged(found, told)
    rows = list(page)
    hours = asking.hours_at(rows, _today(request))
    return _page(request, page, [documents.unit(row, hours.get(row.pk, [])) for row in rows])


@public
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found = asking.units().filter(code=code).first()
    if found is None:
        raise Http404
    return answer(documents.unit(found, asking.hours_at([found], _today(request)).get(found.pk, [])))


@public
def agencies(request: HttpRequest) -> HttpResponse:
    rows = Agency.objects.select_related("parent").order_by("path")
    return answer({"results": [documents.agency(row) for row in rows]})


# 许可公示 ---------------------------------------------------------------------


@public
def disclosures(request: HttpRequest) -> HttpResponse:
    """公开着的许可决定，新的在前；撤下了的不在。"""
    told = asking.asked(request, asking.DisclosuresForm)
    page = asking.paged(asking.disclosures(told), told)
    return _page(request, page, [documents.disclosure(row) for row in page])


@public(limit="API_WHOLE_RATE")
def disclosures_csv(request: HttpRequest) -> HttpResponse:
    """一条一行，栏目照双公示的标准；以 = + - @ 开头的前面加了单引号，打开时不会当成公式。"""
    day, out = _today(request), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(LABELS)
    for row in asking.disclosures(dict.fromkeys(("q", "agency", "since", "until"), "")).iterator():
        told = dict(public_lines(row))
        writer.writerow([guarded(told.get(name, "")) for name in LABELS])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="disclosures-{day:%Y%m%d}.csv"'
    return response


# 整份目录 ---------------------------------------------------------------------


def _whole(day: datetime.date) -> list[tuple[documents.Document, documents.Document | None]]:
    """今天的整份目录：事项和它在用的指南（主项没有）。"""
    found = {row.item_id: row for row in asking.guides(day).in_force_on(day)}
    rows: list[Item] = list(asking.items(day).order_by("code"))
    return [(documents.item(row), documents.guide(found[row.pk], day) if row.pk in found else None) for row in rows]


@public(limit="API_WHOLE_RATE")
def catalogue_json(request: HttpRequest) -> HttpResponse:
    day = _today(request)
    whole = [{**item, "guide": guide} for item, guide in _whole(day)]
    told = {"date": day.isoformat(), "source": documents.hall()["name"], "licence": settings.OPEN_DATA_LICENCE}
    return _file(answer({**told, "count": len(whole), "items": whole}), day, "json")


@public(limit="API_WHOLE_RATE")
def catalogue_csv(request: HttpRequest) -> HttpResponse:
    """一个事项一行，给电子表格看；以 = + - @ 开头的前面加了单引号，打开时不会当成公式。"""
    day, out = _today(request), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for item, guide in _whole(day):
        row = _flat(item, guide or {}, day)
        writer.writerow([guarded(str(row[name])) for name in COLUMNS])
    return _file(HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8"), day, "csv")


def _flat(item: documents.Document, guide: documents.Document, day: datetime.date) -> dict[str, object]:
    def text(value: object) -> object:
        return value.get("label") or value.get("name") or value.get("text") if isinstance(value, dict) else value or ""

    told = {name: text((guide if name in guide and name not in item else item).get(name)) for name in COLUMNS}
    fee, checked = guide.get("fee"), guide.get("being_checked")
    return told | {
        "audiences": "、".join(one["label"] for one in item["audiences"]),
        "guidance_only": "是" if item["guidance_only"] else "否",
        "fee": ("不收费" if fee["free"] else "收费") if fee else "",
        "visits": guide.get("visits", ""),
        "materials": "；".join(one["name"] for one in guide.get("materials", ())),
        "being_checked": checked["note"] if checked else "",
        "page": documents.link("hall:guide", item["code"]) if guide else "",
        "date": day.isoformat(),
        "licence": settings.OPEN_DATA_LICENCE,
    }


def _file(response: HttpResponse, day: datetime.date, suffix: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="catalogue-{day:%Y%m%d}.{suffix}"'
    return response


@public
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """没有的网址：也照接口的样子说。"""
    raise Http404
