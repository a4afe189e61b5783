"""代办类、直办类、咨询类：指南、清单、窗口上都看得见；咨询类的不收申请，去首问。"""

import pytest
from django.urls import reverse

from approvals.actions import drafts
from approvals.models import Case, Draft
from catalog.models import Guide
from catalog.states import Presence
from office.steps import NotNow
from tests import casework
from tests.portal import hall_cast
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("C5")


@pytest.fixture
def b(bureau):
    ready(bureau)
    return hall_cast.online(bureau, code="kinds")


def turned(b, presence: str) -> None:
    b.item.presence = presence
    b.item.save()


@pytest.mark.parametrize(
    ("presence", "words"), [("agent", "可以请人代办"), ("direct", "要到现场看过"), ("advice", "只答复怎么办")]
)
def test_the_guide_says_whether_one_has_to_come(b, client, presence, words):
    turned(b, presence)
    shown = said(client.get(reverse("hall:guide", args=[b.item.code])))
    assert Presence(presence).label in shown and words in shown
    assert (reverse("hall:apply-start", args=[b.item.code]) in shown) == (presence != "advice")


def test_the_list_is_narrowed_by_it(b, client):
    turned(b, "direct")
    items = reverse("hall:items")
    assert b.item.name in said(client.get(items, {"presence": "direct"}))
    assert f"{b.item.name}</a></h3>" not in said(client.get(items, {"presence": "advice"}))


def test_advice_takes_no_application_at_any_door(b, client):
    turned(b, "advice")
    client.post(reverse("hall:apply-start", args=[b.item.code]))
    b.guide = Guide.objects.get(pk=b.guide.pk)
    with pytest.raises(NotNow):
        drafts.start(guide=b.guide, by=b.citizen, at=b.at)
    with pytest.raises(NotNow):
        casework.received(b)
    at_desk(client, b.clerk_a)
    assert client.get(reverse("desk:receive", args=[b.item.code])).status_code == 404
    assert not Case.objects.exists() and not Draft.objects.exists()


def test_the_clerk_is_led_to_the_first_contact(b, client):
    turned(b, "advice")
    at_desk(client, b.clerk_a)
    shown = said(client.get(reverse("desk:intake"), {"q": b.item.name}))
    assert "咨询类" in shown and "不收件：登记首问" in shown
    blank = said(client.get(reverse("desk:contact-new"), {"q": b.item.name, "item": b.item.code}))
    assert "checked" in blank.split(f'value="{b.item.code}"')[1].split(">")[0]
