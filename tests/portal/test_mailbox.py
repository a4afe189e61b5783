"""邮箱：群众自己留、核对、撤；留了的，站内信另发一份邮件。"""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import RedisError

from agencies.actions import accounts
from agencies.models import User
from approvals.actions import telling
from office.notices import actions as notices
from office.notices import digests
from office.notices.models import Notice
from office.workdays import clock
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import ready, said

PAGE = "/my/mailbox/"
ADDRESS = "citizen@example.com"


@pytest.fixture
def b(bureau):
    cache.clear()  # 发验证码限次
    return ready(bureau)


def asked(client, address=ADDRESS):
    answer = client.post(PAGE, {"deed": "send", "address": address})
    notices.deliver(at=clock.now(), limit=100)
    return answer


def code():
    return re.search(r"验证码 (\d{6})", mail.outbox[-1].body)[1]


def told(b, case, kind="case.accepted"):
    telling.tell_applicant(case, kind, "已受理", "您的申请已受理。", by=b.system, at=b.at)
    return Notice.objects.about(case).filter(kind=kind)


@pytest.mark.clause("D15")
def test_a_checked_mailbox_gets_every_message_and_stopping_ends_it(b, client):
    case = casework.received(b)
    sign_in(client, b.citizen)
    assert "还没有留邮箱" in said(client.get(reverse("hall:notice-paces")))
    assert asked(client).status_code == 302 and mail.outbox[-1].to == [ADDRESS]
    assert ADDRESS in said(client.get(PAGE)) and User.objects.get(pk=b.citizen.pk).email == ""
    shown = said(client.post(PAGE, {"deed": "check", "code": code()}, follow=True))
    assert f"消息同时发到邮箱 {ADDRESS}" in shown
    b.citizen.refresh_from_db()
    case.user.refresh_from_db()
    assert {one.channel for one in told(b, case)} == {"inbox", "sms", "email"}
    notices.deliver(at=clock.now(), limit=100)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([ADDRESS], "已受理")
    client.post(PAGE, {"deed": "stop"})
    case.user.refresh_from_db()
    assert {one.channel for one in told(b, case, "case.granted")} == {"inbox", "sms"}


def test_a_wrong_code_five_times_or_a_late_one_is_not_taken(b, client):
    sign_in(client, b.citizen)
    asked(client)
    wrong = "000000" if code() != "000000" else "111111"
    for _time in range(4):
        assert "验证码不对" in said(client.post(PAGE, {"deed": "check", "code": wrong}))
    last = said(client.post(PAGE, {"deed": "check", "code": wrong}, follow=True))
    assert "填错了五次，已经作废，请重新发" in last and "发验证码</button>" in last and 'href="#id_code"' not in last
    assert "验证码过期了" in said(client.post(PAGE, {"deed": "check", "code": code()}, follow=True))
    asked(client)
    session = client.session
    session["mailbox"] = {**session["mailbox"], "until": 0}
    session.save()
    client.post(PAGE, {"deed": "check", "code": code()})
    assert User.objects.get(pk=b.citizen.pk).email == ""


def test_wrong_codes_are_counted_across_browsers_tabs_and_sessions_put_back(b, client):
    """次数不记在会话里：一齐交上来的、把会话换回去的，都算。"""
    sign_in(client, b.citizen)
    asked(client)
    wrong = "000000" if code() != "000000" else "111111"
    before = dict(client.session["mailbox"])
    for _time in range(5):
        session = client.session
        session["mailbox"] = before
        session.save()
        client.post(PAGE, {"deed": "check", "code": wrong})
    session = client.session
    session["mailbox"] = before
    session.save()
    client.post(PAGE, {"deed": "check", "code": code()})
    assert User.objects.get(pk=b.citizen.pk).email == ""
    asked(client)
    client.post(PAGE, {"deed": "check", "code": code()})
    assert User.objects.get(pk=b.citizen.pk).email == ADDRESS, "重新发的，从头数"


def test_a_code_is_not_taken_while_tries_cannot_be_counted(b, client, monkeypatch):
    sign_in(client, b.citizen)
    asked(client)

    def broken(*_args, **_more):
        raise RedisError

    monkeypatch.setattr(cache, "incr", broken)
    answer = said(client.post(PAGE, {"deed": "check", "code": code()}))
    assert "现在核对不了，请过一会儿再试" in answer and 'name="code"' in answer
    assert User.objects.get(pk=b.citizen.pk).email == ""


def test_a_badly_written_address_and_too_many_letters_are_refused(b, client):
    sign_in(client, b.citizen)
    assert "邮箱写得不对" in said(asked(client, "not an address"))
    assert [asked(client).status_code for _time in range(6)] == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_a_daily_digest_comes_by_mail_too(b):
    User.objects.filter(pk=b.citizen.pk).update(email=ADDRESS)
    case = casework.received(b)
    case.user.refresh_from_db()
    digests.choose(case.user, paces={"message.to_applicant": "digest"}, by=case.user, at=b.at)
    told(b, case, "message.to_applicant")
    morning = digests.next_digest_at(b.at)
    digests.gather(at=morning)
    notices.deliver(at=morning, limit=100)
    assert [one.subject for one in mail.outbox] == ["消息摘要：1 条"] and "您的申请已受理。" in mail.outbox[0].body


def test_stopping_cancels_what_waits_to_be_mailed(b):
    User.objects.filter(pk=b.citizen.pk).update(email=ADDRESS)
    case = casework.received(b)
    case.user.refresh_from_db()
    digests.choose(case.user, paces={"message.to_applicant": "digest"}, by=case.user, at=b.at)
    told(b, case, "message.to_applicant")
    accounts.set_mailbox(user=case.user, address="", at=b.at)
    morning = digests.next_digest_at(b.at)
    digests.gather(at=morning)
    notices.deliver(at=morning, limit=100)
    assert not mail.outbox
    assert not Notice.objects.filter(to=case.user, channel="email").exclude(state="cancelled").exists()
    assert Notice.objects.inbox(case.user).filter(subject="消息摘要：1 条").exists(), "站内的摘要照收"


def test_staff_mail_is_kept_by_the_keeper_of_people(b, client):
    User.objects.filter(pk=b.clerk_a.pk).update(email="clerk@example.com")
    sign_in(client, b.clerk_a)
    assert "clerk@example.com" in said(client.get(reverse("desk:notice-paces")))
    assert client.post(PAGE, {"deed": "stop"}).status_code == 302
    assert User.objects.get(pk=b.clerk_a.pk).email == "clerk@example.com"
