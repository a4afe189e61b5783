"""目录维护页：管理员改自己机关的，审计只看；草稿可改，发布过的只读；每一步做不成都说清楚。"""

import pytest

from catalog.actions import checking, forming, keeping, publishing
from catalog.models import Guide, Item, Material
from catalog.states import GuideState
from office.journal.models import Entry
from office.steps import NotNow
from tests import makers as people
from tests.catalog import makers
from tests.catalog.pages import deed, edit, posted, url

FORM = {"pages": [{"key": "basic", "title": "基本情况", "fields": [{"key": "name", "kind": "text", "label": "名称"}]}]}


@pytest.fixture
def editor(client, bureau):
    people.sign_in(client, bureau.editor)
    return client


@pytest.fixture
def draft(bureau):
    return makers.draft(bureau, makers.item(bureau))


def act(client, noun, action, *rows, **fields):
    form = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(url(noun), form, follow=True).content.decode()


@pytest.mark.parametrize("noun", ["item", "guide"])
def test_only_keepers_and_auditors_see_the_catalogue(client, bureau, draft, noun):
    expected = {bureau.editor: 200, bureau.auditor: 200, bureau.chief: 403, bureau.director: 403, bureau.personnel: 403}
    for user, status in expected.items():
        people.sign_in(client, user)
        assert client.get(url(noun)).status_code == status, user


def test_auditors_only_read(client, bureau, draft):
    people.sign_in(client, bureau.auditor)
    assert client.get(url("guide", "change", draft.pk)).status_code == 200
    assert client.post(url("guide", "change", draft.pk), {"content": "改"}).status_code == 403
    assert client.post(url("guide", "deed", draft.pk, "submit")).status_code == 403
    draft.refresh_from_db()
    assert draft.state == GuideState.DRAFT


def test_another_agency_is_out_of_sight(editor, bureau):
    theirs = Item.objects.create(
        code="theirs",
        name="邻县事项",
        kind="01",
        level="4",
        theme="orgs",
        agency=bureau.stranger_agency,
        section=bureau.stranger_unit,
    )
    assert "邻县事项" not in editor.get(url("item")).content.decode()
    assert editor.get(url("item", "change", theirs.pk)).status_code == 302


@pytest.mark.clause("D2")
def test_an_incomplete_draft_says_what_is_missing_and_goes_nowhere(editor, bureau):
    draft = makers.draft(bureau, makers.item(bureau), complaint="", ways=[])
    page = editor.get(url("guide", "change", draft.pk)).content.decode()
    assert "还不能提交：受理方式" in page and "还不能提交：投诉渠道" in page
    for name in ("submit", "check_off", "publish"):
        page = deed(editor, draft, name, effective_from="2026-12-01", looked="on")
        assert "还不能提交：投诉渠道" in page
        draft.refresh_from_db()
        assert draft.state == GuideState.DRAFT


def test_submit_check_publish_and_retire(editor, bureau, draft):
    assert "现在不能“发布”" in deed(editor, draft, "publish", effective_from="2099-01-01")
    assert "已提交" in deed(editor, draft, "submit")
    assert "现在不能“核对通过”" in deed(editor, draft, "check_off", looked="on")
    people.sign_in(editor, bureau.checker)
    assert "请先逐项看过" in deed(editor, draft, "check_off")
    assert "已核对" in deed(editor, draft, "check_off", looked="on")
    assert "请填写“施行日期”" in deed(editor, draft, "publish", effective_from="")
    assert "不能早于今天" not in deed(editor, draft, "publish", effective_from="2099-01-01")
    draft.refresh_from_db()
    assert (draft.state, draft.checked_by) == (GuideState.PUBLISHED, bureau.checker)
    assert "请填写“撤回的理由”" in deed(editor, draft, "take_back", reason="")
    assert "现在不能“停用”" in deed(editor, draft, "retire", reason="x", on="2099-01-01")
    assert "已撤回" in deed(editor, draft, "take_back", reason="文件推迟施行")
    draft.refresh_from_db()
    assert (draft.state, draft.effective_from) == (GuideState.RETIRED, draft.effective_to)
    assert Entry.objects.about(draft).last().facts["reason"] == "文件推迟施行"


def test_a_guide_in_force_is_retired_from_a_day(editor, bureau, draft):
    guide = makers.publish(bureau, draft)
    assert "停用日期不能早于今天" in deed(editor, guide, "retire", reason="法规废止", on="2026-03-01")
    assert "已停用，2099-01-01 起不再适用" in deed(editor, guide, "retire", reason="法规废止", on="2099-01-01")


@pytest.mark.clause("D1")
def test_the_checker_reads_the_whole_and_sends_it_back(client, bureau, draft):
    makers.checked(bureau, draft)
    people.sign_in(client, bureau.checker)
    page = client.get(url("guide", "change", draft.pk)).content.decode()
    assert "全文" in page and makers.BASIS["text"] in page and 'name="content"' not in page
    assert "已退回" in deed(client, draft, "send_back", reason="咨询电话错了")
    draft.refresh_from_db()
    assert draft.state == GuideState.DRAFT
    assert "咨询电话错了" in client.get(url("guide", "change", draft.pk)).content.decode()


@pytest.mark.clause("D1")
@pytest.mark.parametrize("by", ["editor", "checker"])
def test_an_edit_on_the_page_voids_the_check(client, bureau, draft, by):
    makers.checked(bureau, draft)
    people.sign_in(client, getattr(bureau, by))
    assert "一保存就退回草稿" in client.get(f"{url('guide', 'change', draft.pk)}?edit=1").content.decode()
    assert edit(client, draft).status_code == 302  # 没有改动就什么也不变
    draft.refresh_from_db()
    assert draft.state == GuideState.CHECKED
    assert edit(client, draft, content="换了说法").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.content, draft.checked_by) == (GuideState.DRAFT, "换了说法", None)
    assert draft.edited_by == getattr(bureau, by)
    assert [line.verb for line in Entry.objects.about(draft)][-2:] == ["catalog.guide.reopen", "catalog.guide.edit"]


def test_a_draft_is_thrown_away(editor, bureau, draft):
    item = draft.item
    assert "草稿已丢弃" in deed(editor, draft, "discard")
    assert not item.guides.exists()
    assert Entry.objects.about(item).last().verb == "catalog.guide.discard"
    published = makers.published(bureau, item)
    assert "现在不能“丢弃草稿”" in deed(editor, published, "discard")


def test_a_draft_is_edited_and_the_edit_is_journalled(editor, bureau, draft):
    changes = {"content": "换了说法", "materials-0-name": "新的材料名"}
    response = edit(editor, draft, **changes)
    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    assert (draft.content, draft.materials.get().name) == ("换了说法", "新的材料名")
    line = Entry.objects.about(draft).last()
    assert (line.verb, line.by) == ("catalog.guide.edit", bureau.editor)
    assert line.facts["changed"] == ["content", "申请材料"]


@pytest.mark.clause("S5")
def test_two_editors_of_one_page(editor, bureau, draft):
    """两个人都打开了一页，先存的算数；后存的收到一句话，填的还在，看过了再存才盖过去。申请表在别的页上改，不算。"""
    address = url("guide", "change", draft.pk)
    opened = posted(editor.get(address), "guide_form")
    forming.reform(guide=draft, change=lambda _old: FORM, by=bureau.editor, at=bureau.at)
    assert edit(editor, draft, **{"materials-0-name": "甲改的材料"}).status_code == 302
    late = editor.post(address, {**opened, "content": "乙改的", "_save": "1"})
    assert late.status_code == 200 and "别人刚改过" in late.content.decode()
    draft.refresh_from_db()
    assert draft.materials.get().name == "甲改的材料" and draft.content != "乙改的"
    again = posted(late, "guide_form")
    assert again["content"] == ["乙改的"]
    assert editor.post(address, {**again, "_save": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.content == "乙改的" and draft.form == FORM


@pytest.mark.clause("S5")
def test_two_editors_of_one_item(editor, draft):
    address = url("item", "change", draft.item_id)
    opened = posted(editor.get(address), "item_form")
    assert editor.post(address, {**opened, "name": "甲改的"}).status_code == 302
    late = editor.post(address, {**opened, "theme": "orgs"})
    assert "别人刚改过" in late.content.decode()
    assert Item.objects.get(pk=draft.item_id).name == "甲改的"


@pytest.mark.clause("D2")
def test_lists_are_filled_in_row_by_row(editor, draft):
    """加一步、换先后、删一行、改收费：都不写 JSON；没动的一字不变。"""
    before = {name: getattr(draft, name) for name in ("conditions", "faq", "special_procedures", "needs_check", "form")}
    rows = {
        "process-1-stage": "review", "process-1-name": "审查", "process-1-who": "示例科", "process-1-time": "3日",
        "ways-0-gone": "on", "ways-1-way": "2", "ways-1-how": "网上填写。", "faq-0-q": "要多久？", "faq-0-a": "五天。",
        "faq-1-q": "在哪里？", "faq-1-a": "窗口。", "faq-0-order": "9", "fee_lines-0-name": "工本费",
        "fee_lines-0-amount": "10 元", "fee_lines-0-basis": "示例",
    }  # fmt: skip
    assert edit(editor, draft, **rows).status_code == 302
    draft.refresh_from_db()
    assert [step["name"] for step in draft.process] == ["受理", "审查"]
    assert draft.ways == [{"way": "2", "how": "网上填写。"}]
    assert [one["q"] for one in draft.faq] == ["在哪里？", "要多久？"]
    assert draft.fee["lines"] == [{"name": "工本费", "amount": "10 元", "basis": "示例"}]
    for name in ("conditions", "special_procedures", "needs_check", "form"):
        assert getattr(draft, name) == before[name], name
    assert set(Entry.objects.about(draft).last().facts["changed"]) == {"process", "ways", "faq", "fee_lines"}


@pytest.mark.clause("D1")
def test_a_published_guide_is_read_only(editor, bureau, draft):
    guide = makers.publish(bureau, draft)
    page = editor.get(url("guide", "change", guide.pk))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert "全文" in page.content.decode()
    assert 'name="content"' not in page.content.decode()
    assert editor.post(url("guide", "change", guide.pk), {"content": "改"}).status_code == 403
    assert editor.post(url("guide", "delete", guide.pk), {"post": "yes"}).status_code == 403
    with pytest.raises(NotNow):
        keeping.note_edit(guide=guide, changed=["content"], by=bureau.editor, at=bureau.at)


def test_the_next_version_is_drafted_from_the_item(editor, bureau, draft):
    item = draft.item
    assert "已有一份草稿" in act(editor, "item", "draft", item)
    makers.publish(bureau, draft)
    assert "已起草" in act(editor, "item", "draft", item)
    second = Guide.objects.get(item=item, version=2)
    assert second.content == draft.content
    assert Material.objects.filter(guide=second).count() == 1


def test_items_are_kept_with_their_codes_checked(editor, bureau):
    form = {
        **{"code": "new", "name": "新事项", "kind": "01", "level": "3", "theme": "orgs", "presence": "agent"},
        "situation": "ordinary",
        **{"agency": bureau.agency.pk, "section": bureau.orgs.pk, "audiences": ["1"], "basic_code": "000711017000"},
    }
    assert "事项类型不一致" in editor.post(url("item", "add"), form).content.decode()
    assert editor.post(url("item", "add"), {**form, "basic_code": ""}).status_code == 302
    item = Item.objects.get(code="new")
    assert (item.audiences, item.pinyin) == (["1"], "xinshixiang xsx")
    assert Entry.objects.about(item).get().verb == "catalog.item.create"
    assert "新事项" in editor.get(url("item"), {"q": "xinshi"}).content.decode()


@pytest.mark.clause("D2")
def test_the_doubted_part_is_chosen_not_typed(editor, bureau):
    """待核实的一栏有中文的名称可选，这份指南的材料、依据也在里面；写坏了的，页上看得出来，提交不了。"""
    draft = makers.draft(bureau, makers.item(bureau), needs_check={"promissed": "问省厅"})
    page = editor.get(url("guide", "change", draft.pk)).content.decode()
    for choice in (
        '<option value="consult_phone">咨询电话', '<option value="materials.application">材料“示例申请书”',
        '<option value="bases.r1">依据“《示例条例》第一条”',
        '<option value="promissed" selected>promissed(已经没有这一栏)',
    ):  # fmt: skip
        assert choice in page, choice
    with pytest.raises(checking.Incomplete, match="待核实：没有“promissed”这一栏"):
        checking.submit(guide=draft, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("D1")
def test_the_list_of_items_says_who_lacks_a_national_code(editor, bureau):
    makers.item(bureau)
    assert "尚未取得" in editor.get(url("item")).content.decode()
    Item.objects.update(kind="07", basic_code="000711017000")
    page = editor.get(url("item")).content.decode()
    assert "000711017000" in page and "尚未取得" not in page


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(editor, bureau, many, django_assert_num_queries):
    """清单和一版的页面：一个事项、三个事项，一样多的查询。"""
    for number in range(many):
        first = makers.published(bureau, makers.item(bureau, f"item-{number}"))
        second = publishing.draft_from(item=first.item, guide=first, by=bureau.editor, at=bureau.at)
        for extra in range(many - 1):
            Material.objects.create(guide=second, key=f"more-{extra}", **makers.MATERIAL)
    editor.get(url("guide", "change", second.pk))  # 第一次要读表的类型
    with django_assert_num_queries(7):
        editor.get(url("guide"), {"which": "all"})
    with django_assert_num_queries(24):
        editor.get(url("guide", "change", second.pk))
