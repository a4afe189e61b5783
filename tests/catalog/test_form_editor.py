"""申请表的编辑页：不写代码，加页、加格、写条件；删之前先看哪里用到；只有本机关的目录管理员。"""

import pytest
from django.urls import reverse

from catalog.actions import forming, publishing
from catalog.models import Guide, Item, Material
from catalog.rules import check_form
from catalog.rules.forms import editing
from catalog.states import GuideState
from office.journal.models import Entry
from tests import makers as people
from tests.catalog import makers
from tests.catalog.pages import deed

PAGES = {"pages": [{"key": "basic", "title": "基本情况", "fields": [
    {"key": "why", "kind": "choice", "label": "为什么办", "required": True,
     "choices": [["new", "新办"], ["lost", "遗失"]]},
    {"key": "lost_on", "kind": "date", "label": "遗失日期", "required": True,
     "when": {"field": "why", "equals": "lost"}},
]}]}  # fmt: skip
LOST = {"mode": "all", "conditions-total": "1", "conditions-0-field": "why", "conditions-0-op": "equals",
        "conditions-0-option": "why=lost"}  # fmt: skip
ALWAYS = {"mode": "always", "conditions-total": "0"}


@pytest.fixture
def draft(bureau):
    return makers.draft(bureau, makers.item(bureau), form=PAGES)


@pytest.fixture
def editor(client, bureau):
    people.sign_in(client, bureau.editor)
    return client


def at(guide, name="", *args):
    return reverse(f"admin:catalog_guide_form{'_' if name else ''}{name}", args=[guide.pk, *args])


def fresh(guide) -> dict:
    guide.refresh_from_db()
    return guide.form


def field_of(guide, key) -> dict:
    return next(f for page in fresh(guide)["pages"] for f in page["fields"] if f["key"] == key)


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.clause("S5")
def test_an_editor_makes_a_form_from_nothing_without_code(editor, bureau):
    draft = makers.draft(bureau, makers.item(bureau, "empty"))
    assert "还没有申请表" in text(editor.get(at(draft)))
    editor.post(at(draft, "add_page"), {"page-title": "家庭情况"})
    assert fresh(draft) == {"pages": [{"key": "jia_ting_qing_kuang", "title": "家庭情况", "fields": []}]}
    page = "jia_ting_qing_kuang"
    answer = editor.post(at(draft, "add_field", page), {"field-label": "有没有重病", "field-kind": "choice"})
    ill = "you_mei_you_zhong_bing"
    assert answer.url == at(draft, "field", ill)
    told = {"label": "有没有重病", "kind": "choice", "required": "on", "help": "照实填。", **ALWAYS,
            "choices-total": "3", "choices-0-label": "没有", "choices-0-rest": '{"value": "no"}',
            "choices-1-label": "有", "choices-2-label": "说不清"}  # fmt: skip
    editor.post(at(draft, "field", ill), told)
    assert field_of(draft, ill)["choices"] == [["no", "没有"], ["you", "有"], ["shuo_bu_qing", "说不清"]]

    editor.post(at(draft, "add_field", page), {"field-label": "得的什么病", "field-kind": "text"})
    which = "de_de_shi_me_bing" if "de_de_shi_me_bing" in str(fresh(draft)) else "de_de_shen_me_bing"
    shown = text(editor.get(at(draft, "field", which)))
    assert '<optgroup label="有没有重病">' in shown and f'value="{ill}=you"' in shown
    told = {"label": "得的什么病", "kind": "text", "required": "on", "sample": "慢性肾病", "mode": "all",
            "conditions-total": "1", "conditions-0-field": ill, "conditions-0-op": "equals",
            "conditions-0-option": f"{ill}=you", "checks-total": "1", "checks-0-op": "max_length",
            "checks-0-value": "30"}  # fmt: skip
    answer = editor.post(at(draft, "field", which), told, follow=True)
    assert "“得的什么病”已保存" in text(answer)
    made = field_of(draft, which)
    assert made["when"] == {"field": ill, "op": "equals", "value": "you"}
    assert made["checks"] == [{"op": "max_length", "value": 30}] and made["sample"] == "慢性肾病"
    assert check_form(draft.form) == []
    page_text = text(answer)
    assert "仅当“有没有重病”为“有”时问" in page_text and 'id="id_preview-' in page_text
    assert "“有没有重病”为“有”时才填" in page_text, "旁边就是申请人看到的样子"


def test_a_conditional_material_is_set_without_code(editor, draft):
    Material.objects.create(guide=draft, key="notice", **makers.MATERIAL | {"name": "登报声明"})
    assert "一律要" in text(editor.get(at(draft)))
    editor.post(at(draft, "material", "notice"), LOST)
    assert draft.materials.get(key="notice").condition == {"field": "why", "op": "equals", "value": "lost"}
    assert "仅当“为什么办”为“遗失”时要" in text(editor.get(reverse("admin:catalog_guide_change", args=[draft.pk])))
    told = Entry.objects.about(draft).values_list("facts", flat=True)
    assert any("登报声明" in str(facts) for facts in told)
    editor.post(at(draft, "material", "notice"), ALWAYS)
    assert draft.materials.get(key="notice").condition == {}


def test_every_part_of_a_table_is_edited(editor, draft):
    editor.post(at(draft, "add_field", "basic"), {"field-label": "成员", "field-kind": "table"})
    told = {"label": "家庭成员", "kind": "table", **ALWAYS, "min_rows": "1", "max_rows": "8", "columns-total": "3",
            "columns-0-label": "姓名", "columns-0-kind": "text", "columns-0-required": "on",
            "columns-0-rest": '{"key": "name"}', "columns-0-order": "2",
            "columns-1-label": "关系", "columns-1-kind": "choice", "columns-1-options": "配偶\n子女\n",
            "columns-1-order": "1",
            "columns-2-label": "收入", "columns-2-kind": "money",
            "checks-total": "1", "checks-0-op": "no_repeat", "checks-0-column": "name"}  # fmt: skip
    answer = editor.post(at(draft, "field", "cheng_yuan"), told, follow=True)
    made = field_of(draft, "cheng_yuan")
    assert [(one["key"], one["kind"]) for one in made["columns"]] == [
        ("guan_xi", "choice"), ("name", "text"), ("shou_ru", "money")], text(answer)  # fmt: skip
    assert made["columns"][0]["choices"] == [["pei_ou", "配偶"], ["zi_nv", "子女"]]
    assert made["checks"] == [{"op": "no_repeat", "column": "name"}] and check_form(draft.form) == []
    again = text(editor.get(at(draft, "field", "cheng_yuan")))
    assert "配偶\n子女" in again and 'value="8"' in again
    before = fresh(draft)
    editor.post(at(draft, "field", "cheng_yuan"), told | {"columns-0-order": "1", "columns-1-order": "2"})
    assert [one["key"] for one in field_of(draft, "cheng_yuan")["columns"]] == ["name", "guan_xi", "shou_ru"]
    assert before != draft.form


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({**LOST, "conditions-0-field": "", "label": "遗失日期"}, "不在它前面"),
        ({**LOST, "conditions-0-option": ""}, "要写成文字或数字"),
        ({**LOST, "conditions-0-op": "at_least", "conditions-0-value": "3"}, "不能用在字段"),
        ({**LOST, "conditions-0-op": "eval"}, "不认识的算法"),
        ({**LOST, "conditions-total": "0"}, "还没有写条件"),
        ({**ALWAYS, "checks-total": "1", "checks-0-op": "not_before", "checks-0-value": "昨天"}, "不对"),
        ({**ALWAYS, "checks-total": "1", "checks-0-op": "min_length", "checks-0-value": "1"}, "不能用在这种字段上"),
        ({**ALWAYS, "label": ""}, "请填写“名称”"),
        ({**ALWAYS, "kind": "colour"}, "选择一个有效的选项"),
        ({}, "这个字段是必填项"),
    ],
)
def test_what_is_written_wrong_is_said_and_not_kept(editor, draft, told, fault):
    answer = editor.post(at(draft, "field", "lost_on"), {"label": "遗失日期", "kind": "date", **told})
    assert answer.status_code == 422 and fault in text(answer), text(answer)[-3000:]
    assert fresh(draft) == PAGES


def test_pages_and_fields_are_moved(editor, draft):
    editor.post(at(draft, "add_page"), {"page-title": "承诺"})
    editor.post(at(draft, "add_field", "cheng_nuo"), {"field-label": "属实", "field-kind": "declaration"})
    editor.post(at(draft, "move_field", "shu_shi"), {"way": "up"})
    assert [f["key"] for f in fresh(draft)["pages"][0]["fields"]] == ["why", "lost_on", "shu_shi"]
    editor.post(at(draft, "move_field", "shu_shi"), {"way": "up"})
    assert [f["key"] for f in fresh(draft)["pages"][0]["fields"]] == ["why", "shu_shi", "lost_on"]
    seen = text(editor.post(at(draft, "move_field", "why"), {"way": "down"}, follow=True))
    assert [f["key"] for f in fresh(draft)["pages"][0]["fields"]] == ["shu_shi", "why", "lost_on"]
    seen = text(editor.post(at(draft, "move_field", "lost_on"), {"way": "up"}, follow=True))
    assert "不在它前面" in seen, "挪到它问的那一格前面去，不行"
    assert [f["key"] for f in fresh(draft)["pages"][0]["fields"]] == ["shu_shi", "why", "lost_on"]
    editor.post(at(draft, "move_page", "cheng_nuo"), {"way": "up"})
    assert [page["key"] for page in fresh(draft)["pages"]] == ["cheng_nuo", "basic"]
    editor.post(at(draft, "move_page", "cheng_nuo"), {"way": "sideways"})
    assert [page["key"] for page in fresh(draft)["pages"]] == ["cheng_nuo", "basic"]


def test_a_page_has_a_title_a_help_and_a_condition(editor, draft):
    editor.post(at(draft, "add_page"), {"page-title": "遗失"})
    editor.post(at(draft, "add_field", "yi_shi"), {"field-label": "登报", "field-kind": "text"})
    editor.post(at(draft, "page", "yi_shi"), {"title": "遗失情况", "help": "写清经过。", **LOST})
    page = fresh(draft)["pages"][1]
    assert (page["title"], page["help"]) == ("遗失情况", "写清经过。")
    assert page["when"] == {"field": "why", "op": "equals", "value": "lost"}
    seen = text(editor.get(at(draft) + "?page=yi_shi"))
    assert "仅当“为什么办”为“遗失”时填这一页" in seen and "写清经过。" in seen
    assert "没有可问的" not in seen and 'name="mode"' not in text(editor.get(at(draft, "page", "basic")))


# 删 -------------------------------------------------------------------


def test_a_field_in_use_is_not_removed_and_every_use_is_named(editor, bureau, draft):
    Material.objects.create(
        guide=draft,
        key="notice",
        condition={"field": "why", "equals": "lost"},
        **makers.MATERIAL | {"name": "登报声明"},
    )
    form = fresh(draft)
    form["pages"].append({"key": "end", "title": "末页", "when": {"field": "why", "equals": "new"}, "fields": [
        {"key": "again", "kind": "choice", "label": "再问", "choices": form["pages"][0]["fields"][0]["choices"],
         "checks": [{"op": "same_as", "field": "why"}]}]})  # fmt: skip
    Guide.objects.filter(pk=draft.pk).update(form=form)
    seen = text(editor.get(at(draft, "remove_field", "why")))
    for use in (
        "字段“遗失日期”问不问，看它",
        "第 2 页“末页”要不要填，看它",
        "字段“再问”的校验",
        "材料“登报声明”要不要交",
    ):
        assert use in seen
    assert "确定删去" not in seen
    editor.post(at(draft, "remove_field", "why"))
    editor.post(at(draft, "remove_page", "basic"))
    assert fresh(draft) == form


def test_an_unused_field_is_removed_after_a_look(editor, bureau, draft):
    makers.published(bureau, makers.item(bureau, "other", name="别的登记"), form=PAGES)
    seen = text(editor.get(at(draft, "remove_field", "lost_on")))
    assert "没有别处用到它" in seen and "“别的登记”的申请表里也有这一格" in seen
    assert len(fresh(draft)["pages"][0]["fields"]) == 2, "看一眼不删"
    editor.post(at(draft, "remove_field", "lost_on"))
    assert [f["key"] for f in fresh(draft)["pages"][0]["fields"]] == ["why"]
    assert "没有别处用到它" in text(editor.get(at(draft, "remove_page", "basic")))
    editor.post(at(draft, "remove_page", "basic"))
    assert fresh(draft) == {}
    assert editor.get(at(draft, "field", "why")).status_code == 404
    assert editor.post(at(draft, "move_page", "basic"), {"way": "up"}).status_code == 404


# 两个人一起改 --------------------------------------------------------------


@pytest.mark.clause("S5")
@pytest.mark.parametrize(
    ("name", "key", "told", "words"),
    [
        ("field", "lost_on", {"label": "甲改的", "kind": "date", **LOST}, "label"),
        ("page", "basic", {"title": "甲改的"}, "title"),
    ],
)
def test_two_editors_of_one_field_or_page(editor, draft, name, key, told, words):
    """两个人都打开了，先存的算数；后存的收到一句话，填的还在，看过了再存才盖过去。"""
    url = at(draft, name, key)
    mark = editor.get(url).context["opened"]
    assert f'name="opened" value="{mark}"' in text(editor.get(url))
    assert editor.post(url, {**told, "opened": mark}).status_code == 302
    late = editor.post(url, {**told, words: "乙改的", "opened": mark})
    assert late.status_code == 422 and "别人刚改过" in text(late) and 'value="乙改的"' in text(late)
    assert "甲改的" in str(fresh(draft)) and "乙改的" not in str(draft.form)
    assert editor.post(url, {**told, words: "乙改的", "opened": late.context["opened"]}).status_code == 302
    assert "乙改的" in str(fresh(draft))


@pytest.mark.clause("S5")
def test_another_fault_does_not_let_a_late_save_through(editor, draft):
    """写错了退回来的一页，带的还是打开时的摘要：改对了再存，别人改过的照样看得出。"""
    url, told = at(draft, "field", "lost_on"), {"label": "遗失日期", "kind": "date", **LOST}
    mark = editor.get(url).context["opened"]
    editor.post(url, {**told, "help": "甲写的。"})
    wrong = editor.post(url, {**told, "label": "", "opened": mark})
    assert wrong.status_code == 422 and wrong.context["opened"] == mark
    assert editor.post(url, {**told, "opened": mark}).status_code == 422
    assert field_of(draft, "lost_on")["help"] == "甲写的。"


@pytest.mark.clause("S5")
def test_what_was_changed_meanwhile_is_not_removed(editor, draft):
    for name, key, change in (
        ("field", "lost_on", {"label": "改过的", "kind": "date", **LOST}),
        ("page", "basic", {"title": "改过的"}),
    ):
        mark = editor.get(at(draft, f"remove_{name}", key)).context["opened"]
        assert editor.post(at(draft, name, key), change).status_code == 302
        seen = text(editor.post(at(draft, f"remove_{name}", key), {"opened": mark}, follow=True))
        assert "别人刚改过" in seen
    assert "改过的" in str(fresh(draft))


@pytest.mark.clause("S5")
def test_two_editors_of_one_condition(editor, draft):
    Material.objects.create(guide=draft, key="notice", **makers.MATERIAL | {"name": "登报声明"})
    url = at(draft, "material", "notice")
    mark = editor.get(url).context["opened"]
    assert editor.post(url, {**LOST, "opened": mark}).status_code == 302
    late = editor.post(url, {**ALWAYS, "opened": mark})
    assert late.status_code == 422 and "别人刚改过" in text(late)
    assert draft.materials.get(key="notice").condition != {}


# 谁，什么时候 ----------------------------------------------------------


def test_only_keepers_of_the_agency_edit(client, bureau, draft):
    expected = {bureau.editor: 200, bureau.checker: 200, bureau.auditor: 403, bureau.chief: 403, bureau.director: 403}
    for user, status in expected.items():
        people.sign_in(client, user)
        assert client.get(at(draft)).status_code == status, user
        posted = client.post(at(draft, "add_page"), {"page-title": f"页{user.pk}"}).status_code
        assert posted == (302 if status == 200 else 403), user
    assert len(fresh(draft)["pages"]) == 3


def test_another_agency_is_out_of_sight(editor, bureau):
    theirs = Item.objects.create(
        code="theirs", name="邻县事项", kind="01", level="4", theme="orgs", agency=bureau.stranger_agency,
        section=bureau.stranger_unit,
    )  # fmt: skip
    guide = Guide.objects.create(item=theirs, version=1, name="邻县事项", form=PAGES)
    for name, args in (("", []), ("page", ["basic"]), ("field", ["why"]), ("remove_field", ["why"])):
        assert editor.get(at(guide, name, *args)).status_code == 404
    assert editor.post(at(guide, "add_page"), {"page-title": "页"}).status_code == 404


def test_a_published_form_is_only_read(editor, bureau):
    guide = makers.published(bureau, makers.item(bureau), form=PAGES)
    for name, args in (("", []), ("field", ["why"]), ("remove_field", ["why"])):
        answer = (
            editor.post(at(guide, name, *args), {}) if name == "remove_field" else editor.get(at(guide, name, *args))
        )
        assert answer.url == reverse("admin:catalog_guide_change", args=[guide.pk])
    assert fresh(guide) == PAGES
    with pytest.raises(forming.NotNow):
        forming.reform(guide=guide, change=lambda old: {}, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("D2")
def test_a_change_voids_the_check_and_a_save_without_change_does_not(editor, bureau, draft):
    deed(editor, draft, "submit")
    people.sign_in(editor, bureau.checker)
    deed(editor, draft, "check_off", looked="on")
    draft.refresh_from_db()
    assert draft.state == GuideState.CHECKED
    people.sign_in(editor, bureau.editor)
    same = {"label": "遗失日期", "kind": "date", "required": "on", **LOST}
    form = fresh(draft)
    form["pages"][0]["fields"][1]["when"] = {"field": "why", "op": "equals", "value": "lost"}
    assert "一改就退回草稿" in text(editor.get(at(draft)))
    editor.post(at(draft, "page", "basic"), {"title": "基本情况", "help": ""})
    draft.refresh_from_db()
    assert draft.state == GuideState.CHECKED, "没有改动，核对还算数"
    editor.post(at(draft, "field", "lost_on"), same | {"help": "登报那一天。"})
    draft.refresh_from_db()
    assert (draft.state, draft.digest, draft.edited_by) == (GuideState.DRAFT, "", bureau.editor)


def test_two_editors_at_once_lose_nothing(bureau, draft):
    stale = Guide.objects.get(pk=draft.pk)
    forming.reform(guide=draft, change=lambda old: editing.add_page(old, "甲页")[0], by=bureau.editor, at=bureau.at)
    forming.reform(guide=stale, change=lambda old: editing.add_page(old, "乙页")[0], by=bureau.checker, at=bureau.at)
    assert [page["title"] for page in fresh(draft)["pages"]] == ["基本情况", "甲页", "乙页"]


def test_the_old_faults_do_not_bar_the_way_but_the_new_ones_do(editor, bureau):
    broken = {"pages": [{"key": "basic", "title": "页", "fields": [
        {"key": "a", "kind": "text", "label": "甲", "when": {"field": "gone", "op": "filled"}},
        {"key": "b", "kind": "text", "label": "乙"}]}]}  # fmt: skip
    draft = makers.draft(bureau, makers.item(bureau), form=broken)
    seen = text(editor.get(at(draft)))
    assert "条件指向的字段“gone”不在它前面" in seen and "还有这些毛病" in seen
    editor.post(at(draft, "field", "b"), {"label": "乙格", "kind": "text", **ALWAYS})
    assert field_of(draft, "b")["label"] == "乙格"
    assert "还不能提交" in deed(editor, draft, "submit")


@pytest.mark.parametrize("junk", [
    {"columns-total": "99999999"}, {"conditions-0-rest": "[" * 1000}, {"choices-0-rest": '{"value": {"a": 1}}'},
    {"label": "<script>alert(1)</script>" * 9}, {"mode": "or 1=1"}, {"max_rows": "1e9"},
])  # fmt: skip
def test_crafted_posts_are_answered(editor, draft, junk):
    told = {
        "label": "为什么办",
        "kind": "choice",
        "choices-total": "2",
        "choices-0-label": "甲",
        "choices-1-label": "乙",
    }
    answer = editor.post(at(draft, "field", "why"), {**told, **junk}, follow=True)
    assert answer.status_code in (200, 422) and "<script>alert" not in text(answer)
    assert check_form(fresh(draft)) == []


def test_a_definition_is_escaped_wherever_it_is_shown(editor, draft):
    evil = "<img src=x onerror=alert(1)>"
    editor.post(at(draft, "field", "why"), {
        "label": evil, "kind": "choice", "help": evil, "sample": evil, "choices-total": "2",
        "choices-0-label": evil, "choices-0-rest": '{"value": "lost"}', "choices-1-label": "乙"})  # fmt: skip
    for page in (at(draft), at(draft, "field", "why"), at(draft, "field", "lost_on"), at(draft, "remove_field", "why")):
        assert "<img src=x" not in text(editor.get(page))


# 一整件事 -------------------------------------------------------------


@pytest.mark.clause("D2", "S5")
def test_the_change_reaches_citizens_only_when_checked_and_published(editor, bureau, draft):
    deed(editor, draft, "submit")
    people.sign_in(editor, bureau.checker)
    deed(editor, draft, "check_off", looked="on")
    publishing.publish(
        guide=Guide.objects.get(pk=draft.pk), by=bureau.checker, at=bureau.at, effective_from=bureau.at.date()
    )
    current = Guide.objects.get(pk=draft.pk)
    people.sign_in(editor, bureau.editor)
    new = publishing.draft_from(item=current.item, guide=current, by=bureau.editor, at=bureau.at)
    editor.post(at(new, "add_field", "basic"), {"field-label": "登报声明", "field-kind": "text"})
    assert len(fresh(current)["pages"][0]["fields"]) == 2 and len(fresh(new)["pages"][0]["fields"]) == 3
    assert "登报声明" in text(editor.get(reverse("admin:catalog_guide_change", args=[new.pk]))), "改了什么，写在对比里"


# 边填边看 ---------------------------------------------------------------------


def drawn(client, address, **told) -> str:
    """按“预览”：整页，什么也不存。"""
    return text(client.post(address, {"preview": "whole", **told}))


@pytest.mark.clause("S5")
def test_the_preview_shows_what_is_not_saved_yet(editor, draft):
    before, lines = fresh(draft), Entry.objects.count()
    told = {"label": "哪天丢的", "kind": "date", "help": "大概也行。", "sample": "2026-01-05", **LOST}
    page = drawn(editor, at(draft, "field", "lost_on"), **told)
    assert "照现在填的画的，还没有保存" in page
    shown = page[page.index('id="live"') :]
    assert "哪天丢的" in shown and "大概也行。" in shown and "遗失日期" not in shown
    assert 'value="哪天丢的"' in page, "填的还在"
    whole = drawn(editor, at(draft, "page", "basic"), title="您的情况", help="照实填。", **ALWAYS)
    assert '<h2 id="preview-title">您的情况</h2>' in whole and "照实填。" in whole
    assert fresh(draft) == before and Entry.objects.count() == lines


def test_the_preview_follows_the_kind(editor, draft):
    told = {"label": "遗失日期", "kind": "longtext", **ALWAYS}
    page = drawn(editor, at(draft, "field", "lost_on"), **told)
    assert '<textarea name="preview-lost_on"' in page


def test_the_preview_says_why_it_cannot_be_saved(editor, draft):
    page = drawn(editor, at(draft, "field", "lost_on"), label="", kind="date", **LOST)
    assert "这样还存不得" in page and "名称：请填写“名称”。" in page and "遗失日期" in page[page.index('id="live"') :]
    page = drawn(editor, at(draft, "field", "lost_on"), label="遗失日期", kind="date", **LOST,
                 **{"checks-total": "1", "checks-0-op": "not_after", "checks-0-value": "去年"})  # fmt: skip
    assert "这样还存不得" in page and "遗失日期" in page
    page = drawn(
        editor, at(draft, "field", "lost_on"), label="遗失日期", kind="date", mode="all", **{"conditions-total": "0"}
    )
    assert "还没有写条件" in page


def test_the_script_gets_only_the_preview(editor, draft):
    told = {"label": "哪天丢的", "kind": "date", **ALWAYS, "preview": "part"}
    answer = editor.post(at(draft, "field", "lost_on"), told)
    part = text(answer).strip()
    assert answer.status_code == 200 and part.startswith('<aside class="editor__preview" id="live"')
    assert part.endswith("</aside>") and "哪天丢的" in part and 'data-mark="preview-lost_on"' in part
    assert "<script" not in part and "style=" not in part


def test_the_preview_is_for_those_who_may_edit(client, bureau, draft):
    told = {"label": "x", "kind": "date", **ALWAYS, "preview": "part"}
    for user, status in ((bureau.auditor, 403), (bureau.chief, 403)):
        people.sign_in(client, user)
        assert client.post(at(draft, "field", "lost_on"), told).status_code == status
