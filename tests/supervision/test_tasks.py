"""差评整改:联系、整改、剔除;没有动静就上交。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.stateful import WrongDoor, pairs_of
from office.steps import NotNow, available
from supervision.actions import deadlines, tasks
from supervision.models import Clock, Task
from tests import makers as people
from tests.makers import moment
from tests.supervision import makers
from tests.supervision.makers import CONTACT_DUE, LIMIT_DUE, RATED, SETTLE_DUE

SECOND = datetime.timedelta(seconds=1)
THURSDAY, FRIDAY = moment("2026-03-05 09:00"), moment("2026-03-06 09:00")


def stands(task):
    task.refresh_from_db()
    return task.rung, task.owner.username


@pytest.mark.clause("D16")
def test_contact_then_settle(b):
    task = makers.bad(b)
    with pytest.raises(NotNow, match="还没有联系"):
        tasks.settle(task, result="改了。", by=b.clerk_a, at=THURSDAY)
    tasks.contact(task, note="电话回访，说明了原因。", by=b.clerk_b, at=THURSDAY)
    assert {c.kind for c in task.clocks.running()} == {"settle", "limit"}
    tasks.settle(task, result="已增开一个窗口。", by=b.clerk_a, at=FRIDAY)
    assert (task.state, task.finished_by) == ("settled", b.clerk_a)
    assert not task.clocks.running().exists()
    assert not Clock.objects.filter(late=True).exists()
    told = Notice.objects.about(task.rating.case).filter(kind="rating.settled")
    assert {notice.channel for notice in told} == {"inbox", "sms"}
    assert all("已增开一个窗口" in notice.body for notice in told)
    assert [e.verb.rpartition(".")[2] for e in Entry.objects.about(task)] == ["open", "contact", "settle"]
    assert first_break(Entry.objects.about(task)) == ""


def test_nothing_is_done_without_words(b):
    task = makers.bad(b)
    for deed, named in ((tasks.contact, "note"), (tasks.settle, "result"), (tasks.exclude, "reason")):
        with pytest.raises(NotNow, match="写明"):
            deed(task, **{named: "  "}, by=b.approval_chief, at=THURSDAY)


@pytest.mark.clause("D16", "Z17")
def test_silence_climbs_to_the_chief_then_the_deputy(b):
    task = makers.bad(b)
    assert deadlines.sweep(at=CONTACT_DUE - SECOND) == 0
    assert deadlines.sweep(at=CONTACT_DUE) == 1
    assert deadlines.sweep(at=CONTACT_DUE) == 0
    assert stands(task) == (2, "chief.approval")
    assert deadlines.sweep(at=SETTLE_DUE) == 1
    assert stands(task) == (3, "deputy.1")
    assert deadlines.sweep(at=LIMIT_DUE) == 1
    assert stands(task) == (3, "deputy.1")
    assert (task.state, task.responsible) == ("open", b.clerk_a)
    late = Notice.objects.about(task).filter(kind="rating.late")
    assert set(late.values_list("to__username", flat=True)) == {"window.a", "chief.approval", "deputy.1"}
    verbs = [e.verb.rpartition(".")[2] for e in Entry.objects.about(task)]
    assert verbs == ["open", "climb", "climb", "limit_due"]
    assert {e.by.kind for e in Entry.objects.about(task)[1:]} == {"system"}


def test_a_sweep_run_late_catches_up_in_order(b):
    task = makers.bad(b)
    assert deadlines.sweep(at=LIMIT_DUE) == 3
    assert stands(task) == (3, "deputy.1")


def test_the_stand_in_gets_it_while_the_chief_is_away(b):
    task = makers.bad(b)
    people.away(b.approval_chief, RATED)
    deadlines.sweep(at=CONTACT_DUE)
    assert stands(task) == (2, "chief.approval.b")


@pytest.mark.clause("D16")
def test_after_climbing_the_desk_still_calls_but_no_longer_settles(b):
    task = makers.bad(b)
    deadlines.sweep(at=CONTACT_DUE)
    tasks.contact(task, note="晚了一天，已回访。", by=b.clerk_a, at=FRIDAY)
    assert task.clocks.get(kind="contact").late
    with pytest.raises(PermissionDenied):
        tasks.settle(task, result="改了。", by=b.clerk_a, at=FRIDAY)
    tasks.settle(task, result="科里核实，已改。", by=b.approval_chief, at=FRIDAY)
    assert task.state == "settled"


def test_what_is_overdue_is_settled_before_anybody_acts(b):
    task = makers.bad(b)
    tasks.contact(task, note="已回访。", by=b.clerk_a, at=FRIDAY)
    assert stands(task) == (2, "chief.approval")


@pytest.mark.clause("D16")
def test_a_mistaken_rating_is_struck_out_by_the_chief_alone(b):
    task = makers.bad(b)
    for other in (b.clerk_a, b.clerk_b, b.chief, b.citizen, b.stranger, b.system):
        with pytest.raises(PermissionDenied):
            tasks.exclude(task, reason="误评", by=other, at=THURSDAY)
    tasks.exclude(task, reason="评的是另一家单位(示例)。", by=b.approval_chief, at=THURSDAY)
    assert (task.state, task.finished_by) == ("excluded", b.approval_chief)
    assert not task.clocks.running().exists()
    with pytest.raises(NotNow):
        tasks.settle(task, result="又改。", by=b.approval_chief, at=THURSDAY)


def test_buttons_are_what_the_machine_offers(b):
    task = makers.bad(b)
    offered = {
        user.username: [s.name for s in available(task, user)] for user in (b.clerk_a, b.approval_chief, b.chief)
    }
    assert offered == {"window.a": ["contact", "settle"], "chief.approval": ["exclude"], "chief.orgs": []}
    assert [s.reason for s in available(task, b.clerk_a)] == ["", "还没有联系评价人。"]


def test_who_sees_which_task(b):
    makers.bad(b)
    seen = {b.clerk_a: 1, b.clerk_b: 1, b.approval_chief: 1, b.deputy: 1, b.director: 1, b.stranger: 0, b.citizen: 0}
    assert {user: Task.objects.visible_to(user).count() for user in seen} == seen


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(b, count, django_assert_num_queries):
    for _ in range(count):
        makers.bad(b)
    with django_assert_num_queries(1):
        shown = [
            (str(t), str(t.rating.case.item), t.owner.full_name, t.next_due)
            for t in Task.objects.with_context().with_next_due()
        ]
    assert len(shown) == count


def test_the_back_doors_are_shut(b):
    task = makers.bad(b)
    with pytest.raises(WrongDoor):
        Task.objects.filter(pk=task.pk).update(state="settled")
    for statement in (
        "UPDATE supervision_task SET state = 'settled'",
        "UPDATE supervision_task SET state = 'silent'",
        "UPDATE supervision_task SET rung = 9",
        "DELETE FROM supervision_task",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE supervision_task SET state = 'excluded', result = '私下', finished_at = now(), finished_by_id = %s",
            [b.clerk_a.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_guard_matches_the_declared_steps():
    assert pairs_of(Task) == [
        ("contacted", "excluded"),
        ("contacted", "settled"),
        ("open", "contacted"),
        ("open", "excluded"),
        ("open", "settled"),
    ]
