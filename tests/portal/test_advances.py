"""提前服务与现场指导：先看材料，不起时钟；转为申请才起算。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.actions import advances
from approvals.models import Advance, Case, Clock
from office.steps import NotNow
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said

TOLD = {
    "name": "示例协会", "phone": "13800000001", "advice": "章程还要写明财产怎么处理。",
    "looked-application": "写得齐全。",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def begun(b) -> Advance:
    told = {"name": "示例协会", "phone": "13800000001", "looked_at": {"application": "齐全"}, "advice": "补章程。"}
    return advances.begin(guide=b.guide, unit=b.window, **told, by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z2")
def test_materials_are_looked_at_before_and_the_clock_starts_at_the_application(b, client):
    at_desk(client, b.clerk_a)
    assert "提前服务" in said(client.get(url("receive", b.item.code)))
    page = said(client.post(url("advance-new", b.item.code), {**TOLD, "unit": b.window.code}, follow=True))
    made = Advance.objects.get()
    assert "写得齐全" in page and made.case is None and not Clock.objects.exists()
    assert "还没有申请" in said(client.get(url("advances")))
    receive = f"{url('receive', b.item.code)}?advance={made.pk}"
    assert "示例协会" in said(client.get(receive))
    person = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
    client.post(receive, {**person, "unit": b.window.code, "provided": ["application"], "key": "x"})
    made.refresh_from_db()
    case = Case.objects.get()
    assert made.case == case and case.clocks.get().started_at == case.received_at
    with pytest.raises(NotNow, match="已经转为申请"):
        advances.become(made, case=casework.received(b), by=b.clerk_a, at=b.at)


@pytest.mark.clause("Z2")
def test_a_visit_says_who_where_when_and_what_and_is_kept(b, client):
    made = begun(b)
    at_desk(client, b.clerk_a)
    page = url("advance", made.pk)
    ahead = b.at + datetime.timedelta(days=1)
    told = {"visited_at": f"{ahead:%Y-%m-%dT%H:%M}", "place": "示范路1号", "said": "消防要先验收。", "signer": "赵申请"}
    assert "还没有去" in said(client.post(page, told))
    before = b.at - datetime.timedelta(days=1)
    client.post(page, {**told, "visited_at": f"{before:%Y-%m-%dT%H:%M}"})
    shown = said(client.get(page))
    assert "消防要先验收" in shown and "对方签名：赵申请" in shown
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_guidance SET said = '别的'")


def test_only_the_window_writes_and_strangers_see_nothing(b, client):
    made = begun(b)
    with pytest.raises(PermissionDenied):
        advances.begin(
            guide=b.guide, unit=b.window, name="x", phone="x", looked_at={}, advice="x", by=b.reviewer, at=b.at
        )
    sign_in(client, b.stranger)
    assert client.get(url("advance", made.pk)).status_code == 404
    sign_in(client, b.reviewer)
    assert client.get(url("advance-new", b.item.code)).status_code == 403
