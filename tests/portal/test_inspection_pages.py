"""现场核查：指派两人、写笔录、两人签名、结束，全走页面。"""

import datetime

import pytest
from django.urls import reverse

from approvals.models import Inspection
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals.listed import VISIT
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found


@pytest.fixture
def b(bureau):
    return ready(bureau, special_procedures=[VISIT])


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


@pytest.mark.clause("D10")
def test_two_officers_are_sent_and_both_sign(b, client, monkeypatch):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    visits = b.at + datetime.timedelta(days=1)
    told = {
        "reason": "核实住所。", "visits_at": f"{visits:%Y-%m-%dT%H:%M}", "place": "示范路1号",
        "officer_1": b.reviewer.pk, "officer_2": b.reviewer.pk,
    }  # fmt: skip
    start = url("procedure-start", case.number, "visit")
    assert "要两名不同的人" in said(client.post(start, told)) and not Inspection.objects.exists()
    client.post(start, {**told, "officer_2": b.chief.pk})
    one = Inspection.objects.get()
    write, sign = (url("inspection", case.number, one.pk, name) for name in ("record", "sign"))
    written = {"found": "有固定的办公室。", "conclusion": "符合要求。", "present": "申请人在场。"}
    assert "还没有去" in said(client.post(write, written))
    assert client.get(url("inspection", case.number, one.pk, "nothing")).status_code == 404

    client.logout()
    assert "两名工作人员会来核查" in said(client.get(found(client, case)))

    monkeypatch.setattr(clock, "now", lambda: visits + datetime.timedelta(hours=1))
    sign_in(client, b.reviewer)
    assert "写核查笔录" in said(client.get(url("case", case.number)))
    client.post(write, written)
    assert "两名核查人员都签名" in said(client.get(url("case", case.number)))
    sign_in(client, b.deputy)
    assert client.post(sign).status_code == 403
    sign_in(client, b.chief)
    assert "有固定的办公室" in said(client.get(sign))
    assert "核查笔录" in said(client.post(sign, follow=True))
    assert Paper.objects.about(case).of_kind("inspection_record").exists()
    client.post(url("procedure-end", case.number, one.procedure_id), {"result": "符合。"})
    case.refresh_from_db()
    assert case.procedures_running == 0
