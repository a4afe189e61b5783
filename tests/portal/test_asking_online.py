"""在网上咨询：不用登录，当场有首问责任人和期限，凭编号和查询码看答复。"""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agencies.models import Holding
from approvals.actions import contacts
from approvals.models import Contact, ContactClock
from office.notices.models import Notice
from tests.portal.desks import ready, said

TOLD = {"asked": "公司名称变更在哪里办？", "phone": "", "key": "k" * 22}


@pytest.fixture
def b(bureau):
    cache.clear()  # 同一地址问了几句，各个测试分开数
    return ready(bureau)


def ask(client, query="", **fields):
    return client.post(reverse("hall:ask") + query, {**TOLD, **fields}, follow=True)


@pytest.mark.clause("Z1")
def test_a_question_online_has_a_clerk_a_term_and_an_answer(b, client):
    page = ask(client, phone="13800000007")
    contact = Contact.objects.get()
    assert contact.channel == "online" and contact.clerk == contact.owner is not None and contact.unit == b.window
    assert ContactClock.objects.filter(contact=contact, kind="conclude", ended_at=None).exists()
    assert contact.number in said(page) and contact.query_code in said(page) and contact.clerk.full_name in said(page)
    assert Notice.objects.filter(kind="contact.asked", to=contact.clerk).count() == 1
    assert Notice.objects.filter(kind="contact.registered", channel="sms").count() == 1
    contacts.answer(contact, text="带营业执照到一楼。", by=contact.clerk, at=contact.registered_at)
    assert Notice.objects.filter(kind="contact.answered", channel="sms").count() == 1
    anyone = Client()
    assert anyone.get(reverse("hall:contact", args=[contact.number])).status_code == 404
    page = anyone.post(reverse("hall:track"), {"number": contact.number, "code": contact.query_code}, follow=True)
    assert "带营业执照到一楼。" in said(page) and contact.query_code not in said(page)


def test_from_the_guide_the_item_comes_along(b, client):
    link = f"{reverse('hall:ask')}?item={b.item.code}"
    assert link in client.get(reverse("hall:guide", args=[b.item.code])).content.decode()
    assert b.item.name in said(client.get(link))
    ask(client, f"?item={b.item.code}")
    assert Contact.objects.get().item == b.item


def test_pressed_twice_is_one_question_and_a_blank_one_is_none(b, client):
    assert "请写明您想问什么。" in said(ask(client, asked=" ")) and not Contact.objects.exists()
    assert "请写明您想问什么。" not in said(ask(client))
    ask(client)
    contact = Contact.objects.get()
    assert contact.name == "" and contact.phone == "" and not Notice.objects.filter(channel="sms").exists()


def test_too_many_from_one_address_wait(b, client):
    for n in range(5):
        ask(client, key=f"key-{n}")
    assert ask(client, key="one more").status_code == 429
    assert Contact.objects.count() == 5


def test_where_nobody_stands_the_page_says_to_phone(b, client):
    Holding.objects.all().delete()
    assert "请打电话问" in said(ask(client)) and not Contact.objects.exists()
