"""询问：有问必答；约定了时间，误了就上交；答复里也没有“不”。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from approvals.actions import enquiries
from approvals.models import Enquiry, ServicePolicy
from denials.actions import register
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.stateful import WrongDoor
from office.steps import NotNow
from tests import casework
from tests import makers as people
from tests.makers import moment

DAY, SECOND = datetime.timedelta(days=1), datetime.timedelta(seconds=1)
DUE = moment("2026-03-04 00:00")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def asked(b, case=None, kind="progress", text="", by=None, at=None):
    return enquiries.ask(case or casework.received(b), kind=kind, text=text, by=by or b.citizen, at=at or b.at)


def told(case, kind):
    return Notice.objects.about(case).filter(kind=kind)


@pytest.mark.clause("D15")
def test_an_enquiry_goes_to_the_handler_with_a_clock_and_is_answered(b):
    case = casework.received(b)
    one = asked(b, case)
    assert (one.owner, one.unit, one.clocks.get().due_at) == (b.clerk_a, b.window, DUE)
    assert told(case, "enquiry.asked").get().to == b.clerk_a
    enquiries.answer(one, text="材料都齐了，明天受理。", by=b.clerk_b, at=b.at + DAY)
    assert (one.state, one.answered_by) == ("answered", b.clerk_b)
    assert {n.channel for n in told(case, "enquiry.answered")} == {"inbox", "sms"}
    assert not one.clocks.running().exists()
    assert [e.verb.rpartition(".")[2] for e in Entry.objects.about(one)] == ["ask", "reply"]
    assert first_break(Entry.objects.about(one)) == ""


@pytest.mark.clause("D15")
def test_while_under_review_the_reviewer_answers(b):
    assert asked(b, casework.accepted(b)).owner == b.reviewer
    people.away(b.clerk_a, b.at)
    assert asked(b).owner == b.clerk_b


def test_only_the_applicant_asks_and_not_the_same_thing_twice(b):
    case = casework.received(b)
    with pytest.raises(PermissionDenied):
        asked(b, case, by=b.other_citizen)
    with pytest.raises(NotNow, match="写明"):
        asked(b, case, kind="other")
    with pytest.raises(ValueError, match="x"):
        asked(b, case, kind="x")
    asked(b, case)
    with pytest.raises(NotNow, match="已经问过"):
        asked(b, case)
    asked(b, case, kind="other", text="可以换人来取吗？", by=b.system)
    assert Enquiry.objects.count() == 2


@pytest.mark.clause("D15")
def test_a_promised_time_is_told_once_and_within_the_policy(b):
    one = asked(b)
    for until in (b.at.date() - DAY, moment("2026-03-10 09:00").date()):
        with pytest.raises(NotNow, match="约定的日子"):
            enquiries.promise(one, until=until, why="要问承办科室。", by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="为什么"):
        enquiries.promise(one, until=moment("2026-03-05 09:00").date(), why=" ", by=b.clerk_a, at=b.at)
    enquiries.promise(one, until=moment("2026-03-05 09:00").date(), why="要问承办科室。", by=b.clerk_a, at=b.at)
    assert (one.state, one.promised_at) == ("promised", moment("2026-03-06 00:00"))
    assert {c.kind: c.due_at for c in one.clocks.running()} == {"promise": moment("2026-03-06 00:00")}
    assert "3月5日" in told(one.case, "enquiry.promised").first().body
    with pytest.raises(NotNow):
        enquiries.promise(one, until=moment("2026-03-06 09:00").date(), why="再等等。", by=b.clerk_a, at=b.at)


@pytest.mark.clause("D15", "Z17")
def test_silence_climbs_to_the_chief_then_the_deputy(b):
    one = asked(b)
    assert enquiries.sweep(at=DUE - SECOND) == 0
    assert (enquiries.sweep(at=DUE), enquiries.sweep(at=DUE)) == (1, 0)
    one.refresh_from_db()
    assert (one.rung, one.owner) == (2, b.approval_chief)
    second = one.clocks.running().get()
    enquiries.sweep(at=second.due_at)
    one.refresh_from_db()
    assert (one.rung, one.owner) == (3, b.deputy)
    third = one.clocks.running().get()
    enquiries.sweep(at=third.due_at)
    one.refresh_from_db()
    assert (one.rung, one.state) == (3, "open") and one.clocks.filter(late=True).count() == 2
    enquiries.answer(one, text="明天受理。", by=b.deputy, at=third.due_at + DAY)
    verbs = [e.verb.rpartition(".")[2] for e in Entry.objects.about(one)]
    assert verbs == ["ask", "climb", "climb", "answer_due", "reply"]
    assert {n.to for n in told(one.case, "enquiry.late")} == {b.clerk_a, b.approval_chief, b.deputy}


@pytest.mark.clause("D15")
def test_past_the_promise_it_climbs_too(b):
    one = asked(b)
    enquiries.promise(one, until=moment("2026-03-05 09:00").date(), why="要问承办科室。", by=b.clerk_a, at=b.at)
    enquiries.answer(one, text="明天受理。", by=b.clerk_a, at=moment("2026-03-06 00:00"))
    assert one.rung == 2 and one.clocks.get(kind="promise").late


def test_each_agency_sets_its_own_days(b):
    ServicePolicy.objects.create(agency=b.agency, valid_from=b.at.date(), enquiry_days=2, promise_days=20)
    one = asked(b)
    assert one.clocks.get().due_at == moment("2026-03-05 00:00")
    enquiries.promise(one, until=moment("2026-03-20 09:00").date(), why="要问省里。", by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z3", "D15")
def test_an_answer_cannot_refuse_but_explains_a_lawful_refusal(b):
    one = asked(b)
    for deed in (
        lambda: enquiries.answer(one, text="您这个办不了。", by=b.clerk_a, at=b.at),
        lambda: enquiries.promise(one, until=b.at.date(), why="反正不行。", by=b.clerk_a, at=b.at),
    ):
        with pytest.raises(NotNow, match="拟否定报告"):
            deed()
    refused = casework.received(b)
    register.refuse_by_rule(refused, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    reasons = asked(b, refused, kind="reasons")
    enquiries.answer(reasons, text="不予受理的理由是发起人不足五十个。", by=b.clerk_a, at=b.at)
    assert reasons.answer == "不予受理的理由是发起人不足五十个。"


def test_who_answers_and_what_the_database_keeps(b):
    one = asked(b)
    for person in (b.stranger, b.citizen, b.approval_chief, b.reviewer):
        with pytest.raises(PermissionDenied):
            enquiries.answer(one, text="好。", by=person, at=b.at)
    assert not Enquiry.objects.visible_to(b.stranger).exists() and Enquiry.objects.visible_to(b.deputy).exists()
    with pytest.raises(WrongDoor):
        Enquiry.objects.update(state="answered")
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.update(text="改过的")
    enquiries.answer(one, text="明天受理。", by=b.clerk_a, at=b.at)
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.update(answer="改过的")
