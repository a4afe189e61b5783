"""没有居民身份证的人：窗口、网上、代办、领取、查找、交换、公示、归档，凭自己的证件都办得成。"""

import datetime

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import delivering, intake, mandates, outgoing, publication
from approvals.models import Applicant, Case, Draft, Mandate
from office.outbox import OutboxEvent
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import PUBLICITY
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import FORM, begun, filled, found, go, photo

HONG_KONG = {"kind": "person", "name": "陈示例", "id_kind": "hkm_permit", "id_number": "H00000001"}
FOREIGN = intake.Person("person", "示例·史密斯", "EX0000001", "13800000003", "示范路3号", id_kind="passport")
TAIWAN = intake.Person("person", "林示例", "00000012", "13800000004", id_kind="tw_permit")
CARD = "11010519491231002X"


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau)


def received(client, b, **fields):
    told = {
        **HONG_KONG, "phone": "13800000002", "address": "", "unit": b.window.code, "key": "k1",
        "provided": ["application", "proof"],
    }  # fmt: skip
    return client.post(reverse("desk:receive", args=[b.item.code]), {**told, **fields}, follow=True)


def granted(b, person) -> Case:
    case = casework.accepted(b, person=person)
    casework.review.begin(case, by=b.reviewer, at=b.at)
    casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    return casework.decision.grant(case, decision="准予登记。", by=b.chief, at=b.at)


# 窗口 -----------------------------------------------------------------------


@pytest.mark.clause("D8")
def test_a_permit_holder_applies_at_the_window_and_is_known_next_time(b, client):
    at_desk(client, b.clerk_a)
    answer = said(received(client, b, id_number=" h00000001 "))
    case = Case.objects.get()
    assert case.number in answer
    assert (case.applicant.id_kind, case.applicant.id_number) == ("hkm_permit", "H00000001")
    page = said(client.get(reverse("desk:case", args=[case.number])))
    assert "港澳居民来往内地通行证" in page and "H******01" in page and "H00000001" not in page
    known = said(received(client, b, name="", phone="", id_kind="resident", id_number="H0000000102", recall="1"))
    assert "找到以往的登记" in known and 'value="陈示例"' in known
    assert '<option value="hkm_permit" selected>' in known
    assert Case.objects.count() == 1


@pytest.mark.clause("D8")
def test_a_number_read_alone_chooses_its_kind(b, client):
    at_desk(client, b.clerk_a)
    page = said(received(client, b, name="", phone="", id_kind="resident", id_number="ABC110112345678"))
    assert "没有以往的登记" in page and '<option value="permanent" selected>' in page


@pytest.mark.parametrize(
    ("kind", "number", "why"),
    [
        ("hkm_permit", "H1234", "H 或 M 开头加 8 位数字"), ("tw_permit", "1234", "应为 8 位数字"),
        ("residence", CARD, "以 81、82 或 83 开头"), ("permanent", CARD, "9 开头的 18 位"),
        ("passport", "无", "5 至 12 位字母和数字"), ("resident", "H00000001", "居民身份证号码不对"),
        ("driving", CARD, "选择一个有效的选项"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_said_for_its_kind(b, client, kind, number, why):
    at_desk(client, b.clerk_a)
    page = said(received(client, b, id_kind=kind, id_number=number))
    assert why in page and "还差一点" in page and not Case.objects.exists()


def test_equal_numbers_of_two_kinds_are_not_mixed_up(b, client):
    other = intake.Person("person", "张护照", TAIWAN.id_number, "13800000005", id_kind="passport")
    first, second = casework.received(b, person=TAIWAN), casework.received(b, person=other)
    assert first.applicant.id_index != second.applicant.id_index
    at_desk(client, b.clerk_a)
    page = said(client.post(reverse("desk:search-person"), {"number": TAIWAN.id_number}))
    assert first.number in page and second.number in page, "只知道号码的，都找出来由人看"
    with pytest.raises(NotNow, match="不一致"):
        done = granted(b, TAIWAN)
        papers.empty_tray(at=b.at, limit=20)
        told = {"collector": "张护照", "id_kind": "passport", "id_number": other.id_number, "relation": ""}
        delivering.hand_over(done, **told, by=b.clerk_a, at=b.at)


@pytest.mark.clause("D8")
def test_numbers_of_other_documents_stay_out_of_addresses(b, client):
    at_desk(client, b.clerk_a)
    answer = client.get(reverse("desk:search"), {"q": "h00000001"})
    assert answer.status_code == 302 and "H0000" not in answer.url.upper()


def test_the_database_knows_no_other_kind(b):
    case = casework.received(b)
    with pytest.raises(IntegrityError), transaction.atomic():
        Applicant.objects.filter(pk=case.applicant.pk).update(id_kind="driving")
    with pytest.raises(IntegrityError), transaction.atomic():
        Applicant.objects.filter(pk=case.applicant.pk).update(id_kind="")


def test_an_organisation_has_a_code_and_no_document(b):
    code = intake.Person("organisation", "示例协会", "91350100M000100Y43", "13800000001", id_kind="passport")
    assert casework.received(b, person=code).applicant.id_kind == ""
    founder = intake.Person("organisation", "筹备中的协会", CARD, "13800000001")
    assert casework.received(b, person=founder).applicant.id_kind == "resident"


# 网上 -----------------------------------------------------------------------


@pytest.fixture
def o(bureau):
    cache.clear()
    b = ready(bureau, form=FORM)
    b.item.audiences = ["1"]
    b.item.save()
    return b


def applied(client, b, **who) -> Case:
    draft = begun(client, b)
    told = {"name": "示例·史密斯", "id_kind": "passport", "id_number": "EX0000001", "phone": "13800000003", **who}
    assert client.post(go(draft, "person"), told).status_code == 302
    client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    client.post(go(draft, "page", key="promise"), {"funds": "30000", "truth": "on"})
    client.post(go(draft, "materials"), {"file-application": photo()})
    check = said(client.get(go(draft, "check")))
    assert "证件类型" in check and "护照" in check and "EX0000001" in check
    client.post(go(draft, "submit"))
    return Case.objects.latest("pk")


@pytest.mark.clause("D11")
def test_a_citizen_with_a_passport_signs_in_applies_and_follows(o, client):
    sign_in(client, o.citizen)
    case = applied(client, o)
    assert case.user == o.citizen and case.applicant.id_kind == "passport"
    assert case.number in said(client.get(reverse("hall:space")))
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert case.number in page and "EX0000001" not in page
    stranger = Client()
    assert case.number in said(stranger.get(found(stranger, case)))


@pytest.mark.clause("D11", "S5")
def test_the_page_says_what_is_wrong_with_this_document(o, client):
    draft = begun(client, o)
    page = said(client.get(go(draft, "person")))
    assert "证件类型" in page and '<option value="resident" selected>' in page and "请到窗口" not in page
    page = said(client.post(go(draft, "person"), {**HONG_KONG, "id_number": "H1", "phone": "13800000003"}))
    assert 'href="#id_id_number"' in page and "应为 H 或 M 开头加 8 位数字" in page
    assert '<option value="hkm_permit" selected>' in page
    english = said(client.post(go(draft, "person") + "?lang=en", {**HONG_KONG, "id_number": "H1", "phone": "1"}))
    assert "begins with H or M" in english


@pytest.mark.clause("S3")
def test_earlier_answers_are_those_of_the_same_document(o, client):
    sign_in(client, o.citizen)
    case = applied(client, o)
    again = begun(client, o)
    told = {"name": "示例·史密斯", "id_kind": "passport", "id_number": "EX0000001", "phone": "13800000003"}
    client.post(go(again, "person"), told)
    client.post(reverse("hall:apply-earlier", args=[again.token]), {"agree": "1"})
    assert case.number in said(client.get(go(again, "page", key="basic")))
    client.post(go(again, "person"), {**told, "id_kind": "resident", "id_number": CARD})
    assert case.number not in said(client.get(go(again, "page", key="basic")))


def test_a_draft_without_a_kind_is_a_resident_card(o, client):
    draft = filled(client, o)
    client.post(go(draft, "person"), {"name": "赵申请", "id_number": CARD, "phone": "13800000001"})
    client.post(go(draft, "submit"))
    assert Case.objects.get().applicant.id_kind == "resident" and not Draft.objects.filter(case=None).exists()


# 代办、领取 -----------------------------------------------------------------

UNTIL = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
AGENT = {
    "name": "孙代办", "id_kind": "tw_permit", "id_number": "00000012", "phone": "13800000009", "relation": "侄子",
    "scope": ["supplement", "collect"], "until": UNTIL,
}  # fmt: skip


@pytest.mark.clause("D6", "D13", "S7")
def test_an_agent_with_a_permit_is_appointed_and_collects(b, client):
    case = casework.granted(b)
    owner = Client()
    address = reverse("hall:agents", args=[case.number])
    found(owner, case)
    page = said(owner.post(address, {**AGENT, "id_number": "123"}))
    assert "台湾居民来往大陆通行证号码不对" in page and not Mandate.objects.exists()
    owner.post(address, AGENT)
    made = Mandate.objects.get()
    assert (made.id_kind, made.id_number) == ("tw_permit", "00000012")
    paper = Paper.objects.about(case).of_kind("mandate").get()
    assert paper.context["agent_id_kind"] == "台湾居民来往大陆通行证" and paper.context["agent_id"] == "0*****12"
    papers.empty_tray(at=b.at, limit=20)
    at_desk(client, b.clerk_a)
    told = {"way": "window", "collector": "孙代办", "collector_id_kind": "tw_permit", "collector_id": "0000 0012"}
    wrong = client.post(reverse("desk:case-deliver", args=[case.number]), {**told, "collector_id": "12"})
    assert "台湾居民来往大陆通行证号码不对" in said(wrong)
    client.post(reverse("desk:case-deliver", args=[case.number]), told)
    case.refresh_from_db()
    row = case.deliveries.get()
    assert case.state == "delivered" and row.collector_id_kind == "tw_permit" and "委托代理人" in row.relation


def test_who_was_appointed_by_which_document_is_pinned(b):
    case = casework.received(b)
    agent = mandates.Agent(None, "孙代办", "00000012", "", "侄子", "tw_permit")
    terms = mandates.Terms(("contact",), b.at.date() + datetime.timedelta(days=20))
    made = mandates.appoint(case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate._base_manager.filter(pk=made.pk).update(id_kind="passport")


@pytest.mark.clause("S7")
def test_the_applicant_collects_with_the_document_of_the_application(b):
    case = granted(b, FOREIGN)
    papers.empty_tray(at=b.at, limit=20)
    own = {"collector": FOREIGN.name, "id_number": FOREIGN.id_number, "relation": "", "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="居民身份证号码不对"):
        delivering.hand_over(case, **own)
    delivering.hand_over(case, **own, id_kind="passport")
    assert case.deliveries.get().relation == ""


# 交换、公示 -----------------------------------------------------------------


@pytest.mark.clause("Z14")
def test_the_messages_say_which_document(b, settings):
    case = casework.received(b, person=FOREIGN)
    event = OutboxEvent.objects.get(subject_key=str(case.pk), kind="application")
    told = outgoing.speak(event, "full").body["applicant"]
    assert (told["id_kind"], told["id_kind_code"], told["id_number"]) == ("passport", "", "EX0000001")
    assert outgoing.speak(event, "masked").body["applicant"]["id_number"] == "E******01"
    settings.IDENTITY_CODES = {"passport": "999"}
    assert outgoing.speak(event, "full").body["applicant"]["id_kind_code"] == "999"
    resident = casework.received(b)
    event = OutboxEvent.objects.get(subject_key=str(resident.pk), kind="application")
    settings.IDENTITY_CODES = {"resident": "111"}
    assert outgoing.speak(event, "masked").body["applicant"]["id_kind_code"] == "111"


@pytest.mark.clause("D10")
def test_a_passport_does_not_say_the_age_so_the_officer_does(bureau, client):
    b = ready(bureau, special_procedures=[PUBLICITY])
    case = casework.accepted(b, person=FOREIGN)
    shown = publication.Shown(matter="拟评定为示例等级。")
    told = {"key": "publicity", "reason": "初审通过。", "by": b.reviewer, "at": b.at}
    with pytest.raises(NotNow, match="看不出出生日期"):
        publication.publish(case, shown=shown, **told)
    at_desk(client, b.reviewer)
    address = reverse("desk:procedure-start", args=[case.number, "publicity"])
    posted = {"reason": "初审通过。", "matter": "拟评定为示例等级。"}
    assert "请看过证件，确认申请人已满十八周岁" in said(client.post(address, posted))
    client.post(address, {**posted, "adult": "on"})
    assert case.procedures.get().kind == "publicity"
    resident = casework.accepted(b)
    assert "已满十八周岁" not in said(client.get(reverse("desk:procedure-start", args=[resident.number, "publicity"])))
