"""收件以后的现场指导：记在办件上，申请人看得到，写下了不改。"""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.models import CaseGuidance
from office.workdays import clock
from office.workdays.rules import local
from tests import casework
from tests.portal.desks import at_desk, ready, said

pytestmark = pytest.mark.clause("Z2")
MINUTE = datetime.timedelta(minutes=1)


def test_a_visit_in_the_midst_of_a_case_is_kept_and_shown_to_the_applicant(bureau, client):
    b = ready(bureau)
    start = clock.now() - 30 * MINUTE
    case = casework.received(b, at=start)
    page = reverse("desk:case-guidance", args=[case.number])
    at_desk(client, b.clerk_a)
    assert page in said(client.get(reverse("desk:case", args=[case.number])))
    told = {"place": "示范路1号", "said": "场地要先通消防。", "signer": "赵申请"}
    for when, why in ((start - 60 * MINUTE, "提前服务"), (start + 600 * MINUTE, "还没有去")):
        assert why in said(client.post(page, {**told, "visited_at": f"{local(when):%Y-%m-%dT%H:%M}"}))
    told["visited_at"] = f"{local(start + 10 * MINUTE):%Y-%m-%dT%H:%M}"
    assert "现场指导已登记" in said(client.post(page, told, follow=True))
    assert "场地要先通消防。" in said(client.get(page))
    assert "现场指导" in said(client.get(reverse("desk:case-history", args=[case.number])))
    case.refresh_from_db()
    assert case.state == "received" and case.clocks.running().exists(), "期限照走"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_caseguidance SET said = '别的'")
    at_desk(client, b.stranger)
    assert client.get(page).status_code == 404 and CaseGuidance.objects.count() == 1
    client.logout()
    client.force_login(b.citizen)
    track = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "到现场指导" in track and "场地要先通消防" not in track
