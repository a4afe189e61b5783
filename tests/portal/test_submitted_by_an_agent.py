"""由代理人递交申请：委托书核对过才受理，申请人的查询码不给他，通知各看各的；要本人到场的不收。"""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import correction, intake, mandates
from approvals.models import Case, Mandate
from catalog.states import Presence
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import at_desk, checked, ready, said
from tests.portal.hall_cast import FORM, PNG, begun, go

UNTIL = (datetime.date.today() + datetime.timedelta(days=60)).isoformat()
AGENT = {
    "agent-name": "孙代理", "agent-id_kind": "resident", "agent-id_number": "110105194912310054",
    "agent-phone": "13800000009", "agent-relation": "侄子", "agent-scope": ["supplement", "collect"],
    "agent-until": UNTIL,
}  # fmt: skip
HIM = mandates.Agent(None, "孙代理", "110105194912310054", "13800000009", "侄子")
TERMS = mandates.Terms(("supplement", "collect"), datetime.date.fromisoformat(UNTIL))


@pytest.fixture
def b(bureau):
    return ready(bureau)


def scan():
    return SimpleUploadedFile("委托书.png", PNG)


def handed_in(b, client, **more):
    told = {
        "kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001",
        "unit": b.window.code, "provided": ["application", "proof"], "key": "x", **more,
    }  # fmt: skip
    return client.post(reverse("desk:receive", args=[b.item.code]), told, follow=True)


@pytest.mark.clause("D6", "D8")
def test_at_the_window_an_agent_hands_in_with_the_power_of_attorney(b, client):
    at_desk(client, b.clerk_a)
    page = said(client.get(reverse("desk:receive", args=[b.item.code])))
    assert "<summary><span>由代理人办理" in page and "<summary><span>不是当面交来的" in page
    assert "请核对授权委托书原件" in said(handed_in(b, client, **AGENT))
    assert "请填写“代理人手机号”" in said(handed_in(b, client, **{**AGENT, "agent-phone": ""}))
    assert "不要填申请人的" in page
    same = said(handed_in(b, client, **{**AGENT, "agent-phone": "13800000001", "agent-original": "on"}))
    assert "与申请人的一样" in same and not Case.objects.exists()
    handed_in(b, client, **AGENT, **{"agent-original": "on", "agent-scan": scan()})
    case = Case.objects.get()
    one = case.mandates.get()
    assert (one.state, one.consent, one.paper, one.id_checked_by) == ("running", "signed", "original", b.clerk_a)
    assert one.scope_words == "领取结果、递交申请、补交材料" and one.scan.case == case
    receipt = Paper.objects.about(case).of_kind("receipt").get()
    assert receipt.context["agent"] == "孙代理" and case.query_code not in str(receipt.context)
    assert not Paper.objects.about(case).of_kind("mandate").exists(), "带来了委托书，不再出一份要他签"
    texts = {one.address: one.body for one in Notice.objects.about(case).filter(channel="sms", kind="case.received")}
    assert list(texts) == ["13800000001"] and case.query_code in texts["13800000001"]
    code = Notice.objects.get(kind="mandate.yours").body
    assert one.code in code and case.query_code not in code
    page = said(client.get(reverse("desk:case-mandates", args=[case.number])))
    assert "申请由他递交" in page and "委托书.png" in page
    client.post(reverse("desk:case-check", args=[case.number]), checked())
    client.post(reverse("desk:case-accept", args=[case.number]))
    letter = Paper.objects.about(case).of_kind("acceptance").get()
    assert letter.context["agent"] == "孙代理"
    news = Notice.objects.get(kind="mandate.news")
    assert (news.address, news.subject) == ("13800000009", "申请已受理")


def test_what_was_typed_of_the_agent_is_kept(b, client):
    at_desk(client, b.clerk_a)
    page = said(handed_in(b, client, **AGENT, recall="1"))
    assert 'value="孙代理"' in page and '<details class="disclose" open>' in page


def test_only_as_far_as_the_mandate_goes_is_the_agent_told(b):
    narrow = mandates.Entrusted(HIM, mandates.Terms((), TERMS.until), original=True)
    case = casework.received(b, entrusted=narrow, provided={"application"}, user=None)
    checks = {"application": casework.OK, "proof": intake.Check("missing", "没有提交示例证明")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    correction.notify(case, by=b.clerk_a, at=b.at)
    assert not Notice.objects.filter(kind="mandate.news").exists(), "没有委托补交的，不告诉"
    wide = casework.received(b, entrusted=mandates.Entrusted(HIM, TERMS, original=True), provided={"application"})
    intake.check_materials(wide, checks=checks, by=b.clerk_a, at=b.at)
    correction.notify(wide, by=b.clerk_a, at=b.at)
    told = Notice.objects.get(kind="mandate.news")
    assert told.address == "13800000009" and "示例证明" not in told.body


def test_what_needs_the_applicant_in_person_takes_no_agent(b, client):
    b.item.presence = Presence.DIRECT
    b.item.save()
    at_desk(client, b.clerk_a)
    page = said(client.get(reverse("desk:receive", args=[b.item.code])))
    assert "不能由代理人递交" in page and "agent-name" not in page
    assert "要申请人本人到场" in said(handed_in(b, client, **AGENT, **{"agent-original": "on"}))
    assert not Case.objects.exists()


def test_without_his_paper_no_mandate_to_hand_in(b):
    with pytest.raises(NotNow, match="要有委托书"):
        casework.received(b, entrusted=mandates.Entrusted(HIM, TERMS))
    case = casework.received(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(
            case=case, kind="person", name="孙代理", id_number="1", id_index="1", relation="侄子", scope=["submit"],
            from_at=b.at, to_at=b.at + datetime.timedelta(days=3), made_at=b.at, made_by=b.clerk_a,
        )  # fmt: skip


@pytest.mark.clause("D11")
def test_online_the_application_waits_until_the_power_of_attorney_is_checked(bureau, client):
    b = ready(bureau, form=FORM)
    anyone = Client()
    draft = begun(anyone, b)
    person = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
    page = said(anyone.get(go(draft, "person")))
    assert "由代理人递交" in page
    assert "请填写“代理人手机号”" in said(anyone.post(go(draft, "person"), {**person, **AGENT, "agent-phone": ""}))
    anyone.post(go(draft, "person"), {**person, **AGENT})
    anyone.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    anyone.post(go(draft, "page", key="promise"), {"funds": "30000", "truth": "on"})
    assert "还差一点" in said(anyone.get(go(draft, "check"))), "没有委托书"
    anyone.post(go(draft, "person"), {**person, **AGENT, "agent-scan": scan()})
    page = said(anyone.get(go(draft, "check")))
    assert "孙代理" in page and "委托书.png" in page and "还差一点" not in page
    answer = said(anyone.post(go(draft, "submit"), follow=True))
    case = Case.objects.get()
    assert case.number in answer and case.query_code not in answer, "查询码只给申请人"
    assert case.user is None
    assert anyone.get(reverse("hall:track-case", args=[case.number])).status_code in (302, 404)
    one = case.mandates.get()
    assert (one.state, one.paper, one.scan.case) == ("asked", "scan", case)
    told = Notice.objects.filter(kind="mandate.asked").latest("pk")
    assert told.address == "13800000001" and "孙代理说受您委托" in told.body
    provided = {row.material.key: casework.OK for row in case.materials.select_related("material") if row.provided}
    left = {
        row.material.key: intake.Check("ok") for row in case.materials.select_related("material") if not row.provided
    }
    intake.check_materials(case, checks={**provided, **left}, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="委托书还没有核对"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    at_desk(client, b.clerk_a)
    assert "委托书还没有核对" in said(client.get(reverse("desk:case", args=[case.number])))
    verify = reverse("desk:case-mandate-verify", args=[case.number, one.pk])
    assert verify in said(client.get(reverse("desk:case-mandates", args=[case.number])))
    sign_in(client, b.reviewer)
    assert client.post(verify).status_code == 403
    at_desk(client, b.clerk_a)
    assert "委托书已核对" in said(client.post(verify, follow=True))
    one.refresh_from_db()
    assert (one.state, one.id_checked_by) == ("running", b.clerk_a)
    intake.accept(Case.objects.get(pk=case.pk), by=b.clerk_a, at=b.at)
    agent = Client()
    agent.post(reverse("hall:track"), {"number": case.number, "code": one.code})
    assert "您是代办人" in said(agent.get(reverse("hall:track-case", args=[case.number])))


def test_the_applicant_may_agree_online_instead(b):
    case = casework.received(b, entrusted=mandates.Entrusted(HIM, TERMS, scan=("委托书.png", scan())), channel="2")
    one = case.mandates.get()
    owner = Client()
    owner.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    page = reverse("hall:agents", args=[case.number])
    assert "孙代理" in said(owner.get(page))
    owner.post(reverse("hall:agent-answer", args=[case.number, one.pk]), {"agree": "1"})
    one.refresh_from_db()
    assert (one.state, one.consent) == ("running", "online")
