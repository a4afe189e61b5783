"""许多份报告在同一刻到期:成批上移,与一份一份上移做下的一样;坏了的一份、别人锁着的一份,不连累别的。"""

import threading

import pytest
from django.db import connection, transaction

from denials.actions import deadlines, ladder
from denials.models import Clock, Lateness, Report, Turn
from office import clocks
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from portal.bench import copies
from tests import casework
from tests.casework import HOUR
from tests.invariants import check_report
from tests.makers import moment

FILED, DUE, LATER = moment("2026-03-02 09:00"), moment("2026-03-03 12:00"), moment("2026-03-04 00:00")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


@pytest.fixture
def queued(b):
    """十一份等科室负责人审的报告，同一刻到期。"""
    first = casework.filed(b, FILED)
    keys = [first.pk, *copies.copy_report(first, 10)]
    return Report.objects.filter(pk__in=keys).order_by("pk")


def left_behind(report):
    """这份报告身上留下的：状态、轮次、逾期、时钟、日志、提醒，不带主键。"""
    turns = Turn.objects.filter(report=report).order_by("rung", "post")
    notices = Notice.objects.about(report).order_by("kind", "channel", "to")
    return {
        "state": Report.objects.get(pk=report.pk).state,
        "turns": list(turns.values_list("rung", "post", "opened_at", "due_at", "closed_at", "verdict")),
        "late": sorted(Lateness.objects.filter(report=report).values_list("rung", "post", "user", "due_at")),
        "clocks": sorted(report.clocks.values_list("kind", "due_at", "late", "ended_at", "fired_at"), key=str),
        "lines": list(Entry.objects.about(report).values_list("verb", "before", "after", "by", "at")),
        "notices": list(notices.exclude(queued_at=FILED).values_list("kind", "channel", "to", "body", "state")),
    }


@pytest.mark.clause("Z6", "Z10")
def test_many_pass_over_at_once_as_one_by_one(queued):
    alone, *rest = queued
    for kind, at in (("chief", DUE), ("deputy", LATER)):
        clock = Clock.objects.running().get(report=alone, kind=kind)
        assert clocks.fire_one(Clock, clock.pk, alone.pk, deadlines.fire, at=at)
        assert deadlines.sweep(at=at) == len(rest)
        assert deadlines.sweep(at=at) == 0
    expected = left_behind(alone)
    assert expected["state"] == "with_director" and len(expected["late"]) == 3
    for report in rest:
        assert left_behind(report) == expected
        assert not first_break(Entry.objects.about(report))
        check_report(Report.objects.get(pk=report.pk))


@pytest.mark.clause("Z6")
def test_a_batch_costs_little_more_than_one(queued, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        assert deadlines.sweep(at=DUE) == 11


@pytest.mark.clause("Z6")
def test_one_that_cannot_go_is_parked_and_the_rest_go(b, queued):
    broken, *rest = queued
    ladder.send_back(broken, text="请补充。", by=b.chief, at=FILED + HOUR)
    Clock.objects.filter(report=broken, kind="chief").update(ended_at=None)  # 数据坏了：退回了，这一级的钟还在走
    assert deadlines.sweep(at=DUE) == len(rest)
    assert set(queued.values_list("pk", "state")) == {
        (broken.pk, "returned"), *((report.pk, "with_deputy") for report in rest)
    }  # fmt: skip
    assert Clock.objects.parked().get().report_id == broken.pk


@pytest.mark.clause("Z6")
@pytest.mark.django_db(transaction=True)
def test_one_that_somebody_holds_is_left_for_the_next_pass(queued):
    held, *rest = queued
    holding, enough = threading.Event(), threading.Event()

    def decide():
        with transaction.atomic():
            held.lock()
            holding.set()
            enough.wait(10)
        connection.close()

    person = threading.Thread(target=decide)
    person.start()
    assert holding.wait(10)
    assert deadlines.sweep(at=DUE) == len(rest)
    enough.set()
    person.join()
    assert deadlines.sweep(at=DUE) == 1
    assert set(queued.values_list("state", flat=True)) == {"with_deputy"}
