"""征求意见走页面：承办科室挑单位、写问什么，被问的单位在自己的清单里答复，意见摆在作决定的人眼前。"""

import pytest
from django.urls import reverse

from agencies.states import Role
from approvals.actions import review
from approvals.models import Slip
from tests import casework, makers
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("D9")


@pytest.fixture
def b(bureau):
    b = ready(bureau)
    b.care, b.places = (
        makers.unit(b.agency, f"zj-{key}", name=name) for key, name in (("a", "养老科"), ("b", "地名科"))
    )
    b.care_reviewer = makers.user("care.reviewer")
    makers.staffed(b.care, Role.REVIEWER, b.care_reviewer)
    makers.staffed(b.places, Role.REVIEWER, makers.user("places.reviewer"))
    b.case = review.begin(casework.accepted(b), by=b.reviewer, at=b.at)
    return b


def test_a_section_asks_two_units_one_answers_and_the_opinion_waits_for_both(b, client):
    at_desk(client, b.reviewer)
    here = reverse("desk:case-consult", args=[b.case.number])
    told = {"units": [b.care.pk, b.places.pk], "order": "together", "question": "请看住所是否符合规划。", "days": "3"}
    assert "请至少选一个单位" in said(client.post(here, told | {"units": []}))
    assert not Slip.objects.exists()
    assert "征求意见单已发出" in said(client.post(here, told, follow=True))
    care, places = Slip.objects.order_by("turn", "pk")
    assert {care.unit, places.unit} == {b.care, b.places}
    opinion = reverse("desk:case-opinion", args=[b.case.number])
    assert "还没有都答复" in said(client.post(opinion, {"opinion": "pass", "text": "符合。"}))

    mine = Slip.objects.get(unit=b.care)
    answer = reverse("desk:slip-answer", args=[mine.pk])
    assert client.post(answer, {"opinion": "pass", "text": "符合规划。"}).status_code in (403, 404), "问的不是本科室"
    at_desk(client, b.care_reviewer)
    assert b.case.number in said(client.get(reverse("desk:slips")))
    assert "请看住所是否符合规划" in said(client.get(reverse("desk:slip", args=[mine.pk])))
    assert "请选一个" in said(client.post(answer, {"text": "符合规划。"}))
    client.post(answer, {"opinion": "pass", "text": "符合规划。"})
    mine.refresh_from_db()
    assert (mine.state, mine.text, mine.answered_by) == ("answered", "符合规划。", b.care_reviewer)
    assert b.case.number not in said(client.get(reverse("desk:slips")))
    at_desk(client, b.reviewer)
    assert "符合规划。" in said(client.get(opinion))
