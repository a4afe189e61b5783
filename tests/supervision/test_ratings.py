"""一事一评:办完才评,一件一次,差评当场交办。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from approvals.actions import decision
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from supervision.actions import ratings, tasks
from supervision.models import Rating, Task
from tests import casework
from tests.supervision import makers
from tests.supervision.makers import CONTACT_DUE, LIMIT_DUE, RATED, SETTLE_DUE, WHY


@pytest.mark.clause("D16")
def test_a_satisfied_citizen_rates_once(b):
    rating = makers.rated(b, "very_good", tags=["speed"])
    assert Rating.objects.for_case(rating.case) == rating
    assert str(rating) == "非常满意" and rating.tag_labels == ["办事效率"]
    assert not Task.objects.exists()
    assert [e.verb for e in Entry.objects.about(rating)] == ["supervision.rating.rate"]
    with pytest.raises(NotNow, match="只评一次"):
        ratings.rate(rating.case, by=b.citizen, at=RATED, **WHY)


@pytest.mark.clause("D16")
def test_only_a_finished_case_is_rated(b):
    case = casework.granted(b)
    with pytest.raises(NotNow, match="还没有办完"):
        ratings.rate(case, score="good", by=b.citizen, at=RATED)
    gone = casework.received(b)
    decision.withdraw(gone, reason="不办了", by=b.citizen, at=b.at)
    assert ratings.rate(gone, score="fair", by=b.citizen, at=RATED).pk


def test_only_the_applicant_rates(b):
    case = makers.delivered(b)
    for other in (b.other_citizen, b.clerk_a, b.chief, b.director):
        with pytest.raises(PermissionDenied):
            ratings.rate(case, score="very_good", by=other, at=RATED)
    with pytest.raises(PermissionDenied):
        ratings.rate(case, score="very_good", by=b.citizen, at=RATED, by_default=True)
    assert ratings.rate(case, score="good", by=b.system, at=RATED).rated_by == b.system


@pytest.mark.clause("D16")
def test_a_bad_rating_says_why(b):
    case = makers.delivered(b)
    with pytest.raises(NotNow, match="勾选"):
        ratings.rate(case, score="bad", text="  ", by=b.citizen, at=RATED)
    with pytest.raises(ValueError, match="nonsense"):
        ratings.rate(case, score="bad", tags=["nonsense"], by=b.citizen, at=RATED)
    with pytest.raises(ValueError, match="5"):
        ratings.rate(case, score="5", by=b.citizen, at=RATED)
    assert ratings.rate(case, score="very_bad", tags=["skill"], by=b.citizen, at=RATED).task


@pytest.mark.clause("D16", "Z1")
def test_a_bad_rating_falls_to_the_first_contact(b):
    task = makers.bad(b)
    assert (task.owner, task.responsible, task.unit, task.state) == (b.clerk_a, b.clerk_a, b.window, "open")
    assert {c.kind: c.due_at for c in task.clocks.running()} == {
        "contact": CONTACT_DUE,
        "settle": SETTLE_DUE,
        "limit": LIMIT_DUE,
    }
    notice = Notice.objects.about(task).get()
    assert notice.to == b.clerk_a and task.rating.case.number in notice.body and "服务态度" in notice.body


def test_an_anonymous_rating_hides_the_case_and_needs_no_call(b):
    task = makers.bad(b, anonymous=True)
    notice = Notice.objects.about(task).get()
    assert task.rating.case.number not in notice.body + notice.subject
    assert {c.kind for c in task.clocks.running()} == {"settle", "limit"}
    with pytest.raises(NotNow, match="匿名"):
        tasks.contact(task, note="打电话", by=b.clerk_a, at=RATED)
    tasks.settle(task, result="已增开一个窗口。", by=b.clerk_a, at=RATED)
    assert task.state == "settled"
    assert not Notice.objects.filter(kind="rating.settled").exists()


@pytest.mark.clause("Z17", "D16")
def test_figures_leave_out_defaults_and_mistakes(b):
    makers.rated(b, "good")
    makers.rated(b, "very_good", by=b.system, by_default=True)
    makers.bad(b)
    mistaken = makers.bad(b)
    tasks.exclude(mistaken, reason="评错了窗口(示例)。", by=b.approval_chief, at=RATED)
    row = Rating.objects.visible_to(b.approval_chief).counted().per_unit().get()
    assert row["case__intake_unit__code"] == "zj-window"
    assert (row["total"], row["satisfied"], row["bad"]) == (2, 1, 1)
    assert (row["blamed_attitude"], row["blamed_speed"]) == (1, 0)
    assert not Rating.objects.visible_to(b.stranger).exists()


@pytest.mark.clause("D16")
def test_a_rating_is_never_changed_or_removed(b):
    rating = makers.rated(b, "good")
    for statement in (
        "UPDATE supervision_rating SET score = 'very_good'",
        "DELETE FROM supervision_rating",
        "TRUNCATE supervision_rating CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    rating.score = "bad"
    with pytest.raises(DatabaseError), transaction.atomic():
        rating.save()


def test_a_bad_rating_without_its_task_does_not_commit(b):
    case = makers.delivered(b)
    told = {"case": case, "score": "bad", "text": "示例", "rated_by": b.citizen, "rated_at": RATED}
    with pytest.raises(DatabaseError, match="交办"), transaction.atomic(), connection.cursor() as cursor:
        Rating.objects.create(**told)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for wrong in ({"text": ""}, {"score": "great"}, {"by_default": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Rating.objects.create(**{**told, **wrong})
