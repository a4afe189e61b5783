"""改派：换承办科室，期限照走，件始终恰在一个单位手里。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction

from agencies.models import Unit
from approvals.actions import decision, enquiries, handover, mandates, procedures, reassigning, recusals, review
from approvals.models import Case, Enquiry
from approvals.rules import enquiries as rules_of_enquiries
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from tests import casework, makers
from tests.approvals import levelled, levels
from tests.approvals.listed import ADVICE

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D8", "C2")]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
WHY = "职责调整，归社会事务股办。"


@pytest.fixture
def c(bureau):
    return levels.county(bureau)


def move(c, case, to, by, **told):
    case.refresh_from_db()
    return reassigning.reassign(case, **{"to": to, "reason": WHY, "by": by, "at": c.at, **told})


def ticking(case):
    return list(case.clocks.order_by("pk").values_list("kind", "due_at", "ended_at", "paused_at"))


def test_a_case_under_review_goes_to_the_other_section_with_its_clocks_running_on(c):
    case = levels.taken_in(c, c.window)
    review.begin(case, by=c.reviewer_of_section, at=c.at)
    before = ticking(case)
    made = move(c, case, c.outside, c.chief_of_section)
    case.refresh_from_db()
    assert (made.from_unit, made.to_unit, made.reason) == (c.section, c.outside, WHY)
    assert ticking(case) == before and case.state == "reviewing"
    assert case.section == c.outside and case.unit == c.section, "签收以前还在原来的科室手里"
    assert levels.hands(case)[-1] == "社会救助股>社会事务股:waiting"
    with pytest.raises(PermissionDenied):
        review.give_opinion(case, opinion="pass", text="符合。", by=c.reviewer_of_section, at=c.at)
    with pytest.raises(NotNow, match="先移交、签收"):
        review.give_opinion(case, opinion="pass", text="符合。", by=c.reviewer_of_outside, at=c.at)
    levels.carried(c, c.section, c.outside)
    levels.in_one_place(case)
    review.give_opinion(case, opinion="pass", text="符合。", by=c.reviewer_of_outside, at=c.at)
    decision.grant(case, decision="准予。", by=c.chief_of_outside, at=c.at)
    levels.carried(c, c.outside, c.window)
    levels.in_one_place(case)
    assert case.unit == c.window
    entry = Entry.objects.get(verb="approvals.case.reassign")
    assert entry.facts == {"frm": "社会救助股", "to": "社会事务股", "reason": WHY}
    told = Notice.objects.filter(kind="case.reassigned")
    assert [one.to for one in told] == [c.chief_of_outside], "自己定的不用告诉自己"


def test_both_chiefs_are_told_when_the_deputy_decides(c):
    case = levels.taken_in(c, c.window)
    move(c, case, c.outside, c.deputy)
    assert {one.to for one in Notice.objects.filter(kind="case.reassigned")} == {c.chief_of_section, c.chief_of_outside}


def test_before_acceptance_the_case_stays_at_the_window_and_then_goes_to_the_new_section(c):
    case = levels.checked_in(c, c.window)
    move(c, case, c.outside, c.chief_of_section)
    case.refresh_from_db()
    assert case.unit == c.window and not levels.hands(case)
    levels.accept(c, case)
    assert levels.hands(case) == ["县中心民政窗口>社会事务股:waiting"]


def test_a_waiting_hand_over_is_called_off_and_one_on_the_road_goes_on_from_where_it_is_signed_in(c):
    waiting = levels.taken_in(c, c.window, guide=c.outside_guide)
    move(c, waiting, c.section, c.chief_of_outside)
    waiting.refresh_from_db()
    assert waiting.unit == c.section
    assert levels.hands(waiting) == ["县中心民政窗口>社会事务股:recalled", "县中心民政窗口>社会救助股:signed_in"]
    road = levels.taken_in(c, c.window, guide=c.outside_guide)
    batch = levels.sent(c, c.window, c.outside)
    move(c, road, c.section, c.chief_of_outside)
    assert levels.hands(road) == ["县中心民政窗口>社会事务股:sent"]
    handover.sign_in(batch.transfers.get(), by=c.reviewer_of_outside, at=c.at)
    assert levels.hands(road)[-1] == "社会事务股>社会救助股:waiting"
    levels.in_one_place(road)


def test_the_step_of_the_section_in_a_levelled_review_goes_with_it(bureau):
    c = levelled.county(bureau)
    told = {"opinion": "pass", "text": "属实。", "at": c.at}
    case = levels.taken_in(c, c.town)
    review.begin(case, by=c.reviewer_of_town, at=c.at)
    move(c, case, c.outside, c.chief_of_section)
    case.refresh_from_db()
    assert case.unit == c.town and case.examiner == c.town, "镇上还在审，不受影响"
    review.give_opinion(case, **told, by=c.reviewer_of_town)
    levels.carried(c, c.town, c.window)
    levels.carried(c, c.window, c.outside)
    case.refresh_from_db()
    due = [one.due_at for one in case.clocks.running().filter(kind="review:county")]
    move(c, case, c.section, c.chief_of_outside)
    levels.carried(c, c.outside, c.section)
    case.refresh_from_db()
    assert case.examiner == c.section and c.outside.pk not in case.examiners
    assert [one.due_at for one in case.clocks.running().filter(kind="review:county")] == due
    review.give_opinion(case, **told, by=c.reviewer_of_section)
    case.refresh_from_db()
    assert case.state == "reviewed"
    assert [one.unit for one in case.reviews.order_by("pk")] == [c.town, c.section]
    levels.in_one_place(case)


def test_an_unanswered_enquiry_goes_to_the_new_section(c):
    case = levels.taken_in(c, c.window, user=c.citizen)
    asked = enquiries.ask(case, kind="progress", by=c.citizen, at=c.at)
    assert asked.owner == c.reviewer_of_section
    move(c, case, c.outside, c.chief_of_section)
    found = Enquiry.objects.get(pk=asked.pk)
    assert (found.unit, found.owner) == (c.section, c.reviewer_of_outside), "当时问的是哪个科室，照旧留着"
    assert not rules_of_enquiries.may_answer(found, c.chief_of_section)
    told = Notice.objects.filter(to=c.reviewer_of_outside, subject="改派来的询问，请答复")
    assert told.count() == 1 and Entry.objects.about(found).last().verb == "approvals.enquiry.hand_over"
    due = found.clocks.running().get().due_at
    enquiries.sweep(at=due)
    found.refresh_from_db()
    assert found.owner == c.chief_of_outside, "逾期的，上交现在承办的科室的负责人"
    enquiries.answer(found, text="正在审查。", by=c.reviewer_of_outside, at=due)


@pytest.mark.clause("D13")
def test_an_agent_who_would_now_judge_the_case_is_relieved(c):
    case = levels.taken_in(c, c.window, user=c.citizen)
    terms = mandates.Terms(("contact",), (c.at + 30 * DAY).date())
    agent = mandates.Agent(user=c.reviewer_of_outside)
    made = mandates.appoint(case, agent=agent, terms=terms, by=c.clerk_of_window, at=c.at, signed=True)
    move(c, case, c.outside, c.chief_of_section)
    made.refresh_from_db()
    assert made.state == "relieved"
    assert Notice.objects.about(case).filter(kind="mandate.ended").exists()


@pytest.mark.clause("D10")
def test_who_may_not_and_when_not(bureau):
    b = casework.item_with_guide(bureau, special_procedures=[ADVICE])
    told = {"to": b.approval, "reason": WHY, "at": b.at}
    case = casework.accepted(b)
    assert reassigning.candidates(case) == [b.approval]
    for one in (b.clerk_a, b.reviewer, b.approval_chief, b.stranger, b.citizen):
        with pytest.raises(PermissionDenied):
            reassigning.reassign(case, **told, by=one)
    for place in (b.orgs, b.window, b.lead, b.stranger_unit):
        with pytest.raises(NotNow, match="不能承办"):
            reassigning.reassign(case, **told | {"to": place}, by=b.chief)
    procedure = procedures.start(case, key="advice", reason="要问。", by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="特别程序"):
        reassigning.reassign(case, **told, by=b.chief)
    procedures.finish(procedure, result="问过了。", by=b.reviewer, at=b.at)
    recusals.recuse(case, who=b.chief, reason="亲属。", successor=b.chief_b, by=b.chief, at=b.at)
    with pytest.raises(PermissionDenied):
        reassigning.reassign(case, **told, by=b.chief)
    held = casework.filed(b).case
    with pytest.raises(NotNow, match="审定"):
        reassigning.reassign(held, **told, by=b.chief)
    for over in (casework.reviewed(b), casework.granted(b)):
        with pytest.raises(NotNow, match="改派"):
            reassigning.reassign(over, **told, by=b.chief)


def test_a_unit_where_nobody_is_left_to_review_is_no_candidate(bureau):
    """能审的都回避了，就不能派给它。"""
    b = casework.item_with_guide(bureau)
    case = casework.accepted(b)
    Case.objects.filter(pk=case.pk).update(recused=[b.approval_chief.pk, b.approval_chief_b.pk])
    case.refresh_from_db()
    assert reassigning.candidates(case) == []


def test_the_database_changes_the_section_only_by_a_reassignment(bureau):
    b = casework.item_with_guide(bureau)
    case = casework.accepted(b)
    with pytest.raises(Error, match="without a reassignment"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(section=b.approval)
    with pytest.raises(Error, match="another agency"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(section=Unit.objects.get(pk=b.stranger_unit.pk))
    reassigning.reassign(case, to=b.approval, reason=WHY, by=b.chief, at=b.at)
    done = casework.granted(b)
    with pytest.raises(Error, match="past being reassigned"), transaction.atomic():
        Case.objects.filter(pk=done.pk).update(section=b.approval)


def test_the_b_post_signs_for_the_absent_chief_of_the_section_left(bureau):
    b = casework.item_with_guide(bureau)
    case = casework.accepted(b)
    makers.away(b.chief, b.at, b.at + 8 * HOUR)
    reassigning.reassign(case, to=b.approval, reason=WHY, by=b.chief_b, at=b.at + HOUR)
    assert "B岗代A岗" in Entry.objects.get(verb="approvals.case.reassign").by_name
    assert {one.to for one in Notice.objects.filter(kind="case.reassigned")} == {b.approval_chief}
