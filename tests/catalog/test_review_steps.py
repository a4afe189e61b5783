"""分级审查写在指南里：谁审、第几级、多久、办哪些特别程序；一格一格地填，改了什么说得出来，公开的指南上看得到。"""

import pytest
from django.test import Client
from django.urls import reverse

from catalog import rules
from catalog.actions import comparing, publishing
from catalog.rules.review_steps import check_review_steps, in_order
from tests import makers as people
from tests.catalog import makers
from tests.catalog.pages import edit, url

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D1", "D2", "D10")]
LOOK = {
    "key": "look", "name": "入户调查", "kind": "2", "value": 5, "unit": "wd", "basis": "示例", "counted": True,
    "set_by": "law", "filing": "",
}  # fmt: skip
TOWN = {
    "key": "town", "name": "调查", "unit": "town", "level": 1, "value": 15, "time_unit": "wd", "basis": "示例办法",
    "procedures": "look",
}  # fmt: skip
COUNTY = {"key": "county", "name": "复核", "unit": "section", "level": 2}


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ({"key": ""}, "缺键、名称或单位"), ({"unit": ["town"]}, "缺键、名称或单位"), ({"key": "county"}, "键重复"),
        ({"level": 0}, "第几级"), ({"level": "1"}, "第几级"), ({"basis": ""}, "期限要写全"),
        ({"value": 0}, "期限要写全"),
        ({"procedures": "look、other"}, "没有“other”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(step, fault):
    assert check_review_steps([TOWN, COUNTY], [LOOK]) == []
    found = check_review_steps([{**TOWN, **step}, COUNTY], [LOOK])
    assert found and all(fault in one for one in found)


def test_a_procedure_belongs_to_one_level_only():
    assert "已经归别的一级" in check_review_steps([TOWN, {**COUNTY, "procedures": "look"}], [LOOK])[0]


def test_levels_are_in_order_and_one_level_is_examined_at_the_same_time():
    together = {**COUNTY, "key": "affairs", "unit": "zj-orgs"}
    assert in_order([COUNTY, TOWN, together]) == [[TOWN], [COUNTY, together]]


def test_a_named_unit_must_be_one_of_the_agency(bureau):
    draft = makers.draft(bureau, makers.item(bureau), review_steps=[{**COUNTY, "unit": "zj-orgs"}])
    assert rules.faults(draft) == []
    draft.review_steps = [{**COUNTY, "unit": "sx-window"}]
    assert rules.faults(draft) == ["分级审查：本机关没有代号是“sx-window”的单位"]


def test_an_editor_fills_it_in_the_difference_says_so_and_the_public_reads_it(client, bureau):
    people.sign_in(client, bureau.editor)
    first = makers.published(bureau, makers.item(bureau), special_procedures=[LOOK])
    draft = publishing.draft_from(item=first.item, guide=first, by=bureau.editor, at=bureau.at)
    rows = {f"review_steps-0-{name}": value for name, value in TOWN.items()}
    rows |= {f"review_steps-1-{name}": value for name, value in COUNTY.items()} | {"review_steps-1-unit": "zj-orgs"}
    assert edit(client, draft, **rows).status_code == 302
    draft.refresh_from_db()
    assert draft.review_steps == [TOWN, {**COUNTY, "unit": "zj-orgs"}]
    assert [one.text for one in comparing.compare(draft).changes] == [
        "新增一级审查“调查”（第1级，收件地的镇(街道)）",
        "新增一级审查“复核”（第2级，zj-orgs）",
    ]
    makers.publish(bureau, draft)
    shown = Client().get(reverse("hall:guide", args=[first.item.code])).content.decode()
    assert "谁来审" in shown and "收件地的镇" in shown and "社会组织管理科" in shown
    told = Client().get(reverse("api:guide", args=[first.item.code])).json()
    assert told["review_steps"][0]["limit"]["text"] == "15个工作日"
    assert told["review_steps"][0]["procedures"] == ["look"]
    assert "分级审查" in client.get(url("guide", "change", draft.pk)).content.decode()


def test_a_unit_that_is_gone_stays_until_somebody_chooses_another(client, bureau):
    people.sign_in(client, bureau.editor)
    steps = [TOWN, {**COUNTY, "unit": "zj-gone"}]
    draft = makers.draft(bureau, makers.item(bureau), special_procedures=[LOOK], review_steps=steps)
    page = client.get(reverse("admin:catalog_guide_change", args=[draft.pk])).content.decode()
    assert '<option value="zj-gone" selected>zj-gone(已经没有这个单位)' in page
    assert edit(client, draft, **{"review_steps-1-name": "再复核"}).status_code == 302
    draft.refresh_from_db()
    assert draft.review_steps[1] == {**COUNTY, "unit": "zj-gone", "name": "再复核"}
