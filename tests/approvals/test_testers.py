"""检验、检测、检疫：受理之日起五日内指派两名以上工作人员（行政许可法第五十五条第二款）。"""

import datetime

import pytest

from approvals import rules
from approvals.actions import deadlines, decision, inspection
from approvals.states import ProcedureKind
from office.notices.models import Notice
from tests import casework
from tests.approvals.listed import BASE, VISIT
from tests.makers import moment

TEST = {**BASE, "key": "test", "name": "消防设施检测", "value": 10, "counted": False}
ACCEPTED, LATE = moment("2026-03-02 10:00"), moment("2026-03-10 00:00")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau, special_procedures=[TEST])


def assigned(b, case, at):
    told = {"reason": "照技术规范检测。", "visits_at": at + datetime.timedelta(days=1), "place": "示范路1号"}
    return inspection.assign(case, key="test", officers=(b.reviewer, b.chief), **told, by=b.reviewer, at=at)


@pytest.mark.clause("D10", "D5")
def test_five_working_days_from_acceptance_until_two_are_assigned(b):
    case = casework.accepted(b, ACCEPTED)
    clock = case.clocks.running().get(kind="assign")
    assert (clock.value, clock.unit, clock.basis) == (5, "wd", "行政许可法第五十五条第二款")
    assert clock.due_at == LATE
    assert Notice.objects.inbox(b.chief).filter(kind="case.testers_wanted").exists()
    assigned(b, case, moment("2026-03-04 09:00"))
    clock.refresh_from_db()
    assert clock.ended_at and not clock.late
    deadlines.sweep(at=LATE)
    assert not case.flags.exists()


@pytest.mark.clause("D10", "D5")
def test_late_assignment_is_flagged_to_the_section(b):
    case = casework.accepted(b, ACCEPTED)
    deadlines.sweep(at=LATE)
    deadlines.sweep(at=LATE)
    flag = case.flags.get()
    assert (flag.kind, flag.unit) == ("assign", case.section)
    assigned(b, case, LATE + datetime.timedelta(hours=9))
    assert case.clocks.get(kind="assign").late


@pytest.mark.clause("D10")
def test_a_withdrawn_case_waits_for_nobody(b):
    case = casework.accepted(b, ACCEPTED)
    decision.withdraw(case, reason="不办了", by=b.citizen, at=ACCEPTED)
    assert not case.clocks.running().exists()


def test_a_visit_is_no_test(bureau):
    """现场核查的两名以上工作人员照第三十四条，没有几日内指派的规定，不起这个时钟。"""
    b = casework.item_with_guide(bureau, special_procedures=[VISIT])
    case = casework.accepted(b, ACCEPTED)
    assert not case.clocks.filter(kind="assign").exists()
    assert rules.procedure_kind(TEST["name"]) == ProcedureKind.INSPECTION
