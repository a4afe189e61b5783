"""申请表定义变成表单：条件、校验、核对。"""

import pytest

from catalog.rules.forms import settled
from portal.forms import builder
from portal.forms.person import PersonForm
from tests.portal.hall_cast import FORM, PERSON

BASIC, _LOST_PAGE, PROMISE = FORM["pages"]
LOST = {"field": "why", "op": "equals", "value": "lost"}


def test_pages_follow_the_answers():
    assert [page["key"] for page in builder.pages(FORM, {})] == ["basic", "promise"]
    assert [page["key"] for page in builder.pages(FORM, {"why": "lost"})] == ["basic", "lost", "promise"]


@pytest.mark.clause("S5")
def test_a_field_whose_condition_fails_is_neither_asked_nor_kept():
    form = builder.page_form(FORM, BASIC, {}, {"org_name": "示例协会", "why": "new", "lost_on": "不是日期"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"org_name": "示例协会", "why": "new"}
    form = builder.page_form(FORM, BASIC, {}, {"org_name": "示例协会", "why": "lost"})
    assert list(form.errors) == ["lost_on"]


@pytest.mark.clause("S5")
def test_every_field_explains_itself():
    field = builder.page_form(FORM, BASIC, {}).fields["org_name"]
    assert field.sample == "示例协会" and "请填写“社会组织名称”" in str(field.error_messages["required"])
    assert builder.page_form(FORM, BASIC, {}).fields["lost_on"].when == LOST
    lost_on = builder.page_form(FORM, BASIC, {}).fields["lost_on"]
    assert lost_on.help_text == "“为什么办”为“遗失”时才填。填公历的年、月、日。"


def test_what_was_typed_wrong_is_still_there_on_return():
    form = builder.page_form(FORM, PROMISE, {}, {"funds": "三万", "truth": ""})
    assert not form.is_valid()
    assert form.stored() == {"funds": "三万", "truth": ""}
    assert builder.page_form(FORM, PROMISE, form.stored())["funds"].value() == "三万"


def test_answers_out_of_condition_are_not_handed_in():
    answers = {"org_name": "示例协会", "why": "new", "lost_on": "2026-01-01", "notice": "某报"}
    assert settled(FORM, answers) == {"org_name": "示例协会", "why": "new"}


def test_unfinished_pages_are_found_again_from_the_stored_answers():
    answers = {"org_name": "示例协会", "why": "lost", "lost_on": "2026-01-31", "funds": "1", "truth": True}
    assert [page["key"] for page in builder.unfinished(FORM, answers)] == ["lost"]
    assert builder.unfinished(FORM, {**answers, "notice": "某报"}) == []


def test_rows_say_answers_in_words():
    answers = {"org_name": "示例协会", "why": "lost", "lost_on": "2026-01-31", "funds": "30000", "truth": True}
    rows = {row.key: row.value for section in builder.sections(FORM, answers) for row in section.rows}
    assert rows["why"] == "遗失" and rows["lost_on"] == "2026年1月31日"
    assert rows["funds"] == "30000 元" and rows["truth"] == "已确认"
    assert "lost_on" not in [row.key for row in builder.sections(FORM, {"why": "new"})[0].rows]


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("id_number", "１１０１０５ 19491231002x", "11010519491231002X"),
        ("phone", " 138 0000 0001", "13800000001"),
        ("phone", "0759-0000001", "0759-0000001"),
        ("uscc", "91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_codes_are_tidied_before_they_are_checked(kind, text, kept):
    field = builder.form_field({"key": "x", "kind": kind, "label": "号码", "required": True})
    assert field.clean(text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("id_number", "110105194912310021"), ("phone", "12345"), ("uscc", "91350100M000100Y44"),
        ("date", "2026-02-30"), ("money", "-1"), ("money", "1.234"), ("integer", "1.5"), ("choice", "z"),
    ],
)  # fmt: skip
def test_wrong_values_are_answered_kindly(kind, text):
    spec = {"key": "x", "kind": kind, "label": "号码", "required": True, "choices": [["a", "甲"]]}
    with pytest.raises(builder.ValidationError) as wrong:
        builder.form_field(spec).clean(text)
    assert all(not message.isascii() for message in wrong.value.messages)


def test_an_item_for_persons_does_not_ask_whether_you_are_one():
    form = PersonForm(["1"], {"name": "赵申请", "id_number": PERSON["id_number"], "phone": PERSON["phone"]})
    assert form.is_valid(), form.errors
    assert form.person().kind == "person" and str(form.fields["name"].label) == "姓名"


def test_an_organisation_gives_its_code_and_a_person_an_identity_number():
    assert not PersonForm(["1", "4"], {**PERSON, "kind": "person", "id_number": "91350100M000100Y43"}).is_valid()
    assert PersonForm(["1", "4"], {**PERSON, "id_number": "91350100M000100Y43"}).is_valid()
    assert PersonForm(["1", "4"], PERSON).is_valid(), "还没登记的单位填经办人的身份证号码"
