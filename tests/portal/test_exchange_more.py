"""别的系统送来的补交、撤回：与群众自己办的同一扇门，只认自己送来的那一件，重送不办第二遍。"""

import base64

import pytest

from approvals.actions import correction, intake
from approvals.models import Case, Upload
from denials.actions import register
from office.exchange.models import ExchangeArrival
from office.journal.models import Entry
from office.notices.models import Notice
from office.outbox import OutboxEvent
from office.papers.models import Paper
from office.vault import digest
from office.workdays import clock
from tests import casework
from tests.portal.desks import at_desk, said
from tests.portal.hall_cast import PDF
from tests.portal.test_exchange_applications import about, b, message, post
from tests.stub_peer import registered

__all__ = ["b"]
pytestmark = pytest.mark.clause("Z14")


def brought(b) -> Case:
    """他们送来、收成的一件。"""
    return Case.objects.get(number=post(message(b)).json()["SBLSH"])


def told(b) -> Case:
    """告知了要补“示例证明”的。"""
    case, at = brought(b), clock.now()
    checks = {"application": casework.OK, "proof": intake.Check("missing", "没有提交示例证明")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=at)
    correction.notify(case, by=b.clerk_a, at=at)
    return case


def supplement(*rows, number="S-1", version=1, key="proof", contents=(PDF,), **body):
    listed = [{"key": key, "files": list(rows)}]
    files = {digest(raw): base64.b64encode(raw).decode() for raw in contents}
    made = {"for": "T-000123", "SBCLQD": listed, **body}
    return {"schema": "1.0", "number": number, "version": version, "kind": "supplement", "body": made, "files": files}


def withdrawal(number="W-1", version=1, **body):
    made = {"for": "T-000123", "reason": "申请人不办了。", **body}
    return {"schema": "1.0", "number": number, "version": version, "kind": "withdrawal", "body": made}


def why(answer) -> str:
    said = answer.json()
    assert answer.status_code == 200 and said["verdict"] == "rejected", said
    return said["reason"]


def test_a_supplement_goes_through_the_citizens_door_once(b, client):
    case = told(b)
    sent = supplement(about(PDF, "证明.pdf"))
    answer = post(sent).json()
    assert answer["verdict"] == "accepted" and answer["complete"] is True and answer["missing"] == []
    assert post(sent).json() == answer and Upload.objects.get().name == "证明.pdf"
    case.refresh_from_db()
    assert (case.state, case.unseen_changes) == ("received", 1)
    assert case.materials.get(material__key="proof").verdict == "unchecked"
    assert case.clocks.running().get().kind == "notice"
    assert Paper.objects.about(case).of_kind("correction_receipt").exists()
    line = Entry.objects.about(case).get(verb="approvals.case.sent_in")
    assert line.facts["source"] == "示例接入系统 S-1"
    assert ExchangeArrival.objects.get(number="S-1").reference == case.number
    assert "已经收下" in why(post(supplement(about(PDF), version=2)))
    assert "不在补正中" in why(post(supplement(about(PDF), number="S-2")))
    assert Upload.objects.count() == 1
    at_desk(client, b.clerk_a)
    page = said(client.get(f"/desk/cases/{case.number}/history/"))
    assert "别的系统送来补交、撤回" in page and "示例接入系统 S-1" in page


def test_what_the_hall_refuses_is_refused_and_nothing_is_left(b):
    case = told(b)
    assert "告知书所列" in why(post(supplement(about(PDF), key="application")))
    assert "材料清单里没有“passport”" in why(post(supplement(about(PDF), key="passport", version=2)))
    assert "没有带文件来" in why(post(supplement(version=3, contents=())))
    assert "对不上" in why(post(supplement(about(PDF, size=1), version=4)))
    assert "至少一份" in why(post(supplement(about(PDF), version=5, SBCLQD={})))
    raw = b"MZ" + b"0" * 60
    hostile = about(raw, "证明.exe", "application/octet-stream")
    assert why(post(supplement(hostile, version=6, contents=(raw,))))
    case.refresh_from_db()
    assert case.state == "correcting" and not Upload.objects.exists()
    assert not Entry.objects.about(case).filter(verb="approvals.case.sent_in").exists()
    assert post(supplement(about(PDF), version=7)).json()["verdict"] == "accepted"


def test_only_their_own_case_is_known(b):
    case, own = told(b), casework.told(b, clock.now())
    same = [
        why(post(supplement(about(PDF), **{"number": f"S-{n}", **fields})))
        for n, fields in enumerate(({"for": own.number}, {"for": "T-9"}, {"for": 7}, {"SBLSH": own.number}))
    ]
    assert len(set(same)) == 1 and "没有收过" in same[0]
    assert post(supplement(about(PDF), number="S-9", SBLSH=case.number)).json()["verdict"] == "accepted"


def test_another_peer_cannot_touch_it_and_the_agreement_is_asked_again(b):
    case = told(b)
    registered(b.peer, b.chief, code="other", name="另一个系统", may_apply=True)
    assert "没有收过" in why(post(withdrawal(), sender="other"))
    b.peer.may_apply = False
    b.peer.save()
    assert "没有约定" in why(post(withdrawal(version=2)))
    b.peer.may_apply, b.peer.scopes = True, [b.stranger_agency.code]
    b.peer.save()
    assert "机关范围" in why(post(withdrawal(version=3)))
    case.refresh_from_db()
    assert case.state == "correcting"


def test_a_withdrawal_ends_the_case_and_is_not_done_twice(b):
    case = brought(b)
    assert "200 字以内" in why(post(withdrawal(reason="长" * 201)))
    answer = post(withdrawal(version=2)).json()
    assert answer["verdict"] == "accepted" and answer["SBLSH"] == case.number
    assert post(withdrawal(version=2)).json() == answer
    case.refresh_from_db()
    assert (case.state, case.decision) == ("withdrawn", "申请人不办了。")
    assert Paper.objects.about(case).of_kind("withdrawal").count() == 1
    assert Notice.objects.about(case).filter(kind="case.withdrawn", channel="sms").count() == 1
    entry = Entry.objects.about(case).get(verb="approvals.case.withdraw")
    assert list(OutboxEvent.objects.filter(entry=entry).values_list("kind", flat=True)) == ["closing"]
    assert why(post(withdrawal(number="W-2")))
    assert why(post(supplement(about(PDF))))


def test_a_decided_case_is_not_withdrawn(b):
    case = brought(b)
    told_no = {"basis": b.guide.bases.first(), "refusal": casework.REFUSAL, "by": b.clerk_a, "at": clock.now()}
    register.refuse_by_rule(case, **told_no)
    assert why(post(withdrawal()))
    case.refresh_from_db()
    assert case.state == "not_accepted"
