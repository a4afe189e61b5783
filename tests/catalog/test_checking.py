"""核对：第二个人看过才能发布；看过之后一改就作废；从哪扇门都绕不过去。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from catalog import rules
from catalog.actions import checking, keeping, publishing
from catalog.models import Guide, LegalBasis, Material
from catalog.states import GuideState
from office.journal import actions as journal
from office.journal.models import Entry
from office.notices.models import Notice
from office.stateful import WrongDoor
from office.steps import NotNow, take
from tests.catalog import makers

TOMORROW = datetime.date(2026, 3, 3)


@pytest.fixture
def draft(bureau):
    return makers.draft(bureau, makers.item(bureau))


@pytest.fixture
def submitted(bureau, draft):
    return checking.submit(guide=draft, by=bureau.editor, at=bureau.at)


@pytest.fixture
def checked(bureau, submitted):
    return checking.check_off(guide=submitted, by=bureau.checker, at=bureau.at)


def refused_by_the_database(statement, *values, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def told(user):
    return list(Notice.objects.inbox(user).values_list("subject", flat=True))


@pytest.mark.clause("D1")
def test_from_draft_to_published_tomorrow(bureau, draft):
    checking.submit(guide=draft, by=bureau.editor, at=bureau.at)
    assert told(bureau.checker) == ["请核对办事指南"]
    assert told(bureau.editor) == []
    checking.check_off(guide=draft, by=bureau.checker, at=bureau.at)
    assert (draft.checked_by, draft.checked_at, len(draft.digest)) == (bureau.checker, bureau.at, 64)
    assert told(bureau.editor) == ["办事指南已核对"]
    publishing.publish(guide=draft, effective_from=TOMORROW, by=bureau.editor, at=bureau.at)
    steps = list(Entry.objects.about(draft).exclude(before="").values_list("verb", "by_name"))
    editor, checker = bureau.editor.full_name, bureau.checker.full_name
    assert steps == [
        ("catalog.guide.submit", editor),
        ("catalog.guide.check_off", checker),
        ("catalog.guide.publish", editor),
    ]
    assert Entry.objects.about(draft).last().facts["checked"] == f"{checker}核对"
    assert (draft.item.guide_on(bureau.at.date()), draft.item.guide_on(TOMORROW)) == (None, draft)


def test_who_submitted_or_edited_last_cannot_check(bureau, submitted):
    with pytest.raises(checking.SamePerson, match="另一位"):
        checking.check_off(guide=submitted, by=bureau.editor, at=bureau.at)
    with pytest.raises(PermissionDenied):
        take(submitted, "check_off", by=bureau.editor, at=bureau.at, digest="x" * 64)
    checking.reopen(guide=submitted, by=bureau.checker, at=bureau.at)
    keeping.note_edit(guide=submitted, changed=["content"], by=bureau.checker, at=bureau.at)
    checking.submit(guide=submitted, by=bureau.editor, at=bureau.at)
    with pytest.raises(checking.SamePerson):
        checking.check_off(guide=submitted, by=bureau.checker, at=bureau.at)


def test_the_database_wants_a_second_person(bureau, submitted):
    check = (
        "UPDATE catalog_guide SET state = 'checked', digest = 'x', checked_at = now(), checked_by_id = %s WHERE id = %s"
    )
    refused_by_the_database(check, bureau.editor.pk, submitted.pk, match="checker_is_a_second_person")
    refused_by_the_database(check, None, submitted.pk, match="checker_is_a_second_person")
    refused_by_the_database(check, bureau.checker.pk, submitted.pk, match="no journal line")
    both = "UPDATE catalog_guide SET edited_by_id = %s, submitted_by_id = %s WHERE id = %s"
    refused_by_the_database(both, bureau.checker.pk, bureau.checker.pk, submitted.pk, match="先退回草稿")


def test_only_a_keeper_of_this_agency_checks(bureau, submitted):
    for person in (bureau.director, bureau.clerk_a, bureau.stranger, bureau.system, bureau.citizen):
        with pytest.raises(PermissionDenied):
            checking.check_off(guide=submitted, by=person, at=bureau.at)
        with pytest.raises(PermissionDenied):
            checking.send_back(guide=submitted, by=person, at=bureau.at, reason="x")


@pytest.mark.clause("D2")
def test_what_is_not_checked_cannot_be_published(bureau, draft):
    with pytest.raises(NotNow, match="还没有核对"):
        publishing.publish(guide=draft, by=bureau.editor, at=bureau.at)
    with pytest.raises(PermissionDenied):
        take(draft, "publish", by=bureau.editor, at=bureau.at, effective_from=TOMORROW, digest="x", checked="")
    checking.submit(guide=draft, by=bureau.editor, at=bureau.at)
    with pytest.raises(NotNow, match="待核对"):
        publishing.publish(guide=draft, by=bureau.editor, at=bureau.at)
    with pytest.raises(WrongDoor):
        Guide.objects.filter(pk=draft.pk).update(state=GuideState.CHECKED)
    assert Guide.objects.get(pk=draft.pk).state == GuideState.SUBMITTED


@pytest.mark.clause("D2")
def test_the_runtime_role_cannot_publish_unchecked(bureau, draft, app_role):
    """日志由编辑写了也不行：没有核对就发布的，只认系统署名。"""
    publish = "UPDATE catalog_guide SET state = 'published', effective_from = '2026-03-03', published_at = now(),"
    publish += " digest = 'x' WHERE id = %s"
    with (
        pytest.raises(IntegrityError, match="没有经过第二个人核对"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL ROLE hall_app")
        cursor.execute(publish, [draft.pk])
        line = {"about": draft, "by": bureau.editor, "at": bureau.at, "before": "draft", "after": "published"}
        journal.record("catalog.guide.publish", **line)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("state", ["submitted", "checked"])
def test_nothing_changes_silently_after_submission(bureau, request, state):
    guide = request.getfixturevalue(state)
    guide.content = "悄悄改"
    for deed in (
        guide.save,
        lambda: Guide.objects.filter(pk=guide.pk).update(form={"pages": []}),
        lambda: Guide.objects.filter(pk=guide.pk).update(effective_from=TOMORROW),
        lambda: guide.materials.update(name="别的"),
        lambda: guide.bases.all().delete(),
        lambda: guide.desks.add(bureau.window),
        lambda: Guide.objects.filter(pk=guide.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="先退回草稿"), transaction.atomic():
            deed()


@pytest.mark.clause("D1")
def test_an_edit_voids_the_check_and_the_checker_hears_of_it(bureau, checked):
    with transaction.atomic():
        guide = keeping.begin_edit(guide=checked, by=bureau.editor, at=bureau.at)
        guide.content = "改一改"
        guide.save()
        keeping.note_edit(guide=guide, changed=["content"], by=bureau.editor, at=bureau.at)
    guide.refresh_from_db()
    assert (guide.state, guide.checked_by, guide.submitted_by, guide.digest) == ("draft", None, None, "")
    assert told(bureau.checker) == ["您核对过的办事指南又改了", "请核对办事指南"]
    verbs = list(Entry.objects.about(guide).values_list("verb", flat=True))
    assert verbs[-2:] == ["catalog.guide.reopen", "catalog.guide.edit"]
    with pytest.raises(NotNow, match="还没有核对"):
        publishing.publish(guide=guide, by=bureau.editor, at=bureau.at)


def test_a_return_says_why(bureau, submitted):
    with pytest.raises(NotNow, match="理由"):
        checking.send_back(guide=submitted, by=bureau.checker, at=bureau.at, reason=" ")
    with pytest.raises(checking.SamePerson):
        checking.send_back(guide=submitted, by=bureau.editor, at=bureau.at, reason="x")
    checking.send_back(guide=submitted, by=bureau.checker, at=bureau.at, reason="时限与承诺书不符。")
    assert submitted.state == GuideState.DRAFT
    assert Entry.objects.about(submitted).last().facts == {"reason": "时限与承诺书不符。"}
    assert "时限与承诺书不符" in Notice.objects.inbox(bureau.editor).first().body
    checking.submit(guide=submitted, by=bureau.editor, at=bureau.at)
    assert submitted.state == GuideState.SUBMITTED


def test_a_checked_guide_may_still_be_returned(bureau, checked):
    checking.send_back(guide=checked, by=bureau.checker, at=bureau.at, reason="再看发现漏了一条。")
    assert (checked.state, checked.checked_by) == (GuideState.DRAFT, None)


def test_what_is_published_is_what_was_checked(bureau, checked):
    """窗口换了代号，摘要就对不上：请重新核对，不带着旧的核对发布。"""
    window = checked.window
    window.code = "zj-window-renamed"
    window.save()
    checked.refresh_from_db()
    with pytest.raises(NotNow, match="与核对时的内容不同"):
        publishing.publish(guide=checked, by=bureau.editor, at=bureau.at)


def test_only_one_new_version_at_a_time(bureau, checked):
    with pytest.raises(NotNow, match="已有一份已核对的新版"):
        publishing.draft_from(item=checked.item, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("D1")
def test_a_version_not_yet_in_force_is_taken_back(bureau, checked):
    publishing.publish(guide=checked, effective_from=TOMORROW, by=bureau.editor, at=bureau.at)
    publishing.retire(guide=checked, by=bureau.editor, at=bureau.at, reason="文件推迟施行")
    assert checked.item.guide_on(TOMORROW) is None
    assert publishing.draft_from(item=checked.item, guide=checked, by=bureau.editor, at=bureau.at).version == 2


def test_a_load_by_the_system_says_the_file_stands_for_the_check(bureau, draft):
    publishing.publish(guide=draft, effective_from=TOMORROW, by=bureau.system, at=bureau.at)
    line = Entry.objects.about(draft).last()
    assert (line.verb, line.by, line.facts["checked"]) == (
        "catalog.guide.publish",
        bureau.system,
        "照目录文件发布，文件代替核对",
    )


RECORD = {
    *("id", "item", "version", "state", "effective_from", "effective_to", "published_at", "digest"),
    *("edited_by", "edited_at", "submitted_by", "submitted_at", "checked_by", "checked_at", "window"),
}


def test_every_column_is_either_content_or_record():
    """新加的栏要么进内容摘要，要么是登记：没有第三种，核对钉住的就是全部。"""
    columns = {field.name for field in Guide._meta.concrete_fields}
    assert columns == RECORD | set(rules.GUIDE_CONTENT)
    materials = [*rules.MATERIAL_CONTENT, "condition", "form"]
    for noun, content in ((Material, materials), (LegalBasis, rules.BASIS_CONTENT)):
        assert {field.name for field in noun._meta.concrete_fields} == {"id", "guide", "position", *content}
