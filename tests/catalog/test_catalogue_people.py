"""事项目录里与人有关的一半:救助、儿童、残疾人、老人、婚姻收养、殡葬、地名界线、志愿服务。

事项清单的行号 → 事项编码;每一行都在,要素齐全,拿不准的都标了待核实。
"""

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog import rules
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Authority, Guide, Item
from catalog.rules import takes_online
from catalog.rules.forms import broken
from catalog.states import OnlineDepth
from office.identity import checks_out
from portal.demonstration import people
from portal.forms import builder

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.date(2026, 11, 23)
MINIMUM = ["relief-subsistence", "relief-subsistence-single", "relief-subsistence-change"]
DESTITUTE = ["relief-destitute-home", "relief-destitute-institution"]
ADOPTION = [f"adoption-register-{who}" for who in ("orphan", "foundling", "hardship", "kin", "stepchild")]
MARRIAGE = {
    34: ["marriage-register-mainland", "marriage-register-overseas"],
    35: ["marriage-divorce-apply", "marriage-divorce-collect"],
    36: ["marriage-reissue-marriage", "marriage-reissue-divorce"],
    37: ["marriage-record"],
    38: ADOPTION,
    39: ["adoption-dissolve"],
}
CHILDREN = {
    28: ["child-orphan-family", "child-orphan-institution"],
    29: ["child-unattended"],
    51: ["child-difficult", "child-leftbehind", "child-foster"],
}
ROWS = {
    23: MINIMUM,
    24: ["relief-marginal"],
    25: ["relief-rigid"],
    26: DESTITUTE,
    27: ["relief-temporary-urgent", "relief-temporary-expense"],
    30: ["disability-living"],
    31: ["disability-nursing"],
    32: ["elderly-allowance"],
    33: ["elderly-service-aged", "elderly-service-disabled"],
    40: ["funeral-facility-hall", "funeral-facility-columbarium", "funeral-facility-cemetery"],
    41: ["funeral-village"],
    42: ["funeral-benefit"],
    43: ["funeral-certificate"],
    44: ["places-name", "places-rename", "places-filing", "places-building"],
    45: ["places-certificate"],
    46: ["bounds-marker", "bounds-query"],
    48: ["relief-homeless"],
    49: ["volunteer-record", "volunteer-register"],
    **MARRIAGE,
    **CHILDREN,
}
LEAVES = sorted(code for codes in ROWS.values() for code in codes)
# 第 5 节里带 [C]、[?] 或者 [B] 的行:拿不准的数字、条号要有待核实。
UNSURE = [24, 27, 28, 30, 31, 32, 33, 37, 40, 41, 42, 43, 45, 46, 48, 49, 51]
PLACES = {
    *("statutory", "promised", "conditions", "special_procedures", "process", "authorities", "supplement"),
    *("materials", "bases", "faq", "place", "delivery.express", "delivery.electronic", "review_steps", "renewal"),
}
HALF_WIDTH = re.compile(r"[一-鿿”’》〕][,;:?!]|[,;:?!][一-鿿“‘《〔]")


@dataclass
class Entry:
    item: Item
    guide: Guide | None
    authorised: bool
    children: list[str]


@pytest.fixture(scope="module")
def catalogue(django_db_setup, django_db_blocker):
    """导入整个目录,读进内存,再退回;各个测试只看,不碰数据库。"""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_bureau", verbosity=0)
        call_command("load_catalogue", verbosity=0)
        in_force = {guide.item_id: guide for guide in Guide.objects.in_force_on(NOW).for_reading()}
        found = {
            item.code: Entry(
                item,
                in_force.get(item.pk),
                Authority.objects.in_force(item, item.agency, NOW) is not None,
                sorted(child.code for child in item.children.all()),
            )
            for item in Item.objects.select_related("agency", "section", "parent").prefetch_related("children")
        }
        transaction.set_rollback(True)
    return found


def in_hand(catalogue, codes):
    """(编码, 事项, 指南)。"""
    return [(code, catalogue[code].item, catalogue[code].guide) for code in codes]


def file_of(code):
    return json.loads((DATA / f"{code}.json").read_text(encoding="utf-8"))


def fields_in(guide):
    """表里的每一格,连表格的栏。"""
    for page in guide.form.get("pages", []):
        for field in page["fields"]:
            yield from (field, *field.get("columns", []))


def of(rows):
    return [code for codes in rows.values() for code in codes]


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_row_of_the_table_is_in_the_catalogue(catalogue, row):
    for code, item, guide in in_hand(catalogue, ROWS[row]):
        assert guide is not None, code
        assert item.section.agency_id == item.agency_id
        assert item.withheld == ""


def test_sub_items_stand_under_headings_without_a_guide(catalogue):
    headings = {entry.item.parent.code for code, entry in catalogue.items() if code in LEAVES and entry.item.parent}
    assert len(headings) >= 14
    for code in headings:
        assert catalogue[code].guide is None, code
        assert set(catalogue[code].children) <= set(LEAVES)


@pytest.mark.clause("D14")
def test_what_is_not_for_citizens_is_withheld_with_the_reason(catalogue):
    region = catalogue["bounds-region"]
    assert "不受理个人和单位的申请" in region.item.withheld
    assert region.guide is None
    said = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert "社会工作者" in said
    assert "社会工作部" in said


def test_nothing_of_other_departments_is_listed(catalogue):
    gone = re.compile("医疗救助|优抚|烈士|退役|双拥|救灾|优待证|老年证|残疾人证办理|社会工作者|社工证")
    for code, entry in catalogue.items():
        assert not gone.search(f"{entry.item.name} {entry.item.short_name} {entry.item.aliases}"), code


@pytest.mark.clause("D2")
@pytest.mark.parametrize("code", LEAVES)
def test_a_guide_has_every_element(catalogue, code):
    item, guide = catalogue[code].item, catalogue[code].guide
    assert rules.missing_elements(guide) == rules.faults(guide) == rules.code_faults(item) == []
    assert item.basic_code == item.implementation_code == "", "国家编码只导入,不自编"
    assert guide.conditions
    assert all(one["text"] and one["basis"] for one in guide.conditions)
    assert guide.place and guide.hours and guide.result_name
    assert "0759-0000" in guide.consult_phone
    assert guide.fee["free"] and guide.fee["basis"]
    assert 2 <= len(guide.faq) <= 4
    assert bool(guide.visits) == bool(guide.visits_reason)
    assert guide.statutory_basis, "没有法定时限的也要说明"
    stages = [step["stage"] for step in guide.process]
    assert stages[0] == "accept" and stages[-1] == "close"


@pytest.mark.parametrize("code", sorted(set(LEAVES) - {"places-building"}))
def test_a_form_is_whole_and_its_samples_are_valid(catalogue, code):
    guide = catalogue[code].guide
    assert rules.check_form(guide.form) == []
    fields = list(fields_in(guide))
    assert any(field["kind"] == "declaration" for field in fields)
    for field in fields:
        sample = field.get("sample", "")
        if field["kind"] in ("id_number", "identity"):
            assert checks_out(sample) and sample.startswith("990000"), field
        if field["kind"] == "uscc":
            assert rules.is_uscc(sample) and sample[2:8] == "990000", field
        if field["kind"] in ("text", "longtext", "phone", "date", "money", "integer"):
            assert sample, field
        assert broken(field, {field["key"]: sample}, today=NOW) == [], field


def sample_of(field):
    """样例照抄;选第一项;表格填一行。"""
    kind = field["kind"]
    if kind in ("choice", "choices"):
        first = field["choices"][0][0]
        return first if kind == "choice" else [first]
    if kind == "table":
        return [{column["key"]: sample_of(column) for column in field["columns"]}]
    return {"region": "440823", "declaration": True}.get(kind, field.get("sample", ""))


@pytest.mark.parametrize("code", sorted(set(LEAVES) - {"places-building"}))
def test_a_form_filled_with_its_samples_is_accepted(catalogue, code):
    form = catalogue[code].guide.form
    answers = {field["key"]: sample_of(field) for page in form["pages"] for field in page["fields"]}
    left = builder.unfinished(form, answers)
    assert left == [], [builder.page_form(form, page, answers, answers).errors for page in left]


@pytest.mark.parametrize("code", ["relief-subsistence", "places-name"])
def test_the_demonstration_fills_the_form(catalogue, code):
    guide = catalogue[code].guide
    person = people.Crowd().next_for(guide)
    assert builder.unfinished(guide.form, people.filled(guide, person)) == []


def test_forms_use_the_kinds_people_need(catalogue):
    kinds = {code: {field["kind"] for field in fields_in(guide)} for code, _item, guide in in_hand(catalogue, LEAVES)}
    for code in (*MINIMUM[:2], "relief-marginal", "relief-rigid"):
        assert {"table", "region"} <= kinds[code], code
    for code in ("child-unattended", "child-orphan-family", "disability-living", "elderly-allowance"):
        assert "region" in kinds[code], code
    prefilled = [
        code
        for code, item, guide in in_hand(catalogue, LEAVES)
        if not item.guidance_only and not any("prefill" in field for field in fields_in(guide))
    ]
    assert prefilled == []


def test_materials_say_whence_and_how_many(catalogue):
    for code, _item, guide in in_hand(catalogue, LEAVES):
        for material in guide.materials.all():
            if material.source == "shared":
                assert (material.originals, material.copies) == (0, 0), f"{code} {material.key}"
                assert material.requirement != "required"
            if material.source in ("government", "third_party"):
                assert material.issuer, f"{code} {material.key}"
            if material.condition:
                assert material.when, f"{code} {material.key}"


def test_what_sharing_gives_is_not_asked_for(catalogue):
    """国令716号:共享能查到的不要申请人交。"""
    known = re.compile("户口簿|身份证|残疾人证|低保、|服刑|登记证书|营业执照")
    own = [code for code in LEAVES if not catalogue[code].item.guidance_only]
    for code, _item, guide in in_hand(catalogue, own):
        asked = [m.name for m in guide.materials.all() if m.source != "shared" and m.requirement == "required"]
        assert not [name for name in asked if known.search(name)], code


@pytest.mark.parametrize("row", UNSURE)
def test_what_is_unsure_is_marked_for_the_editor(catalogue, row):
    for code, _item, guide in in_hand(catalogue, ROWS[row]):
        assert set(guide.needs_check) - {"supplement", "delivery.express", "delivery.electronic"}, code


def test_a_mark_names_something_that_exists(catalogue):
    for code, item, guide in in_hand(catalogue, LEAVES):
        keys = {f"materials.{m.key}" for m in guide.materials.all()} | {f"bases.{b.key}" for b in guide.bases.all()}
        for name, why in guide.needs_check.items():
            known = hasattr(item, name[5:]) if name.startswith("item.") else name in PLACES | keys
            assert known and why, f"{code} {name}"


def test_new_laws_are_cited_with_their_dates(catalogue):
    since = {"中华人民共和国社会救助法": (2026, 7, 1), "婚姻登记条例": (2025, 5, 10), "殡葬管理条例": (2026, 3, 30)}
    met = set()
    for _code, _item, guide in in_hand(catalogue, LEAVES):
        for basis in guide.bases.all():
            if basis.statute in since:
                met.add(basis.statute)
                assert basis.in_force_from == datetime.date(*since[basis.statute])
    assert met == set(since)
    for code, _item, guide in in_hand(catalogue, of({row: ROWS[row] for row in (23, 24, 25, 26, 27, 48)})):
        assert any(basis.statute == "中华人民共和国社会救助法" for basis in guide.bases.all()), code
    for code, _item, guide in in_hand(catalogue, of({row: ROWS[row] for row in (40, 41, 42, 43)})):
        assert any(name.startswith("bases.fu-") for name in guide.needs_check), code


@pytest.mark.clause("D10")
def test_children_are_never_put_on_public_notice(catalogue):
    """民发〔2019〕62号:为保护儿童隐私,不设公示。"""
    for code, _item, guide in in_hand(catalogue, of(CHILDREN)):
        assert not [one for one in guide.special_procedures if "公示" in one["name"] or "公告" in one["name"]], code
        for step in guide.process:
            assert "公示" not in step["does"].replace("不公示", ""), code


@pytest.mark.clause("D10")
def test_special_procedures_have_their_own_limits(catalogue):
    def found(code):
        rows = catalogue[code].guide.special_procedures
        return {one["key"]: (one["value"], one["unit"], one["counted"]) for one in rows}

    survey = {"survey": (15, "wd", True)}  # 镇这一级的十五个工作日
    for code in (*MINIMUM[:2], "relief-marginal", "relief-rigid"):
        own = survey if code == "relief-subsistence" else {}
        assert found(code) == {"publicity": (7, "d", True), "extension": (15, "wd", True)} | own, code
    for code in DESTITUTE:
        assert found(code) == {"publicity": (7, "d", False)}, code
    assert found("adoption-register-foundling")["notice"] == (60, "d", False)
    assert [code for code in ADOPTION if "notice" in found(code)] == ["adoption-register-foundling"]
    assert found("marriage-divorce-apply")["cooling"][:2] == (30, "d")
    assert found("marriage-divorce-collect")["collect"][:2] == (30, "d")


def test_limits_are_what_the_statutes_say(catalogue):
    words = {code: rules.statute_words(guide) for code, _item, guide in in_hand(catalogue, LEAVES)}
    assert words["marriage-register-mainland"] == words["marriage-divorce-collect"] == "当场"
    assert words["relief-homeless"] == "当场"
    assert words["marriage-divorce-apply"] == "30日"
    assert {words[code] for code in [*ADOPTION, "adoption-dissolve"]} == {"30日"}
    assert {words[code] for code in ("relief-subsistence", "relief-rigid", *DESTITUTE)} == {"30个工作日"}
    assert {words[code] for code in ("child-unattended", "child-orphan-family")} == {"30个工作日"}
    assert words["disability-living"] == words["disability-nursing"] == "16个工作日"
    assert words["places-name"] == "20个工作日"
    assert words["places-filing"] == "15日"
    assert words["elderly-allowance"] == "法律法规未规定"


@pytest.mark.clause("D4")
def test_what_is_decided_elsewhere_is_guidance_with_a_place(catalogue):
    elsewhere = [code for code in LEAVES if catalogue[code].item.guidance_only]
    others = ["relief-homeless", "funeral-certificate", "places-building", "volunteer-record"]
    assert elsewhere == sorted([*of(MARRIAGE), *others])
    for code, _item, guide in in_hand(catalogue, elsewhere):
        assert not takes_online(guide)
        assert guide.online_depth in (OnlineDepth.I, OnlineDepth.II), code
        assert not catalogue[code].authorised, code
    for code, item, guide in in_hand(catalogue, of(MARRIAGE)):
        assert "登记" in guide.place or "民政" in guide.place, code
        assert guide.visits == 1 and guide.visits_reason, code
        assert item.section.code == "sx-affairs"


@pytest.mark.clause("D4")
def test_the_rest_names_who_accepts_and_who_decides(catalogue):
    for code, item, guide in in_hand(catalogue, LEAVES):
        if item.guidance_only:
            continue
        assert takes_online(guide), code
        assert catalogue[code].authorised, code
        assert guide.window.agency_id == item.agency_id, code
        assert guide.supplement_value, code
    for code in (*MINIMUM, *DESTITUTE, "child-unattended", "elderly-allowance", "disability-living"):
        entry = catalogue[code]
        assert (entry.guide.window.kind, entry.item.agency.code) == ("town_desk", "sx"), code


@pytest.mark.parametrize("code", LEAVES)
def test_chinese_is_punctuated_in_full_width(code):
    raw = file_of(code)
    raw.get("guide", {}).pop("hours", None)
    assert HALF_WIDTH.findall(json.dumps(raw, ensure_ascii=False)) == []
