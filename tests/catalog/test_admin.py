"""目录维护页:管理员改自己机关的,审计只看;草稿可改,发布过的只读;发布、停用把错误说出来。"""

import pytest
from django.urls import reverse

from catalog.actions import keeping
from catalog.models import Guide, Item, Material
from catalog.states import GuideState
from office.journal.models import Entry
from office.steps import NotNow
from tests import makers as people
from tests.catalog import makers


def url(noun, page="changelist", *args):
    return reverse(f"admin:catalog_{noun}_{page}", args=args)


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


def change_form(response):
    """维护页上现有的全部值,照样交回去就是没有改。"""
    context = response.context
    forms = [context["adminform"].form]
    values = {}
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.initial_forms]
    for form in forms:
        for name in form.fields:
            value = form[name].value()
            values[form.add_prefix(name)] = "" if value is None else value
    return {name: value for name, value in values.items() if value is not False}


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
    act(client, "guide", "publish", draft)
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
def test_publishing_an_incomplete_draft_says_what_is_missing(editor, bureau):
    draft = makers.draft(bureau, makers.item(bureau), complaint="", ways=[])
    page = act(editor, "guide", "publish", draft)
    assert "受理方式；投诉渠道" in page
    draft.refresh_from_db()
    assert draft.state == GuideState.DRAFT


def test_submit_check_publish_and_retire(editor, bureau, draft):
    assert "还没有核对" in act(editor, "guide", "publish", draft)
    assert "已提交核对" in act(editor, "guide", "submit", draft)
    assert "要由另一位" in act(editor, "guide", "check_off", draft)
    people.sign_in(editor, bureau.checker)
    assert "已核对通过" in act(editor, "guide", "check_off", draft)
    assert "已发布" in act(editor, "guide", "publish", draft)
    draft.refresh_from_db()
    assert draft.state == GuideState.PUBLISHED
    assert "停用要写理由" in act(editor, "guide", "retire", draft)
    assert "已停用" in act(editor, "guide", "retire", draft, reason="法规废止")
    draft.refresh_from_db()
    assert draft.state == GuideState.RETIRED
    assert Entry.objects.about(draft).last().facts["reason"] == "法规废止"


def test_a_draft_is_edited_and_the_edit_is_journalled(editor, bureau, draft):
    page = editor.get(url("guide", "change", draft.pk))
    assert page.status_code == 200
    values = change_form(page) | {"content": "换了说法", "materials-0-name": "新的材料名"}
    response = editor.post(url("guide", "change", draft.pk), values)
    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    assert (draft.content, draft.materials.get().name) == ("换了说法", "新的材料名")
    line = Entry.objects.about(draft).last()
    assert (line.verb, line.by) == ("catalog.guide.edit", bureau.editor)
    assert {"content", "申请材料"} <= set(line.facts["changed"])


@pytest.mark.clause("D1")
def test_a_published_guide_is_read_only(editor, bureau, draft):
    guide = makers.publish(bureau, draft)
    page = editor.get(url("guide", "change", guide.pk))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
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
        **{"agency": bureau.agency.pk, "section": bureau.orgs.pk, "audiences": ["1"], "basic_code": "000711017000"},
    }
    assert "事项类型不一致" in editor.post(url("item", "add"), form).content.decode()
    assert editor.post(url("item", "add"), {**form, "basic_code": ""}).status_code == 302
    item = Item.objects.get(code="new")
    assert (item.audiences, item.pinyin) == (["1"], "xinshixiang xsx")
    assert Entry.objects.about(item).get().verb == "catalog.item.create"
    assert "新事项" in editor.get(url("item"), {"q": "xinshi"}).content.decode()
