"""人动手之前先结清到期的:清扫停了几天,法律后果照样发生,先于任何人的动作。"""

import datetime

import pytest

from approvals.actions import correction, decision, intake
from approvals.actions.intake import Check
from denials.actions import register
from office.steps import NotNow
from tests import casework
from tests.casework import OK
from tests.makers import moment

DEFERRED = {"application": OK, "proof": Check("deferred", "", datetime.date(2026, 3, 6))}
AFTER_FIVE_DAYS = moment("2026-03-10 09:00")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def running(case):
    return {clock.kind: clock.due_at for clock in case.clocks.running()}


@pytest.mark.clause("Z4")
def test_a_notice_after_the_five_days_is_too_late_without_any_sweep(b):
    case = casework.received(b)
    checks = {"application": OK, "proof": Check("missing", "没有提交")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow):
        correction.notify(case, by=b.clerk_a, at=AFTER_FIVE_DAYS)
    case.refresh_from_db()
    assert case.state == "accepted" and case.deemed and not case.told_once
    assert case.flags.get().kind == "deemed"


def test_accepting_after_the_five_days_finds_it_already_deemed(b):
    case = casework.received(b)
    intake.check_materials(case, checks={"application": OK, "proof": OK}, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow):
        intake.accept(case, by=b.clerk_a, at=AFTER_FIVE_DAYS)
    case.refresh_from_db()
    assert case.deemed and case.accepted_at == b.at


def test_granting_after_the_limits_raises_both_flags_first(b):
    case = casework.reviewed(b)
    decision.grant(case, decision="准予。", by=b.chief, at=moment("2026-04-20 09:00"))
    assert case.state == "granted"
    assert sorted(flag.kind for flag in case.flags.all()) == ["promised", "statutory"]


def test_deemed_acceptance_keeps_the_promise_of_a_deferred_material(b):
    case = casework.received(b)
    intake.check_materials(case, checks=DEFERRED, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow):
        intake.accept(case, by=b.clerk_a, at=AFTER_FIVE_DAYS)
    assert "deferred:proof" in running(case)
    assert {flag.kind for flag in case.flags.all()} == {"deemed", "deferred"}


def test_deemed_acceptance_caps_a_deferred_date_at_the_limit(b):
    case = casework.received(b)
    far = {"application": OK, "proof": Check("deferred", "", datetime.date(2026, 12, 31))}
    intake.check_materials(case, checks=far, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow):
        intake.accept(case, by=b.clerk_a, at=AFTER_FIVE_DAYS)
    due = running(case)
    assert due["deferred:proof"] == due["promised"]


def test_refusing_stops_the_deferred_clocks_too(b):
    case = casework.received(b)
    intake.check_materials(case, checks=DEFERRED, by=b.clerk_a, at=b.at)
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    register.refuse_by_rule(case, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    assert set(running(case)) == {"delivery"}
