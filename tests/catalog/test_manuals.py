"""工作手册的一生：登记、不重做、排印只一次、半途没了再做一次、取消、重做、到期清除。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from catalog.actions import manuals
from catalog.models import ManualOrder
from catalog.states import ManualState
from office.journal.models import Entry
from office.steps import NotNow
from tests import makers


def order(b, contents="一版", by=None, at=None, **scope):
    told = {"agency": b.agency, "section": None, "on": b.at.date(), **scope}
    return manuals.order(**told, contents=[contents], total=2, by=by or b.editor, at=at or b.at)


def started(b, made, contents="一版"):
    return manuals.begin(order=made, contents=[contents], total=2, at=b.at)


def finished(b, made):
    assert started(b, made)
    name = default_storage.save("manuals/test.pdf", ContentFile(b"%PDF"))
    return manuals.finish(order=made, file=name, file_digest="0" * 64, pages=9, size=4, seconds=1.4, at=b.at)


@pytest.mark.clause("S2")
def test_the_same_content_is_not_made_twice(bureau):
    first, new = order(bureau)
    assert new and order(bureau) == (first, False)
    assert order(bureau, on=bureau.at.date() + datetime.timedelta(days=1))[1]  # 另一天的是另一本
    assert order(bureau, "二版")[1]
    finished(bureau, first)
    assert order(bureau) == (first, False)
    assert ManualOrder.objects.count() == 3


def test_the_database_itself_refuses_a_second_of_the_same_content(bureau):
    first, _new = order(bureau)
    told = {"on_date": first.on_date, "ordered_by": bureau.editor, "ordered_at": bureau.at}
    with pytest.raises(DatabaseError), transaction.atomic():
        ManualOrder.objects.create(content_digest=first.content_digest, **told)


def test_keepers_order_for_their_agency_and_chiefs_for_their_section(bureau):
    assert order(bureau, "a", by=bureau.chief, section=bureau.orgs)[1]
    assert order(bureau, "b", agency=None)[1]
    for by, scope in (
        (bureau.chief, {}),
        (bureau.chief, {"agency": None}),
        (bureau.approval_chief, {"section": bureau.orgs}),
        (bureau.editor, {"agency": bureau.stranger_agency}),
        (bureau.clerk_a, {"section": bureau.orgs}),
    ):
        with pytest.raises(PermissionDenied):
            order(bureau, "c", by=by, **scope)
    assert {len(ManualOrder.objects.visible_to(who)) for who in (bureau.clerk_a, bureau.approval_chief)} == {0}
    assert ManualOrder.objects.visible_to(bureau.chief).get().section == bureau.orgs
    assert ManualOrder.objects.visible_to(bureau.editor).count() == 2


def test_an_empty_manual_is_refused(bureau):
    with pytest.raises(NotNow, match="还没有在用的办事指南"):
        manuals.order(
            agency=bureau.agency,
            section=None,
            on=bureau.at.date(),
            contents=[],
            total=0,
            by=bureau.editor,
            at=bureau.at,
        )


@pytest.mark.clause("S2")
def test_killed_in_the_middle_it_is_made_once_more_and_then_given_up(bureau):
    made, _new = order(bureau)
    assert started(bureau, made)
    manuals.progress(order=made, done=1)
    made = ManualOrder.objects.get()
    assert (made.state, made.done) == (ManualState.MAKING, 1)
    assert started(bureau, made)  # 进程没了，下一趟从头做
    made.refresh_from_db()
    assert (made.attempts, made.done) == (2, 0)
    assert not started(bureau, made)
    assert made.state == ManualState.FAILED and "中断了 2 次" in made.last_error
    manuals.retry(order=made, by=bureau.editor, at=bureau.at)
    assert (made.state, made.attempts, made.last_error) == (ManualState.ORDERED, 0, "")
    assert finished(bureau, made).state == ManualState.READY
    assert not started(bureau, made)  # 做成了的，谁再来也不做


def test_what_is_made_is_named_by_what_was_in_it(bureau):
    made, _new = order(bureau)
    assert started(bureau, made, "登记以后改版了")
    assert order(bureau, "登记以后改版了") == (made, False)


@pytest.mark.clause("S2")
def test_cancelling_stops_the_one_being_made(bureau):
    made, _new = order(bureau)
    assert started(bureau, made)
    other = ManualOrder.objects.get()
    with pytest.raises(PermissionDenied):
        manuals.cancel(order=other, by=bureau.chief, at=bureau.at)
    manuals.cancel(order=other, by=bureau.editor, at=bureau.at)
    with pytest.raises(manuals.Stopped):
        manuals.progress(order=made, done=1)
    with pytest.raises(NotNow):
        manuals.finish(order=made, file="x", file_digest="0", pages=1, size=1, seconds=1, at=bureau.at)
    again, new = order(bureau)
    assert new and again != other
    with pytest.raises(NotNow, match="同样内容"), transaction.atomic():
        manuals.retry(order=other, by=bureau.editor, at=bureau.at)


def test_after_thirty_days_the_file_goes_and_the_row_stays(bureau, django_capture_on_commit_callbacks):
    made = finished(bureau, order(bureau)[0])
    name = made.file.name
    assert manuals.expire(at=bureau.at + manuals.KEEP - datetime.timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert manuals.expire(at=bureau.at + manuals.KEEP) == 1
    made.refresh_from_db()
    assert made.state == ManualState.EXPIRED and not made.file and not default_storage.exists(name)
    assert order(bureau)[1]


def test_each_step_is_in_the_journal_and_no_other_way_is_open(bureau):
    made = finished(bureau, order(bureau)[0])
    verbs = Entry.objects.filter(subject_type="catalog.manualorder").order_by("pk").values_list("verb", flat=True)
    assert [verb.rpartition(".")[2] for verb in verbs] == ["order", "begin", "finish"]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_manualorder SET state = 'ordered' WHERE id = %s", [made.pk])


def test_the_keeper_of_another_agency_sees_only_what_is_everybodys(bureau):
    keeper = makers.user("sx.editor", "遂示例")
    makers.staffed(bureau.stranger_unit, "editor", keeper)
    order(bureau)
    everything, _new = order(bureau, "全部", agency=None)
    assert list(ManualOrder.objects.visible_to(keeper)) == [everything]
