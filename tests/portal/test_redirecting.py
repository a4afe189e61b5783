"""改送受理点：申请人选错了镇街，受理以前换一个接着办；期限照走，首问是谁不变，不让他重来。"""

import pytest
from django.urls import reverse

from approvals.actions import redirecting
from approvals.models import Joint
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from office.workdays import clock
from tests import casework
from tests.approvals import levelled, levels
from tests.portal.desks import at_desk, said
from tests.portal.hall_cast import found
from tests.portal.test_joint_intake import told
from tests.portal.test_joint_towns import branches, c, receiving

__all__ = ["c"]
pytestmark = pytest.mark.clause("C1", "D11", "Z1")
WHY = {"reason": "他住在城关镇。"}


@pytest.fixture
def k(bureau):
    bureau.at = clock.now()
    made = levelled.county(bureau)
    steps = {"special_procedures": [levelled.PUBLICITY], "review_steps": levelled.TOWN_FIRST}
    return casework.item_with_guide(made, "lj-towns", window=made.town, desks=[made.guest], **steps)


def page_of(case):
    return reverse("desk:case-redirect", args=[case.number])


@pytest.mark.parametrize("channel", ["2", "1"])
def test_the_wrong_town_sends_it_on_and_the_right_one_takes_it_up(k, client, channel):
    fields = {"unit": k.town, "first_contact": k.clerk_of_town, "by": k.clerk_of_town, "channel": channel}
    case = casework.received(k, **fields)
    due = case.clocks.running().get(kind="notice").due_at
    at_desk(client, k.clerk_of_town)
    assert page_of(case) in said(client.get(reverse("desk:case", args=[case.number])))
    assert "城关镇咨询受理部" in said(client.get(page_of(case)))
    assert "请选择改送到哪里" in said(client.post(page_of(case), WHY))
    client.post(page_of(case), {"to": k.guest.pk, **WHY})
    case.refresh_from_db()
    assert (case.intake_unit, case.first_contact, case.responsible) == (k.guest, k.clerk_of_town, k.clerk_of_guest)
    assert (case.examiner, case.clocks.running().get(kind="notice").due_at) == (k.guest, due)
    assert Notice.objects.inbox(k.clerk_of_guest).filter(kind="case.redirected", body__contains=WHY["reason"]).exists()
    assert Notice.objects.about(case).filter(kind="case.moved", channel="sms").exists()
    if channel == "1":  # 纸质的随清单送过去
        assert case.unit == k.town
        levels.carried(k, k.town, k.guest)
        case.refresh_from_db()
    assert case.unit == k.guest
    at_desk(client, k.clerk_of_guest)
    assert client.get(reverse("desk:case-check", args=[case.number])).status_code == 200
    client.logout()
    tracked = said(client.get(found(client, case)))
    assert "转到了另一个受理点" in tracked
    assert WHY["reason"] not in tracked


def test_where_it_is_not_taken_or_after_acceptance_it_stays(k, client):
    case = casework.received(k, unit=k.town, first_contact=k.clerk_of_town, by=k.clerk_of_town)
    with pytest.raises(NotNow, match="不收这个事项"):
        redirecting.redirect(case, to=k.outside, reason="试试。", by=k.clerk_of_town, at=k.at)
    case.refresh_from_db()
    assert case.intake_unit == k.town
    assert not Entry.objects.about(case).filter(verb="approvals.case.redirect").exists()
    at_desk(client, k.clerk_of_guest)
    assert client.get(page_of(case)).status_code == 404
    accepted = levels.taken_in(k, k.town)
    at_desk(client, k.clerk_of_town)
    assert "受理以前才能改送" in said(client.get(page_of(accepted)))
    with pytest.raises(NotNow):
        redirecting.redirect(accepted, to=k.guest, reason="试试。", by=k.clerk_of_town, at=k.at)


def test_in_a_joint_matter_only_the_town_that_looks_is_changed(c, client):
    at_desk(client, c.clerk_of_window)
    client.post(receiving(c), told(provided=[], desk=c.town.code))
    case = branches(Joint.objects.get())[c.first.code]
    assert case.examiner == c.town
    client.post(page_of(case), {"to": c.guest.pk, **WHY})
    case.refresh_from_db()
    assert (case.town, case.examiner, case.intake_unit) == (c.guest, c.guest, c.window)
    assert (case.first_contact, case.followed_by) == (c.clerk_of_window, None)
