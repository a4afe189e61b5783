"""申请表定义:条件、校验、表格;什么样的 JSON 都说得出毛病。"""

import datetime
import json
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules import GUIDE_CONTENT, LATER_CONTENT, MATERIAL_CONTENT, asks_for, check_form, content_digest, forms
from office import vault

TODAY = datetime.date(2026, 11, 21)
CHOICE = {"key": "why", "kind": "choice", "label": "为什么", "choices": [["new", "新办"], ["lost", "遗失"]]}
MANY = {"key": "needs", "kind": "choices", "label": "要什么", "choices": [["a", "甲"], ["b", "乙"], ["c", "丙"]]}
MONEY = {"key": "funds", "kind": "money", "label": "资金"}
COUNT = {"key": "people", "kind": "integer", "label": "人数"}
DATE = {"key": "on", "kind": "date", "label": "日期"}
TEXT = {"key": "note", "kind": "text", "label": "备注"}
TRUTH = {"key": "truth", "kind": "declaration", "label": "属实"}
REGION = {"key": "place", "kind": "region", "label": "在哪里"}
PROOF = {"key": "photo", "kind": "file", "label": "照片", "accept": ["jpg", "png"], "max_files": 2}
TABLE = {
    "key": "family", "kind": "table", "label": "家庭成员", "min_rows": 1, "max_rows": 5,
    "columns": [
        {"key": "name", "kind": "text", "label": "姓名", "required": True},
        {"key": "share", "kind": "integer", "label": "比例", "checks": [{"op": "at_most", "value": 100}]},
    ],
}  # fmt: skip
ALL = [CHOICE, MANY, MONEY, COUNT, DATE, TEXT, TRUTH, REGION, PROOF, TABLE]


def form(*fields, **page):
    return {"pages": [{"key": "p", "title": "第一页", "fields": list(fields), **page}]}


def fault_of(*fields, **page):
    found = check_form(form(*fields, **page))
    assert len(found) == 1, found
    return found[0]


def leaf(field, op, value=None):
    return {"field": field, "op": op, **({} if op == "filled" else {"value": value})}


# 条件 -----------------------------------------------------------------------


@pytest.mark.clause("S5")
@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ({"field": "why", "equals": "lost"}, {"why": "lost"}, {"why": "new"}),
        (leaf("why", "equals", "lost"), {"why": "lost"}, {}),
        (leaf("why", "not_equals", "lost"), {"why": "new"}, {}),
        (leaf("why", "in", ["lost", "new"]), {"why": "new"}, {"why": "other"}),
        (leaf("needs", "equals", "b"), {"needs": ["a", "b"]}, {"needs": ["a"]}),
        (leaf("needs", "not_equals", "b"), {"needs": ["a"]}, {"needs": ["a", "b"]}),
        (leaf("needs", "in", ["b", "c"]), {"needs": ["c"]}, {"needs": []}),
        (leaf("note", "filled"), {"note": "x"}, {"note": ""}),
        (leaf("people", "filled"), {"people": 0}, {"people": ""}),
        (leaf("truth", "equals", True), {"truth": True}, {"truth": False}),
        (leaf("funds", "at_least", 30000), {"funds": "30000.00"}, {"funds": "29999.99"}),
        (leaf("funds", "at_most", "1.50"), {"funds": "1.5"}, {"funds": "三万"}),
        (leaf("people", "at_least", 0), {"people": 0}, {"people": ""}),
        (leaf("family", "at_least", 2), {"family": [{}, {}]}, {"family": [{}]}),
        (leaf("on", "before", "2026-01-01"), {"on": "2025-12-31"}, {"on": "2026-01-01"}),
        (leaf("on", "after", "2026-01-01"), {"on": "2026-01-02"}, {"on": "明天"}),
        ({"not": leaf("note", "filled")}, {}, {"note": "x"}),
        ({"all": [leaf("note", "filled"), leaf("on", "filled")]}, {"note": "x", "on": "y"}, {"note": "x"}),
        ({"any": [leaf("note", "filled"), leaf("on", "filled")]}, {"note": "x"}, {}),
    ],
)
def test_a_condition_holds_or_does_not(condition, yes, no):
    assert check_form(form(*ALL, {**TEXT, "key": "last", "when": condition})) == []
    assert forms.applies(condition, yes) and not forms.applies(condition, no)


def test_no_condition_always_holds():
    assert forms.applies(None, {}) and forms.applies({}, {"why": "new"})


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"all": []}, "至少一项"),
        ({"all": [leaf("note", "filled")], "any": [leaf("note", "filled")]}, "all、any、not"),
        (leaf("nowhere", "filled"), "不在它前面"),
        (leaf("why", "matches", ".*"), "不认识的算法“matches”"),
        (leaf("note", "at_least", 3), "不能用在字段“note”上"),
        (leaf("why", "equals", "z"), "“z”不是“why”的选项"),
        (leaf("place", "in", ["440802", "440899"]), "“440899”不是"),
        (leaf("why", "in", "new"), "要列出几个"),
        (leaf("funds", "at_least", "NaN"), "不是数"),
        (leaf("on", "before", "2026-02-30"), "不是日期"),
        (leaf("on", "after", "today"), "不是日期"),
        (leaf("truth", "equals", False), "声明写成真"),
        ({"field": "note", "op": "filled", "value": 1}, "不用写"),
        ({"field": ["note"], "op": "filled"}, "不在它前面"),
        ({"field": "note", "op": ["filled"]}, "不认识的算法"),
        ("answers['note']", "all、any、not"),
        ({"any": [leaf("note", "filled")] * 40}, "太复杂"),
        ({"not": {"not": {"not": {"not": {"not": {"not": leaf("note", "filled")}}}}}}, "太复杂"),
    ],
)
def test_faults_of_a_condition(condition, fault):
    assert fault in fault_of(*ALL, {**TEXT, "key": "last", "when": condition})
    page = {"key": "q", "title": "第二页", "fields": [{**TEXT, "key": "last"}], "when": condition}
    first = form(*ALL)["pages"]
    assert fault in "；".join(check_form({"pages": [*first, page]}))


def test_a_page_may_only_ask_about_the_pages_before_it():
    assert "不在它前面" in fault_of(TEXT, {**DATE}, when=leaf("note", "filled"))


def test_what_hangs_on_an_unasked_field_is_unasked_too():
    second = {"key": "q", "title": "第二页", "when": leaf("why", "equals", "lost"), "fields": [TEXT]}
    third = {"key": "r", "title": "第三页", "fields": [{**DATE, "when": leaf("note", "filled")}, TRUTH]}
    definition = {"pages": [*form(CHOICE)["pages"], second, third]}
    assert check_form(definition) == []
    answers = {"why": "new", "note": "还在", "on": "2026-01-01", "truth": True, "stranger": "x"}
    assert list(forms.asked(definition, answers)) == ["why", "truth"]
    assert forms.settled(definition, answers) == {"why": "new", "truth": True}
    assert list(forms.asked(definition, answers | {"why": "lost"})) == ["why", "note", "on", "truth"]


# 校验 -----------------------------------------------------------------------


@pytest.mark.clause("S5")
@pytest.mark.parametrize(
    ("field", "check", "good", "bad"),
    [
        (TEXT, {"op": "min_length", "value": 3}, "三个字", "两字"),
        (TEXT, {"op": "max_length", "value": 2}, "两字", "三个字"),
        (TEXT, {"op": "pattern_name", "value": "chinese_name"}, "买买提·艾力", "Zhang"),
        (TEXT, {"op": "pattern_name", "value": "document_number"}, "示例函〔2026〕1号", "示例函"),
        (TEXT, {"op": "same_as", "field": "other"}, "别的", "不同"),
        (TEXT, {"op": "differs_from", "field": "other"}, "不同", "别的"),
        (DATE, {"op": "not_before", "value": "2026-01-01"}, "2026-01-01", "2025-12-31"),
        (DATE, {"op": "not_after", "value": "today"}, "2026-11-21", "2026-11-22"),
        (DATE, {"op": "not_after", "field": "until"}, "2026-06-01", "2026-06-02"),
        (DATE, {"op": "age_at_least", "value": 60}, "1966-11-21", "1966-11-22"),
        (MONEY, {"op": "at_least", "value": 30000}, "30000", "29999.99"),
        (COUNT, {"op": "at_most", "field": "limit"}, 5, 6),
        (TABLE, {"op": "at_least", "value": 2}, [{}, {}], [{}]),
        (TABLE, {"op": "sum_at_most", "column": "share", "value": 99}, [{"share": 6}, {"share": 9}], [{"share": 999}]),
        (TABLE, {"op": "sum_at_least", "column": "share", "value": 99}, [{"share": 99}], [{"share": 98}, {}]),
        (TABLE, {"op": "no_repeat", "column": "name"}, [{"name": "甲"}, {"name": "乙"}], [{"name": "甲"}] * 2),
    ],
)  # fmt: skip
def test_a_check_passes_or_says_so(field, check, good, bad):
    others = [{**TEXT, "key": "other"}, {**DATE, "key": "until"}, {**COUNT, "key": "limit"}]
    checked = {**field, "checks": [check]}
    assert check_form(form(*others, checked)) == []
    rest = {"other": "别的", "until": "2026-06-01", "limit": 5}
    assert forms.broken(checked, {**rest, field["key"]: good}, today=TODAY) == []
    assert forms.broken(checked, {**rest, field["key"]: bad}, today=TODAY) == [check]
    assert forms.broken(checked, rest, today=TODAY) == [], "没有填的不查"


def test_a_check_against_a_blank_field_waits():
    checked = {**COUNT, "checks": [{"op": "at_most", "field": "limit"}]}
    assert forms.broken(checked, {"people": 9, "limit": ""}, today=TODAY) == []
    assert forms.broken(checked, {"people": 9, "limit": 0}, today=TODAY) != []


@pytest.mark.parametrize(("born", "today", "years"), [
    ("11010519491231002X", datetime.date(2009, 12, 30), 59), ("11010519491231002X", datetime.date(2009, 12, 31), 60),
])  # fmt: skip
def test_age_is_read_from_an_identity_number(born, today, years):
    number = {"key": "n", "kind": "id_number", "label": "证件", "checks": [{"op": "age_at_least", "value": 60}]}
    assert check_form(form(number)) == []
    assert bool(forms.broken(number, {"n": born}, today=today)) == (years < 60)


@pytest.mark.parametrize(
    ("field", "check", "fault"),
    [
        (TEXT, {"op": "eval", "value": "1"}, "不认识的校验"),
        (TEXT, "required", "不认识的校验"),
        (TEXT, {"op": "at_least", "value": 3}, "不能用在这种字段上"),
        (TEXT, {"op": "pattern_name", "value": "^(a+)+$"}, "不对"),
        (TEXT, {"op": "min_length", "value": "3"}, "不对"),
        (TEXT, {"op": "min_length", "value": True}, "不对"),
        (TEXT, {"op": "min_length"}, "只写一样"),
        (TEXT, {"op": "min_length", "value": 3, "field": "other"}, "只写一样"),
        (TEXT, {"op": "same_as", "field": "later"}, "不在它前面"),
        (DATE, {"op": "not_before", "value": "昨天"}, "不对"),
        (DATE, {"op": "not_before", "field": "other"}, "不能拿字段"),
        (TABLE, {"op": "sum_at_most", "column": "name", "value": 1}, "不是数字"),
        (TABLE, {"op": "sum_at_most", "column": "none", "value": 1}, "不在表格里"),
        (TABLE, {"op": "no_repeat", "column": "name", "value": 1}, "不用写"),
        (TEXT, {"op": "min_length", "value": 3, "regex": "x"}, "不认识的“regex”"),
        (TEXT, {"op": "min_length", "value": 3, "message": ["x"]}, "提示"),
    ],
)
def test_faults_of_a_check(field, check, fault):
    assert fault in fault_of({**TEXT, "key": "other"}, {**field, "checks": [check]})


# 各种字段 -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({**TEXT, "columns": [TEXT]}, "不是表格"),
        ({**TABLE, "columns": []}, "1 到 10 栏"),
        ({**TABLE, "columns": [{"key": "inner", "kind": "table", "label": "里面"}]}, "不认识的种类“table”"),
        ({**TABLE, "columns": [TEXT, TEXT]}, "键重复"),
        ({**TABLE, "columns": [{**TEXT, "when": leaf("x", "filled")}]}, "不认识的属性“when”"),
        ({**TABLE, "columns": [{**CHOICE, "choices": []}]}, "没有选项"),
        ({**TABLE, "min_rows": 6}, "行数"),
        ({**TABLE, "max_rows": 10000}, "行数"),
        ({**PROOF, "accept": ["exe"]}, "文件类型"),
        ({**PROOF, "max_files": 11}, "文件数"),
        ({**TEXT, "prefill": "user.password"}, "预填来源"),
        ({**DATE, "prefill": "applicant.name"}, "不该有“prefill”"),
        ({**TEXT, "sample": {"x": 1}}, "样例"),
        ({**MANY, "choices": [["a", 1]]}, "[值，文字]"),
    ],
)
def test_faults_of_the_new_kinds(field, fault):
    assert fault in fault_of(field)


def test_every_kind_may_be_written():
    more = [
        {"key": kind, "kind": kind, "label": kind} for kind in ("longtext", "id_number", "identity", "uscc", "phone")
    ]
    assert check_form(form(*ALL, *more, help="这一页的说明")) == []
    assert {field["kind"] for field in [*ALL, *more]} == set(forms.definition.FIELD_KINDS)


# 攻击 -----------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["table", "text", "choice", "why", "all", "equals"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["pages", "fields", "key", "kind", "label", "title", "when", "checks", "columns", "choices",
                         "op", "value", "field", "all", "any", "not", "equals", "accept", "sample", "min_rows"])
        | st.text(max_size=4), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@given(JSON)
def test_any_json_is_answered_with_sentences(junk):
    fields = [junk, {**TEXT, "when": junk}, {**TABLE, "columns": junk, "checks": [junk]}]
    for definition in (junk, {"pages": junk}, {"pages": [junk]}, *(form(field) for field in fields)):
        assert all(isinstance(fault, str) for fault in check_form(definition))
        assert isinstance(forms.known_fields(definition), dict)


def test_a_huge_definition_is_refused_quickly():
    began = time.perf_counter()
    deep = leaf("why", "filled")
    for _ in range(500):
        deep = {"not": deep}
    assert check_form(form(CHOICE, {**TEXT, "when": deep}))
    assert check_form(form(CHOICE, {**TEXT, "when": {"any": [leaf("why", "filled")] * 100_000}}))
    assert "最多 200 个字段" in "".join(check_form(form(*({**TEXT, "key": f"k{n}"} for n in range(5000)))))
    assert check_form({"pages": [{}] * 100_000}) == ["最多 30 页"]
    assert time.perf_counter() - began < 3


# 材料 -----------------------------------------------------------------------


@pytest.mark.clause("D14")
def test_a_conditional_material_is_asked_for_when_its_condition_holds():
    definition = form(CHOICE, {**TEXT, "when": leaf("why", "equals", "lost")})
    always, lost, noted = (
        SimpleNamespace(condition=c) for c in ({}, leaf("why", "equals", "lost"), leaf("note", "filled"))
    )
    assert asks_for(always, definition, {}) and asks_for(always, {}, {})
    assert asks_for(lost, definition, {"why": "lost"}) and not asks_for(lost, definition, {"why": "new"})
    assert not asks_for(noted, definition, {"why": "new", "note": "没有问到的不算"})


def test_an_empty_condition_leaves_the_digest_alone():
    def digest(**more):
        material = SimpleNamespace(**{**dict.fromkeys(MATERIAL_CONTENT, ""), "form": {}, **more})
        guide = SimpleNamespace(window=None, **dict.fromkeys(GUIDE_CONTENT, ""))
        return content_digest(guide, materials=[material], bases=[], desks=[])

    # 有这一栏之前,同样内容的摘要:照旧的目录文件再导一次,什么也不变
    known = {**dict.fromkeys(GUIDE_CONTENT, ""), "window": "", "desks": [], "bases": []}
    for later in LATER_CONTENT:  # 后加的几栏
        del known[later]
    known["materials"] = [dict.fromkeys(MATERIAL_CONTENT, "")]
    before = vault.digest(json.dumps(known, ensure_ascii=False, sort_keys=True))
    assert digest(condition={}) == before != digest(condition=leaf("why", "filled"))
