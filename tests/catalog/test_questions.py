"""对号入座的题目：写得不对的存不下；人改过的，导入不覆盖；后台里改、看走向。"""

import copy
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from catalog.actions import publishing
from catalog.actions import questions as deeds
from catalog.models import Item, QuestionSet
from catalog.rules import questions
from catalog.rules import questions_editing as editing
from office.journal.models import Entry
from tests import makers as people
from tests.catalog import makers

BODY = {
    "start": "what",
    "questions": {
        "what": {
            "text": "办什么？",
            "options": [{"label": "结婚", "to": "item:wed"}, {"label": "离婚", "to": "agree"}],
        },
        "agree": {
            "text": "都同意吗？", "help": "谈得拢的才能登记。",
            "options": [{"label": "同意", "to": "item:part"}, {"label": "不同意", "to": "exit:court"}],
        },
    },
    "exits": {"court": {"title": "去法院", "body": "登记机关办不了。", "place": "基层人民法院", "words": ["起诉"]}},
}  # fmt: skip
CODES = {"wed", "part"}


def changed(path, value):
    """改一处：路径用点分开。"""
    body = copy.deepcopy(BODY)
    *way, last = path.split(".")
    at = body
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return body


def test_a_walk_goes_from_the_first_question_to_an_item_or_an_exit():
    assert questions.faults(BODY, CODES) == []
    assert questions.walk(BODY, {}).at == "what"
    place = questions.walk(BODY, {"what": 1, "agree": 1})
    assert place.at == "exit:court" and place.arrived
    assert [(answer.key, answer.label) for answer in place.trail] == [("what", "离婚"), ("agree", "不同意")]
    assert questions.walk(BODY, {"what": 7}).at == "what"
    assert questions.walk(BODY, {"agree": 0}).at == "what"  # 跳着答的不算
    assert questions.item_codes(BODY) == ["wed", "part"]
    assert questions.exits_for(BODY, "我要起诉离婚")[0]["title"] == "去法院"


@pytest.mark.clause("S1")
@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ([], "要有且只有"),
        (changed("questions", {}), "还没有题目"),
        (changed("questions", []), "{键：内容}"),
        (changed("start", "nowhere"), "从哪一题开头"),
        (changed("questions.what.text", " "), "要有题目"),
        (changed("questions.what.hint", "x"), "只能有"),
        (changed("questions.agree.help", 3), "说明"),
        (changed("questions.what.options", [{"label": "结婚", "to": "item:wed"}]), "至少要有两个选项"),
        (changed("questions.what.options.0", {"label": "结婚"}), "文字和去处"),
        (changed("questions.what.options.0.label", "离婚"), "选项重复"),
        (changed("questions.what.options.0.to", "item:gone"), "不存在，或者现在不办"),
        (changed("questions.what.options.0.to", "nowhere"), "去处“nowhere”不存在"),
        (changed("questions.what.options.0.to", "exit:nowhere"), "去处“exit:nowhere”不存在"),
        (changed("questions.agree.options.0.to", "what"), "绕成了圈：办什么？ → 都同意吗？ → 办什么？"),
        (changed("questions.what.options.1.to", "item:part"), "“都同意吗？”一题走不到"),
        (changed("questions.agree.options.1.to", "item:wed"), "出口“去法院”走不到"),
        (changed("exits.court.place", ""), "缺去哪里"),
        (changed("exits.court.words", "起诉"), "words 是一列词"),
        (changed("exits.court.fax", "1"), "只能有"),
    ],
)
def test_faulty_questions_say_what_is_wrong(body, fault):
    assert fault in "；".join(questions.faults(body, CODES))


@pytest.fixture
def b(bureau):
    for code, name in (("wed", "结婚登记"), ("part", "离婚登记")):
        makers.published(bureau, makers.item(bureau, code, name=name, theme="marriage"))
    return bureau


def told(**changes):
    return {"title": "婚姻的事", "theme": "marriage", "position": 1, "body": BODY, **changes}


def test_questions_are_kept_with_a_line_in_the_journal(b):
    assert deeds.keep(key="marriage", told=told(), by=b.editor, at=b.at)
    assert not deeds.keep(key="marriage", told=told(), by=b.editor, at=b.at)
    assert [line.verb for line in Entry.objects.about(QuestionSet.objects.get())] == ["catalog.questions.keep"]
    with pytest.raises(PermissionDenied):
        deeds.keep(key="marriage", told=told(title="改"), by=b.clerk_a, at=b.at)


def test_an_item_that_is_no_longer_offered_cannot_be_led_to(b):
    publishing.retire(guide=Item.objects.get(code="wed").guides.get(), by=b.editor, at=b.at, reason="示例")
    with pytest.raises(deeds.WrongQuestions, match="现在不办"):
        deeds.keep(key="marriage", told=told(), by=b.editor, at=b.at)


def test_files_load_all_or_none_and_never_over_an_editors_change(b, tmp_path):
    good = {"key": "marriage", "title": "婚姻的事", "theme": "marriage", **BODY}
    files = [tmp_path / "marriage.json", tmp_path / "wrong.json"]
    files[0].write_text(json.dumps(good, ensure_ascii=False))
    files[1].write_text("{")
    with pytest.raises(deeds.WrongQuestions, match="读不出来"):
        deeds.load(paths=files, by=b.system, at=b.at)
    assert not QuestionSet.objects.exists()
    assert deeds.load(paths=files[:1], by=b.system, at=b.at) == ["marriage：题目“婚姻的事”已更新"]
    assert deeds.load(paths=files[:1], by=b.system, at=b.at) == []
    deeds.keep(key="marriage", told=told(title="人改过的"), by=b.editor, at=b.at)
    assert "改过，没有覆盖" in deeds.load(paths=files[:1], by=b.system, at=b.at)[0]
    assert QuestionSet.objects.get().title == "人改过的"


def test_a_discarded_draft_does_not_stop_loading_for_ever(b, tmp_path):
    """有没有公布的改动的不覆盖；丢弃了的，等于没有人改过。"""
    good = {"key": "marriage", "title": "婚姻的事", "theme": "marriage", **BODY}
    file = tmp_path / "marriage.json"
    file.write_text(json.dumps(good, ensure_ascii=False))
    deeds.load(paths=[file], by=b.system, at=b.at)
    one = QuestionSet.objects.get()
    deeds.revise(questions=one, change=lambda old: editing.add_question(old, "再问？")[0], what="示例", by=b.editor,
                 at=b.at)  # fmt: skip
    file.write_text(json.dumps({**good, "title": "新的名称"}, ensure_ascii=False))
    assert "没有覆盖" in deeds.load(paths=[file], by=b.system, at=b.at)[0]
    assert QuestionSet.objects.get().draft is not None
    deeds.discard(questions=one, by=b.editor, at=b.at)
    assert deeds.load(paths=[file], by=b.system, at=b.at) == ["marriage：题目“新的名称”已更新"]


def test_a_set_begun_by_hand_is_not_loaded_over(b, tmp_path):
    good = {"key": "marriage", "title": "婚姻的事", "theme": "marriage", **BODY}
    (tmp_path / "marriage.json").write_text(json.dumps(good, ensure_ascii=False))
    deeds.begin(key="marriage", told={"title": "自己起的", "theme": "marriage", "position": 3}, by=b.editor, at=b.at)
    assert "没有覆盖" in deeds.load(paths=[tmp_path / "marriage.json"], by=b.system, at=b.at)[0]
    deeds.discard(questions=QuestionSet.objects.get(), by=b.editor, at=b.at)
    assert "没有覆盖" in deeds.load(paths=[tmp_path / "marriage.json"], by=b.system, at=b.at)[0]


def test_an_editor_changes_what_a_set_is_called(client, b):
    """名称、停用在这一页改；题目在编辑页一题一题地改(test_question_editor)。"""
    people.sign_in(client, b.editor)
    deeds.keep(key="marriage", told=told(), by=b.editor, at=b.at)
    one = QuestionSet.objects.get()
    change = reverse("admin:catalog_questionset_change", args=[one.pk])
    page = client.get(change).content.decode()
    assert "事项：离婚登记" in page and "出口：去法院" in page and "再问：都同意吗？" in page
    assert reverse("admin:catalog_questionset_tree", args=[one.pk]) in page and "<textarea" not in page
    form = {"title": "改了", "theme": "marriage", "position": "1"}
    publishing.retire(guide=Item.objects.get(code="wed").guides.get(), by=b.editor, at=b.at, reason="示例")
    assert "现在不办" in client.post(change, form).content.decode()
    client.post(change, {**form, "retired": "on"})
    one.refresh_from_db()
    assert (one.title, one.retired, one.body) == ("改了", True, BODY)
    assert client.get(reverse("admin:catalog_questionset_changelist")).status_code == 200
