"""几个镇街都收的事项：网上申请自己选交给哪里；选了哪里就由哪里受理，没有选的交不了。"""

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.models import Case
from office.workdays import clock
from tests import casework
from tests.approvals import levels
from tests.portal import hall_cast
from tests.portal.desks import at_desk, said
from tests.portal.hall_cast import PERSON, go

pytestmark = pytest.mark.clause("C1", "D11")


@pytest.fixture
def c(bureau):
    cache.clear()
    bureau.at = clock.now()
    made = levels.county(bureau)
    casework.item_with_guide(
        made, "towns", form=hall_cast.FORM, window=made.town, desks=[made.guest], online_depth="IV"
    )
    return made


def pages(client, draft):
    client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    client.post(go(draft, "page", key="promise"), {"funds": "30000", "truth": "on"})


def test_whoever_lives_in_the_second_town_is_received_there(client, c):
    draft = hall_cast.begun(client, c)
    shown = said(client.get(go(draft, "person")))
    assert "交给哪里办" in shown and "梨花镇便民服务中心" in shown and "城关镇咨询受理部" in shown
    refused = said(client.post(go(draft, "person"), PERSON))
    assert "请选择交给哪里办" in refused and 'value="示例协会"' in refused
    assert "现在不收" in said(client.post(go(draft, "person"), {**PERSON, "desk": c.window.code}))
    pages(client, draft)
    assert "还差一点" in said(client.get(go(draft, "check")))
    client.post(go(draft, "submit"))
    assert not Case.objects.exists(), "没有选的交不了"
    client.post(go(draft, "person"), {**PERSON, "desk": c.guest.code})
    assert "城关镇咨询受理部" in said(client.get(go(draft, "check")))
    client.post(go(draft, "submit"))
    case = Case.objects.get()
    assert (case.intake_unit, case.unit, case.first_contact) == (c.guest, c.guest, c.clerk_of_guest)
    at_desk(client, c.clerk_of_guest)
    assert client.get(reverse("desk:case-check", args=[case.number])).status_code == 200
    at_desk(client, c.clerk_of_town)
    assert client.get(reverse("desk:case-check", args=[case.number])).status_code in (403, 404), "不归第一个镇"


def test_a_town_that_takes_no_more_is_asked_for_again(client, c):
    draft = hall_cast.begun(client, c)
    client.post(go(draft, "person"), {**PERSON, "desk": c.guest.code})
    pages(client, draft)
    c.guest.kind = "leadership"
    c.guest.save(update_fields=["kind"])
    assert "交给哪里办" in said(client.get(go(draft, "person"))), "不悄悄换到别的镇"
    client.post(go(draft, "submit"))
    assert not Case.objects.exists()
    client.post(go(draft, "person"), {**PERSON, "desk": c.town.code})
    client.post(go(draft, "submit"))
    assert Case.objects.get().intake_unit == c.town


def test_one_desk_is_not_asked_for(client, bureau):
    bureau.at = clock.now()
    b = hall_cast.online(bureau)
    draft = hall_cast.begun(client, b)
    assert "交给哪里办" not in said(client.get(go(draft, "person")))
