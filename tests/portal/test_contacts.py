"""首问在工作台和大厅：登记、几个去处、引导单、凭编号和查询码看。"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions import contacts
from approvals.models import Case, Contact
from office.papers.models import Paper
from office.workdays import calendar
from tests.approvals import asking
from tests.makers import sign_in
from tests.portal.desks import ready, said

TOLD = {"asked": "公司名称变更在哪里办？", "channel": "visit", "name": "", "phone": "", "q": "", "item": "", "key": "k"}
ROUTE = {
    "unit": "", "destination": "示范市市场监督管理局", "method": "带营业执照。", "route": "二楼三号窗口。",
    "address": "示范路1号", "phone": "0759-0000099", "person": "", "hours": "",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


def register(client, b, **fields):
    return client.post(reverse("desk:contact-new"), {**TOLD, "unit": b.window.code, **fields}, follow=True)


def press(client, contact, name, **words):
    return client.post(reverse(f"desk:contact-{name}", args=[contact.number]), words, follow=True)


@pytest.mark.clause("Z1", "D5")
def test_the_desk_registers_finds_the_item_and_answers(b, client):
    sign_in(client, b.clerk_a)
    look = client.post(reverse("desk:contact-new"), {**TOLD, "unit": b.window.code, "q": b.item.name, "look": "1"})
    assert b.item.name in said(look) and "公司名称变更" in said(look) and not Contact.objects.exists()
    page = said(register(client, b, q=b.item.name, item=b.item.code))
    contact = Contact.objects.get()
    assert contact.item == b.item and contact.query_code in page and "收成办件" in page
    assert f"?contact={contact.number}" in page
    page = said(press(client, contact, "reply", **{"reply-text": "这个办不了。"}))
    assert "拟否定报告" in page and "这个办不了。" in page
    press(client, contact, "reply", **{"reply-text": "带身份证到一楼。"})
    contact.refresh_from_db()
    assert contact.state == "answered"
    assert contact.number in said(client.get(reverse("desk:contacts"), {"which": "closed"}))


def test_a_press_twice_registers_once(b, client):
    sign_in(client, b.clerk_a)
    register(client, b)
    register(client, b)
    assert Contact.objects.count() == 1


@pytest.mark.clause("Z1")
def test_a_referral_is_printed_and_tracked_by_the_citizen(b, client):
    sign_in(client, b.clerk_a)
    register(client, b)
    contact = Contact.objects.get()
    page = said(press(client, contact, "refer", **{**ROUTE, "address": ""}))
    assert "请填写“地址”" in page and not contact.referrals.exists()
    press(client, contact, "refer", **ROUTE)
    slip = Paper.objects.about(contact).get()
    sheet = client.get(reverse("desk:contact-slip", args=[contact.number, slip.pk]))
    assert sheet["Content-Type"] == "application/pdf" and b"".join(sheet.streaming_content).startswith(b"%PDF")
    anyone = Client()
    answer = anyone.post(reverse("hall:track"), {"number": contact.number, "code": contact.query_code}, follow=True)
    assert "示范市市场监督管理局" in said(answer) and "办到了" in said(answer)
    assert anyone.get(reverse("hall:contact-paper", args=[contact.number, slip.pk])).status_code == 200
    answer = anyone.post(reverse("hall:contact-again", args=[contact.number]), {"text": "那边没有人。"}, follow=True)
    contact.refresh_from_db()
    assert contact.state == "open" and "收到了" in said(answer)
    assert "那边没有人" in said(client.get(reverse("desk:contact", args=[contact.number])))


def test_our_unit_fills_in_its_own_address(b, client):
    b.orgs.address = "示范路9号三楼"
    b.orgs.save()
    sign_in(client, b.clerk_a)
    contact = asking.asked(b)
    press(client, contact, "refer", **{**ROUTE, "unit": b.orgs.code, "destination": "", "address": "", "phone": ""})
    referral = contact.referrals.get()
    assert (referral.unit, referral.address, referral.phone) == (b.orgs, "示范路9号三楼", "0759-0000000")
    sign_in(client, b.reviewer)
    assert contact.number in said(client.get(reverse("desk:contacts"), {"which": "coming"}))
    press(client, contact, "sign", **{"sign-note": "群众到了，正在办。"})
    contact.refresh_from_db()
    assert contact.state == "served"


@pytest.mark.clause("Z1", "D8")
def test_intake_from_a_contact_keeps_the_first_contact(b, client):
    contact = asking.asked(b, item=b.item)
    sign_in(client, b.clerk_b)
    url = f"{reverse('desk:receive', args=[b.item.code])}?contact={contact.number}"
    page = said(client.get(url))
    assert "周先生" in page and "13800000003" in page and "首问责任人 张示例" in page
    person = {"kind": "person", "name": "周先生", "id_number": "11010519491231002X", "phone": "13800000003"}
    client.post(url, {**person, "unit": b.window.code, "provided": ["application"], "key": "k"})
    case = Case.objects.get()
    contact.refresh_from_db()
    assert (contact.state, contact.case, case.first_contact) == ("case", case, b.clerk_a)
    assert contact.number in said(client.get(reverse("desk:case", args=[case.number])))


@pytest.mark.clause("Z1")
def test_coordination_reaches_the_chief_at_the_desk(b, client):
    sign_in(client, b.clerk_a)
    contact = asking.asked(b)
    press(client, contact, "coordinate", **{"coordinate-question": "像住建的。"})
    assert press(client, contact, "reply", **{"reply-text": "好。"}).status_code == 403
    sign_in(client, b.approval_chief)
    assert contact.number in said(client.get(reverse("desk:contacts")))
    assert "首问" in said(client.get(reverse("desk:today")))
    press(client, contact, "reply", **{"reply-text": "由我们办，请带身份证来。"})
    contact.refresh_from_db()
    assert contact.state == "answered"


# 凭编号和查询码 -------------------------------------------------------


def test_only_number_and_code_open_a_contact(b, client):
    contact = asking.asked(b)
    url = reverse("hall:contact", args=[contact.number])
    assert client.get(url).status_code == 404
    answers = []
    for number in (contact.number, "SW44080020260101000000"):
        page = said(client.post(reverse("hall:track"), {"number": number, "code": "22222222"}))
        answers.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(number, ""))
    assert "没有查到" in answers[0] and answers[0] == answers[1]
    sign_in(client, b.citizen)
    assert client.get(url).status_code == 404
    client.post(reverse("hall:track"), {"number": contact.number, "code": contact.query_code})
    assert contact.clerk.full_name in said(client.get(url))


def test_done_is_said_once(b, client):
    contact = asking.referred(b, at=b.at)
    client.post(reverse("hall:track"), {"number": contact.number, "code": contact.query_code})
    client.post(reverse("hall:contact-done", args=[contact.number]))
    page = client.post(reverse("hall:contact-done", args=[contact.number]), follow=True)
    contact.refresh_from_db()
    assert contact.state == "served" and "已经记下了" in said(page)


# 清单 -----------------------------------------------------------------


def test_a_wrong_tab_is_not_found(b, client):
    sign_in(client, b.clerk_a)
    assert client.get(reverse("desk:contacts"), {"which": "x"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(b, client, rows, django_assert_num_queries):
    for _row in range(rows):
        asking.asked(b)
    sign_in(client, b.clerk_a)
    client.get(reverse("desk:contacts"))
    calendar.forget()
    with django_assert_num_queries(9):
        client.get(reverse("desk:contacts"))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_contact_costs_the_same_with_one_and_three_referrals(b, client, rows, django_assert_num_queries):
    contact = asking.referred(b)
    for _row in range(rows - 1):
        contacts.follow_up(contact, step="send_again", note="没有人。", by=b.clerk_a, at=b.at)
        contacts.refer(contact, route=asking.ROUTE, by=b.clerk_a, at=b.at)
    sign_in(client, b.clerk_a)
    url = reverse("desk:contact", args=[contact.number])
    client.get(url)
    calendar.forget()
    with django_assert_num_queries(14):
        client.get(url)


@pytest.mark.clause("Z12", "Z17")
def test_chiefs_see_the_figures_of_their_windows(b, client):
    asking.referred(b, at=b.at)
    url = reverse("desk:contact-figures")
    for person, status in ((b.clerk_a, 403), (b.reviewer, 403), (b.approval_chief, 200), (b.deputy, 200)):
        sign_in(client, person)
        assert client.get(url).status_code == status, person
    page = said(client.get(url))
    assert b.window.name in page and b.clerk_a.full_name in page
    assert "这段时间没有首问登记" in said(client.get(url, {"since": "2020-01-01", "until": "2020-01-31"}))
    assert client.get(url, {"since": "x", "until": ""}).status_code == 200
    sign_in(client, b.chief)
    assert b.clerk_a.full_name not in said(client.get(url))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_figures_cost_the_same_for_one_and_three(b, client, rows, django_assert_num_queries):
    for person in (b.clerk_a, b.clerk_b, b.clerk_a)[:rows]:
        asking.asked(b, by=person)
    sign_in(client, b.approval_chief)
    client.get(reverse("desk:contact-figures"))
    calendar.forget()
    with django_assert_num_queries(9):
        client.get(reverse("desk:contact-figures"))
