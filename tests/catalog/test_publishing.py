"""发布、取代、停用:缺要素的从哪扇门都发布不了;哪一天用哪一版只看日期。"""

import datetime

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from catalog.actions import checking, publishing
from catalog.models import Guide, Item
from catalog.states import GuideState
from office.journal.models import Entry
from office.stateful import WrongDoor
from office.steps import NotNow, take
from tests.catalog import makers

DAY = datetime.date(2026, 3, 2)  # bureau.at 的那一天
NEXT = datetime.date(2026, 4, 1)


@pytest.fixture
def item(bureau):
    return makers.item(bureau)


ELEMENTS = [
    ("事项名称", {"name": ""}),
    ("办理内容", {"content": ""}),
    ("办结时限", {"promised_value": None, "promised_unit": "", "promised_basis": ""}),
    ("办理主体(受理窗口)", {"window": None}),
    ("受理方式", {"ways": []}),
    ("投诉渠道", {"complaint": ""}),
    ("办理流程", {"process": []}),
]

RENEWAL = {"apply_days": 30, "remind": "60", "basis": "示例条例第二条"}


@pytest.mark.clause("D8")
def test_a_renewal_by_an_item_that_does_not_exist_is_not_published(bureau, item):
    guide = makers.draft(bureau, item, renewal=[{"item": "smaple", **RENEWAL}])
    with pytest.raises(checking.Incomplete, match="到期延续：没有编码是“smaple”的事项"):
        checking.submit(guide=guide, by=bureau.editor, at=bureau.at)
    guide.renewal = [{"item": item.code, **RENEWAL}]
    guide.save()
    assert makers.publish(bureau, guide).state == GuideState.PUBLISHED


SPACES = [" ", "　", "\u00a0\u200b"]  # 半角空格、全角空格、看不见的
STEP, WAY = makers.CONTENT["process"][0], makers.CONTENT["ways"][0]


def blank(space):
    """(要素, 只有空格的写法)：一栏的，清单里一格的。"""
    return [
        ("事项名称", {"name": space}),
        ("办理内容", {"content": space}),
        ("办结时限", {"promised_basis": space}),
        ("受理方式", {"ways": [{**WAY, "how": space}]}),
        ("投诉渠道", {"complaint": space}),
        *(("办理流程", {"process": [STEP, {**STEP, key: space}]}) for key in ("name", "who", "time")),
    ]


BLANKS = [(element, without) for space in SPACES for element, without in blank(space)]


def in_the_database(statement, *values):
    """绕过应用直接写库,返回数据库的拒绝。"""
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refused.value)


@pytest.mark.clause("D2")
@pytest.mark.parametrize(("element", "without"), ELEMENTS, ids=[name for name, _ in ELEMENTS])
def test_publish_names_what_is_missing(bureau, item, element, without):
    guide = makers.draft(bureau, item, **without)
    with pytest.raises(checking.Incomplete) as refused:
        checking.submit(guide=guide, by=bureau.editor, at=bureau.at)
    assert refused.value.missing == [element]
    assert element in str(refused.value)
    assert element in in_the_database("UPDATE catalog_guide SET state = 'published' WHERE id = %s", guide.pk)


@pytest.mark.clause("D2")
@pytest.mark.parametrize(("element", "without"), BLANKS)
def test_spaces_say_nothing(bureau, item, element, without):
    """空格不是字：提交不了，直接写库也发布不了。"""
    guide = makers.draft(bureau, item, **without)
    said = {"受理方式": "受理方式第1条", "办理流程": "办理流程第2步", "办结时限": "承诺时限：缺依据"}.get(
        element, element
    )
    with pytest.raises(checking.Incomplete) as refused:
        checking.submit(guide=guide, by=bureau.editor, at=bureau.at)
    assert len(refused.value.missing) == 1 and said in refused.value.missing[0]
    assert element in in_the_database("UPDATE catalog_guide SET state = 'published' WHERE id = %s", guide.pk)


@pytest.mark.clause("D2")
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    ("table", "column", "refusal"),
    [
        ("material", "standard", "material_says"), ("material", "basis", "material_says"),
        ("material", "remedy", "material_says"), ("legalbasis", "statute", "basis_names"),
        ("legalbasis", "article", "basis_names"), ("legalbasis", "text", "basis_names"),
    ],
)  # fmt: skip
def test_the_database_takes_no_part_of_spaces(bureau, item, table, column, refusal, space):
    guide = makers.draft(bureau, item)
    statement = f"UPDATE catalog_{table} SET {column} = %s WHERE guide_id = %s"
    assert refusal in in_the_database(statement, space, guide.pk)


@pytest.mark.clause("D2")
@pytest.mark.parametrize(("element", "rows"), [("申请材料", "materials"), ("设定依据", "bases")])
def test_publish_needs_materials_and_bases(bureau, item, element, rows):
    guide = makers.draft(bureau, item)
    getattr(guide, rows).all().delete()
    with pytest.raises(checking.Incomplete) as refused:
        checking.submit(guide=guide, by=bureau.editor, at=bureau.at)
    assert refused.value.missing == [element]
    assert element in in_the_database("UPDATE catalog_guide SET state = 'published' WHERE id = %s", guide.pk)


@pytest.mark.clause("D2")
def test_an_empty_draft_lists_everything(bureau, item):
    guide = publishing.draft_from(item=item, by=bureau.editor, at=bureau.at)
    with pytest.raises(checking.Incomplete) as refused:
        publishing.publish(guide=guide, by=bureau.editor, at=bureau.at)
    expected = [
        "办理内容",
        "设定依据",
        "办结时限",
        "办理主体(受理窗口)",
        "受理方式",
        "投诉渠道",
        "办理流程",
        "申请材料",
    ]
    assert refused.value.missing[:8] == expected


@pytest.mark.clause("D2")
def test_take_itself_refuses_an_incomplete_guide(bureau, item):
    guide = makers.draft(bureau, item, complaint="")
    with pytest.raises(NotNow, match="还不完整"):
        take(guide, "publish", by=bureau.editor, at=bureau.at, effective_from=DAY, digest="x")


@pytest.mark.clause("D2")
def test_orm_doors_are_shut(bureau, item):
    guide = makers.draft(bureau, item, complaint="")
    with pytest.raises(WrongDoor):
        Guide.objects.filter(pk=guide.pk).update(state=GuideState.PUBLISHED)
    with pytest.raises(AttributeError):
        guide.state = GuideState.PUBLISHED
    with pytest.raises(WrongDoor):
        Guide(item=item, version=9, state=GuideState.PUBLISHED).save()
    assert Guide.objects.get(pk=guide.pk).state == GuideState.DRAFT


@pytest.mark.clause("D2")
def test_sql_as_the_runtime_role_is_refused(bureau, app_role):
    """以运行角色直接写库:缺要素的不行;要素齐全而没走那扇门的，没有核对、没有日志，也不行。"""
    incomplete = makers.draft(bureau, makers.item(bureau, "a"), complaint="")
    complete = makers.draft(bureau, makers.item(bureau, "b"))
    publish = "UPDATE catalog_guide SET state = 'published', effective_from = '2026-03-02', published_at = now(),"
    publish += " digest = 'x' WHERE id = %s"
    for guide, refusal in ((incomplete, "投诉渠道"), (complete, "没有经过第二个人核对")):
        with pytest.raises(IntegrityError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE hall_app")
            cursor.execute(publish, [guide.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), app_role.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_guide DISABLE TRIGGER catalog_guide_complete")


def test_publish_fixes_the_day_the_digest_and_the_journal(bureau, item):
    guide = makers.published(bureau, item)
    assert (guide.state, guide.effective_from, guide.effective_to) == (GuideState.PUBLISHED, DAY, None)
    assert (guide.published_at, len(guide.digest)) == (bureau.at, 64)
    line = Entry.objects.about(guide).last()
    assert (line.verb, line.by, line.before, line.after) == (
        "catalog.guide.publish",
        bureau.editor,
        "checked",
        "published",
    )


def test_only_the_keeper_of_the_catalogue_publishes(bureau, item):
    guide = makers.checked(bureau, makers.draft(bureau, item))
    for person in (bureau.clerk_a, bureau.director, bureau.stranger, bureau.citizen):
        with pytest.raises(PermissionDenied):
            publishing.publish(guide=guide, by=person, at=bureau.at)
        with pytest.raises(PermissionDenied):
            publishing.draft_from(item=item, by=person, at=bureau.at)


def test_one_draft_at_a_time(bureau, item):
    makers.draft(bureau, item)
    with pytest.raises(NotNow, match="已有一份草稿"):
        publishing.draft_from(item=item, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("D2")
def test_a_broken_form_cannot_be_published(bureau, item):
    guide = makers.draft(bureau, item, form={"pages": []})
    with pytest.raises(checking.Incomplete, match="申请表"):
        publishing.publish(guide=guide, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("D1")
def test_versions_by_day(bureau, item):
    first = makers.published(bureau, item, effective_from=datetime.date(2026, 1, 1))
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    assert (second.version, second.materials.count(), second.bases.count()) == (2, 1, 1)
    makers.publish(bureau, second, NEXT)

    assert item.guide_on(datetime.date(2025, 12, 31)) is None
    assert item.guide_on(datetime.date(2026, 1, 1)) == first
    assert item.guide_on(datetime.date(2026, 3, 31)) == first
    assert item.guide_on(NEXT) == second
    assert list(Item.objects.published_on(NEXT)) == [item]
    assert not Item.objects.published_on(datetime.date(2025, 12, 31)).exists()


@pytest.mark.clause("D1")
def test_the_old_version_is_superseded_by_itself(bureau, item):
    first = makers.published(bureau, item)
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    makers.publish(bureau, second, NEXT)
    assert publishing.supersede_outlived(at=bureau.at) == 0
    midnight = bureau.at.replace(month=4, day=1, hour=0, minute=1)
    assert item.guide_on(NEXT) == second  # 登记晚了也不误事
    assert publishing.supersede_outlived(at=midnight) == 1
    assert publishing.supersede_outlived(at=midnight) == 0
    first.refresh_from_db()
    assert (first.state, first.effective_to) == (GuideState.SUPERSEDED, NEXT)
    assert Entry.objects.about(first).last().by == bureau.system


def test_a_new_version_the_same_day_replaces_at_once(bureau, item):
    first = makers.published(bureau, item)
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    makers.publish(bureau, second)
    first.refresh_from_db()
    assert (first.state, item.guide_on(DAY)) == (GuideState.SUPERSEDED, second)


def test_history_is_not_rewritten(bureau, item):
    makers.published(bureau, item, effective_from=datetime.date(2026, 1, 1))
    second = makers.draft(bureau, item)
    with pytest.raises(publishing.WrongDay):
        makers.publish(bureau, second, datetime.date(2026, 2, 1))


def test_the_database_keeps_one_version_a_day(bureau, item):
    first = makers.published(bureau, item)
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    makers.publish(bureau, second, NEXT)
    refusal = in_the_database("UPDATE catalog_guide SET effective_to = NULL WHERE id = %s", first.pk)
    assert "one_guide_in_force_per_day" in refusal


def test_retire_ends_today_and_leaves_no_guide(bureau, item):
    guide = makers.published(bureau, item, effective_from=datetime.date(2026, 1, 1))
    publishing.retire(guide=guide, by=bureau.editor, at=bureau.at, reason="法规废止")
    assert (guide.state, guide.effective_to) == (GuideState.RETIRED, DAY)
    assert item.guide_on(DAY) is None
    assert item.guide_on(datetime.date(2026, 3, 1)) == guide
    with pytest.raises(publishing.WrongDay):
        other = makers.published(bureau, makers.item(bureau, "other"))
        publishing.retire(guide=other, on=datetime.date(2026, 3, 1), by=bureau.editor, at=bureau.at, reason="x")


def test_retiring_a_future_version_gives_the_day_back(bureau, item):
    first = makers.published(bureau, item)
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    makers.publish(bureau, second, NEXT)
    publishing.retire(guide=second, by=bureau.editor, at=bureau.at, reason="写错了")
    assert item.guide_on(NEXT) == first


def test_a_gap_promised_to_a_retired_version_is_kept(bureau, item):
    guide = makers.published(bureau, item)
    publishing.retire(guide=guide, on=NEXT, by=bureau.editor, at=bureau.at, reason="到期")
    again = makers.draft(bureau, item)
    with pytest.raises(publishing.WrongDay, match="2026-04-01"):
        makers.publish(bureau, again)
    publishing.publish(guide=again, effective_from=NEXT, by=bureau.editor, at=bureau.at)


@pytest.mark.clause("B7")
def test_turning_promise_into_instant_is_a_new_version(bureau, item):
    first = makers.published(bureau, item)
    second = publishing.draft_from(item=item, guide=first, by=bureau.editor, at=bureau.at)
    second.handling, second.promised_value, second.promised_unit, second.promised_basis = "1", None, "", ""
    second.save()
    makers.publish(bureau, second)
    assert [g.handling for g in item.guides.order_by("version")] == ["2", "1"]
