"""整件事撤回：说一次，还没有结果的各件都撤回，已经有决定的留着；别的钟照走，联办的钟停得对。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from approvals.actions import confirmations, decision, joint_withdrawing, withdrawing
from approvals.models import Confirmation, Draft
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests.approvals import together
from tests.approvals.test_confirming import sent_code
from tests.approvals.test_joints import accept, grant, ticking
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import photo

pytestmark = pytest.mark.clause("D9", "D8")


@pytest.fixture
def b(bureau):
    """头一件准予了，第二件受理了，第三件刚收件。"""
    b = together.matter(ready(bureau))
    return begun(b)


def begun(b):
    b.joint = together.submitted(b)
    b.cases = together.branches(b.joint)
    for case in b.cases[:2]:
        accept(b, case)
    grant(b, 0, b.cases[0], at=b.at)
    b.page, b.here = (reverse(f"hall:{name}", args=[b.joint.number]) for name in ("joint", "joint-withdraw"))
    b.there = reverse("desk:joint-withdraw", args=[b.joint.number])
    return b


def states(b):
    return [case.state for case in together.branches(b.joint)]


LEFT = ["granted", "withdrawn", "withdrawn"]


def as_owner(b):
    client = Client()
    sign_in(client, b.citizen)
    return client


def by_code(b):
    client = Client()
    client.post(reverse("hall:track"), {"number": b.joint.number, "code": b.joint.query_code})
    return client


def test_the_owner_withdraws_the_whole_at_once(b):
    client = as_owner(b)
    assert "撤回整件事" in said(client.get(b.page))
    page = said(client.get(b.here))
    assert all(case.number in page for case in b.cases) and "已经作出决定，不能撤回" in page
    before = ticking(b.cases[0])
    for _time in range(2):  # 连按两下
        assert client.post(b.here, {"reason": "不办了"}).url == b.page
    assert states(b) == LEFT and ticking(b.cases[0]) == before
    for case in b.cases[1:]:
        assert Paper.objects.about(case).of_kind("withdrawal").get().context["reasons"] == "不办了"
        assert not case.clocks.running().exists()
    b.joint.refresh_from_db()
    assert b.joint.state == "decided" and not b.joint.clocks.running().exists()
    told = Entry.objects.about(b.joint).get(verb="approvals.joint.withdraw").facts
    assert told["items"] == [case.guide.name for case in b.cases[1:]] and "已经作出决定" in told["kept"][0]
    sms = Notice.objects.filter(kind="case.withdrawn", channel="sms")
    assert sms.count() == 1 and b.cases[0].guide.name in sms.get().body
    assert Notice.objects.filter(kind="joint.decided").exists()
    assert "撤回整件事" not in said(client.get(b.page))


def test_all_withdrawn_ends_the_whole_and_calls_nobody_to_the_window(bureau):
    b = together.matter(ready(bureau))
    b.joint = together.submitted(b)
    joint_withdrawing.withdraw(b.joint, reason="不办了", by=b.citizen, at=b.at)
    b.joint.refresh_from_db()
    assert b.joint.state == "ended" and states(b) == ["withdrawn"] * 3
    assert not Notice.objects.filter(kind="joint.decided").exists()
    with pytest.raises(NotNow, match="没有可以撤回的"):
        joint_withdrawing.withdraw(b.joint, reason="不办了", by=b.citizen, at=b.at)


def test_what_waits_for_the_step_before_is_not_taken_in(bureau):
    b = together.matter(ready(bureau), steps=(1, 1, 2))
    b.joint = together.submitted(b)
    joint_withdrawing.withdraw(b.joint, reason="不办了", by=b.citizen, at=b.at)
    b.joint.refresh_from_db()
    assert b.joint.state == "ended" and not Draft.objects.open().filter(joint__joint=b.joint).exists()
    told = Entry.objects.about(b.joint).get(verb="approvals.joint.withdraw").facts
    assert b.parts[2].guide.name in told["items"]


def test_the_query_code_alone_withdraws_nothing_one_code_from_the_phone_does(b):
    client = by_code(b)
    assert "发验证码" in said(client.get(b.here))
    client.post(b.here, {"reason": "不办了"})
    assert states(b)[1:] == ["accepted", "received"]
    assert client.post(b.here, {"send": "1", "reason": "不办了"}).url == b.here
    assert Notice.objects.filter(kind="case.confirm_code").count() == 1
    assert "验证码不对" in said(client.post(b.here, {"code": "000000"}))
    assert states(b)[1:] == ["accepted", "received"]
    assert client.post(b.here, {"code": sent_code(b.cases[1])}).url == b.page
    assert states(b) == LEFT
    ways = Confirmation.objects.filter(matter="withdraw").values_list("way", "whole")
    assert list(ways) == [("code", True)] * 2


def test_only_the_owner_and_the_code_reach_the_page(b):
    assert Client().get(b.here).status_code == 404
    with pytest.raises(PermissionDenied):
        joint_withdrawing.withdraw(b.joint, reason="x", by=b.clerk_a, at=b.at)
    with pytest.raises(PermissionDenied):
        joint_withdrawing.withdraw(b.joint, reason="x", by=b.system, at=b.at)
    with pytest.raises(PermissionDenied):
        joint_withdrawing.ask(b.joint, reason="x", by=b.parts[1].reviewer, at=b.at)
    assert states(b)[1:] == ["accepted", "received"]


def test_the_window_registers_once_and_one_signature_withdraws_them_all(b, client):
    at_desk(client, b.clerk_a)
    assert "申请人要撤回整件事" in said(client.get(reverse("desk:joint", args=[b.joint.number])))
    page = said(client.post(b.there, {"reason": ""}))
    assert "请填写" in page and b.cases[1].number in page
    for _time in range(2):
        answer = client.post(b.there, {"reason": "他说不办了"})
        assert answer.url == reverse("desk:case-confirm", args=[b.cases[1].number])
    wishes = Confirmation.objects.open().filter(matter="withdraw", whole=True)
    assert wishes.count() == 2 and states(b)[1:] == ["accepted", "received"], "确认以前照常办理"
    paper = Paper.objects.about(b.joint).of_kind("withdrawal_request").get()
    assert b.cases[1].guide.name in paper.context["item"] and b.cases[0].guide.name not in paper.context["item"]
    page = said(client.get(answer.url))
    assert paper.number in page and "一次确认，联办" in page
    url = reverse("desk:confirm", args=[b.cases[1].number, wishes.order_by("pk").first().pk, "sign"])
    answer = client.post(url, {"signer": "赵申请", "scan": photo("签名.png")})
    assert answer.url == reverse("desk:joint", args=[b.joint.number])
    assert states(b) == LEFT and Paper.objects.about(b.joint).of_kind("withdrawal_request").in_force().exists()
    assert Confirmation.objects.filter(way="signed", whole=True).count() == 2


def test_the_owner_answers_what_the_window_registered(b):
    joint_withdrawing.ask(b.joint, reason="他说不办了", by=b.clerk_a, at=b.at)
    client = as_owner(b)
    assert "窗口登记了您要撤回" in said(client.get(b.here))
    client.post(b.here, {"keep": "1"})
    assert not Confirmation.objects.open().exists() and states(b)[1:] == ["accepted", "received"]
    assert not Paper.objects.about(b.joint).of_kind("withdrawal_request").in_force().exists()
    with pytest.raises(NotNow, match="没有等着确认"):
        withdrawing.forget_wish(b.cases[1], by=b.citizen, at=b.at)
    (wish, _other) = joint_withdrawing.ask(b.joint, reason="又不办了", by=b.clerk_a, at=b.at)
    confirmations.confirm_online(wish, by=b.citizen, at=b.at)
    assert states(b) == LEFT


def test_one_branch_withdrawn_alone_leaves_the_wish_for_the_others(b):
    joint_withdrawing.ask(b.joint, reason="他说不办了", by=b.clerk_a, at=b.at)
    decision.withdraw(b.cases[2], reason="这一件先撤", by=b.citizen, at=b.at)
    wish = Confirmation.objects.open().get()
    assert wish.case == b.cases[1] and Paper.objects.about(b.joint).of_kind("withdrawal_request").in_force().exists()
    confirmations.send_code(wish, by=b.clerk_a, at=b.at)
    confirmations.confirm_by_code(wish, code=sent_code(wish.case), by=b.clerk_a, at=b.at)
    assert states(b) == LEFT
