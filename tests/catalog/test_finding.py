"""找得到：一句话怎样拆，事项怎样被找到，没有搜到的怎样记。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from catalog.actions import finding as deeds
from catalog.actions import keeping
from catalog.models import Item, Miss, Synonym
from catalog.rules import finding
from office.journal.models import Entry
from tests import makers as people
from tests.catalog import makers


def test_search_text():
    assert finding.search_text(" she hui tuan'ti ") == "shehuituanti"
    assert finding.search_text("社會團體 登记！") == "社会团体 登记"
    assert finding.search_text("ＤＢ　") == "db"
    assert finding.search_text("   ") == finding.search_text("%？") == ""
    assert finding.pinyin_key("低保", "") == "dibao db"
    assert finding.pinyin_key("结婚登记(内地居民)") == "jiehundengji jhdj neidijumin ndjm"


def test_a_question_loses_its_small_talk_but_not_its_matter():
    words = [word for word, _boost, _spot in finding.ask("请问家里困难怎么申请补助？", {}).words]
    assert {"家里", "里困", "困难", "补助"} < set(words) and not {"怎么", "申请", "难补"} & set(words)
    assert finding.ask("怎么办理", {}).words  # 全是客套话，也总要试一试


def test_a_search_that_is_noted_shows_nobody():
    told = "我的身份证44080219900101123X，电话 138-0000-0000，a@b.cn"
    assert not any(digit in finding.masked(told) for digit in "0123456789")
    assert finding.masked("80岁老人补贴") == "80岁老人补贴"
    assert len(finding.masked("长" * 500)) == finding.LONGEST


# 事项怎样被找到 --------------------------------------------------------


@pytest.fixture
def b(bureau):
    """低保、社团成立、结婚三项，各有指南。"""
    names = {
        "aid": {
            "name": "最低生活保障审核确认",
            "short_name": "低保",
            "aliases": "申请低保 困难补助",
            "theme": "relief",
        },
        "club": {"name": "社会团体成立登记", "aliases": "办协会"},
        "wed": {"name": "结婚登记(内地居民)", "aliases": "领结婚证", "theme": "marriage"},
    }
    for code, fields in names.items():
        makers.published(bureau, makers.item(bureau, code, **fields))
    return bureau


def found(text):
    return [item.code for item in Item.objects.search(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("低保", "aid"), ("dibao", "aid"), ("DB", "aid"), ("ｄｂ", "aid"), ("最低生活保障", "aid"), ("困難補助", "aid"),
        ("地保", "aid"), ("dibaoo", "aid"), ("shenghuobaozhan", "aid"), ("shenghuobaozhagn", "aid"), ("接婚证", "wed"),
        ("我想領結婚證要去哪裡", "wed"), ("怎么办协会？", "club"), ("买火车票", None), ("？！", None),
    ],
)  # fmt: skip
def test_everyday_words_pinyin_slips_and_traditional_characters_find_it(b, text, code):
    assert found(text)[:1] == ([code] if code else [])


def test_a_change_of_name_or_guide_is_found_at_once(b):
    item = Item.objects.get(code="club")
    item.aliases = "成立商会"
    keeping.keep_item(item=item, by=b.editor, at=b.at)
    assert found("成立商会") == ["club"] and "办协会" not in item.words.values_list("word", flat=True)
    draft = deeds.Item.objects.get(code="wed").guides.get()
    assert found("示例事项写在这里")  # 指南的内容也算
    assert draft.item.words.filter(word="写在").exists()


def test_a_child_is_found_by_its_parent(b):
    parent = makers.item(b, "change", name="民办非企业单位变更登记")
    child = makers.item(b, "change-name", name="名称变更", parent=parent)
    makers.published(b, child)
    assert found("民办非企业单位变更名称")[0] == "change-name"


def test_rebuilding_gives_the_same_words(b):
    before = set(Item.objects.get(code="aid").words.values_list("word", "weight"))
    Item.objects.get(code="aid").words.all().delete()
    assert found("低保") == []
    call_command("rebuild_search", verbosity=0)
    assert set(Item.objects.get(code="aid").words.values_list("word", "weight")) == before
    assert found("低保") == ["aid"]


# 同义词 ---------------------------------------------------------------


def keep(b, said, means="", items=(), by=None, **more):
    chosen = list(Item.objects.filter(code__in=items))
    return deeds.keep_synonym(said=said, means=means, items=chosen, by=by or b.editor, at=b.at, **more)


def test_a_synonym_leads_to_words_or_to_items(b):
    assert found("揭不开锅了") == []
    kept = keep(b, "揭不開鍋", means="低保")
    assert kept.said == "揭不开锅" and found("揭不开锅了怎么办") == ["aid"]
    keep(b, "扯证", items=["wed"])
    assert found("我要去扯证") == ["wed"] and found("chezheng") == ["wed"]
    assert [line.verb for line in Entry.objects.about(kept)] == ["catalog.synonym.keep"]


def test_a_retired_synonym_leads_nowhere(b):
    kept = keep(b, "扯证", items=["wed"])
    keep(b, "扯证", items=["wed"], synonym=kept, retired=True)
    assert found("扯证") == [] and found("chezheng") == []


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"said": "？"}, "请写群众的说法"),
        ({"said": "扯证"}, "等于哪些词"),
        ({"said": "揭不开锅", "means": "低保"}, "已经有了"),
    ],
)
def test_faulty_synonyms_are_refused(b, told, fault):
    keep(b, "揭不开锅", means="低保")
    with pytest.raises(deeds.WrongSynonym, match=fault):
        keep(b, **told)
    with pytest.raises(PermissionDenied):
        keep(b, "扯证", items=["wed"], by=b.clerk_a)


# 没有搜到的 -----------------------------------------------------------


def test_what_is_not_found_is_counted_by_day_and_shows_nobody(client, b):
    for _twice in range(2):
        page = client.get(reverse("hall:items"), {"q": "买火车票 13800000001"}).content.decode()
    assert "没有找到" in page
    miss = Miss.objects.get()
    assert miss.text == "买火车票＊" or miss.text == "买火车票 ＊"
    assert (miss.total, [day.count for day in miss.days.all()]) == (2, [2])
    client.get(reverse("hall:items"), {"q": "低保"})
    client.get(reverse("hall:items"), {"q": "买火车票", "theme": "relief"})  # 加了筛选的不算
    assert Miss.objects.count() == 1


def test_an_editor_turns_a_miss_into_a_synonym(client, b):
    client.get(reverse("hall:items"), {"q": "扯證"})
    people.sign_in(client, b.editor)
    page = client.get(reverse("admin:catalog_miss_changelist")).content.decode()
    add = reverse("admin:catalog_synonym_add") + "?said=%E6%89%AF%E8%AD%89"
    assert add in page
    form = client.get(add).content.decode()
    assert 'value="扯證"' in form and "结婚登记(内地居民)" in form
    wed = Item.objects.get(code="wed")
    answer = client.post(add, {"said": "扯證", "means": "", "items": [wed.pk]})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Synonym.objects.get().said == "扯证" and Miss.objects.get().settled == "同义词：扯证"
    assert found("扯证") == ["wed"]
    again = client.post(add, {"said": "扯证", "means": "结婚"}).content.decode()
    assert "已经有了" in again
    change = reverse("admin:catalog_synonym_change", args=[Synonym.objects.get().pk])
    client.post(change, {"said": "扯证", "means": "结婚", "items": []})
    assert (Synonym.objects.get().means, Synonym.objects.get().items.count()) == ("结婚", 0)


def test_an_editor_dismisses_what_is_not_ours(client, b):
    deeds.note_miss(text="买火车票", at=b.at)
    people.sign_in(client, b.editor)
    told = {"action": "dismiss", "_selected_action": [Miss.objects.get().pk], "reason": "铁路部门的事"}
    client.post(reverse("admin:catalog_miss_changelist"), told)
    assert Miss.objects.get().settled == "不用管：铁路部门的事"
    with pytest.raises(PermissionDenied):
        deeds.dismiss(miss=Miss.objects.get(), reason="示例", by=b.clerk_a, at=b.at)
