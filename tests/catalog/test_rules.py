"""目录的规矩:申请表、流程、特别程序、收费、期限的说法、编码、检索。"""

import pytest

from catalog import rules

GOOD = {"key": "name", "kind": "text", "label": "名称"}


def form(*fields):
    return {"pages": [{"key": "p", "title": "第一页", "fields": list(fields)}]}


def test_a_good_form_has_no_faults():
    choice = {"key": "kind", "kind": "choice", "label": "类型", "choices": [["a", "甲"], ["b", "乙"]]}
    then = {**GOOD, "when": {"field": "kind", "equals": "a"}, "help": "说明", "sample": "样例", "required": False}
    assert rules.check_form(form(choice, then)) == []


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({**GOOD, "kind": "colour"}, "不认识的种类“colour”"),
        ({**GOOD, "key": "Name"}, "小写英文字母"),
        ({**GOOD, "label": ""}, "缺标签"),
        ({**GOOD, "required": "yes"}, "真或假"),
        ({**GOOD, "colour": "red"}, "不认识的属性“colour”"),
        ({**GOOD, "choices": [["a", "甲"]]}, "不该有选项"),
        ({**GOOD, "kind": "choice"}, "没有选项"),
        ({**GOOD, "kind": "choice", "choices": ["a"]}, "[值，文字]"),
        ({**GOOD, "kind": "choice", "choices": [["a", "甲"], ["a", "乙"]]}, "选项重复"),
        ({**GOOD, "when": "kind"}, "field、op、value"),
        ({**GOOD, "when": {"field": "later", "equals": "a"}}, "“later”不在它前面"),
    ],
)
def test_faults_of_a_field(field, fault):
    found = rules.check_form(form(field))
    assert len(found) == 1
    assert fault in found[0]


def test_faults_across_fields_and_pages():
    choice = {"key": "kind", "kind": "choice", "label": "类型", "choices": [["a", "甲"]]}
    assert "重复" in rules.check_form(form(GOOD, GOOD))[0]
    assert "不是“kind”的选项" in rules.check_form(form(choice, {**GOOD, "when": {"field": "kind", "equals": "z"}}))[0]
    assert rules.check_form({}) == rules.check_form([]) == ["没有页(pages)"]
    page = {"key": "p", "title": "", "fields": []}
    assert [f[:5] for f in rules.check_form({"pages": [page, page]})] == [
        "第1页：缺",
        "第1页：没",
        "第2页：键",
        "第2页：缺",
        "第2页：没",
    ]


@pytest.mark.clause("D10")
def test_process_has_at_most_three_stages_in_order():
    def step(stage):
        return {"stage": stage, "name": "名", "who": "谁", "time": "当场"}

    assert rules.check_process([step("accept"), step("review"), step("review"), step("close")]) == []
    assert rules.check_process([step("review"), step("accept")]) == ["办理流程第2步：阶段次序倒了"]
    assert "只能是受理、审查、办结" in rules.check_process([step("archive")])[0]
    assert rules.check_process([{"stage": "accept", "name": "名"}]) == [
        "办理流程第1步：缺“谁办”",
        "办理流程第1步：缺“时间”",
    ]


@pytest.mark.clause("D10")
def test_a_special_procedure_has_its_own_limit():
    good = {"key": "visit", "name": "实地考察", "kind": "2", "value": 5, "unit": "wd", "basis": "示例"}
    good |= {"counted": False, "set_by": "agency"}
    assert rules.check_procedures([good]) == []
    for broken in ({"value": 0}, {"unit": "day"}, {"basis": ""}):
        assert "自己的期限" in rules.check_procedures([good | broken])[0]
    assert "set_by" in rules.check_procedures([good | {"set_by": "me"}])[0]
    assert "种类" in rules.check_procedures([good | {"kind": "9"}])[0]


@pytest.mark.clause("C8")
def test_a_fee_has_a_basis():
    assert rules.check_fee({"free": True, "basis": "示例"}) == []
    assert rules.check_fee({}) == ["收费：要写明收不收费"]
    assert rules.check_fee({"free": True}) == ["收费：缺依据"]
    assert rules.check_fee({"free": False, "basis": "示例"}) == ["收费：缺收费标准"]


def test_limits_in_words():
    assert [rules.limit_words(*limit) for limit in [(20, "wd"), (60, "d"), (48, "h"), (None, "")]] == [
        "20个工作日",
        "60日",
        "48小时",
        "",
    ]


@pytest.mark.clause("D1")
def test_unified_social_credit_codes():
    # 三个真实公布的代码,取自公开的事项编码(domain 3.1)
    for real in ("114400006715714882", "11211300001200266Q", "11440300052799993U"):
        assert rules.is_uscc(real)
        assert rules.uscc_check_character(real[:17]) == real[17]
    assert not rules.is_uscc("114400006715714883")
    assert not rules.is_uscc("11440000671571488I")
    assert not rules.is_uscc("")


@pytest.mark.clause("D1")
def test_item_codes_of_twelve_thirty_one_and_thirty_three_places():
    basic = rules.parse_basic_code("000111003000")
    assert (basic.catalogue, basic.kind, basic.trade, basic.main, basic.sub) == ("00", "01", "11", "003", "000")
    code = rules.parse_implementation_code("1144000067157148822000111003000" + "06")
    assert (code.uscc, code.level, code.basic, code.serial) == ("114400006715714882", "2", basic, "06")
    assert rules.parse_implementation_code("11211300001200266Q3000711017000").basic.kind == "07"


@pytest.mark.parametrize(
    ("parse", "text", "fault"),
    [
        (rules.parse_basic_code, "00011100300", "12 位"),
        (rules.parse_basic_code, "000211003000", "6\\+1"),
        (rules.parse_implementation_code, "000111003000", "31 位"),
        (rules.parse_implementation_code, "1144000067157148832000111003000", "统一社会信用代码"),
        (rules.parse_implementation_code, "1144000067157148829000111003000", "行使层级"),
        (rules.parse_implementation_code, "11440000671571488220001110030000X", "顺序号"),
        (rules.parse_implementation_code, "1144000067157148822000111003000６６", "顺序号"),
    ],
)
def test_faults_of_codes(parse, text, fault):
    with pytest.raises(ValueError, match=fault):
        parse(text)
