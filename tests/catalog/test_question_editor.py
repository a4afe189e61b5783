"""对号入座的编辑页：不写 JSON，加题、改选项、指去处；改的是没有公布的一份；写得不对的公布不了，用中文说。"""

import pytest
from django.urls import reverse

from catalog.actions import questions as deeds
from catalog.models import QuestionSet
from catalog.rules import questions as rules
from catalog.rules import questions_editing as editing
from office.journal.models import Entry
from tests import makers as people
from tests.catalog import makers
from tests.catalog.test_questions import BODY, told


@pytest.fixture
def b(bureau):
    parent = makers.item(bureau, "marriage", name="婚姻登记", theme="marriage")
    for code, name in (("wed", "结婚登记"), ("part", "离婚登记"), ("again", "补领结婚证")):
        makers.published(bureau, makers.item(bureau, code, name=name, theme="marriage", parent=parent))
    return bureau


@pytest.fixture
def kept(b):
    deeds.keep(key="marriage", told=told(), by=b.editor, at=b.at)
    return QuestionSet.objects.get()


@pytest.fixture
def editor(client, b):
    people.sign_in(client, b.editor)
    return client


def at(one, name="", *args):
    return reverse(f"admin:catalog_questionset_tree{'_' if name else ''}{name}", args=[one.pk, *args])


def said(answer) -> str:
    return answer.content.decode()


def options(*pairs) -> dict:
    """选项的几行：文字和去处。"""
    rows = {f"options-{n}-label": label for n, (label, _to) in enumerate(pairs)}
    return {"options-total": str(len(pairs)), **rows, **{f"options-{n}-to": to for n, (_label, to) in enumerate(pairs)}}


STRAIGHT = options(("结婚", "item:wed"), ("离婚", "item:part"))  # 不再问“都同意吗？”


@pytest.mark.clause("S1")
def test_a_set_is_made_from_nothing_without_json(editor, b):
    add = {"key": "home", "title": "家里的事", "theme": "marriage", "position": "3"}
    answer = editor.post(reverse("admin:catalog_questionset_add"), add)
    one = QuestionSet.objects.get(key="home")
    assert answer.url == at(one) and one.retired
    assert "还没有题目" in said(editor.get(at(one)))
    assert editor.get(reverse("hall:which-one", args=["home"])).status_code == 404

    answer = editor.post(at(one, "add_question"), {"question-text": "您要办什么？"})
    first = "nin_yao_ban_shen_me"
    assert answer.url == at(one, "question", first)
    editor.post(at(one, "add_exit"), {"exit-title": "去派出所"})
    page = said(editor.get(at(one)))
    assert "至少要有两个选项" in page and "出口“去派出所”：缺怎么说、去哪里" in page
    assert f'action="{at(one, "publish")}"' not in page, "有毛病的没有公布按钮"
    assert "至少要有两个选项" in said(editor.post(at(one, "publish"), follow=True))

    editor.post(at(one, "exit", "qu_pai_chu_suo"), {
        "title": "去派出所", "body": "户口的事归公安。", "place": "就近的派出所", "phone": "", "words": "户口\n改名\n",
    })  # fmt: skip
    told = {
        "text": "您要办什么？",
        "help": "选一样。",
        **options(("结婚", "item:wed"), ("改名字", "exit:qu_pai_chu_suo")),
    }
    assert editor.post(at(one, "question", first), told).status_code == 302
    page = said(editor.get(at(one)))
    assert "→ 事项：结婚登记" in page and "→ 出口：去派出所" in page and f'action="{at(one, "publish")}"' in page
    assert "同一个主项下面，还有问不到的子项" in page and "<li>补领结婚证</li>" in page and "<li>离婚登记</li>" in page

    assert "已公布" in said(editor.post(at(one, "publish"), follow=True))
    one.refresh_from_db()
    assert (one.retired, one.draft) == (False, None)
    assert one.body["exits"]["qu_pai_chu_suo"]["words"] == ["户口", "改名"]
    assert rules.faults(one.body, {"wed"}) == []
    assert "您要办什么？" in said(editor.get(reverse("hall:which-one", args=["home"])))
    verbs = list(Entry.objects.about(one).values_list("verb", flat=True))
    assert verbs[0] == "catalog.questions.begin" and verbs[-1] == "catalog.questions.keep"
    assert verbs.count("catalog.questions.revise") == 4


@pytest.mark.clause("S1")
@pytest.mark.parametrize("deed", ["publish", "discard"])
def test_what_somebody_else_changed_meanwhile_is_not_published_unseen(editor, kept, deed):
    change = {"text": "甲改的？", **options(("结婚", "item:wed"), ("离婚", "agree"))}
    editor.post(at(kept, "question", "what"), change)
    mark = editor.get(at(kept)).context["opened"]
    editor.post(at(kept, "question", "what"), {**change, "text": "乙改的？"})
    assert "别人刚改过" in said(editor.post(at(kept, deed), {"opened": mark}, follow=True))
    kept.refresh_from_db()
    assert kept.draft["questions"]["what"]["text"] == "乙改的？" and kept.body == BODY
    editor.post(at(kept, deed), {"opened": editor.get(at(kept)).context["opened"]})
    kept.refresh_from_db()
    assert kept.draft is None and (kept.body != BODY) == (deed == "publish")


@pytest.mark.clause("S1")
def test_what_is_changed_is_not_public_until_published(editor, kept):
    rows = options(("离婚", "agree"), ("结婚", "item:wed"), ("补证", "item:again"))
    editor.post(at(kept, "question", "what"), {"text": "要办哪一样？", **rows})
    kept.refresh_from_db()
    assert kept.body == BODY and kept.draft["questions"]["what"]["text"] == "要办哪一样？"
    assert [one["label"] for one in kept.draft["questions"]["what"]["options"]] == ["离婚", "结婚", "补证"]
    assert "有没有公布的改动" in said(editor.get(at(kept)))
    public = said(editor.get(reverse("hall:which-one", args=["marriage"])))
    assert "办什么？" in public and "要办哪一样？" not in public
    editor.post(at(kept, "discard"))
    kept.refresh_from_db()
    assert kept.draft is None and "没有要丢弃的改动" in said(editor.post(at(kept, "discard"), follow=True))
    assert "没有要公布的改动" in said(editor.post(at(kept, "publish"), follow=True))
    editor.post(at(kept, "question", "what"), {"text": "办什么？", **options(("结婚", "item:wed"), ("离婚", "agree"))})
    kept.refresh_from_db()
    assert kept.draft is None, "改回原样就是没有改动"


def test_options_move_and_go_by_their_order(editor, kept):
    rows = options(("结婚", "item:wed"), ("离婚", "agree"), ("补证", "item:again"))
    moved = {"options-2-order": "1", "options-0-order": "2", "options-1-order": "3"}
    editor.post(at(kept, "question", "what"), {"text": "办什么？", **rows, **moved})
    kept.refresh_from_db()
    assert [one["label"] for one in kept.working["questions"]["what"]["options"]] == ["补证", "结婚", "离婚"]
    editor.post(at(kept, "question", "what"), {"text": "办什么？", **rows, "options-2-gone": "on"})
    kept.refresh_from_db()
    assert kept.draft is None


@pytest.mark.clause("S1")
def test_faults_are_said_in_words_people_use(editor, kept):
    rows = options(("结婚", ""), ("离婚", "agree"))
    editor.post(at(kept, "question", "what"), {"text": "办什么？", **rows})
    assert "“办什么？”一题：每个选项都要写文字和去处" in said(editor.get(at(kept)))
    editor.post(
        at(kept, "question", "what"), {"text": "办什么？", **options(("结婚", "item:wed"), ("离婚", "item:part"))}
    )
    page = said(editor.get(at(kept)))
    assert "“都同意吗？”一题走不到，没有选项通到它" in page and "公布</button>" not in page
    circle = editing.put_question(BODY, "agree", {"text": "都同意吗？", "options": [
        {"label": "同意", "to": "what"}, {"label": "不同意", "to": "exit:court"}]})  # fmt: skip
    assert rules.faults(circle, {"wed", "part"}) == ["题目绕成了圈：办什么？ → 都同意吗？ → 办什么？"]


def test_a_circle_cannot_be_chosen(editor, kept):
    """选项里没有走过的题；换开头在要换的那一题上勾。"""
    page = said(editor.get(at(kept, "question", "agree")))
    assert '<option value="what"' not in page and '<option value="item:part" selected>' in page
    assert "从这一题开头" in page and "从这一题开头" not in said(editor.get(at(kept, "question", "what")))
    rows = options(("同意", "item:part"), ("不同意", "exit:court"))
    editor.post(at(kept, "question", "agree"), {"text": "都同意吗？", "start": "on", **rows})
    kept.refresh_from_db()
    assert kept.draft["start"] == "agree"
    assert "“办什么？”一题走不到" in said(editor.get(at(kept)))


@pytest.mark.clause("S1")
def test_a_forbidden_way_is_refused_and_what_was_typed_stays(editor, kept):
    """直接交上来的去处也要核对：绕成圈的、已经删去的都不收，填的还在。"""
    for to in ("what", "agree", "exit:gone", "item:gone"):
        rows = options(("都同意", to), ("不同意", "exit:court"))
        answer = editor.post(at(kept, "question", "agree"), {"text": "都同意吗？", **rows})
        assert answer.status_code == 422 and "选项“都同意”去不了那里，请重新选" in said(answer), to
    kept.refresh_from_db()
    assert kept.draft is None
    assert editor.get(at(kept), {"what": "1", "agree": "0"}).status_code == 200


@pytest.mark.clause("S1")
def test_two_tabs_do_not_make_a_circle(editor, b, kept):
    """两题都还没有连上，各开一页：先存的算数，后存的不能绕回来。"""
    for text in ("甲？", "乙？"):
        deeds.revise(questions=kept, change=lambda old, text=text: editing.add_question(old, text)[0],
                     what="示例", by=b.editor, at=b.at)  # fmt: skip
    editor.post(
        at(kept, "question", "jia"), {"text": "甲？", "start": "on", **options(("去乙", "yi"), ("结婚", "item:wed"))}
    )
    answer = editor.post(at(kept, "question", "yi"), {"text": "乙？", **options(("回甲", "jia"), ("结婚", "item:wed"))})
    assert answer.status_code == 422
    kept.refresh_from_db()
    assert [one["to"] for one in kept.draft["questions"]["yi"]["options"]] == []
    assert "甲？" in said(editor.get(at(kept), {"jia": "0", "yi": "0"}))


def test_a_walk_in_a_circle_ends():
    """改到一半的题目可以绕成圈：试走走到走过的一题为止。"""
    ring = {"a": {"text": "甲？", "options": [{"label": "去乙", "to": "b"}]},
            "b": {"text": "乙？", "options": [{"label": "回甲", "to": "a"}]}}  # fmt: skip
    place = rules.walk({"start": "a", "questions": ring, "exits": {}}, {"a": 0, "b": 0})
    assert ([answer.key for answer in place.trail], place.at, place.arrived) == (["a", "b"], "a", False)


# 两个人一起改 --------------------------------------------------------------


def opened(client, url) -> str:
    """打开一页，取它带着的摘要：存的时候核对别人有没有改过。"""
    return client.get(url).context["opened"]


@pytest.mark.clause("S1")
@pytest.mark.parametrize("part", ["question", "exit"])
def test_two_editors_of_one_question_or_exit(editor, kept, part):
    """两个人都打开了，先存的算数；后存的收到一句话，填的还在，看过了再存才盖过去。"""
    rows = options(("结婚", "item:wed"), ("离婚", "agree"))
    key, told, name = {
        "question": ("what", {"text": "办什么？", **rows}, "text"),
        "exit": ("court", {"title": "去法院", "body": "说明", "place": "法院"}, "title"),
    }[part]
    url = at(kept, part, key)
    mark = opened(editor, url)
    assert editor.post(url, {**told, name: "甲改的", "opened": mark}).status_code == 302
    late = editor.post(url, {**told, name: "乙改的", "opened": mark})
    assert late.status_code == 422 and "别人刚改过" in said(late) and "乙改的" in said(late)
    kept.refresh_from_db()
    assert "甲改的" in str(kept.draft) and "乙改的" not in str(kept.draft)
    assert editor.post(url, {**told, name: "乙改的", "opened": late.context["opened"]}).status_code == 302
    kept.refresh_from_db()
    assert "乙改的" in str(kept.draft)


@pytest.mark.clause("S1")
def test_different_questions_do_not_get_in_each_others_way(editor, kept):
    one, other = at(kept, "question", "what"), at(kept, "exit", "court")
    marks = [opened(editor, url) for url in (one, other)]
    rows = options(("结婚", "item:wed"), ("离婚", "agree"))
    assert editor.post(one, {"text": "甲？", **rows, "opened": marks[0]}).status_code == 302
    out = {"title": "去法院", "body": "说明", "place": "法院", "opened": marks[1]}
    assert editor.post(other, out).status_code == 302


@pytest.mark.clause("S1")
def test_what_came_to_be_used_is_not_removed(editor, kept, monkeypatch):
    """看的时候没有选项通到它，按下去之前别人指了过来：锁住以后再看一遍。"""
    alone = editing.put_question(BODY, "what", {"text": "办什么？", "options": [
        {"label": "结婚", "to": "item:wed"}, {"label": "离婚", "to": "item:part"}]})  # fmt: skip
    stale = QuestionSet.objects.get()
    stale.draft = alone  # 这个请求读到的
    monkeypatch.setattr("catalog.admin.questions.QuestionSetAdmin.get_object", lambda *args, **kwargs: stale)
    answer = editor.post(at(kept, "remove_question", "agree"), follow=True)
    assert "还有选项通到它" in said(answer)
    assert "agree" in QuestionSet.objects.get().working["questions"]
    assert QuestionSet.objects.get().draft is None


@pytest.mark.parametrize("part", ["question", "exit"])
def test_two_who_add_the_same_each_get_their_own(editor, kept, monkeypatch, part):
    """同一刻加了同名的一题、一个出口：接着填的是自己加的那一个。"""
    stale = QuestionSet.objects.get()
    told = {"question-text": "丙", "exit-title": "丙"}
    assert editor.post(at(kept, f"add_{part}"), told).url == at(kept, part, "bing")
    monkeypatch.setattr("catalog.admin.questions.QuestionSetAdmin.get_object", lambda *args, **kwargs: stale)
    assert editor.post(at(kept, f"add_{part}"), told).url == at(kept, part, "bing_2")


def test_a_removed_question_was_looked_at(editor, kept):
    """打开删去的一页以后，别人又改过那一题：不删。"""
    editor.post(at(kept, "add_question"), {"question-text": "丙？"})
    mark = opened(editor, at(kept, "remove_question", "bing"))
    editor.post(at(kept, "question", "bing"), {"text": "改过的丙？", **options(("结婚", "item:wed"))})
    answer = editor.post(at(kept, "remove_question", "bing"), {"opened": mark}, follow=True)
    assert "别人刚改过" in said(answer)
    kept.refresh_from_db()
    assert "bing" in kept.draft["questions"]


def test_a_new_set_says_it_has_no_questions(editor, b):
    deeds.begin(key="home", told={"title": "家", "theme": "marriage", "position": 3}, by=b.editor, at=b.at)
    assert rules.faults(QuestionSet.objects.get(key="home").working, ()) == ["还没有题目"]
    page = said(editor.get(at(QuestionSet.objects.get(key="home"))))
    assert "{键：内容}" not in page


def test_describing_keeps_what_was_published_meanwhile(b, kept):
    """改名称的时候，题目用锁住以后读到的：同一刻公布的不退回去。"""
    stale = QuestionSet.objects.get()
    renewed = editing.put_exit(BODY, "court", {**BODY["exits"]["court"], "title": "新"})
    deeds.keep(key="marriage", told=told(body=renewed), by=b.editor, at=b.at)
    deeds.describe(questions=stale, told={"title": "换名称"}, by=b.editor, at=b.at)
    kept.refresh_from_db()
    assert (kept.title, kept.body["exits"]["court"]["title"]) == ("换名称", "新")


def test_nothing_is_removed_while_an_option_leads_there(editor, kept):
    told = {"question": ("agree", "“办什么？”的选项“离婚”"), "exit": ("court", "“都同意吗？”的选项“不同意”")}
    for name, (key, use) in told.items():
        page = said(editor.post(at(kept, f"remove_{name}", key)))
        assert use in page and "确定删去" not in page
    kept.refresh_from_db()
    assert kept.draft is None
    editor.post(
        at(kept, "question", "what"), {"text": "办什么？", **options(("结婚", "item:wed"), ("离婚", "item:part"))}
    )
    assert "确定删去" in said(editor.get(at(kept, "remove_question", "agree")))
    editor.post(at(kept, "remove_question", "agree"))
    editor.post(at(kept, "remove_exit", "court"))
    kept.refresh_from_db()
    assert set(kept.draft["questions"]) == {"what"} and kept.draft["exits"] == {}
    assert editor.get(at(kept, "question", "agree")).status_code == 404


@pytest.mark.clause("S1")
def test_the_preview_and_the_walk(editor, kept):
    before = kept.body
    told = {"text": "您想办什么？", **options(("结婚", "item:wed"), ("离婚", "agree")), "preview": "part"}
    part = said(editor.post(at(kept, "question", "what"), told)).strip()
    assert part.startswith('<aside class="editor__preview" id="live"') and "您想办什么？" in part
    assert "照现在填的画的，还没有保存" in part and "→ 再问：都同意吗？" in part
    bad = said(editor.post(at(kept, "question", "what"), {**told, "options-1-to": "", "preview": "whole"}))
    assert "公布以前要改好" in bad and "每个选项都要写文字和去处" in bad and "<html" in bad
    kept.refresh_from_db()
    assert (kept.body, kept.draft) == (before, None)
    assert "都同意吗？" in said(editor.get(at(kept), {"what": "1"}))
    end = said(editor.get(at(kept), {"what": "1", "agree": "1"}))
    assert "基层人民法院" in end and "从头再走一遍" in end
    assert "群众从这里进办事指南" in said(editor.get(at(kept), {"what": "0"}))
    assert editor.get(at(kept), {"what": "99", "x": "一"}).status_code == 200


def test_only_those_who_keep_the_catalogue(client, b, kept):
    for user in (b.auditor, b.chief, b.clerk_a):
        people.sign_in(client, user)
        assert client.get(at(kept)).status_code in (302, 403), user
        assert client.post(at(kept, "add_question"), {"question-text": "x"}).status_code in (302, 403), user
    kept.refresh_from_db()
    assert kept.draft is None


def test_an_item_no_longer_offered_stays_in_sight(editor, b, kept):
    """指着的事项不办了：选项里还看得见它，说明不行，不会悄悄换掉。"""
    guide = makers.Guide.objects.get(item__code="wed")
    makers.publishing.retire(guide=guide, by=b.editor, at=b.at, reason="示例")
    page = said(editor.get(at(kept, "question", "what")))
    assert "现在指着、但是不行的" in page and "wed（不存在，或者现在不办、不公开）" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(editor, b, kept, count, django_assert_num_queries):
    for number in range(count):
        deeds.revise(questions=kept, change=lambda old, n=number: editing.add_question(old, f"第{n}问？")[0],
                     what="示例", by=b.editor, at=b.at)  # fmt: skip
    editor.get(at(kept))
    with django_assert_num_queries(QUERIES):
        editor.get(at(kept))


QUERIES = 10


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_once_what_is_offered(editor, b, count, django_assert_num_queries):
    for number in range(count):
        deeds.keep(key=f"set-{number}", told=told(title=f"第{number}组"), by=b.editor, at=b.at)
    url = reverse("admin:catalog_questionset_changelist")
    editor.get(url)
    with django_assert_num_queries(LISTED):
        assert editor.get(url).status_code == 200


LISTED = 8
