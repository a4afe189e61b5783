"""由哪一级决定：指南写了分管副局长、局长的，科室负责人先审核，再由那一级决定；都从页面走。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import deadlines, decision, endorsing, review
from approvals.models import Endorsement
from catalog.models import Guide
from catalog.rules.elements import decider_faults
from denials.actions.register import may_refuse
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow, take
from portal.desk import queues
from tests import casework
from tests.makers import away, sign_in

DAY = datetime.timedelta(days=1)
OPINION = "符合条件，同意，请领导决定。"


def decided_above(bureau, decider):
    return casework.item_with_guide(bureau, decider=decider)


@pytest.fixture
def b(bureau):
    return decided_above(bureau, "deputy")


def page(name, case):
    return reverse(f"desk:{name}", args=[case.number])


def to_decide(user, at):
    return set(queues.tasks(user, at, "decide").values_list("pk", flat=True))


def endorsed(b, by=None, at=None):
    case = casework.reviewed(b)
    endorsing.endorse(case, text=OPINION, by=by or b.chief, at=at or b.at)
    return case


@pytest.mark.clause("D8")
@pytest.mark.parametrize(("decider", "who"), [("deputy", "deputy"), ("director", "director")])
def test_the_chief_examines_and_the_rung_the_guide_names_decides(bureau, client, decider, who):
    """科室负责人写审核意见报上去，写明由谁决定；那一级在待决定里看见、准予；审批表三栏各是各的人。"""
    b = decided_above(bureau, decider)
    case, above = casework.reviewed(b), getattr(b, who)
    assert to_decide(b.chief, b.at) == {case.pk} and not to_decide(above, b.at)
    sign_in(client, b.chief)
    shown = client.get(page("case", case)).content.decode()
    assert page("case-endorse", case) in shown and page("case-grant", case) not in shown
    assert client.post(page("case-grant", case), {"decision": "准予。"}).status_code == 403
    shown = client.get(page("case-endorse", case)).content.decode()
    assert f"{b.guide.decider_words}{above.full_name}决定" in shown and "符合条件。" in shown
    assert "请填写" in client.post(page("case-endorse", case), {"text": ""}).content.decode()
    client.post(page("case-endorse", case), {"text": OPINION})
    assert (
        f"已经审核过：由{b.guide.decider_words}{above.full_name}决定" in client.get(page("case", case)).content.decode()
    )
    assert not to_decide(b.chief, b.at) and to_decide(above, b.at) == {case.pk}
    assert Notice.objects.filter(kind="case.to_decide", to=above).exists()
    sign_in(client, above)
    assert case.number in client.get(reverse("desk:today")).content.decode()
    assert OPINION in client.get(page("case-grant", case)).content.decode()
    client.post(page("case-grant", case), {"decision": "准予登记。"})
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("granted", above)
    rows = Paper.objects.about(case).of_kind("approval_form").get().context["rows"]
    assert [(row["stage"], row["name"]) for row in rows] == [
        ("承办", b.clerk_a.full_name),
        ("审核", b.reviewer.full_name),
        ("审核", b.chief.full_name),
        ("批准", above.full_name),
    ]
    assert rows[-1]["unit"] == f"{b.agency.name}（{b.guide.decider_words}）"


@pytest.mark.clause("D8")
def test_no_rung_is_skipped(b):
    """没有审核的不能决定；科室、别的一级不能代；数据库也拦。"""
    case = casework.reviewed(b)
    with pytest.raises(NotNow, match="还没有审核"):
        decision.grant(case, decision="准予。", by=b.deputy, at=b.at)
    for one in (b.chief, b.director):
        with pytest.raises(PermissionDenied, match=f"由分管副局长{b.deputy.full_name}决定"):
            decision.grant(case, decision="准予。", by=one, at=b.at)
    with pytest.raises(PermissionDenied):
        endorsing.endorse(case, text=OPINION, by=b.deputy, at=b.at)
    endorsing.endorse(case, text=OPINION, by=b.chief, at=b.at)
    with pytest.raises(NotNow, match="已经审核过"):
        endorsing.endorse(case, text=OPINION, by=b.chief, at=b.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.filter(case=case).update(voided_at=b.at)
    Endorsement.objects.filter(case=case).update(by=b.deputy)
    with pytest.raises(PermissionDenied, match="审核和决定不能是同一个人"):
        decision.grant(case, decision="准予。", by=b.deputy, at=b.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        take(case, "grant", by=b.deputy, at=b.at, decision="准予。")


@pytest.mark.clause("C3", "D17")
def test_the_stand_ins_sign_for_whom_they_cover(b):
    """A 岗在岗，B 岗不审核、不决定；离岗了由 B 岗代，日志、审批表写着代谁。"""
    case = casework.reviewed(b)
    with pytest.raises(NotNow, match="此刻由.*A岗.*审核"):
        endorsing.endorse(case, text=OPINION, by=b.chief_b, at=b.at)
    away(b.chief, b.at)
    endorsing.endorse(case, text=OPINION, by=b.chief_b, at=b.at)
    with pytest.raises(NotNow, match="此刻由.*A岗.*决定"):
        decision.grant(case, decision="准予。", by=b.deputy_b, at=b.at)
    away(b.deputy, b.at)
    decision.grant(case, decision="准予。", by=b.deputy_b, at=b.at)
    examined, approved = Paper.objects.about(case).of_kind("approval_form").get().context["rows"][-2:]
    assert examined["name"] == f"{b.chief_b.full_name}（B岗代A岗{b.chief.full_name}）"
    assert approved["name"] == f"{b.deputy_b.full_name}（B岗代A岗{b.deputy.full_name}）"


@pytest.mark.clause("C3", "D17")
def test_a_deputy_who_stands_in_for_the_director_signs_as_such(bureau):
    """副局长自己有 A 岗，替局长决定的，写的是代局长。"""
    b = decided_above(bureau, "director")
    case = endorsed(b)
    with pytest.raises(NotNow, match="此刻由.*A岗.*决定"):
        decision.grant(case, decision="准予。", by=b.deputy, at=b.at)
    away(b.director, b.at)
    decision.grant(case, decision="准予。", by=b.deputy, at=b.at)
    approved = Paper.objects.about(case).of_kind("approval_form").get().context["rows"][-1]
    assert approved["name"] == f"{b.deputy.full_name}（B岗代A岗{b.director.full_name}）"


@pytest.mark.clause("D8")
def test_waiting_above_is_flagged_and_never_granted_by_silence(b):
    """报上去一个工作日没有决定：亮牌、提醒他；办理期限照走，件还是待决定。"""
    case = endorsed(b)
    due = case.clocks.get(kind="promised").due_at
    clock = case.clocks.running().get(kind="decider")
    assert deadlines.sweep(at=clock.due_at) >= 1
    case.refresh_from_db()
    assert case.state == "reviewed" and case.clocks.get(kind="promised").due_at == due
    assert case.flags.get().kind == "decider"
    assert Notice.objects.filter(kind="case.flag", to=b.deputy).exists()
    decision.grant(case, decision="准予。", by=b.deputy, at=clock.due_at)
    assert not case.clocks.running().filter(kind="decider").exists()


@pytest.mark.clause("D8")
def test_sent_back_the_endorsement_is_void_as_well(b, client):
    """上一级退回重审：审核意见一起作废，时钟停下；重新审查以后重新审核。"""
    case = endorsed(b)
    sign_in(client, b.deputy)
    client.post(page("case-return-for-review", case), {"reason": "请核对章程第三条。"})
    case.refresh_from_db()
    assert case.state == "reviewing" and not case.endorsements.exists()
    assert Endorsement.every.get(case=case).voided_why == "请核对章程第三条。"
    assert not case.clocks.running().filter(kind="decider").exists()
    review.give_opinion(case, opinion="pass", text="核对过。", by=b.reviewer, at=b.at + DAY)
    assert to_decide(b.chief, b.at + DAY) == {case.pk}
    endorsing.endorse(case, text=OPINION, by=b.chief, at=b.at + DAY)
    decision.grant(case, decision="准予。", by=b.deputy, at=b.at + DAY)
    assert case.state == "granted"


@pytest.mark.clause("D10")
def test_a_refusal_by_rule_is_a_decision_of_the_same_rung(b):
    case = casework.reviewed(b)
    assert may_refuse(case, b.deputy) and not may_refuse(case, b.chief)


@pytest.mark.clause("S1")
def test_the_guide_says_who_decides(b):
    """认识的一级才行；即办件不能再报上一级。"""
    assert not decider_faults(b.guide) and b.guide.decider_words == "分管副局长"
    assert Guide(decider="").decider_words == "承办科室负责人"
    assert "没有" in decider_faults(Guide(decider="mayor"))[0]
    assert "即办件" in decider_faults(Guide(decider="deputy", handling="1"))[0]
