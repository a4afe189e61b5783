"""接口的约定：一份 OpenAPI 3.1 文档。文档页、测试都从这里来，所以说的和做的不会两样。"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.api import asking
from portal.api.shapes import SCHEMAS, ref

VERSION = "1.0.0"
CODE = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}


@dataclass(frozen=True)
class Operation:
    """一条路：名字（与网址同名）、路径、一句话、答什么样的数据、收哪些参数、拿什么试。"""

    name: str
    path: str
    summary: Any
    shape: str
    form: type[forms.Form] | None = None
    codes: dict[str, Any] = field(default_factory=dict)
    media: str = "application/json"


ITEM, UNIT = {"code": _("事项的本系统编码")}, {"code": _("单位代号")}
OPERATIONS = (
    Operation("root", "/api/v1/", _("大厅的名称、办公时间、电话、地址，数据的使用许可和入口"), "Hall"),
    Operation("items", "/api/v1/items/", _("事项清单：可以筛选、检索，分页"), "ItemPage", asking.ItemsForm),
    Operation("item", "/api/v1/items/{code}/", _("一个事项和它的子项"), "ItemWithChildren", codes=ITEM),
    Operation("guide", "/api/v1/items/{code}/guide/", _("某一天（缺省今天）在用的指南"), "Guide", asking.DayForm, ITEM),
    Operation("versions", "/api/v1/items/{code}/versions/", _("发布过的各版指南"), "Versions", codes=ITEM),
    Operation(
        "version", "/api/v1/items/{code}/versions/{number}/", _("指定的一版指南"), "Guide",
        codes={**ITEM, "number": _("第几版")},
    ),
    Operation("materials", "/api/v1/items/{code}/materials/", _("要交的材料"), "Materials", asking.DayForm, ITEM),
    Operation("form", "/api/v1/items/{code}/form/", _("申请表的定义"), "Form", asking.DayForm, ITEM),
    Operation("units", "/api/v1/units/", _("窗口、科室、受理点：地址、电话、时间"), "UnitPage", asking.UnitsForm),
    Operation("unit", "/api/v1/units/{code}/", _("一个单位"), "Unit", codes=UNIT),
    Operation("agencies", "/api/v1/agencies/", _("全部机关"), "Agencies"),
    Operation(
        "disclosures", "/api/v1/disclosures/", _("许可公示：准予行政许可的决定，分页"), "DisclosurePage",
        asking.DisclosuresForm,
    ),
    Operation(
        "disclosures-csv", "/api/v1/disclosures.csv", _("许可公示，全部，一条一行"), "Table", media="text/csv"
    ),
    Operation("catalogue-json", "/api/v1/catalogue.json", _("整份目录：每个事项和它在用的指南"), "Catalogue"),
    Operation("catalogue-csv", "/api/v1/catalogue.csv", _("整份目录，一个事项一行"), "Table", media="text/csv"),
)  # fmt: skip


def parameters(one: Operation) -> list[dict[str, Any]]:
    """路径里的、问号后面的参数。"""
    found: list[dict[str, Any]] = [
        {
            **CODE,
            "name": name,
            "description": str(words),
            "schema": {"type": "integer" if name == "number" else "string"},
        }
        for name, words in one.codes.items()
    ]
    for name, each in (one.form.base_fields if one.form else {}).items():
        found.append({"name": name, "in": "query", "description": str(each.label), "schema": _schema(each)})
    return found


def _schema(each: Any) -> dict[str, Any]:
    if isinstance(each, forms.ChoiceField):
        offered: Any = each.choices
        return {"type": "string", "enum": [value for value, _label in offered if value]}
    if isinstance(each, forms.IntegerField):
        return {"type": "integer", "minimum": each.min_value, "maximum": each.max_value}
    if isinstance(each, forms.DateField):
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": each.max_length}  # type: ignore[attr-defined]


def document() -> dict[str, Any]:
    """OpenAPI 3.1 文档。"""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "民政服务大厅开放接口",
            "version": VERSION,
            "summary": "事项、办事指南、材料、申请表、窗口：只读，不用登记",
            "description": (
                "以大厅公布的办事指南为准。being_checked 里列出的栏正在核实，不能当作确定的。"
                "答复带 ETag 和 Last-Modified，没有变的答 304；同一地址每分钟最多 "
                f"{settings.API_RATE} 次，超过的答 429，Retry-After 写明等几秒。"
            ),
            "license": {"name": settings.OPEN_DATA_LICENCE},
        },
        "servers": [{"url": settings.PUBLIC_URL}],
        "paths": {one.path: {"get": _operation(one)} for one in OPERATIONS},
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                name: {
                    "description": words,
                    **({"headers": {"Retry-After": {"schema": {"type": "integer"}}}} if name == "TooMany" else {}),
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
                for name, words in (("Bad", "参数不对"), ("Nothing", "没有，或者不公开"), ("TooMany", "来得太密了"))
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    shape = {"type": "string"} if one.media == "text/csv" else ref(one.shape)
    headers = {name: {"schema": {"type": "string"}} for name in ("ETag", "Last-Modified")}
    answers: dict[str, Any] = {
        "200": {"description": str(one.summary), "headers": headers, "content": {one.media: {"schema": shape}}},
        "304": {"description": "没有变"},
        "429": {"$ref": "#/components/responses/TooMany"},
    }
    if one.form:
        answers["400"] = {"$ref": "#/components/responses/Bad"}
    if one.codes:
        answers["404"] = {"$ref": "#/components/responses/Nothing"}
    return {
        "operationId": one.name,
        "summary": str(one.summary),
        "parameters": parameters(one),
        "responses": dict(sorted(answers.items())),
    }
