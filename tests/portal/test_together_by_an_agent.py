"""一件事由代理人递交：一份委托书管各个事项，核对、同意、收回都是一次；后一步收的件也由他代办；申请人的查询码不给他。"""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from approvals.actions import confirmations, intake, joints, mandates
from approvals.models import Joint, JointDraft, Mandate
from catalog.states import Presence
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals import together
from tests.approvals.test_confirming import sent_code
from tests.approvals.test_joints import accept, grant
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import go
from tests.portal.test_joint_intake import page_of, told
from tests.portal.test_submitted_by_an_agent import AGENT, HIM, TERMS, scan

pytestmark = pytest.mark.clause("D6", "D8", "D11")
ME = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}
CHECKED = {"agent-original": "on"}


def cast(bureau, *steps):
    cache.clear()
    b = together.matter(ready(bureau), steps=steps or (1, 1, 1))
    for one in b.parts:
        one.item.audiences = ["1"]
        one.item.save()
    return b


@pytest.fixture
def b(bureau):
    return cast(bureau)


def states(joint):
    return list(Mandate.objects.filter(case__joint=joint).order_by("pk").values_list("state", flat=True))


def online(b, client, **more):
    """在网上由代理人填好、传了委托书，核对以前。"""
    codes = [one.item.code for one in b.parts]
    client.post(reverse("hall:matter-start", args=[b.matter.code]), {"item": codes})
    made = JointDraft.objects.get()
    client.post(go(joints.branches_of(made)[0], "person"), {**ME, **AGENT, **more})
    return made


def tracked(joint, code):
    client = Client()
    client.post(reverse("hall:track"), {"number": joint.number, "code": code})
    return client


def test_at_the_window_one_power_of_attorney_for_the_whole_matter(b, client):
    at_desk(client, b.clerk_a)
    assert "由代理人办理" in said(client.get(page_of(b)))
    assert "请核对授权委托书原件" in said(client.post(page_of(b), told(**AGENT)))
    kept = said(client.post(page_of(b), told(recall="1", **AGENT)))
    assert 'value="孙代理"' in kept and not Joint.objects.exists()
    assert client.post(page_of(b), told(**AGENT, **CHECKED, **{"agent-scan": scan()})).status_code == 302
    joint = Joint.objects.get()
    rows = list(Mandate.objects.filter(case__joint=joint).order_by("pk"))
    assert [(one.state, one.consent, one.id_checked_by) for one in rows] == [("running", "signed", b.clerk_a)] * 3
    assert len({one.code for one in rows}) == 1 and len({one.scan.digest for one in rows}) == 1
    assert [one.scan.case for one in rows] == together.branches(joint)
    receipt = Paper.objects.about(joint).of_kind("receipt").get()
    assert receipt.context["agent"] == "孙代理" and joint.query_code not in str(receipt.context)
    (code,) = Notice.objects.filter(kind="mandate.yours")
    assert rows[0].code in code.body and joint.number in code.body and joint.query_code not in code.body
    assert Notice.objects.filter(kind="mandate.running").count() == 1, "告诉一次，不是三次"


def test_with_an_item_that_needs_the_applicant_no_agent(b, client):
    b.parts[1].item.presence = Presence.DIRECT
    b.parts[1].item.save()
    at_desk(client, b.clerk_a)
    assert "不能由代理人递交" in said(client.get(page_of(b)))
    assert "要申请人本人到场" in said(client.post(page_of(b), told(**AGENT, **CHECKED)))
    made = online(b, client)
    person = said(client.get(go(joints.branches_of(made)[0], "person")))
    assert "不能由代理人递交" in person and "agent-name" not in person
    with pytest.raises(NotNow, match="本人到场"):
        joints.submit(
            made, person=casework.PERSON, by=b.system, at=b.at, entrusted=mandates.Entrusted(HIM, TERMS, original=True)
        )
    assert not Joint.objects.exists()


def test_online_nothing_is_accepted_before_one_agreement_for_all(b, client):
    made = online(b, client)
    person = said(client.get(go(joints.branches_of(made)[0], "person")))
    assert f'">{b.matter.name}</a>' in person, "填的是一件事，不是头一个事项"
    check = reverse("hall:joint-check", args=[made.token])
    assert "还差一点" in said(client.get(check)), "没有委托书"
    first = joints.branches_of(made)[0]
    client.post(go(first, "person"), {**ME, **AGENT, "agent-scan": scan()})
    shown = said(client.get(check))
    assert "孙代理" in shown and "委托书.png" in shown and "还差一点" not in shown
    answer = said(client.post(reverse("hall:joint-submit", args=[made.token]), follow=True))
    joint = Joint.objects.get()
    assert joint.number in answer and joint.query_code not in answer and joint.user is None
    again = said(client.get(reverse("hall:joint-apply", args=[made.token]), follow=True))
    assert joint.number in again and joint.query_code not in again
    assert client.get(reverse("hall:joint", args=[joint.number])).status_code == 404
    assert states(joint) == ["asked"] * 3
    assert Notice.objects.filter(kind="mandate.asked").count() == 1
    second = together.branches(joint)[1]
    keys = second.materials.values_list("material__key", flat=True)
    intake.check_materials(second, checks=dict.fromkeys(keys, casework.OK), by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="委托书还没有核对"):
        intake.accept(second, by=b.clerk_a, at=b.at)
    owner = tracked(joint, joint.query_code)
    whole = said(owner.get(reverse("hall:joint", args=[joint.number])))
    assert "孙代理说受您委托" in whole
    lead = together.branches(joint)[0]
    page = reverse("hall:agents", args=[lead.number])
    assert page in whole and "孙代理" in said(owner.get(page))
    owner.post(reverse("hall:agent-answer", args=[lead.number, lead.mandates.get().pk]), {"agree": "1"})
    assert states(joint) == ["running"] * 3
    accept(b, second)
    assert "由孙代理代您办" in said(owner.get(reverse("hall:joint", args=[joint.number])))


def test_the_window_checks_once_for_all(b):
    brought = mandates.Entrusted(HIM, TERMS, scan=("委托书.png", scan()))
    made = joints.start(
        matter=b.matter, chosen=[one.item.code for one in b.parts], by=b.citizen, at=b.at, user=b.citizen
    )
    joint = joints.submit(made, person=casework.PERSON, by=b.citizen, at=b.at, entrusted=brought)
    assert states(joint) == ["asked"] * 3 and {case.user for case in together.branches(joint)} == {None}
    last = together.branches(joint)[2]
    desk = Client()
    at_desk(desk, b.clerk_a)
    page = reverse("desk:joint", args=[joint.number])
    shown = said(desk.get(page))
    assert "核对委托书" in shown and "孙代理" in shown
    desk.post(reverse("desk:case-mandate-verify", args=[last.number, last.mandates.get().pk]))
    assert states(joint) == ["running"] * 3
    assert "核对委托书" not in said(desk.get(page))
    assert set(Mandate.objects.values_list("id_checked_by", flat=True)) == {b.clerk_a.pk}


def test_the_agent_sees_every_branch_by_his_own_code_and_nothing_of_the_applicant(b):
    joint = handed_in(b)
    code = Mandate.objects.first().code
    agent = tracked(joint, code)
    page = reverse("hall:joint", args=[joint.number])
    shown = said(agent.get(page))
    assert all(case.number in shown for case in together.branches(joint))
    assert "受申请人委托：" in shown and joint.query_code not in shown
    assert reverse("hall:joint-withdraw", args=[joint.number]) not in shown and "同意电子送达" not in shown
    receipt = Paper.objects.about(joint).of_kind("receipt").get()
    assert agent.get(reverse("hall:joint-paper", args=[joint.number, receipt.pk])).status_code == 404
    for name in ("joint-withdraw", "joint-consent"):
        assert agent.post(reverse(f"hall:{name}", args=[joint.number]), {"agree": "1"}).status_code == 403
    case = together.branches(joint)[1]
    assert "您是代办人" in said(agent.get(reverse("hall:track-case", args=[case.number])))
    assert agent.get(reverse("hall:agents", args=[case.number])).status_code == 403


def handed_in(b):
    made = joints.start(matter=b.matter, chosen=[one.item.code for one in b.parts], by=b.clerk_a, at=b.at)
    brought = mandates.Entrusted(HIM, TERMS, original=True)
    return joints.submit(
        made, person=casework.PERSON, by=b.clerk_a, at=b.at, first_contact=b.clerk_a, entrusted=brought
    )


def test_taken_back_once_it_ends_for_all_and_the_open_page_closes(b):
    joint = handed_in(b)
    agent = tracked(joint, Mandate.objects.first().code)
    page = reverse("hall:joint", args=[joint.number])
    branch = reverse("hall:track-case", args=[together.branches(joint)[2].number])
    assert agent.get(page).status_code == 200 and agent.get(branch).status_code == 200
    mandates.revoke(together.branches(joint)[1].mandates.get(), by=b.system, at=b.at)
    assert states(joint) == ["revoked"] * 3
    assert agent.get(page).status_code == 404 and agent.get(branch).status_code in (302, 404)
    assert agent.get(page).status_code == 404, "再来一次也不因为看过各件就看得到"


def test_an_agent_of_one_branch_does_not_see_the_whole(b):
    joint = together.submitted(b)
    first = together.branches(joint)[0]
    one = mandates.appoint(first, agent=HIM, terms=TERMS, by=b.citizen, at=b.at)
    assert tracked(joint, one.code).get(reverse("hall:joint", args=[joint.number])).status_code == 404
    assert states(joint) == ["running"]
    mandates.revoke(one, by=b.citizen, at=b.at)
    assert states(joint) == ["revoked"]


def test_a_later_step_is_his_too_unless_taken_back(bureau):
    b = cast(bureau, 1, 2, 3)
    joint = handed_in(b)
    first = accept(b, together.branches(joint)[0])
    grant(b, 0, first)
    assert joints.begin_next(at=b.at) == 1
    second = together.branches(joint)[1]
    one = second.mandates.get()
    assert (one.state, one.consent, one.id_checked_by) == ("running", "signed", b.clerk_a)
    assert one.code == first.mandates.get().code and second.user is None
    mandates.revoke(first.mandates.get(), by=b.system, at=b.at)
    grant(b, 1, accept(b, second))
    joints.begin_next(at=b.at)
    assert not together.branches(joint)[2].mandates.exists()


def test_leaving_out_the_first_item_keeps_the_power_of_attorney(b, client):
    made = online(b, client, **{"agent-scan": scan()})
    row = b.matter.items.get(item=b.parts[0].item)
    row.optional = True
    row.save()
    client.post(reverse("hall:joint-leave-out", args=[made.token]), {"item": b.parts[0].item.code})
    shown = said(client.get(reverse("hall:joint-check", args=[made.token])))
    assert "孙代理" in shown and "委托书.png" in shown and "还差一点" not in shown
    client.post(reverse("hall:joint-submit", args=[made.token]))
    joint = Joint.objects.get()
    assert [one.scan.name for one in Mandate.objects.filter(case__joint=joint)] == ["委托书.png"] * 2


def test_a_branch_that_ended_does_not_stop_the_agreement(b):
    made = joints.start(matter=b.matter, chosen=[one.item.code for one in b.parts], by=b.clerk_a, at=b.at)
    brought = mandates.Entrusted(HIM, TERMS, scan=("委托书.png", scan()))
    joint = joints.submit(
        made, person=casework.PERSON, by=b.clerk_a, at=b.at, first_contact=b.clerk_a, entrusted=brought
    )
    first, second, _third = together.branches(joint)
    asked = confirmations.ask_by_code(first, reason="不办这一项了。", by=b.system, at=b.at)
    confirmations.confirm_by_code(asked, code=sent_code(first), by=b.system, at=b.at)
    mandates.verify(second.mandates.get(), by=b.clerk_a, at=b.at + datetime.timedelta(hours=1))
    assert states(joint) == ["asked", "running", "running"]
    mandates.revoke(second.mandates.get(), by=b.system, at=b.at)
    assert states(joint) == ["asked", "revoked", "revoked"]
