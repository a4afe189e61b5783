"""回避的页面：被指派去核查的人回避，本件的事和核查可以交给两个人。"""

import pytest
from django.urls import reverse

from agencies.states import Role
from approvals.actions import inspection
from approvals.models import Inspection
from office.notices.models import Notice
from tests import casework, makers
from tests.approvals.listed import VISIT
from tests.portal.desks import at_desk, ready, said


@pytest.mark.clause("D5")
def test_the_visit_of_who_stays_out_goes_to_the_one_chosen_on_the_page(bureau, client):
    b = ready(bureau, special_procedures=[VISIT])
    second = makers.user("reviewer.second", "陈示例")
    makers.staffed(b.orgs, Role.REVIEWER, second, code="zj-orgs-second")
    case = casework.accepted(b)
    told = {"officers": (b.reviewer, b.chief), "visits_at": b.at, "place": "示范路1号", "reason": "核实住所。"}
    inspection.assign(case, key="visit", **told, by=b.reviewer, at=b.at)
    at_desk(client, b.reviewer)
    page = reverse("desk:case-recuse", args=[case.number])
    assert "他的核查、主持由谁接" in said(client.get(page)) and "陈示例" in said(client.get(page))
    mine = {"who": b.reviewer.pk, "reason": "亲属。", "successor": b.chief.pk}
    assert "另选一人接" in said(client.post(page, mine)), "科长已经是核查人之一"
    client.post(page, mine | {"seat_to": second.pk})
    one = Inspection.objects.get()
    assert {one.officer_1, one.officer_2} == {second, b.chief}
    assert case.recusals.get().successor == b.chief
    assert Notice.objects.inbox(second).filter(kind="case.inspection_assigned").exists()
    shown = casework.accepted(b)
    assert "他的核查、主持由谁接" not in said(client.get(reverse("desk:case-recuse", args=[shown.number])))
