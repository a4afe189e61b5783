"""征求意见：同时问、依次问；没有答复不算同意；办件的期限照走。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.states import Role
from approvals.actions import consulting, decision, review
from approvals.models import Slip
from office.notices.models import Notice
from office.steps import NotNow
from tests import casework, makers

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D9")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
ASKED = {"question": "请看住所是否符合规划。", "days": 3, "in_turn": False}


@pytest.fixture
def b(bureau):
    """社会组织科在审查的一件；另有养老科、地名科可以问，各有一位审查人。"""
    b = casework.item_with_guide(bureau)
    b.care, b.places = (
        makers.unit(b.agency, "zj-care", name="养老科"),
        makers.unit(b.agency, "zj-places", name="地名科"),
    )
    b.care_reviewer, b.places_reviewer = makers.user("care.reviewer"), makers.user("places.reviewer")
    makers.staffed(b.care, Role.REVIEWER, b.care_reviewer)
    makers.staffed(b.places, Role.REVIEWER, b.places_reviewer)
    b.case = review.begin(casework.accepted(b), by=b.reviewer, at=b.at)
    return b


def consult(b, at=None, **fields):
    told = {**ASKED, "units": [b.care, b.places], **fields}
    return consulting.consult(b.case, **told, by=b.reviewer, at=at or b.at)


def opine(b, at=None):
    return review.give_opinion(b.case, opinion="pass", text="符合。", by=b.reviewer, at=at or b.at + HOUR)


def test_units_asked_together_both_hold_up_the_own_opinion(b):
    care, places = consult(b)
    assert (care.state, places.state) == ("asked", "asked") and care.owner == b.care_reviewer
    with pytest.raises(NotNow, match="还没有都答复"):
        opine(b)
    b.case.refresh_from_db()
    assert b.case.reviews.get().opinion == ""
    consulting.answer(care, opinion="pass", text="没有意见。", by=b.care_reviewer, at=b.at + HOUR)
    with pytest.raises(NotNow, match="还没有都答复"):
        opine(b)
    consulting.answer(places, opinion="doubt", text="门牌要核。", by=b.places_reviewer, at=b.at + HOUR)
    assert opine(b).state == "reviewed"


def test_clocks_of_the_case_keep_running(b):
    before = list(b.case.clocks.order_by("pk").values_list("kind", "due_at", "paused_at", "ended_at"))
    (care, _places) = consult(b)
    consulting.answer(care, opinion="pass", text="没有意见。", by=b.care_reviewer, at=b.at + HOUR)
    consulting.sweep(at=b.at + 10 * DAY)
    assert list(b.case.clocks.order_by("pk").values_list("kind", "due_at", "paused_at", "ended_at")) == before


def test_in_turn_the_second_is_asked_after_the_first(b):
    care, places = consult(b, in_turn=True)
    assert (care.state, places.state, places.owner) == ("asked", "queued", None)
    assert not places.clocks.exists()
    with pytest.raises(NotNow):
        consulting.answer(places, opinion="pass", text="没有意见。", by=b.places_reviewer, at=b.at)
    consulting.answer(care, opinion="pass", text="没有意见。", by=b.care_reviewer, at=b.at + HOUR)
    places.refresh_from_db()
    assert (places.state, places.opened_at, places.owner) == ("asked", b.at + HOUR, b.places_reviewer)


def test_silence_is_late_with_its_owner_and_never_agrees(b):
    care, places = consult(b, in_turn=True)
    due = care.clocks.get().due_at
    assert due == makers.moment("2026-03-06 00:00")
    assert consulting.sweep(at=due) == 1 and consulting.sweep(at=due) == 0
    care.refresh_from_db()
    places.refresh_from_db()
    assert (care.state, care.opinion, care.late, places.state) == ("expired", "", True, "asked")
    told = set(Notice.objects.filter(kind="slip.late").values_list("to__username", flat=True))
    assert {"care.reviewer", "reviewer.orgs"} <= told
    consulting.sweep(at=makers.moment("2026-03-12 00:00"))
    assert opine(b, makers.moment("2026-03-12 09:00")).state == "reviewed"


def test_a_late_answer_is_taken_and_stays_late(b):
    (care,) = consult(b, units=[b.care])
    late = makers.moment("2026-03-06 10:00")
    consulting.answer(care, opinion="pass", text="没有意见。", by=b.care_reviewer, at=late)
    care.refresh_from_db()
    assert (care.state, care.late, care.answered_at) == ("answered", True, late)
    assert care.clocks.get().late
    opine(b, late)
    (again,) = (slip for slip in Slip.objects.all())
    with pytest.raises(NotNow):
        consulting.answer(again, opinion="pass", text="再说一遍。", by=b.care_reviewer, at=late)


def test_only_the_unit_asked_answers_and_only_the_section_asks(b):
    with pytest.raises(PermissionDenied):
        consulting.consult(b.case, **ASKED, units=[b.care], by=b.clerk_a, at=b.at)
    (care,) = consult(b, units=[b.care])
    with pytest.raises(PermissionDenied):
        consulting.answer(care, opinion="pass", text="没有意见。", by=b.reviewer, at=b.at)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"units": []}, "请选"),
        ({"question": " "}, "请选"),
        ({"days": 16}, "之间"),
        ({"days": 12, "in_turn": True}, "晚于"),
    ],
)
def test_a_slip_that_cannot_be_kept_is_not_sent(b, wrong, why):
    with pytest.raises(NotNow, match=why):
        consult(b, **wrong)
    assert not Slip.objects.exists()


def test_the_section_itself_and_a_unit_twice_are_not_asked(b):
    with pytest.raises(NotNow, match="不必再问"):
        consult(b, units=[b.orgs])
    consult(b, units=[b.care])
    with pytest.raises(NotNow, match="不必再问"):
        consult(b, units=[b.care])
    with pytest.raises(NotNow, match="没有能答复的人"):
        consult(b, units=[b.window])


def test_the_end_of_the_case_ends_the_slips(b):
    care, places = consult(b, in_turn=True)
    decision.withdraw(b.case, reason="不办了。", by=b.citizen, at=b.at + HOUR)
    assert set(Slip.objects.values_list("state", flat=True)) == {"dropped"}
    assert not care.clocks.running().exists() and not places.clocks.running().exists()


def test_the_database_knows_silence_is_no_opinion(b):
    (care,) = consult(b, units=[b.care])
    with pytest.raises(IntegrityError, match="silence_is_no_opinion"), transaction.atomic():
        Slip.objects.filter(pk=care.pk).update(opinion="pass")
