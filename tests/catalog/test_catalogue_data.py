"""自带的示范目录,整个装进来看:领域说明 §5 的每一行都在,要素、期限、待核实、样例、表单都经得起查。"""

import datetime
import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string

from approvals.rules import MOBILE
from catalog import rules
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Authority, Guide, Item
from catalog.rules.forms import is_the_application, questions
from office.identity import checks_out
from portal.forms import builder, printed

pytestmark = pytest.mark.django_db
NOW = datetime.date(2026, 11, 23)
# 领域说明 §5 的行 → 事项。社会组织、慈善、养老机构、志愿服务组织标识(第 1–22、50 行)。
ROWS = {
    1: ["orgs-found", "orgs-found-trade"],
    2: [f"orgs-change-{what}" for what in ("name", "address", "person", "scope", "funds", "supervisor")],
    3: ["orgs-cancel"],
    4: ["orgs-charter"],
    5: ["services-found"],
    6: [
        "services-change",
        *(f"services-change-{what}" for what in ("name", "address", "person", "scope", "funds", "supervisor")),
    ],
    7: ["services-cancel"],
    8: ["services-charter"],
    9: ["foundations-found"],
    10: [
        *(f"foundations-change-{what}" for what in ("name", "address", "person", "scope", "funds")),
        *("foundations-cancel", "foundations-charter"),
    ],
    11: ["charity-found-society", "charity-found-service", "charity-found-foundation"],
    12: ["charity-recognise"],
    13: ["charity-fundraising"],
    14: ["charity-plan", "charity-plan-change"],
    15: ["charity-trust", "charity-trust-change", "charity-trust-end"],
    16: ["orgs-annual-society", "orgs-annual-service", "orgs-annual-foundation"],
    17: ["orgs-seal", "orgs-account"],
    18: ["orgs-leaders"],
    19: ["orgs-certificate-lost", "orgs-certificate-worn"],
    20: ["orgs-rating"],
    21: ["care-home-filing", "care-home-filing-change", "care-home-stop"],
    22: ["care-subsidy-build", "care-subsidy-run"],
    50: ["volunteer-mark"],
}
OURS = {code for codes in ROWS.values() for code in codes}
# 只是标题的主项 → 下面的情形。
HEADINGS = {
    "orgs-change": 6,
    "foundations-change": 5,
    "charity-found": 3,
    "orgs-annual": 3,
    "orgs-certificate": 2,
    "care-subsidy": 2,
}
# 领域说明标 [C]、[?] 的行:整行凭记忆或者没有查到出处。
UNSURE = [15, 18, 19, 20, 21, 22, 50]
# 法律、法规自己写的“日”,按自然日。
BY_STATUTE = {
    **dict.fromkeys(["orgs-found", "orgs-found-trade", "services-found", "foundations-found"], (60, "d")),
    **dict.fromkeys(ROWS[11], (30, "d")),
    **dict.fromkeys(["charity-recognise", "charity-fundraising"], (20, "d")),
    "charity-plan": (10, "d"),
    **dict.fromkeys(["charity-trust", "charity-trust-change"], (7, "d")),
}
# 见过真实编码的只有这两个(领域说明 3.1),其余没有编码的就空着。
ATTESTED = {"000111003000", "000711017000"}
GONE = ["医疗救助", "优抚", "双拥", "烈士", "退役军人", "救灾", "残疾人证"]
HALF_WIDTH = re.compile(r"[㐀-鿿”’][,;:?!]|[,;?!][㐀-鿿“‘]")


@pytest.fixture(scope="module")
def guides(django_db_setup, django_db_blocker):
    """装一遍,取成 {事项代号: 指南},再退回。"""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_bureau", verbosity=0)
        call_command("load_catalogue", verbosity=0)
        found = {
            guide.item.code: guide
            for guide in Guide.objects.in_force_on(NOW).for_reading().select_related("item__parent")
        }
        for guide in found.values():
            guide.flaws = rules.unready(guide)  # 要问库：有没有指南写的那个延续的事项
            guide.deciders = {one.agency.code for one in Authority.objects.on(NOW).filter(item=guide.item)}
        found["headings"] = list(Item.objects.filter(guides=None).prefetch_related("children"))
        transaction.set_rollback(True)
    return found


@pytest.fixture
def headings(guides):
    return {item.code: item for item in guides["headings"]}


@pytest.fixture
def every(guides):
    return {code: guide for code, guide in guides.items() if code != "headings"}


def fields_of(guide) -> Iterator[dict]:
    """申请表的每一格,表格的每一栏。"""
    for page in guide.form.get("pages", []):
        for field in page["fields"]:
            yield field
            yield from field.get("columns", [])


def texts_of(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)


# 在不在 ---------------------------------------------------------------


@pytest.mark.clause("D1", "S1")
@pytest.mark.parametrize(("row", "codes"), ROWS.items())
def test_every_row_is_there(every, row, codes):
    assert [code for code in codes if code not in every] == [], f"第 {row} 行"


@pytest.mark.clause("S1")
def test_situations_hang_under_their_heading(every, headings):
    for code, children in HEADINGS.items():
        assert len(headings[code].children.all()) == children
    assert len(OURS) >= 50
    parents = {"orgs-found-trade": "orgs-found", "services-change-name": "services-change"}
    for code, parent in parents.items():
        assert every[code].item.parent.code == parent


def test_no_heading_is_left_without_situations(headings):
    lone = [code for code, item in headings.items() if not item.children.all() and not item.withheld]
    assert lone == []


@pytest.mark.clause("D1")
def test_nothing_that_left_civil_affairs(every, headings):
    names = [guide.item.name for guide in every.values()] + [item.name for item in headings.values()]
    assert [name for name in names if any(word in name for word in GONE)] == []


@pytest.mark.clause("D1")
def test_no_code_is_invented(every, headings):
    items = [guide.item for guide in every.values()] + list(headings.values())
    assert {item.basic_code for item in items} - {""} == ATTESTED
    assert {item.implementation_code + item.handling_code for item in items} == {""}


def test_every_file_is_an_item(every, headings):
    assert {path.stem for path in DATA.glob("*.json")} - {"common"} == {*every, *headings}


# 全不全 ---------------------------------------------------------------


@pytest.mark.clause("D2")
def test_every_guide_is_complete(every):
    for code, guide in every.items():
        assert guide.flaws == [], code


@pytest.mark.clause("D2", "C8")
def test_every_guide_says_what_a_citizen_asks(every):
    for code, guide in every.items():
        told = [guide.place, guide.hours, guide.consult_phone, guide.complaint, guide.result_name, guide.conditions]
        assert all(told), code
        assert 2 <= len(guide.faq) <= 4, code
        assert all(one["q"] and one["a"] for one in guide.faq), code
        assert guide.fee["basis"], code
        assert all(one["basis"] for one in guide.conditions if isinstance(one, dict)), code
        assert "0759-0000" in guide.consult_phone, code
        assert guide.visits == 0 or guide.visits_reason, code


def test_papers_made_by_others_name_who_makes_them(every):
    for code, guide in every.items():
        nameless = [m.key for m in guide.materials.all() if m.source in ("government", "third_party") and not m.issuer]
        assert nameless == [], code


def test_a_material_asked_only_sometimes_says_when(every):
    for code, guide in every.items():
        assert [m.key for m in guide.materials.all() if m.condition and not m.when] == [], code


# 期限 -----------------------------------------------------------------


@pytest.mark.clause("D2")
@pytest.mark.parametrize(("code", "limit"), BY_STATUTE.items())
def test_days_of_other_statutes_are_natural_days(every, code, limit):
    guide = every[code]
    assert (guide.statutory_value, guide.statutory_unit) == limit
    assert guide.statutory_basis


@pytest.mark.clause("D2")
def test_days_of_the_licensing_law_are_working_days(every):
    twenty = [g for g in every.values() if g.statutory_value and "行政许可法第四十二条" in g.statutory_basis]
    assert len(twenty) >= 20
    assert {(g.statutory_value, g.statutory_unit) for g in twenty} == {(20, "wd")}


@pytest.mark.clause("D2", "D10")
def test_hard_cases(every):
    assert rules.promise_words(every["orgs-seal"]) == "当场办结"
    assert rules.statute_words(every["orgs-found"]) == "60日"
    assert rules.statute_words(every["care-home-filing"]) == "法律法规未规定"
    relief = every["relief-subsistence"]
    assert (relief.window.kind, relief.item.agency.code, relief.item.section.code) == ("town_desk", "sx", "sx-aid")
    assert [unit.code for unit in relief.desks.all()] == ["sx-town2"]
    outside = [one["key"] for one in every["charity-fundraising"].special_procedures if not one["counted"]]
    assert outside == ["consult", "visit"]


@pytest.mark.parametrize("code", ["orgs-found", "services-change", "charity-fundraising", "charity-recognise"])
def test_the_demonstration_finds_a_material_everybody_owes(every, code):
    """一次性告知的戏要缺一份谁都要交的;带条件的,那一件不一定要。"""
    assert [m.key for m in every[code].materials.all() if m.requirement == "required" and not m.condition]


@pytest.mark.clause("D2")
def test_every_promise_stands_on_something(every):
    for code, guide in every.items():
        if guide.promised_value:
            assert guide.promised_basis, code
        else:
            assert guide.handling == "1" or guide.item.guidance_only, code


@pytest.mark.clause("D10")
def test_limits_the_agency_set_itself_are_marked(every):
    for code, guide in every.items():
        if any(one["set_by"] == "agency" for one in guide.special_procedures):
            assert "special_procedures" in guide.needs_check, code


# 待核实 ---------------------------------------------------------------


@pytest.mark.parametrize("row", UNSURE)
def test_unsure_rows_say_what_to_check(every, row):
    for code in ROWS[row]:
        told = {key for key in every[code].needs_check if key != "supplement" and not key.startswith("delivery.")}
        assert told, code


def test_typical_promises_are_marked_in_every_row(every):
    """承诺时限都是典型值,不是本市实施清单核定的。"""
    for code in (code for codes in ROWS.values() for code in codes):
        if every[code].promised_value:
            assert "promised" in every[code].needs_check, code


@pytest.mark.clause("S7")
def test_every_result_says_how_it_comes(every):
    """窗口领取处处有；邮费、电子证照没有核实的，有待核实。"""
    for code, guide in every.items():
        ways = {row["way"] for row in guide.delivery}
        assert "window" in ways, code
        assert ways == {"window"} or not guide.item.guidance_only, code
        unpaid = any(row["way"] == "express" and not row.get("postage") for row in guide.delivery)
        assert unpaid == ("delivery.express" in guide.needs_check), code


# 嵌入的一页从简，没有印出来的栏；不受理的，指南页不说补正期限
NOT_EMBEDDED = ("supplement", "special_procedures", "faq", "form", "authorities", "bases", "item.", "result_name",
                "visits", "window", "handling", "online_depth", "informed_commitment", "review_steps",
                "renewal")  # fmt: skip
HEADLINE = {"content", "handling", "informed_commitment"}  # 在页头，见 test_guide_page
MARK = re.compile(r'data-about="([^"]+)"')


def marks(template, guide) -> set[str]:
    parts = {"materials": guide.materials.all(), "bases": guide.bases.all(), "desks": guide.desks.all()}
    told = {"guide": guide, "item": guide.item, "address": "x", "title": "x", "before": 0, **parts}
    page = render_to_string(template, told)
    return set(MARK.findall(page))


@pytest.mark.clause("D2")
def test_every_doubt_is_marked_wherever_it_is_told(every):
    """自带的每一份指南、每一处待核实：指南页、单页、嵌入页上都标着。"""
    for code, guide in every.items():
        told = set(guide.needs_check)
        untold = {"supplement"} if guide.item.guidance_only else set()
        assert marks("hall/guide_body.html", guide) == told - HEADLINE - untold, code
        assert marks("hall/leaflet.html", guide) == told, code
        assert marks("hall/embed.html", guide) == {key for key in told if not key.startswith(NOT_EMBEDDED)}, code


@pytest.mark.clause("D2")
def test_every_basis_has_a_date_or_a_mark(every):
    for code, guide in every.items():
        for basis in guide.bases.all():
            marked = {"bases", f"bases.{basis.key}"} & guide.needs_check.keys()
            assert basis.in_force_from or marked, (code, basis.key)


# 申请表 ---------------------------------------------------------------


@pytest.mark.clause("S5")
def test_every_form_is_well_formed_and_explained(every):
    for code, guide in every.items():
        if guide.item.guidance_only:
            continue
        assert rules.check_form(guide.form) == [], code
        fields = list(fields_of(guide))
        assert any(field["kind"] == "declaration" for field in fields), code
        plain = {"choice", "choices", "declaration", "table", "file", "region"}
        assert [f["key"] for f in fields if f["kind"] not in plain and not f.get("sample")] == [], code
        assert any(field.get("help") for field in fields) or code not in OURS, code


@pytest.mark.clause("S5")
def test_samples_have_valid_check_characters(every):
    valid = {
        "id_number": checks_out,
        "identity": checks_out,
        "uscc": rules.is_uscc,
        "phone": lambda text: bool(MOBILE.fullmatch(text) or re.fullmatch(r"0\d{2,3}-\d{7,8}", text)),
        "date": lambda text: bool(datetime.date.fromisoformat(text)),
        "money": lambda text: float(text) >= 0,
        "integer": lambda text: int(text) >= 0,
    }
    for code, guide in every.items():
        for field in fields_of(guide):
            if field["kind"] in valid:
                assert valid[field["kind"]](field["sample"]), (code, field["key"])


def sample_of(field):
    """照样例填的一格。"""
    kind = field["kind"]
    if kind == "table":
        row = {column["key"]: sample_of(column) for column in field["columns"]}
        return [dict(row) for _ in range(max(field.get("min_rows", 0), 1))]
    if kind == "choices":
        return [field["choices"][0][0]]
    fixed = {"declaration": True, "file": None, "choice": (field.get("choices") or [[""]])[0][0]}
    return fixed[kind] if kind in fixed else "440802" if kind == "region" else field["sample"]


@pytest.mark.clause("S5")
def test_every_form_accepts_its_own_samples(every):
    """照样例填,真正的表单一页也不说有错。"""
    for code in sorted(OURS):
        form = every[code].form
        answers = {field["key"]: sample_of(field) for page in form["pages"] for field in page["fields"]}
        assert [page["title"] for page in builder.unfinished(form, answers)] == [], code


@pytest.mark.clause("S5")
def test_tables_and_regions_are_used_where_people_need_them(every):
    kinds = {code: {field["kind"] for field in fields_of(guide)} for code, guide in every.items()}
    for code in ("orgs-found-trade", "services-found", "foundations-found", "orgs-charter", "orgs-leaders"):
        assert "table" in kinds[code], code
    for code in ("orgs-change-address", "services-change-address", "foundations-change-address"):
        assert "region" in kinds[code], code


@pytest.mark.clause("D2", "S2")
def test_every_prescribed_form_has_a_blank_and_a_sample_that_holds(every):
    """写着本局提供空白表的，都有；照样例填，一格也不说有错。自己做的版式都标着待核对。"""
    own = []
    for code, guide in every.items():
        for material in guide.materials.all():
            assert material.form or material.source != "agency_form", (code, material.key)
            if material.form and not is_the_application(material.form):
                own.append(material)
                form = questions(material.form)
                answers = printed.sample_answers(form)
                unfinished = [page["title"] for page in builder.unfinished(form, answers)]
                assert unfinished == [], (code, material.key)
                assert material.form["signed"] and material.form["needs_check"], (code, material.key)
    assert sum(material.source == "agency_form" for material in own) == 30
    assert len(own) == 66


# 谁决定 ---------------------------------------------------------------


@pytest.mark.clause("D4")
def test_counties_decide_for_what_they_registered(every):
    for row in (*range(1, 9), 11, 12, 13, 14, 17, 18, 19, 21, 50):
        for code in ROWS[row]:
            wanted = {"zj"} if code == "charity-found-foundation" else {"zj", "sx", "xw"}
            assert every[code].deciders == wanted, code
    for code in (*ROWS[9], *ROWS[10], *ROWS[20]):
        assert every[code].deciders == {"zj"}, code


# 写法 -----------------------------------------------------------------


def test_chinese_is_punctuated_as_chinese(every):
    for code, guide in every.items():
        parts = [*guide.materials.all(), *guide.bases.all()]
        values = [getattr(one, f.name) for one in (guide, *parts) for f in one._meta.fields if not f.is_relation]
        wrong = [text for value in values for text in texts_of(value) if HALF_WIDTH.search(text)]
        assert wrong == [], code
