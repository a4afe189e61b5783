"""受保护的状态:重新读取如实,推迟读取无碍,陈旧的保存被拒绝。"""

import pytest
from django_fsm import ConcurrentTransition

from approvals.actions import intake
from approvals.models import Case
from tests import casework


@pytest.fixture
def case(bureau):
    return casework.received(casework.item_with_guide(bureau))


def test_refresh_reads_the_moved_state_and_keeps_protection(case):
    same = Case.objects.get(pk=case.pk)
    case.lock()
    same.refresh_from_db()
    with pytest.raises(AttributeError):
        same.state = "accepted"


def test_deferred_state_is_read_when_needed(case):
    thin = Case.objects.only("number").get(pk=case.pk)
    assert "state" in thin.get_deferred_fields()
    assert thin.state == "received"
    thin = Case.objects.only("number").get(pk=case.pk)
    thin.decision = "附注"
    thin.save(update_fields=["decision"])
    thin.refresh_from_db()
    assert thin.decision == "附注" and thin.state == "received"


def test_stale_save_is_refused(case):
    bureau_checks = {"application": casework.OK, "proof": casework.OK}
    stale = Case.objects.get(pk=case.pk)
    intake.check_materials(case, checks=bureau_checks, by=case.first_contact, at=case.received_at)
    intake.accept(case, by=case.first_contact, at=case.received_at)
    stale.decision = "陈旧"
    with pytest.raises(ConcurrentTransition):
        stale.save()
