"""发布之后谁也改不动:内容、材料、依据、受理窗口;约束说的话算数。"""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from agencies.models import Agency
from catalog.actions import publishing
from catalog.models import Guide, LegalBasis, Material
from tests.catalog import makers


@pytest.fixture
def guide(bureau):
    return makers.published(bureau, makers.item(bureau))


def refused(deed, match="发布过的办事指南"):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        deed()


@pytest.mark.clause("D1")
def test_content_is_frozen(guide):
    guide.content = "改一改"
    refused(guide.save)
    refused(lambda: Guide.objects.filter(pk=guide.pk).update(form={"pages": []}))
    refused(lambda: Guide.objects.filter(pk=guide.pk).update(effective_from=datetime.date(2025, 1, 1)))
    refused(lambda: Guide.objects.filter(pk=guide.pk)._raw_delete("default"))


@pytest.mark.clause("D1")
def test_materials_bases_and_desks_are_frozen(bureau, guide):
    refused(lambda: guide.materials.update(name="别的"))
    refused(lambda: guide.materials.all().delete())
    refused(lambda: guide.bases.update(article="第二条"))
    refused(lambda: guide.bases.first().delete())
    refused(lambda: Material.objects.create(guide=guide, key="more", **makers.MATERIAL))
    refused(lambda: guide.desks.add(bureau.window))
    other = makers.draft(bureau, makers.item(bureau, "other"))
    refused(lambda: LegalBasis.objects.filter(guide=other).update(guide=guide))
    refused(lambda: LegalBasis.objects.filter(guide=guide).update(guide=other))


def test_the_implementing_body_is_frozen(bureau, guide):
    item = guide.item
    item.agency = Agency.objects.exclude(pk=item.agency_id).first()
    refused(item.save, match="实施主体")


@pytest.mark.clause("D1")
def test_a_superseded_version_has_no_second_end(bureau, guide):
    second = publishing.draft_from(item=guide.item, guide=guide, by=bureau.editor, at=bureau.at)
    makers.publish(bureau, second)
    refused(lambda: Guide.objects.filter(pk=guide.pk).update(effective_to=None))


def test_drafts_can_be_edited_and_thrown_away(bureau, guide):
    draft = publishing.draft_from(item=guide.item, guide=guide, by=bureau.editor, at=bureau.at)
    draft.materials.update(name="新的名称")
    draft.delete()
    assert Guide.objects.get() == guide
    with pytest.raises(ProtectedError):
        guide.item.delete()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("statutory_limit_has_basis", {"statutory_value": 20, "statutory_unit": "wd", "statutory_basis": ""}),
        ("statutory_limit_has_basis", {"statutory_value": 20, "statutory_unit": "", "statutory_basis": "示例"}),
        ("supplement_limit_has_basis", {"supplement_unit": "wd"}),
        (
            "promise_within_the_statute",
            {"statutory_value": 4, "statutory_unit": "wd", "statutory_basis": "示例条例第二条"},
        ),
    ],
)
def test_limits_are_value_unit_and_basis(bureau, name, fields):
    item = makers.item(bureau)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        makers.draft(bureau, item, **fields)


def test_sentences_of_the_database(bureau):
    draft = makers.draft(bureau, makers.item(bureau))
    cases = [
        ("published_guide_says_from_when", "UPDATE catalog_guide SET state = 'published' WHERE id = %s"),
        ("no step", "UPDATE catalog_guide SET state = 'retired' WHERE id = %s"),
        (
            "guide_ends_after_it_begins",
            "UPDATE catalog_guide SET effective_from = '2026-02-02', effective_to = '2026-02-01' WHERE id = %s",
        ),
    ]
    for name, statement in cases:
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [draft.pk])
