"""回避与交班：指派以后回避的签不了、主持不了，有人接着；离岗的人名下一样不落。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from agencies.states import Role
from approvals.actions import consulting, covers, decision, extension, inspection, recusals, review, seats
from approvals.models import Case, Difference
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from portal.desk.procedure_forms import start_form
from portal.desk.views.hearings import possible_chairs
from tests import casework, makers
from tests.approvals import pledging
from tests.approvals.listed import HEARING, VISIT
from tests.approvals.test_hearing import record as record_hearing
from tests.approvals.test_hearing import scheduled
from tests.approvals.test_inspection import AT, VISITED, WRITTEN, assigned

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D10", "D11")]
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def b(bureau):
    b = casework.item_with_guide(bureau, special_procedures=[VISIT, HEARING])
    b.second = makers.user("reviewer.second", "陈示例")
    makers.staffed(b.orgs, Role.REVIEWER, b.second, code="zj-orgs-second")
    b.second.refresh_from_db()
    return b


def recuse(b, case, who, successor, *, by=None, at=AT, **more):
    case.refresh_from_db()
    return recusals.recuse(case, who=who, reason="亲属。", successor=successor, by=by or who, at=at, **more)


# 核查 -----------------------------------------------------------------


def test_an_inspector_who_stays_out_is_replaced_and_signs_nothing(b):
    one = assigned(b)
    case = one.procedure.case
    inspection.record(one, **WRITTEN, by=b.chief, at=VISITED)
    recuse(b, case, b.reviewer, b.second, at=VISITED)
    with pytest.raises(PermissionDenied):
        inspection.sign(one, by=b.reviewer, at=VISITED)
    with pytest.raises(PermissionDenied):
        inspection.record(one, **WRITTEN, by=b.reviewer, at=VISITED)
    one.refresh_from_db()
    assert (one.officer_1, one.officer_2) == (b.second, b.chief) and one.recorded_at is None
    assert WRITTEN["found"] in Entry.objects.get(verb="approvals.case.replace_officer").facts["annulled"]
    assert Notice.objects.inbox(b.second).filter(kind="case.inspection_assigned").exists()
    one = inspection.record(one, **WRITTEN, by=b.second, at=VISITED)
    inspection.sign(one, by=b.chief, at=VISITED)


def test_a_signature_is_refused_also_when_nobody_took_over(b):
    """别的门里回避了的(记在办件上)，笔录照样签不了。"""
    one = assigned(b)
    inspection.record(one, **WRITTEN, by=b.chief, at=VISITED)
    type(one.procedure.case).objects.filter(pk=one.procedure.case_id).update(recused=[b.reviewer.pk])
    one.refresh_from_db()
    with pytest.raises(PermissionDenied):
        inspection.sign(one, by=b.reviewer, at=VISITED)


def test_who_stays_out_is_not_sent_to_inspect(b):
    case = casework.accepted(b)
    recuse(b, case, b.reviewer, b.second)
    with pytest.raises(NotNow, match="已经回避"):
        assigned(b, case, officers=(b.reviewer, b.chief), by=b.chief)
    case.refresh_from_db()
    offered = start_form(case, VISIT).fields["officer_1"].queryset
    assert b.reviewer not in offered and b.second in offered


def test_an_inspector_without_another_duty_may_report_himself(b):
    """只是被指派去核查的(科室里没有审查、决定的职责)，也能申请回避，另有人接。"""
    director = b.director
    one = assigned(b, officers=(director, b.chief))
    case = one.procedure.case
    assert recusals.may_recuse(case, director) and director in recusals.concerned(case)
    with pytest.raises(NotNow, match="另选一人接"):
        recuse(b, case, director, b.chief)
    with pytest.raises(NotNow, match="另选一人接"):
        recuse(b, case, director, b.clerk_a)
    recuse(b, case, director, b.second)
    one.refresh_from_db()
    assert one.officer_1 == b.second and case.pk == one.procedure.case_id


def test_the_duty_and_the_visit_may_go_to_two_people(b):
    one = assigned(b)  # 审查人和科长去核查
    case = one.procedure.case
    with pytest.raises(NotNow, match="另选一人接"):
        recuse(b, case, b.reviewer, b.chief)
    recuse(b, case, b.reviewer, b.chief, seat_to=b.second)
    one.refresh_from_db()
    assert (one.officer_1, one.officer_2) == (b.second, b.chief)


# 听证 -----------------------------------------------------------------


def test_the_chair_who_stays_out_is_replaced_and_the_applicant_is_told(b):
    one = scheduled(b)
    case = one.case
    assert seats.seated(case) == [b.approval_chief]
    with pytest.raises(NotNow, match="另选一人接"):
        recuse(b, case, b.approval_chief, b.reviewer, by=b.chief)
    recuse(b, case, b.approval_chief, b.approval_chief_b, by=b.chief)
    one.refresh_from_db()
    assert one.chair == b.approval_chief_b and case.recusals.get().declared is False
    told = Notice.objects.about(case).filter(kind="case.hearing", to=b.citizen).order_by("-pk").first()
    assert b.approval_chief_b.full_name in told.body
    record_hearing(b, one)


def test_who_stays_out_does_not_preside(b):
    case = casework.reviewed(b, AT)
    recuse(b, case, b.chief, b.chief_b, by=b.deputy)
    case.refresh_from_db()
    assert b.chief not in possible_chairs(case, AT) and b.approval_chief in possible_chairs(case, AT)
    with pytest.raises(NotNow, match="已经回避"):
        scheduled(b, case, chair=b.chief)


# 延期 -----------------------------------------------------------------


def test_a_director_who_stays_out_does_not_sanction_but_his_b_does(b):
    case = casework.accepted(b, AT)
    asked = extension.ask(case, value=5, reason="示例。", by=b.reviewer, at=AT)
    type(case).objects.filter(pk=case.pk).update(recused=[b.director.pk])
    asked.refresh_from_db()
    with pytest.raises(PermissionDenied):
        extension.sanction(asked, text="同意。", by=b.director, at=AT + HOUR)
    extension.sanction(asked, text="同意。", by=b.deputy, at=AT + HOUR)
    assert asked.standing == f"{b.deputy.full_name}(B岗，代{b.director.full_name})"


# 名下的 ---------------------------------------------------------------


def consulted(b, case=None):
    case = review.begin(case or casework.accepted(b, AT), by=b.reviewer, at=AT)
    told = {"units": [b.approval], "question": "请看示例。", "days": 3, "in_turn": False}
    return consulting.consult(case, **told, by=b.reviewer, at=AT)[0]


def test_all_in_his_name_goes_to_the_successor(b):
    case = casework.accepted(b, AT)
    b.window_second = makers.user("window.second", "孙示例")
    makers.staffed(b.window, Role.CLERK, b.window_second, code="zj-window-7")
    told = {"from_unit": b.window, "to_unit": b.orgs, "noted_at": AT, "noted_by": b.chief, "due_at": VISITED}
    lost = Difference.objects.create(kind="defect", case=case, owner=b.clerk_a, **told)
    recuse(b, case, b.clerk_a, b.window_second, by=b.chief)
    lost.refresh_from_db()
    case.refresh_from_db()
    assert lost.owner == case.responsible == b.window_second
    assert case.first_contact == b.clerk_a, "首问是谁，收了件就不改"
    with pytest.raises(DatabaseError, match="first contact"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(first_contact=b.window_second)


def test_a_slip_of_the_recused_stays_with_the_unit_asked(b):
    slip = consulted(b)
    assert slip.owner == b.approval_chief
    case = slip.case
    makers.staffed(b.orgs, Role.REVIEWER, b.approval_chief, code="zj-orgs-third")
    b.approval_chief.forget_grants()
    recuse(b, case, b.approval_chief, b.second, by=b.chief)
    slip.refresh_from_db()
    assert slip.owner is None, "接替的人不在审批科，审批科别人此刻没有轮到：记在单位名下"
    with pytest.raises(PermissionDenied):
        consulting.answer(slip, opinion="pass", text="没有意见。", by=b.approval_chief, at=AT)
    consulting.answer(slip, opinion="pass", text="没有意见。", by=b.approval_chief_b, at=AT)


def test_a_cover_takes_pledges_slips_visits_and_hearings(b):
    pledged = casework.item_with_guide(b, "pledged", informed_commitment=True, special_procedures=[VISIT])
    pledging.terms(pledged)
    pledge = pledging.granted(pledged)
    slip = consulted(pledged)
    visit = assigned(pledged)
    assert pledge.owner == b.reviewer and slip.owner == b.approval_chief
    makers.away(b.reviewer, AT)
    kinds = [kind for kind, _words, _row in covers.open_of(b.reviewer)]
    assert kinds == ["承诺核查", "现场核查"]
    cover = covers.hand_over(absent=b.reviewer, to=b.second, reason="年假", by=b.deputy, at=AT)
    for one in (pledge, visit):
        one.refresh_from_db()
    assert pledge.owner == b.second and visit.officer_1 == b.second and covers.open_of(b.reviewer) == []
    assert covers.give_back(cover, by=b.reviewer, at=AT + HOUR) == 2
    visit.refresh_from_db()
    assert visit.officer_1 == b.reviewer


def test_a_cover_leaves_what_the_other_may_not_do(b):
    """征求意见、主持听证：接班的人没有那个职责的留着，不硬塞。"""
    one = scheduled(b)
    slip = consulted(b)
    makers.away(b.approval_chief, AT)
    assert {kind for kind, _words, _row in covers.open_of(b.approval_chief)} == {"征求意见", "主持听证"}
    covers.hand_over(absent=b.approval_chief, to=b.clerk_a, reason="年假", by=b.deputy, at=AT)
    one.refresh_from_db()
    slip.refresh_from_db()
    assert one.chair == b.clerk_a and slip.owner == b.approval_chief
    assert [kind for kind, _words, _row in covers.open_of(b.approval_chief)] == ["征求意见"]


def test_a_record_already_written_waits_for_the_one_who_was_there(b):
    one = inspection.record(assigned(b), **WRITTEN, by=b.chief, at=VISITED)
    makers.away(b.reviewer, VISITED)
    assert covers.open_of(b.reviewer) == []
    assert seats.held(b.reviewer) == [one]
    decision.withdraw(one.procedure.case, reason="不办了", by=b.citizen, at=VISITED)
    assert seats.held(b.reviewer) == []
