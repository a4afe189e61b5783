"""两版差在哪里：每一处一句中文，哪一项要素也不漏；四减照数说。"""

import copy
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import rules
from catalog.models import Guide, LegalBasis, Material
from catalog.rules.differences import Content, difference, figures, reductions, segments
from catalog.rules.differences.conditions import said
from catalog.rules.differences.reductions import against_the_statute
from catalog.rules.forms import known_fields
from catalog.rules.forms.definition import COLUMN_NAMES, FIELD_NAMES
from tests.catalog import makers

FORM = {
    "pages": [
        {"key": "basic", "title": "基本情况", "fields": [
            {"key": "name", "kind": "text", "label": "名称", "required": True},
            {"key": "has", "kind": "choice", "label": "业务主管单位", "choices": [["yes", "有"], ["no", "没有"]]},
        ]},
        {"key": "people", "title": "人员", "fields": [
            {"key": "count", "kind": "integer", "label": "人数"},
            {"key": "list", "kind": "table", "label": "名单",
             "columns": [{"key": "who", "kind": "text", "label": "姓名"}]},
            {"key": "photo", "kind": "file", "label": "照片"},
        ]},
    ],
}  # fmt: skip


def content(form=None, materials=None, bases=None, window="民政窗口", desks=(), **fields) -> Content:
    told = {"name": "示例登记", **copy.deepcopy(makers.CONTENT), "form": FORM if form is None else form}
    guide = Guide(**{**told, **fields})
    return Content(
        guide,
        materials if materials is not None else [Material(key="application", **makers.MATERIAL)],
        bases if bases is not None else [LegalBasis(key="r1", **makers.BASIS)],
        window,
        desks,
    )


def sentences(old, new) -> list[str]:
    return [change.text for change in difference(old, new)]


def form_with(change) -> dict:
    form = copy.deepcopy(FORM)
    change(form["pages"])
    return form


def test_the_same_content_has_no_difference():
    assert difference(content(), content()) == []


@pytest.mark.clause("D1")
def test_what_an_editor_changes_reads_as_sentences():
    """改时限、加材料、改必要性、加一个有条件的字段：评判的那一串动作。"""
    extra = {"key": "unit", "kind": "text", "label": "主管单位名称", "required": True,
             "when": {"field": "has", "equals": "yes"}}  # fmt: skip
    old = content(promised_value=10, promised_unit="wd", promised_basis="本局承诺")
    proof = {"standard": "清晰", "basis": "示例条例第一条", "remedy": "重拍"}
    new = content(
        promised_value=5, promised_unit="wd", promised_basis="本局承诺",
        materials=[
            Material(key="application", **{**makers.MATERIAL, "requirement": "deferrable"}),
            Material(key="proof", name="示例证明", **proof),
        ],
        form=form_with(lambda pages: pages[1]["fields"].insert(0, extra)),
    )  # fmt: skip
    assert sentences(old, new) == [
        "承诺时限由 10 个工作日改为 5 个工作日",
        "材料《示例申请书》由必要改为可容缺",
        "新增材料《示例证明》（必要）",
        "申请表第 2 页新增字段“主管单位名称”（一行文字，必填），仅当“业务主管单位”为“有”时填写",
    ]


OTHER = {
    "name": "换名", "content": "换内容", "handling": "1", "statutory_value": 20, "statutory_unit": "wd",
    "statutory_basis": "示例条例", "promised_value": 3, "promised_unit": "d", "promised_basis": "换依据",
    "supplement_value": 15, "supplement_unit": "wd", "supplement_basis": "办事指南",
    "conditions": [{"text": "年满十八周岁", "basis": "示例"}], "process": [], "ways": [{"way": "2", "how": "网上。"}],
    "place": "示范路1号", "hours": "工作日", "consult_phone": "0759-0000001", "complaint": "换渠道",
    "fee": {"free": False, "basis": "示例", "lines": [{"name": "工本费", "amount": "10 元"}]},
    "result_name": "登记证书",
    "special_procedures": [{"key": "visit", "name": "实地查看", "value": 5, "unit": "wd", "counted": False}],
    "visits": 1, "visits_reason": "核对原件", "online_depth": "III", "informed_commitment": True,
    "faq": [{"q": "要多久", "a": "五天"}], "form": {}, "needs_check": {"promised": "待核"},
    "delivery": [{"way": "window", "how": "来领。"}],
    "review_steps": [{"key": "town", "name": "调查", "unit": "town", "level": 1}],
    "decider": "director",
    "public_safety": "示例条例第一条", "quota": 3, "quota_basis": "示例公告", "quota_order": "招标，示例条例第三条",
    "renewal": [{"item": "cert-renew", "apply_days": 30, "remind": "60", "basis": "示例"}],
}  # fmt: skip
TOGETHER = {
    "statutory_unit": {"statutory_value": 7, "statutory_unit": "d"},
    "statutory_value": {"statutory_value": 7, "statutory_unit": "d"},
    "supplement_unit": {"supplement_value": 7, "supplement_unit": "d"},
    "supplement_value": {"supplement_value": 7, "supplement_unit": "d"},
}


@pytest.mark.parametrize("name", rules.GUIDE_CONTENT)
def test_no_element_changes_unsaid(name):
    pair = TOGETHER.get(name, {})
    assert sentences(content(**pair), content(**{**pair, name: OTHER[name]})), name


@pytest.mark.parametrize("name", [*rules.MATERIAL_CONTENT, "condition"])
def test_nothing_about_a_material_changes_unsaid(name):
    other = {
        "requirement": "optional", "medium": "paper", "originals": 3, "copies": 3, "source": "shared",
        "condition": {"field": "has", "equals": "yes"},
    }.get(name, "换了")  # fmt: skip
    changed = Material(**{"key": "application", **makers.MATERIAL, name: other})
    assert sentences(content(), content(materials=[changed])), name


@pytest.mark.parametrize("name", rules.BASIS_CONTENT)
def test_nothing_about_a_basis_changes_unsaid(name):
    other = datetime.date(2026, 1, 1) if name == "in_force_from" else "换了"
    changed = LegalBasis(**{"key": "r1", **makers.BASIS, name: other})
    assert sentences(content(), content(bases=[changed])), name


FIELD_OTHER = {
    "key": (0, 0, "title"), "kind": (1, 0, "money"), "label": (0, 0, "新名称"), "help": (0, 0, "说明"),
    "sample": (0, 0, "样例"), "required": (0, 0, False), "choices": (0, 1, [["yes", "有"], ["no", "无"]]),
    "prefill": (0, 0, "applicant.name"), "min_rows": (1, 1, 2), "max_rows": (1, 1, 9), "accept": (1, 2, ["pdf"]),
    "max_files": (1, 2, 3), "when": (1, 0, {"field": "has", "equals": "no"}),
    "checks": (1, 0, [{"op": "at_least", "value": 30}]),
    "columns": (1, 1, [{"key": "who", "kind": "text", "label": "姓名", "required": True}]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FIELD_NAMES))
def test_nothing_about_a_field_changes_unsaid(name):
    page, place, value = FIELD_OTHER[name]
    form = form_with(lambda pages: pages[page]["fields"][place].update({name: value}))
    assert rules.check_form(form) == []
    assert sentences(content(), content(form=form)), name


@pytest.mark.parametrize("name", sorted(COLUMN_NAMES - {"choices"}))
def test_nothing_about_a_column_changes_unsaid(name):
    other = {"key": "person", "kind": "date", "required": True, "checks": [{"op": "max_length", "value": 30}]}
    form = form_with(lambda pages: pages[1]["fields"][1]["columns"][0].update({name: other.get(name, "换了")}))
    assert rules.check_form(form) == []
    assert sentences(content(), content(form=form)), name


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda pages: pages[0].update(title="情况"), "申请表第 1 页的标题由“基本情况”改为“情况”"),
        (lambda pages: pages.reverse(), "申请表各页的先后有调整"),
        (lambda pages: pages[0]["fields"].reverse(), "申请表第 1 页的字段的先后有调整"),
        (lambda pages: pages.pop(), "申请表不再有“人员”一页"),
        (lambda pages: pages[0]["fields"].pop(), "申请表第 1 页取消字段“业务主管单位”"),
        (lambda pages: pages[1].update(when={"field": "has", "equals": "yes"}),
         "申请表第 2 页“人员”改为仅当“业务主管单位”为“有”时填写"),
        (lambda pages: pages[0]["fields"].append(pages[1]["fields"].pop(0)),
         "申请表字段“人数”由第 2 页移到第 1 页"),
        (lambda pages: pages[1]["fields"][0].update(checks=[{"op": "at_least", "value": 30}]),
         "新写了申请表第 2 页字段“人数”的填写要求：“不少于 30”"),
    ],
)  # fmt: skip
def test_the_form_in_sentences(change, sentence):
    assert sentence in sentences(content(), content(form=form_with(change)))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"field": "has", "op": "not_equals", "value": "no"}, "“业务主管单位”不是“没有”"),
        ({"field": "has", "op": "in", "value": ["yes", "no"]}, "“业务主管单位”为“有”“没有”之一"),
        ({"not": {"field": "name", "op": "filled"}}, "没有填“名称”"),
        ({"field": "list", "op": "at_least", "value": 2}, "“名单”的行数不少于 2"),
        ({"all": [{"field": "has", "equals": "yes"}, {"field": "count", "op": "at_most", "value": 5}]},
         "“业务主管单位”为“有”，并且“人数”不多于 5"),
        ({"not": {"any": [{"field": "has", "equals": "yes"}, {"field": "name", "op": "filled"}]}},
         "不是（“业务主管单位”为“有”，或者填了“名称”）"),
        ({"any": [{"field": "name", "op": "filled"},
                  {"all": [{"field": "has", "equals": "yes"}, {"field": "count", "op": "filled"}]}]},
         "填了“名称”，或者（“业务主管单位”为“有”，并且填了“人数”）"),
    ],
)  # fmt: skip
def test_conditions_in_words(condition, words):
    assert said(condition, known_fields(FORM)) == words


def test_windows_ways_process_and_the_rest():
    visit = {"key": "visit", "name": "实地查看", "value": 5, "unit": "wd", "counted": False, "set_by": "agency"}
    review = {"stage": "review", "name": "审查", "who": "示例科", "time": "5日", "does": "看材料"}
    old = content(special_procedures=[visit], process=[*makers.CONTENT["process"], review], visits=2)
    new = content(
        window="审批窗口", desks=["甲镇"], visits=0, ways=[*makers.CONTENT["ways"], {"way": "2", "how": "网上填。"}],
        special_procedures=[{**visit, "value": 3, "set_by": "law"}],
        process=[{**makers.CONTENT["process"][0], "time": "一小时"}], needs_check={"promised": "待市里核定"},
        fee={"free": True, "basis": "行政许可法", "lines": [], "exemptions": ""},
    )  # fmt: skip
    assert sentences(old, new) == [
        "“受理”一步的时间由“当场”改为“一小时”",
        "办理流程取消一步“审查”（审查，示例科）",
        "新增受理方式：网上办理(电脑端)",
        "收费的依据由“没有设定收费”改为“行政许可法”",
        "特别程序“实地查看”的期限由 5 个工作日改为 3 个工作日",
        "特别程序“实地查看”的期限由谁定由本机关自定改为法律规定",
        "到现场次数由 2 次改为 0 次",
        "受理窗口由民政窗口改为审批窗口",
        "新增受理点：甲镇",
        "新标待核实：承诺时限（待市里核定）",
    ]


def test_a_rewritten_condition_is_one_change_not_two():
    old, new = "有固定的住所和专职人员。", "有固定的住所和三名以上专职人员。"
    assert sentences(content(conditions=[{"text": old}]), content(conditions=[{"text": new}])) == [
        f"受理条件由“{old}”改为“{new}”"
    ]


def test_long_texts_are_set_side_by_side():
    old = "在湛江市范围内活动的社会团体（协会、学会、商会、联合会等）申请成立登记，取得法人资格，并公告。"
    (change,) = difference(content(content=old), content(content=old.replace("湛江市", "全市")))
    assert (change.text, change.before) == ("办理内容有改动", old)
    assert segments(change.before, change.after)[:3] == [("same", "在"), ("del", "湛江"), ("ins", "全")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_segments_put_together_are_both_texts(before, after):
    found = segments(before, after)
    assert "".join(text for kind, text in found if kind != "ins") == before
    assert "".join(text for kind, text in found if kind != "del") == after


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*rules.LISTS, *rules.OBJECTS]), JSON, max_size=4))
def test_a_half_written_draft_never_breaks_the_page(fields):
    """编辑页上什么 JSON 都可能先存着：说得出毛病、比得出不同，不出错页。"""
    draft = content(**fields)
    assert isinstance(difference(content(), draft), list)
    wrong = rules.misshapen(draft.guide)
    assert all("写法不对" in one for one in wrong)


# 四减 ---------------------------------------------------------------------


@pytest.mark.clause("D18", "S4")
def test_the_four_reductions():
    two = [Material(key="a", **makers.MATERIAL), Material(key="b", **makers.MATERIAL)]
    shared = [two[0], Material(key="b", **{**makers.MATERIAL, "source": "shared"})]
    step = makers.CONTENT["process"][0]
    old = figures(content(promised_value=20, process=[step, step, step], visits=2).guide, two)
    new = figures(content(promised_value=5, process=[step, step], visits=0).guide, shared)
    assert reductions(old, new) == [
        "环节由 3 个减为 2 个",
        "材料由 2 份减为 1 份",
        "跑动由 2 次减为 0 次",
        "时限由 20 个工作日减为 5 个工作日",
    ]
    assert reductions(new, old)[0] == "环节由 2 个增为 3 个"


@pytest.mark.clause("B7")
def test_promise_turned_into_instant_counts():
    old = figures(content(promised_value=5).guide, [])
    new = figures(content(handling="1", promised_value=None, promised_unit="", promised_basis="").guide, [])
    assert reductions(old, new) == ["时限由 5 个工作日减为 当场办结", "承诺件转为即办件"]


def test_different_units_are_not_converted():
    old, new = figures(content(promised_value=30, promised_unit="d").guide, []), figures(content().guide, [])
    assert reductions(old, new) == []


@pytest.mark.clause("D18")
@pytest.mark.parametrize(
    ("fields", "percent"),
    [
        ({"statutory_value": 20, "statutory_unit": "wd", "promised_value": 5}, 75),
        ({"statutory_value": 20, "statutory_unit": "d", "promised_value": 5}, None),
        ({"promised_value": 5}, None),
        ({"statutory_value": 20, "statutory_unit": "wd", "handling": "1", "promised_value": None}, 100),
    ],
)
def test_against_the_statute(fields, percent):
    assert against_the_statute(content(**fields).guide) == percent
