"""处理不了的期限:搁置、给人看、不挡别人;人动手之前照样先结清,结不清人也不能抢先。"""

import pytest
from django.urls import reverse

from agencies.models import User
from denials.actions import deadlines, ladder, turns
from denials.models import Clock, Lateness
from office.steps import NotNow
from tests import casework
from tests.casework import HOUR
from tests.makers import moment, sign_in

FILED = moment("2026-03-02 09:00")
DUE = moment("2026-03-03 12:00")


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


@pytest.fixture
def poisoned(b, monkeypatch):
    """两份报告同时到期,头一份一处理就出错。"""
    first, second = casework.filed(b, FILED), casework.filed(b, FILED)
    close_silent = turns.close_silent

    def sick(due, *, at):
        if first in [report for report, _due_at in due]:
            raise RuntimeError("坏了")
        close_silent(due, at=at)

    monkeypatch.setattr(turns, "close_silent", sick)
    assert deadlines.sweep(at=DUE) == 1
    return first, second, lambda: monkeypatch.setattr(turns, "close_silent", close_silent)


@pytest.mark.clause("Z6")
def test_a_poisoned_deadline_is_parked_and_holds_nobody_up(poisoned):
    first, second, heal = poisoned
    for report in (first, second):
        report.refresh_from_db()
    assert (first.state, second.state) == ("with_chief", "with_deputy")
    clock = Clock.objects.parked().get()
    assert clock.report == first and "坏了" in clock.last_error and clock.parked_until > DUE
    heal()
    assert deadlines.sweep(at=DUE) == 0  # 还搁置着
    assert deadlines.sweep(at=clock.parked_until) == 1
    first.refresh_from_db()
    assert first.state == "with_deputy" and not Clock.objects.parked().exists()
    assert {late.due_at for late in Lateness.objects.filter(report=first)} == {DUE}


@pytest.mark.clause("Z6")
def test_nobody_slips_in_before_a_parked_deadline(poisoned, b):
    first, _second, heal = poisoned
    with pytest.raises(NotNow, match="暂时不能办"):
        ladder.review(first, text="同意。", by=b.chief, at=DUE + HOUR / 60)
    heal()
    with pytest.raises(NotNow, match="分管副局长"):
        ladder.review(first, text="同意。", by=b.chief, at=DUE + HOUR / 60)
    assert first.state == "with_deputy" and Lateness.objects.filter(report=first).count() == 2


def test_what_is_parked_is_shown_to_those_who_mend_and_audit(poisoned, b, client):
    first, _second, _heal = poisoned
    root = User.objects.create_superuser("root", full_name="维护示例")
    for user, status in ((root, 200), (b.auditor, 200), (b.director, 403)):
        sign_in(client, user)
        answer = client.get(reverse("admin:stuck"))
        assert answer.status_code == status
        if status == 200:
            assert first.number in answer.content.decode() and "坏了" in answer.content.decode()
            assert reverse("admin:stuck") in client.get(reverse("admin:index")).content.decode()
