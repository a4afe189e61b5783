"""乱走和并发里找到的错,一条一条钉住。"""

import pytest

from approvals.actions import decision
from denials.actions import deadlines, register
from denials.models import Lateness
from office.steps import NotNow
from tests import casework
from tests.casework import HOUR
from tests.makers import moment


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


@pytest.mark.clause("Z10")
def test_refusing_twice_is_told_plainly(b):
    case = casework.received(b)
    told = {"basis": b.guide.bases.get(), "refusal": casework.REFUSAL, "by": b.clerk_a}
    register.refuse_by_rule(case, at=b.at, **told)
    with pytest.raises(NotNow, match="不予受理"):
        register.refuse_by_rule(case, at=b.at + HOUR, **told)


@pytest.mark.clause("Z4")
def test_nobody_is_late_on_a_withdrawn_case(b):
    """撤回之后清扫停了两天:先失效,不给科长记逾期。"""
    report = casework.filed(b, moment("2026-03-02 09:00"))
    decision.withdraw(report.case, reason="不办了", by=b.citizen, at=moment("2026-03-02 10:00"))
    deadlines.sweep(at=moment("2026-03-04 12:00"))
    report.refresh_from_db()
    assert report.state == "lapsed" and not Lateness.objects.exists()
