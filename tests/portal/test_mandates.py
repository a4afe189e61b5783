"""委托代办：申请人同意才生效，只办委托的几样，随时收回；每一样都写明代谁。"""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import intake, mandates, messages
from approvals.models import Mandate
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays.rules import DAY
from supervision.actions import ratings
from tests import casework
from tests.makers import sign_in, staffed, unit, user
from tests.portal.desks import COLLECTED, ready, said
from tests.portal.hall_cast import PDF

UNTIL = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
NEPHEW = {
    "name": "孙代办", "id_number": "11010519491231002X", "phone": "13800000009", "relation": "侄子",
    "scope": ["supplement", "contact"], "until": UNTIL,
}  # fmt: skip


@pytest.fixture
def b(bureau):
    b = ready(bureau)
    b.town = unit(b.agency, "zj-town", "town_desk", level="town", name="示范镇受理室")
    b.agent = user("town.agent", "代办示例")
    staffed(b.town, "clerk", b.agent)
    b.agent.refresh_from_db()
    return b


def lines_by(name):
    return set(
        Entry.objects.filter(by_name__startswith=name, subject_type="approvals.case").values_list("verb", "by_name")
    )


def registered(client, b, case, **fields):
    told = {"kind": "staff", "user": "town.agent", "scope": ["supplement", "contact"], "until": UNTIL, **fields}
    sign_in(client, b.clerk_a)
    return client.post(reverse("desk:case-mandates", args=[case.number]), told, follow=True)


def tracking(case, code=None):
    visitor = Client()
    visitor.post(reverse("hall:track"), {"number": case.number, "code": code or case.query_code})
    return visitor


@pytest.mark.clause("D6", "D13")
def test_a_staff_agent_acts_after_the_applicant_agrees_and_until_he_takes_it_back(b, client):
    case = casework.told(b)
    registered(client, b, case)
    mandate = Mandate.objects.get()
    assert mandate.state == "asked" and not Paper.objects.about(case).of_kind("mandate").exists()
    agent = Client()
    sign_in(agent, b.agent)
    address = reverse("desk:mandate-supplement", args=[mandate.pk])
    assert "没有生效" in said(agent.post(address, {"file-proof": ContentFile(PDF, "p.pdf")}, follow=True))
    owner = tracking(case)
    assert "等您同意" in said(owner.get(reverse("hall:track-case", args=[case.number])))
    owner.post(reverse("hall:agent-answer", args=[case.number, mandate.pk]), {"agree": "1"})
    assert Paper.objects.about(case).of_kind("mandate").get().context["scope"] == "留言、询问、补交材料"
    assert case.number in said(agent.get(reverse("desk:mandates")))
    agent.post(address, {"file-proof": ContentFile(PDF, "p.pdf")})
    case.refresh_from_db()
    assert case.state == "received" and case.materials.get(material__key="proof").uploads.exists()
    agent.post(reverse("desk:mandate-write", args=[mandate.pk]), {"write-text": "章程明天补来。"})
    assert case.messages.get().by_applicant
    assert {verb for verb, _name in lines_by("代办示例（代赵申请）")} >= {
        "approvals.case.answer_correction", "approvals.case.take_supplement", "approvals.case.message"
    }  # fmt: skip
    assert "代办示例" in said(owner.get(reverse("hall:track-case", args=[case.number])))
    owner.post(reverse("hall:agent-answer", args=[case.number, mandate.pk]), {"revoke": "1"})
    answer = agent.post(reverse("desk:mandate-write", args=[mandate.pk]), {"write-text": "再说一句。"})
    assert "不能再代办" in said(answer) and case.messages.count() == 1


@pytest.mark.clause("D6", "D11")
def test_a_staff_agent_brings_what_was_promised_after_acceptance(b, client):
    case = casework.received(b, provided={"application"})
    checks = {"application": casework.OK, "proof": intake.Check("deferred", "下周取得", (b.at + 8 * DAY).date())}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    registered(client, b, case, signed="on")
    agent, mandate = Client(), Mandate.objects.get()
    sign_in(agent, b.agent)
    shown = said(agent.get(reverse("desk:mandate", args=[mandate.pk])))
    assert "替申请人补材料" in shown and "以前补交" in shown
    address = reverse("desk:mandate-supplement", args=[mandate.pk])
    assert "请至少选择一份文件" in said(agent.post(address, follow=True))
    assert "窗口会重新核对" in said(agent.post(address, {"file-proof": ContentFile(PDF, "p.pdf")}, follow=True))
    assert case.materials.get(material__key="proof").brought_at is not None
    assert "已收到" in said(agent.get(reverse("desk:mandate", args=[mandate.pk])))
    assert any("代赵申请" in name for _verb, name in lines_by("代办示例"))


@pytest.mark.clause("D6")
def test_the_agent_stays_inside_scope_term_and_his_own_mandate(b, client):
    case = casework.received(b)
    registered(client, b, case, signed="on")
    mandate = Mandate.objects.get()
    assert mandate.state == "running" and mandate.consent == "signed"
    agent = Client()
    sign_in(agent, b.agent)
    withdraw = reverse("desk:mandate-withdraw", args=[mandate.pk])
    assert agent.post(withdraw, {"withdraw-reason": "不办了"}).status_code == 403
    other = Client()
    sign_in(other, b.clerk_b)  # 看得见这份委托，但不是他的
    assert other.post(reverse("desk:mandate-write", args=[mandate.pk]), {"write-text": "冒名"}).status_code == 403
    with pytest.raises(NotNow):
        mandates.act_as(mandate, need="contact", by=b.agent, at=mandate.to_at)
    case.refresh_from_db()
    assert case.state == "received" and not case.messages.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(scope=["withdraw"])
    with pytest.raises(IntegrityError), transaction.atomic():
        mandate.delete()


@pytest.mark.clause("D6")
def test_the_applicant_appoints_a_person_who_comes_with_his_own_code(b):
    case = casework.told(b)
    owner = tracking(case)
    answer = owner.post(reverse("hall:agents", args=[case.number]), {**NEPHEW, "id_number": "110105194912310021"})
    assert answer.status_code == 200 and not Mandate.objects.exists()
    owner.post(reverse("hall:agents", args=[case.number]), NEPHEW)
    mandate = Mandate.objects.get()
    assert mandate.state == "running" and mandate.consent == "online" and mandate.code != case.query_code
    assert Notice.objects.filter(kind="mandate.yours", body__contains=mandate.code).exists()
    agent = tracking(case, mandate.code)
    page = said(agent.get(reverse("hall:track-case", args=[case.number])))
    assert "您是代办人" in page and "撤回申请" not in page and "申请材料接收凭证" not in page
    receipt = Paper.objects.about(case).of_kind("receipt").get()
    assert agent.get(reverse("hall:paper", args=[case.number, receipt.pk])).status_code == 404
    assert agent.get(reverse("hall:agents", args=[case.number])).status_code == 403
    for name, words in (
        ("withdraw", {"reason": ""}),
        ("delivery-consent", {"agree": "1"}),
        ("rate", {"score": "good"}),
    ):
        assert agent.post(reverse(f"hall:{name}", args=[case.number]), words).status_code == 403
    agent.post(reverse("hall:supplement", args=[case.number]), {"file-proof": ContentFile(PDF, "p.pdf")})
    case.refresh_from_db()
    assert case.state == "received"
    assert ("approvals.case.take_supplement", "孙代办（代赵申请）") in lines_by("孙代办")
    owner.post(reverse("hall:agent-answer", args=[case.number, mandate.pk]), {"revoke": "1"})
    assert agent.get(reverse("hall:track-case", args=[case.number])).status_code == 302  # 请凭查询码查
    assert tracking(case, mandate.code).get(reverse("hall:track-case", args=[case.number])).status_code == 302


@pytest.mark.clause("D6")
def test_who_reviews_or_decides_is_nobodys_agent(b):
    case = casework.received(b)
    terms = mandates.Terms(("contact",), datetime.date.fromisoformat(UNTIL))
    for one in (b.reviewer, b.chief):
        with pytest.raises(NotNow):
            mandates.appoint(case, agent=mandates.Agent(user=one), terms=terms, by=b.clerk_a, at=b.at, signed=True)


@pytest.mark.clause("S7", "D6")
def test_a_revoked_agent_collects_nothing(b, client):
    case = casework.granted(b)
    number = "110105199003077219"
    agent = mandates.Agent(name="孙代办", id_number=number, relation="侄子")
    terms = mandates.Terms(("collect",), datetime.date.fromisoformat(UNTIL))
    mandate = mandates.appoint(case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    mandates.revoke(mandate, by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    told = {**COLLECTED, "collector": "孙代办", "collector_id": number, "relation": "侄子"}
    assert "不能交给他" in said(client.post(reverse("desk:case-deliver", args=[case.number]), told))
    mandates.appoint(case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    client.post(reverse("desk:case-deliver", args=[case.number]), told)
    case.refresh_from_db()
    assert case.delivery_note == "窗口领取：孙代办（委托代理人，侄子）"


@pytest.mark.clause("D13", "D16")
def test_figures_come_from_the_record(b, client):
    terms = mandates.Terms(("contact",), datetime.date.fromisoformat(UNTIL))
    for case, score in ((casework.granted(b), "very_good"), (casework.granted(b), "bad"), (casework.received(b), "")):
        told = {"agent": mandates.Agent(user=b.agent), "terms": terms, "by": b.clerk_a, "at": b.at}
        mandates.appoint(case, **told, signed=True)
        if score:
            papers.empty_tray(at=b.at, limit=50)
            casework.collected(case, b.clerk_a, b.at)
            ratings.rate(case, score=score, text="示例", by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    assert client.get(reverse("desk:mandate-figures")).status_code == 403
    leader = Client()
    sign_in(leader, b.deputy)
    row = leader.get(reverse("desk:mandate-figures")).context["rows"][0]
    assert (row["total"], row["running"], row["finished"], row["rated"], row["pleased"]) == (3, 3, 2, 2, 1)


@pytest.mark.clause("D6")
def test_the_list_asks_the_same_for_one_and_three(b, client, django_assert_num_queries):
    terms = mandates.Terms(("contact",), datetime.date.fromisoformat(UNTIL))
    sign_in(client, b.agent)

    def one_more():
        told = {"agent": mandates.Agent(user=b.agent), "terms": terms, "by": b.clerk_a, "at": b.at}
        mandates.appoint(casework.received(b), **told, signed=True)

    one_more()
    client.get(reverse("desk:mandates"))
    with django_assert_num_queries(9):
        client.get(reverse("desk:mandates"))
    one_more()
    one_more()
    with django_assert_num_queries(9):
        client.get(reverse("desk:mandates"))


def test_an_ordinary_message_is_signed_by_the_person_himself(b):
    case = casework.received(b)
    messages.write(case, text="请问何时办好？", by=b.citizen, at=b.at)
    assert Entry.objects.get(verb="approvals.case.message").by_name == "赵申请"
