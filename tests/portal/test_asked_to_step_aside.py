"""申请人、利害关系人申请有关人员回避：由负责人决定、答复，答复以前不作决定，听证也不能完成。"""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from approvals.actions import decision, enquiries, recusals
from approvals.models import Enquiry
from denials.actions import register
from office.notices.models import Notice
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import HEARING
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found
from tests.portal.test_party_pages import enters, told

pytestmark = pytest.mark.clause("D5", "D10")
ASKED = {"kind": "recusal", "text": "审查的李某是对方的亲属。"}


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau, special_procedures=[HEARING])


def test_the_applicant_asks_the_chief_decides_and_nothing_is_decided_before(b, client):
    case = casework.reviewed(b)
    found(client, case)
    here = reverse("hall:enquire", args=[case.number])
    assert "申请有关人员回避" in said(client.get(here))
    assert "请写明您想问什么" in said(client.post(here, {"kind": "recusal", "text": ""}))
    shown = said(client.post(here, ASKED, follow=True))
    assert "申请有关人员回避" in shown
    one = Enquiry.objects.get()
    assert (one.owner, one.party) == (b.chief, None)
    assert Notice.objects.inbox(b.chief).filter(subject="有人申请回避，请决定、答复").exists()
    with pytest.raises(NotNow, match="有人申请回避"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)

    reply = reverse("desk:enquiry-reply", args=[one.pk])
    at_desk(client, b.reviewer)
    assert client.post(reply, {"reply-text": "不必回避。"}).status_code == 403, "不由经办的人自己答"
    sign_in(client, b.chief)
    page = said(client.get(reverse("desk:enquiry", args=[one.pk])))
    assert reverse("desk:case-recuse", args=[case.number]) in page
    client.post(reply, {"reply-text": "已核实，李某与双方没有亲属关系，继续由他审查。"})
    one.refresh_from_db()
    assert one.state == "answered"
    client.logout()
    assert "没有亲属关系" in said(client.get(found(client, case)))
    case.refresh_from_db()
    decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    with pytest.raises(NotNow, match="已经有了结果"):
        enquiries.ask(case, **ASKED, by=b.citizen, at=b.at)


def test_who_is_asked_to_step_aside_does_and_no_refusal_goes_out_meanwhile(b, client):
    case = casework.received(b)
    one = enquiries.ask(case, **ASKED, by=b.citizen, at=b.at)
    refusal = {"basis": b.guide.bases.first(), "refusal": casework.REFUSAL}
    with pytest.raises(NotNow, match="有人申请回避"):
        register.refuse_by_rule(case, **refusal, by=b.clerk_a, at=b.at)
    assert not case.reports.exists()
    recusals.recuse(case, who=b.clerk_a, reason="亲属。", successor=b.clerk_b, by=b.chief, at=b.at)
    enquiries.answer(one, text="他已经回避，由另一位接着办。", by=b.chief, at=b.at)
    case.refresh_from_db()
    with pytest.raises(PermissionDenied):
        register.refuse_by_rule(case, **refusal, by=b.clerk_a, at=b.at)
    register.refuse_by_rule(case, **refusal, by=b.clerk_b, at=b.at)


def test_not_answered_in_time_it_climbs_to_who_may_decide(b):
    case = casework.reviewed(b)
    one = enquiries.ask(case, **ASKED, by=b.citizen, at=b.at)
    enquiries.sweep(at=one.clocks.get().due_at)
    one.refresh_from_db()
    assert one.owner == b.deputy
    enquiries.answer(one, text="核实过，继续由他审查。", by=b.deputy, at=one.clocks.first().due_at)


def test_a_party_asks_on_his_own_page_and_the_applicant_does_not_see_it(b, client):
    case, party = told(b, client)
    enters(client, case.number, party.code)
    page, asking = (reverse(f"hall:party{end}", args=[case.number]) for end in ("", "-recusal"))
    assert "请写明请谁回避" in said(client.post(asking, {"recusal-text": ""}))
    shown = said(client.post(asking, {"recusal-text": "主持人是申请人的合伙人。"}, follow=True))
    assert "负责人正在决定" in shown
    assert "主持人是申请人的合伙人" in shown
    assert "已经问过" in said(client.post(asking, {"recusal-text": "再说一次。"}))
    one = Enquiry.objects.get()
    assert (one.party, one.kind) == (party, "recusal")
    enquiries.ask(case, **ASKED, by=b.citizen, at=b.at)
    assert Enquiry.objects.count() == 2, "各人各提各的"
    tracked = said(client.get(found(client, case)))
    assert "合伙人" not in tracked
    at_desk(client, b.chief)
    assert party.name in said(client.get(reverse("desk:enquiry", args=[one.pk])))
    client.post(reverse("desk:enquiry-reply", args=[one.pk]), {"reply-text": "另定主持人，时间另行通知。"})
    assert Notice.objects.filter(kind="enquiry.answered", body__contains="另定主持人").get().address == party.phone
    client.logout()
    enters(client, case.number, party.code)
    assert "另定主持人" in said(client.get(page))
