"""开放接口：约定文档是对的，每条路答的与文档说的一样；不公开的哪里都没有；没有变的不重发；来得太密请等。"""

import csv
import datetime
import io
import json
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from catalog.actions import keeping, publishing, suspending
from catalog.models import Item
from portal.api.contract import OPERATIONS, document
from tests import makers as people
from tests.catalog import makers
from tests.portal.hall_cast import FORM

EACH = [one.name for one in OPERATIONS]


@pytest.fixture
def b(bureau):
    cache.clear()
    bureau.at = people.moment("2026-03-02 09:00")
    bureau.parent = makers.item(bureau, "sample", name="示例登记")
    bureau.item = makers.item(
        bureau, "sample-found", name="示例成立登记", parent=bureau.parent, aliases="办示例 开示例"
    )
    bureau.guide = makers.published(
        bureau, bureau.item, form=FORM, hours="工作日 08:30–12:00", needs_check={"promised": "问省厅"},
        special_procedures=[{"key": "hear", "name": "听证", "kind": "2", "value": 20, "unit": "d", "basis": "示例",
                             "counted": False, "set_by": "law"}],
    )  # fmt: skip
    return bureau


@pytest.fixture
def api():
    def ask(name, *args, client=Client(), headers=None, **query):  # noqa: B008
        return client.get(reverse(f"api:{name}", args=args), query, headers=headers or {})

    return ask


def arguments(b, name) -> list:
    given = {"unit": [b.window.code], "version": [b.item.code, 1]}
    item = [b.item.code] if name in ("item", "guide", "versions", "materials", "form") else []
    return given.get(name, item)


def validator(schema):
    return Draft202012Validator({**schema, "components": document()["components"]})


# 约定 -----------------------------------------------------------------------


@pytest.mark.clause("Z13")
def test_the_contract_is_valid_openapi(api, db):
    told = api("contract").json()
    OpenAPIV31SpecValidator(told).validate()
    assert told["openapi"] == "3.1.0"
    assert len(told["paths"]) == len(OPERATIONS)


@pytest.mark.clause("Z13")
@pytest.mark.parametrize("name", EACH)
def test_every_path_answers_what_the_contract_says(api, b, name):
    one = next(one for one in OPERATIONS if one.name == name)
    answer = api(name, *arguments(b, name))
    assert answer.status_code == 200
    said = document()["paths"][one.path]["get"]["responses"]["200"]["content"]
    media = answer["Content-Type"].partition(";")[0]
    if media == "application/json":
        validator(said[media]["schema"]).validate(answer.json())
    else:
        assert media in said
    assert reverse(f"api:{name}", args=arguments(b, name)) == one.path.format(
        code=(arguments(b, name) or [""])[0], number=1
    )


def test_the_whole_real_catalogue_keeps_the_contract(api, db):
    cache.clear()
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    told = api("catalogue-json").json()
    validator({"$ref": "#/components/schemas/Catalogue"}).validate(told)
    assert told["count"] == Item.objects.filter(withheld="").count() >= 60
    assert {one["code"] for one in told["items"]} == set(
        Item.objects.filter(withheld="").values_list("code", flat=True)
    )
    page = api("units", size=100).json()
    validator({"$ref": "#/components/schemas/UnitPage"}).validate(page)
    assert any(one["phone"] and one["hours"] for one in page["results"])


def test_faults_are_problems(api, b):
    validate = validator({"$ref": "#/components/schemas/Problem"}).validate
    wrong = api("items", theme="nothing", size="0", colour="red")
    assert (wrong.status_code, wrong["Content-Type"].partition(";")[0]) == (400, "application/problem+json")
    assert {one["parameter"] for one in wrong.json()["errors"]} == {"theme", "size", "colour"}
    for answer in (wrong, api("item", "none"), api("guide", b.item.code, on="昨天"), Client().get("/api/v1/none")):
        validate(answer.json())
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert api("items", page=9).status_code == 404
    assert api("form", b.parent.code).status_code == 404


def test_an_error_of_ours_is_a_problem_too(api, b, monkeypatch):
    monkeypatch.setattr("portal.api.documents.hall", lambda: 1 / 0)
    answer = api("root")
    assert (answer.status_code, answer.json()["title"]) == (500, "系统出错")
    assert "division" not in answer.content.decode()


# 内容 -----------------------------------------------------------------------


@pytest.mark.clause("Z13")
def test_a_guide_is_complete_and_its_doubts_are_marked(api, b):
    told = api("guide", b.item.code).json()
    assert (told["name"], told["version"], told["promised"]["text"]) == ("示例成立登记", 1, "5个工作日")
    assert told["handling"] == {"code": "2", "label": "承诺件"}
    assert told["being_checked"] == {"note": "部分内容正在核实", "fields": ["promised"]}
    assert "问省厅" not in api("catalogue-json").content.decode()
    assert told["special_procedures"][0]["limit"]["text"] == "20日"
    assert told["window"]["phone"] == b.window.phone
    item = api("item", b.item.code).json()
    assert (item["basic_code"], item["parent"], item["aliases"]) == (None, "sample", ["办示例", "开示例"])


def test_the_guide_of_a_day(api, b):
    edited = makers.publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    edited.content = "新的说法"
    edited.save()
    makers.publish(b, edited, datetime.date(2026, 12, 1))
    on = {day: api("guide", b.item.code, on=day) for day in ("2026-03-01", "2026-11-30", "2026-12-01")}
    assert [answer.status_code for answer in on.values()] == [404, 200, 200]
    assert [on[day].json()["version"] for day in ("2026-11-30", "2026-12-01")] == [1, 2]
    assert on["2026-12-01"].json()["content"] == "新的说法"
    assert [one["version"] for one in api("versions", b.item.code).json()["results"]] == [2, 1]
    assert api("version", b.item.code, 1).json()["effective_to"] == "2026-12-01"


@pytest.mark.clause("Z13")
def test_what_is_suspended_says_so(api, b):
    today = people.moment("2026-03-02 09:00")
    suspending.suspend(
        item=b.item,
        starts_on=datetime.date(2099, 1, 1),
        message="系统改造",
        by=b.editor,
        at=today,
    )
    told = {"from": "2099-01-01", "until": None, "message": "系统改造", "replacement": None}
    for answer in (api("item", b.item.code), api("guide", b.item.code)):
        assert answer.json()["suspensions"] == [told]
    assert api("item", b.parent.code).json()["suspensions"] == []
    assert "系统改造" in Client().get(reverse("hall:embed", args=[b.item.code])).content.decode()


def test_a_draft_is_never_told(api, b):
    other = makers.item(b, "secret-draft")
    makers.draft(b, other)
    assert api("item", other.code).status_code == api("versions", other.code).status_code == 404
    makers.publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=b.at)
    assert [one["version"] for one in api("versions", b.item.code).json()["results"]] == [1]
    assert api("version", b.item.code, 2).status_code == 404


@pytest.mark.clause("Z13", "D14")
def test_what_is_withheld_is_nowhere(api, b):
    hidden = makers.item(b, "hidden", name="不公开的登记")
    makers.published(b, hidden, form=FORM, place="秘密地点", hours="秘密时间")
    assert api("item", "hidden").status_code == 200
    hidden.withheld = "涉密"
    keeping.keep_item(item=hidden, by=b.editor, at=b.at)
    for name in EACH:
        here = (
            ["hidden", *arguments(b, name)[1:]]
            if name in ("item", "guide", "versions", "version", "materials", "form")
            else arguments(b, name)
        )
        answer = api(name, *here)
        assert answer.status_code == 404 if here[:1] == ["hidden"] else 200, name
        body = answer.content.decode()
        assert "不公开的登记" not in body and "秘密" not in body and "涉密" not in body, name
    assert Client().get(reverse("hall:embed", args=["hidden"])).status_code == 404


@pytest.mark.clause("Z13")
def test_an_item_taken_back_before_its_day_is_not_listed(api, b):
    day = b.at.date() + datetime.timedelta(days=30)
    guide = makers.published(b, makers.item(b, "early", name="没到日子的登记"), effective_from=day)
    assert api("item", "early").status_code == 200
    publishing.retire(guide=guide, by=b.editor, at=b.at, reason="不办了")
    assert api("item", "early").status_code == 404


def test_a_withheld_heading_is_not_named(api, b):
    b.parent.withheld = "涉密"
    keeping.keep_item(item=b.parent, by=b.editor, at=b.at)
    assert api("item", b.item.code).json()["parent"] is None
    assert api("item", b.parent.code).status_code == 404


def test_items_are_filtered_and_paged(api, b):
    other = makers.item(b, "care", name="养老机构备案", kind="10", level="4", theme="elderly", audiences=["1"])
    makers.published(b, other)
    codes = lambda **query: [one["code"] for one in api("items", **query).json()["results"]]  # noqa: E731
    assert set(codes()) == {"sample", "sample-found", "care"}
    assert codes(theme="elderly") == codes(kind="10") == codes(level="4") == codes(audience="1") == ["care"]
    assert codes(q="养老") == ["care"]
    assert codes(agency="none") == []
    first = api("items", size=2)
    assert (first.json()["count"], first.json()["pages"], first.json()["previous"]) == (3, 2, None)
    assert 'rel="next"' in first["Link"]
    second = Client().get(first.json()["next"].partition("8000")[2] or first.json()["next"])
    assert second.json()["page"] == 2 and 'rel="prev"' in second["Link"]


def test_units_say_where_and_when(api, b):
    window = next(one for one in api("units", size=100).json()["results"] if one["code"] == b.window.code)
    assert (window["phone"], window["hours"]) == (b.window.phone, ["工作日 08:30–12:00"])
    kinds = {one["kind"]["code"] for one in api("units", size=100).json()["results"]}
    assert "leadership" not in kinds
    assert all(one["kind"]["code"] == "window" for one in api("units", kind="window").json()["results"])


# 门 -------------------------------------------------------------------------


@pytest.mark.clause("Z13")
def test_unchanged_answers_are_not_sent_again(api, b):
    first = api("guide", b.item.code)
    again = api("guide", b.item.code, headers={"If-None-Match": first["ETag"]})
    since = api("guide", b.item.code, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content, since.status_code) == (304, b"", 304)
    assert again["ETag"] == first["ETag"] == api("guide", b.item.code)["ETag"]
    b.item.short_name = "示例成立"
    keeping.keep_item(item=b.item, by=b.editor, at=b.at)
    before = api("item", b.item.code)
    b.item.short_name = "改了"
    keeping.keep_item(item=b.item, by=b.editor, at=b.at)
    assert api("item", b.item.code, headers={"If-None-Match": before["ETag"]}).status_code == 200


def test_anybody_may_read_and_nobody_may_write(api, b):
    answer = api("items")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in answer["Cache-Control"]
    assert not answer.cookies
    opening = Client().options(reverse("api:items"))
    assert (opening.status_code, opening["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    refused = Client(enforce_csrf_checks=True).post(reverse("api:items"))
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_too_many_questions_wait(api, b, settings):
    settings.API_RATE = 3
    answers = [api("root") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "每分钟最多 3 次" in answers[-1].json()["detail"]
    assert api("root", client=Client(REMOTE_ADDR="10.1.1.1")).status_code == 200


def test_the_language_of_the_reader_changes_nothing(api, b):
    english = Client()
    english.cookies["django_language"] = "en"
    assert api("items", client=english).content == api("items").content
    assert api("contract", client=english).content == api("contract").content


@pytest.mark.parametrize(
    ("name", "queries"),
    [("items", 4), ("item", 4), ("guide", 6), ("versions", 4), ("version", 6), ("materials", 6), ("units", 4),
     ("agencies", 2), ("catalogue-json", 8)],
)  # fmt: skip
def test_the_number_of_queries_does_not_grow(api, b, name, queries):
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert api(name, *arguments(b, name)).status_code == 200
        return len(seen)

    counts = [asked()]
    for number in range(3):
        makers.published(b, makers.item(b, f"more-{number}", parent=b.parent), hours="工作日 09:00")
        people.unit(b.agency, f"window-{number}", "window")
    makers.published(b, makers.item(b, "last"))
    counts.append(asked())
    assert counts == [queries, queries]


# 整份下载 ---------------------------------------------------------------------


@pytest.mark.clause("Z13")
def test_the_whole_catalogue_as_a_table(api, b):
    b.item.aliases = "示例"
    b.item.short_name = "x"
    b.item.name = '=HYPERLINK("http://x")'
    keeping.keep_item(item=b.item, by=b.editor, at=b.at)
    answer = api("catalogue-csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["事项编码(本系统)"] for row in rows] == ["sample", "sample-found"]
    assert rows[1]["事项名称"].startswith("'=HYPER")
    assert (rows[1]["承诺时限"], rows[1]["收费"], rows[1]["核实情况"]) == ("5个工作日", "不收费", "部分内容正在核实")
    assert rows[0]["办事指南"] == "" and "/items/sample-found/" in rows[1]["办事指南"]
    assert rows[0]["使用许可"] and rows[0]["数据日期"]


def test_whole_downloads_have_their_own_limit(api, b, settings):
    settings.API_WHOLE_RATE = 1
    assert [api("catalogue-csv").status_code, api("catalogue-json").status_code, api("items").status_code] == [
        200,
        429,
        200,
    ]


# 文档页与嵌入 -----------------------------------------------------------------


def test_the_page_tries_the_same_door(client, b):
    page = client.get(reverse("api:page"), {"op": "guide", "try": "1", "code": b.item.code, "on": ""})
    text = page.content.decode()
    assert "示例成立登记" in text and "ETag" in text and "<script>" not in text
    assert "style=" not in text
    wrong = client.get(reverse("api:page"), {"op": "guide", "try": "1", "code": ""}).content.decode()
    assert "error-summary" in wrong or "错误" in wrong
    for one in OPERATIONS:
        assert client.get(reverse("api:page"), {"op": one.name}).status_code == 200
        assert one.path in text


def test_the_page_shows_a_problem_as_it_is(client, b):
    text = client.get(reverse("api:page"), {"op": "item", "try": "1", "code": "none"}).content.decode()
    assert "没有找到" in text and "404" in text


@pytest.mark.clause("Z13")
def test_a_guide_may_be_embedded(client, b, settings):
    settings.EMBED_ANCESTORS = ["https://www.example.com"]
    answer = client.get(reverse("hall:embed", args=[b.item.code]))
    text = answer.content.decode()
    assert "frame-ancestors https://www.example.com" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "示例成立登记" in text and "部分内容正在核实" in text
    assert "<form" not in text and "<script" not in text and not answer.cookies
    full = client.get(reverse("hall:guide", args=[b.item.code]))
    assert full["X-Frame-Options"] == "DENY"


@pytest.mark.clause("Z13")
def test_the_form_schema_judges_answers(api, b):
    told = api("form", b.item.code).json()
    Draft202012Validator.check_schema(told["schema"])
    judge = Draft202012Validator(told["schema"])
    given = {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": True}
    assert judge.is_valid(given)
    assert not judge.is_valid({**given, "why": "lost"})
    assert told["definition"] == FORM


def test_numbers_in_answers_are_json(api, b):
    told = json.loads(api("materials", b.item.code).content)
    assert SimpleNamespace(**told["results"][0]).originals == 1
