"""撤回：窗口只登记意愿，申请人确认了才撤回；本人在网上的当时撤回。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.actions import confirmations, decision, intake, mandates, withdrawing
from approvals.models import Case, Mandate
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.test_confirming import sent_code
from tests.portal.desks import at_desk, checked, ready, said
from tests.portal.hall_cast import PNG, found

pytestmark = pytest.mark.clause("Z3", "Z12")
WHY = "改为向县里申请。"


@pytest.fixture
def b(bureau):
    return ready(bureau)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def registered(client, b, case):
    at_desk(client, b.clerk_a)
    return client.post(url("case-withdraw", case.number), {"reason": WHY}, follow=True)


def state_of(case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_a_wish_told_at_the_window_ends_nothing_until_the_code_is_said(b, client):
    case = casework.received(b)
    page = said(registered(client, b, case))
    assert "撤回申请书" in page and WHY in page and state_of(case) == "received"
    paper = Paper.objects.about(case).of_kind("withdrawal_request").get()
    assert paper.context["reasons"] == WHY and "终止办理" in paper.context["consequence"]
    assert Notice.objects.about(case).filter(kind="case.withdrawal_asked", channel="sms").exists()
    one = case.confirmations.get()
    client.post(url("confirm", case.number, one.pk, "send"))
    code = sent_code(case)
    assert "就撤回" in Notice.objects.about(case).filter(kind="case.confirm_code").latest("pk").body
    client.post(url("confirm", case.number, one.pk, "code"), {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    one.refresh_from_db()
    assert state_of(case) == "received" and one.tries == 1
    client.post(url("confirm", case.number, one.pk, "code"), {"code": code})
    case.refresh_from_db()
    assert (case.state, case.outcome, case.decision) == ("withdrawn", "withdrawn", WHY)
    assert Paper.objects.about(case).of_kind("withdrawal").count() == 1


def test_or_until_the_signed_request_is_scanned(b, client):
    case = casework.reviewed(b)
    registered(client, b, case)
    sign = url("confirm", case.number, case.confirmations.get().pk, "sign")
    client.post(sign, {"signer": "", "scan": SimpleUploadedFile("签名.png", PNG)})
    client.post(sign, {"signer": "赵申请"})
    assert state_of(case) == "reviewed"
    answer = client.post(sign, {"signer": "赵申请", "scan": SimpleUploadedFile("签名.png", PNG)})
    assert state_of(case) == "withdrawn" and "/papers/" in answer.url
    assert case.confirmations.get().scan.case == case


def test_an_unconfirmed_wish_stops_nothing_and_the_decision_ends_it(b, client):
    case = casework.received(b)
    registered(client, b, case)
    client.post(url("case-check", case.number), checked())
    client.post(url("case-accept", case.number))
    case.refresh_from_db()
    assert case.state == "accepted" and case.unconfirmed == 0
    other = casework.reviewed(b)
    one = confirmations.ask_withdrawal(other, reason=WHY, by=b.clerk_a, at=b.at)
    decision.grant(other, decision="准予登记。", by=b.chief, at=b.at)
    with pytest.raises(NotNow):
        confirmations.send_code(one, by=b.clerk_a, at=b.at)
    assert "不能撤回" in said(client.get(url("case-withdraw", other.number), follow=True))


def test_the_window_or_the_citizen_takes_the_wish_back(b, client):
    case = casework.received(b)
    registered(client, b, case)
    client.post(url("confirm", case.number, case.confirmations.get().pk, "forget"))
    assert not case.confirmations.open().exists()
    assert "登记过撤回" not in said(client.get(url("case-withdraw", case.number)))
    registered(client, b, case)
    page = reverse("hall:withdraw", args=[case.number])
    client.force_login(b.citizen)
    assert WHY in said(client.get(page)) and "我不撤回" in said(client.get(page))
    assert "照常办理" in said(client.post(page, {"keep": "1"}, follow=True))
    assert state_of(case) == "received" and not case.confirmations.open().exists()
    with pytest.raises(PermissionDenied):
        withdrawing.forget_wish(case, by=b.stranger, at=b.at)


def test_the_citizen_confirms_what_the_window_registered_or_withdraws_himself(b, client):
    case = casework.received(b)
    registered(client, b, case)
    client.force_login(b.other_citizen)
    page = reverse("hall:withdraw", args=[case.number])
    assert client.post(page, {"reason": ""}).status_code == 404
    client.force_login(b.citizen)
    client.post(reverse("hall:confirm", args=[case.number]), {"pk": case.confirmations.get().pk})
    assert state_of(case) == "withdrawn" and case.confirmations.get().way == "online"
    own = casework.received(b)
    client.post(reverse("hall:withdraw", args=[own.number]), {"reason": "不办了"})
    assert state_of(own) == "withdrawn" and own.confirmations.get().registered_by == b.citizen


def found_by_code(b, case):
    """没有账号，凭编号和查询码来的；返回撤回那一页的网址。"""
    client = Client()
    found(client, case)
    return client, reverse("hall:withdraw", args=[case.number])


def test_who_holds_only_the_query_code_withdraws_nothing_without_the_message(b):
    case = casework.received(b)
    client, page = found_by_code(b, case)
    client.post(page, {"reason": WHY})
    assert state_of(case) == "received" and not case.confirmations.exists()
    assert "填对了才撤回" in said(client.get(page)) and "138******01" in said(client.get(page))
    client.post(page, {"send": "1", "reason": WHY})
    one, code = case.confirmations.get(), sent_code(case)
    body = Notice.objects.about(case).filter(kind="case.confirm_code").latest("pk").body
    assert "有人凭查询码在网上提出撤回" in body and "不是您的意思" in body
    client.post(reverse("hall:confirm", args=[case.number]), {"pk": one.pk})
    assert state_of(case) == "received" and WHY not in said(client.get(reverse("hall:confirm", args=[case.number])))
    assert "请填写短信里的验证码" in said(client.post(page, {"code": ""}))
    assert "验证码不对" in said(client.post(page, {"code": f"{(int(code) + 1) % 1_000_000:06d}"}))
    assert state_of(case) == "received"
    client.post(page, {"code": code})
    case.refresh_from_db()
    assert (case.state, case.decision) == ("withdrawn", WHY)
    assert case.confirmations.get().way == "code"


def test_five_wrong_codes_or_ten_minutes_spoil_it_and_codes_are_few(b):
    case = casework.received(b)
    client, page = found_by_code(b, case)
    client.post(page, {"send": "1", "reason": ""})
    code = sent_code(case)
    for n in range(1, 6):
        client.post(page, {"code": f"{(int(code) + n) % 1_000_000:06d}"})
    assert "验证码已经失效" in said(client.post(page, {"code": code})) and state_of(case) == "received"
    for _ in range(2):
        assert client.post(page, {"send": "1", "reason": ""}).status_code == 302
    refused = client.post(page, {"send": "1", "reason": ""})
    assert refused.status_code == 429 and "发得太多" in said(refused)
    assert Notice.objects.about(case).filter(kind="case.confirm_code").count() == 3
    assert case.confirmations.open().count() == 1


def test_without_a_phone_the_page_says_where_to_go(b):
    person = intake.Person("person", "赵申请", "11010519491231002X", "0759-0000001", "示范路1号")
    case = casework.received(b, person=person)
    client, page = found_by_code(b, case)
    shown = said(client.get(page))
    assert "请到窗口撤回" in shown and b.window.name in shown and "发验证码" not in shown
    assert "没有登记能收短信" in said(client.post(page, {"send": "1", "reason": ""}))
    assert not case.confirmations.exists()


def test_the_code_holder_confirms_what_the_window_registered_or_drops_it(b, client):
    case = casework.received(b)
    registered(client, b, case)
    visitor, page = found_by_code(b, case)
    assert "窗口登记了您要撤回" in said(visitor.get(page))
    visitor.post(page, {"send": "1", "reason": ""})
    one = case.confirmations.get()
    assert one.text == WHY and one.asked_by == b.clerk_a
    shown = said(client.get(reverse("desk:case-messages", args=[case.number])))
    assert sent_code(case) not in shown and "验证码不在这里显示" in shown
    visitor.post(page, {"keep": "1"})
    assert not case.confirmations.open().exists() and state_of(case) == "received"


def test_a_peer_system_or_an_owner_needs_no_code_but_nobody_else_passes_the_door(b):
    case = casework.received(b)
    with pytest.raises(PermissionDenied):
        decision.withdraw(case, reason=WHY, by=b.system, at=b.at)
    for by in (b.citizen, b.clerk_a):
        with pytest.raises(PermissionDenied):
            confirmations.ask_by_code(case, reason=WHY, by=by, at=b.at)


def test_a_wish_is_settled_after_what_fell_due(b):
    """登记以后、确认以前视为受理了的，先视为受理，再撤回。"""
    case = casework.received(b)
    one = confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at)
    confirmations.confirm_online(one, by=b.citizen, at=b.at + datetime.timedelta(days=30))
    case.refresh_from_db()
    assert case.state == "withdrawn" and case.deemed


def test_an_agent_withdraws_only_by_what_the_applicant_gave_him_online(b):
    terms = mandates.Terms(("withdraw",), b.at.date() + datetime.timedelta(days=30))
    agent = mandates.Agent(user=b.clerk_b)
    case = casework.received(b)
    mandate = mandates.appoint(case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    acting = mandates.act_as(mandate, need="withdraw", by=b.clerk_b, at=b.at)
    with pytest.raises(NotNow, match="申请人自己确认"):
        decision.withdraw(case, reason=WHY, by=acting, at=b.at)
    other = casework.received(b)
    mandates.appoint(other, agent=agent, terms=terms, by=b.clerk_a, at=b.at)
    client = Client()
    client.force_login(b.citizen)
    mandate = Mandate.objects.get(case=other)
    client.post(reverse("hall:agent-answer", args=[other.number, mandate.pk]), {"agree": "1"})
    at_desk(client, b.clerk_b)
    client.post(url("mandate-withdraw", mandate.pk), {"withdraw-reason": WHY})
    assert state_of(other) == "withdrawn" and other.confirmations.get().way == "agent"
    assert state_of(case) == "received"


def test_the_same_wish_told_twice_is_one_and_another_replaces_it(b):
    case = casework.received(b)
    first = confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at)
    assert confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at) == first
    assert Paper.objects.about(case).of_kind("withdrawal_request").count() == 1
    other = confirmations.ask_withdrawal(case, reason="不办了。", by=b.clerk_a, at=b.at)
    assert case.confirmations.open().get() == other != first


def test_a_sheet_of_a_wish_no_longer_his_is_void(b, client):
    """换了理由再登记的、不撤回了的、自己另在网上撤回的：前一张撤回申请书作废，签了也不算。"""
    case = casework.received(b)

    def sheets():
        return Paper.objects.about(case).of_kind("withdrawal_request").order_by("pk")

    confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at)
    confirmations.ask_withdrawal(case, reason="不办了。", by=b.clerk_a, at=b.at)
    assert [one.state == "voided" for one in sheets()] == [True, False]
    withdrawing.forget_wish(case, by=b.citizen, at=b.at)
    assert [one.state == "voided" for one in sheets()] == [True, True]
    client.force_login(b.citizen)
    old = reverse("hall:paper", args=[case.number, sheets()[0].pk])
    assert client.get(old).status_code == 404
    confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at)
    decision.withdraw(case, reason="自己撤回。", by=b.citizen, at=b.at)
    assert not sheets().in_force().exists()


def test_the_sheet_he_confirmed_stays_in_force(b):
    case = casework.received(b)
    one = confirmations.ask_withdrawal(case, reason=WHY, by=b.clerk_a, at=b.at)
    confirmations.confirm_online(one, by=b.citizen, at=b.at)
    assert Paper.objects.about(case).of_kind("withdrawal_request").in_force().count() == 1


def test_nobody_but_the_window_registers(b):
    case = casework.received(b)
    for by in (b.reviewer, b.stranger):
        with pytest.raises(PermissionDenied):
            confirmations.ask_withdrawal(case, reason=WHY, by=by, at=b.at)
    intake.check_materials(case, checks={"application": casework.OK, "proof": casework.OK}, by=b.clerk_a, at=b.at)
    assert not case.confirmations.exists()
