"""委托在队列里:目录维护人拟定、生效、收回;别人进不来。"""

import datetime

import pytest
from django.urls import reverse

from catalog.models import Authority
from delegation.models import Delegation
from office.workdays.clock import now
from tests import makers
from tests.delegation.makers import drafted

LIST = "admin:delegation_delegation_changelist"
TERMS = {"instrument_number": "湛民委〔2026〕9号(示范)", "promise": "已签", "agreement": "已签", "valid_to": ""}


def posted(b, **changes):
    day = now().date().isoformat()
    told = {
        "item": b.item.pk,
        "kind": "entrusted",
        "from_agency": b.agency.pk,
        "to_agency": b.county.pk,
        "seal": b.seal.pk,
        "instrument_date": day,
        "valid_from": day,
    }
    return {**told, **TERMS, **changes}


@pytest.mark.clause("B1")
def test_an_editor_drafts_grants_and_takes_back(client, batch):
    makers.sign_in(client, batch.editor)
    client.post(reverse("admin:delegation_delegation_add"), posted(batch))
    delegation = Delegation.objects.get()
    assert (delegation.state, delegation.proposed_by) == ("drafted", batch.editor)
    page = reverse("admin:delegation_delegation_change", args=[delegation.pk])
    client.post(page, posted(batch, promise="2026-11-20 签署"))
    delegation.refresh_from_db()
    assert delegation.promise == "2026-11-20 签署"
    client.post(reverse(LIST), {"action": "bring_into_force", "_selected_action": delegation.pk})
    today = now().date()
    assert Authority.objects.in_force(batch.item, batch.county, today)
    assert client.post(page, posted(batch, promise="改")).status_code == 403
    answer = client.post(
        reverse(LIST), {"action": "take_back", "_selected_action": delegation.pk, "reason": "示范"}, follow=True
    )
    assert "请填写收回之日" in answer.content.decode()
    tomorrow = today + datetime.timedelta(days=1)
    told = {"action": "take_back", "_selected_action": delegation.pk, "on": tomorrow, "reason": "示范"}
    client.post(reverse(LIST), told)
    assert Authority.objects.in_force(batch.item, batch.county, tomorrow) is None
    assert "已收回" in client.get(reverse(LIST)).content.decode()
    assert client.get(page).status_code == 200


def test_a_wrong_draft_is_told_why_and_kept_out(client, batch):
    makers.sign_in(client, batch.editor)
    answer = client.post(reverse("admin:delegation_delegation_add"), posted(batch, to_agency=batch.agency.pk))
    assert "只能委托给下级机关" in answer.content.decode()
    assert not Delegation.objects.exists()


def test_others_find_no_page(client, batch):
    delegation = drafted(batch)
    page = reverse("admin:delegation_delegation_change", args=[delegation.pk])
    makers.sign_in(client, batch.chief)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.post(page, posted(batch)).status_code in (302, 403)
    makers.sign_in(client, batch.county_editor)
    assert client.get(page).status_code == 200
    assert client.post(page, posted(batch)).status_code == 403
    client.post(reverse(LIST), {"action": "bring_into_force", "_selected_action": delegation.pk})
    assert not Authority.objects.exists()
