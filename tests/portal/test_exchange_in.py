"""交换(收进)和管理页：认签名、认时间、一次性数、大小；同一条来几遍只算一遍，答同一张回执。"""

import datetime
import json
import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.models import User
from approvals.actions import outgoing
from office.exchange import receiving, sending
from office.exchange.models import ExchangeArrival, ExchangeMessage, ExchangeNonce, ExchangePeer
from office.workdays import clock
from portal import sweeping
from tests import casework, makers
from tests.portal.desks import ready, said
from tests.stub_peer import KEY, StubPeer, registered, signed

pytestmark = pytest.mark.clause("Z14")
URL = "/exchange/v1/messages/"


@pytest.fixture
def peer(settings):
    stub = StubPeer()
    settings.EXCHANGE_HOSTS = [stub.place]
    yield stub
    stub.close()


@pytest.fixture
def b(bureau, peer):
    cache.clear()
    b = ready(bureau)
    b.peer = registered(peer, b.chief)
    b.root = User.objects.create_superuser("root", full_name="维护示例")
    return b


def post(told, *, now=None, headers=None, body=None, **fields):
    body = body if body is not None else json.dumps(told).encode()
    told = signed(body, URL, now=now or clock.now().timestamp(), **fields)
    return Client(enforce_csrf_checks=True).post(
        URL, body, content_type="application/json", headers={**told, **(headers or {})}
    )


def receipt_for(message, verdict="accepted", number="R-1", version=1, **body):
    told = {"for": message.number, "version": message.version, "verdict": verdict, **body}
    return {"schema": "1.0", "number": number, "version": version, "kind": "receipt", "body": told}


@pytest.fixture
def sent(b, peer):
    """一条送到了、等回执的。"""
    casework.received(b)
    peer.how = "receiving"
    sending.compose(at=b.at, speak=outgoing.speak)
    sending.deliver(at=b.at)
    return ExchangeMessage.objects.get()


def test_a_receipt_settles_the_message_once_and_gets_the_same_answer_twice(sent):
    first, second = post(receipt_for(sent)), post(receipt_for(sent))
    assert first.status_code == second.status_code == 200 and first.json() == second.json()
    assert first.json()["verdict"] == "accepted" and first.json()["changed"] is True
    sent.refresh_from_db()
    assert sent.state == "accepted" and ExchangeArrival.objects.count() == 1
    late = post(receipt_for(sent, "rejected", number="R-2", reason="反悔"))
    assert late.json()["changed"] is False  # 次序颠倒、互相矛盾的，先到的算
    sent.refresh_from_db()
    assert sent.state == "accepted"


def test_a_rejection_reaches_the_keeper(b, sent):
    answer = post(receipt_for(sent, "rejected", reason="缺少实施编码"))
    assert answer.json()["verdict"] == "accepted"
    sent.refresh_from_db()
    assert sent.state == "rejected" and sent.last_error == "缺少实施编码"
    assert b.chief.notices.filter(kind="exchange.stuck").exists()


def test_same_number_with_other_words_is_refused_and_a_newer_version_is_taken(sent):
    post(receipt_for(sent))
    other = post(receipt_for(sent, "rejected"))
    assert other.status_code == 409 and other.json()["error"] == "same_number"
    assert post(receipt_for(sent, "rejected", version=3)).json()["verdict"] == "accepted"
    assert "更新的版本" in post(receipt_for(sent, "rejected", version=2)).json()["reason"]


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"sender": "nobody"}, 401, "unknown_sender"),
        ({"key": "another-key-0123456789"}, 401, "bad_signature"),
        ({"algorithm": "HMAC-SHA256"}, 401, "bad_algorithm"),
        ({"nonce": "short"}, 401, "bad_nonce"),
        ({"now": -301}, 401, "bad_time"),
        ({"now": 301}, 401, "bad_time"),
        ({"body": b"not json"}, 400, "not_json"),
        ({"body": b"[" * 20_000}, 400, "not_json"),
        ({"body": b"[]"}, 400, "bad_message"),
        ({"body": b'{"schema":"9","number":"a","version":1,"kind":"receipt","body":{}}'}, 400, "bad_schema"),
        ({"body": b'{"schema":"1.0","number":"a","version":true,"kind":"receipt","body":{}}'}, 400, "bad_message"),
        ({"body": b'{"schema":"1.0","number":"a b","version":1,"kind":"receipt","body":{}}'}, 400, "bad_message"),
        ({"body": b'{"schema":"1.0","number":"a","version":1,"kind":"receipt","body":{"x":"\\u0000"}}'}, 400,
         "bad_message"),
        ({"body": b" " * (receiving.MOST_BODY + 1)}, 413, "too_large"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_leaves_nothing(b, sent, how, status, code):
    if "now" in how:
        how = {**how, "now": clock.now().timestamp() + how["now"] + (2 if how["now"] > 0 else -2)}
    answer = post(receipt_for(sent), **how)
    assert (answer.status_code, answer.json()["error"]) == (status, code) and answer.json()["message"]
    assert answer["Content-Type"].startswith("application/json")
    assert not ExchangeArrival.objects.exists() and not ExchangeNonce.objects.exists()


def test_the_signature_covers_address_and_body(b, sent):
    body = json.dumps(receipt_for(sent)).encode()
    told = signed(body, URL, now=clock.now().timestamp())
    send = Client().post
    assert send(URL, body + b" ", content_type="application/json", headers=told).status_code == 401
    assert send(URL + "?x=1", body, content_type="application/json", headers=told).status_code == 401
    assert send(URL, body, content_type="application/json", headers=told).status_code == 200
    again = send(URL, body, content_type="application/json", headers=told)
    assert (again.status_code, again.json()["error"]) == (401, "replayed")


def test_a_stopped_peer_is_a_stranger_and_others_messages_stay_theirs(b, sent):
    registered(StubPeerLess, b.chief, code="other")
    told = post(receipt_for(sent), sender="other")
    assert told.json()["verdict"] == "rejected" and "没有发给你们" in told.json()["reason"]
    ExchangePeer.objects.filter(code="stub").update(active=False)
    assert post(receipt_for(sent)).json()["error"] == "unknown_sender"


class StubPeerLess:
    url = "http://127.0.0.1:9/"


def test_only_signed_posts_and_not_too_many(b, settings):
    assert Client().get(URL).status_code == 405
    settings.EXCHANGE_RATE = 2
    cache.clear()
    answers = [Client().post(URL, b"{}", content_type="application/json") for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429] and answers[2]["Retry-After"] == "60"


def test_a_kind_nobody_takes_is_sent_back_with_a_reason(b):
    told = {"schema": "1.0", "number": "X-1", "version": 1, "kind": "gossip", "body": {}}
    assert post(told).json()["reason"] == "不收这一种报文。"


def test_used_nonces_are_cleared_and_the_tray_is_on_the_timetable(b, sent, peer):
    post(receipt_for(sent))
    ExchangeNonce.objects.update(at=b.at - datetime.timedelta(hours=1))
    told = sweeping.exchange(clock.now())
    assert told["用过的一次性数"] == 1 and not ExchangeNonce.objects.exists()


# 管理页 ---------------------------------------------------------------------


def inside(user):
    client = Client()
    makers.sign_in(client, user)
    return client


def deed(client, action, *rows, **more):
    told = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return said(client.post(reverse("admin:office_exchangemessage_changelist"), told, follow=True))


def test_the_keeper_sees_what_is_stuck_and_sends_it_again(b, peer):
    case = casework.accepted(b)
    peer.script = ["rejecting"]
    sweeping.exchange(clock.now())
    client = inside(b.chief)
    page = said(client.get(reverse("admin:office_exchangemessage_changelist"), {"state__exact": "rejected"}))
    assert case.number in page and "事项编码不认识" in page and "对方退回" in page and "赵申请" not in page
    row = ExchangeMessage.objects.get(state="rejected")
    shown = said(client.get(reverse("admin:office_exchangemessage_change", args=[row.pk])))
    assert row.number in shown and "赵" not in shown
    assert "请写明为什么不再送" in deed(client, "drop", row)
    assert "待送出" in deed(client, "resend", row)
    sweeping.exchange(clock.now())
    assert set(ExchangeMessage.objects.values_list("state", flat=True)) == {"accepted"}
    deed(client, "resend_case", row)
    assert set(ExchangeMessage.objects.values_list("state", "attempts")) == {("queued", 0)}


def test_an_auditor_sees_but_does_not_send_and_others_see_nothing(b, peer):
    casework.received(b)
    peer.how = "rejecting"
    sweeping.exchange(clock.now())
    row = ExchangeMessage.objects.get()
    assert "没有“重送”的权限" in deed(inside(b.auditor), "resend", row)
    url = reverse("admin:office_exchangemessage_changelist")
    assert inside(b.deputy).get(url).status_code == 403
    row.refresh_from_db()
    assert row.state == "rejected"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(b, peer, count, django_assert_num_queries):
    for _ in range(count):
        casework.received(b)
    sweeping.exchange(clock.now())
    client = inside(b.chief)
    url = reverse("admin:office_exchangemessage_changelist")
    client.get(url)
    with django_assert_num_queries(LIST):
        assert said(client.get(url)).count("申办") >= count


LIST = 11


def test_the_maintainer_registers_a_peer_and_the_key_is_never_shown(b, peer):
    client, url = inside(b.root), reverse("admin:office_exchangepeer_add")
    told = {
        "code": "town", "name": "示例镇系统", "our_code": "HALL", "adapter": "signed-json", "algorithm": "HMAC-SM3",
        "kinds": ["acceptance", "closing"], "identity": "masked", "keeper": b.chief.pk, "active": "on",
        "url": "https://evil.example.invalid/", "key": "short",
    }  # fmt: skip
    page = said(client.post(url, told))
    assert "许可的主机名单" in page and "至少 16 个字符" in page
    client.post(url, {**told, "url": peer.url, "key": KEY})
    made = ExchangePeer.objects.get(code="town")
    assert made.key == KEY and made.kinds == ["acceptance", "closing"]
    change = reverse("admin:office_exchangepeer_change", args=[made.pk])
    assert KEY not in said(client.get(change))
    client.post(change, {**told, "url": peer.url, "key": "", "name": "改了名"})
    made.refresh_from_db()
    assert (made.key, made.name) == (KEY, "改了名")
    assert "依据" in said(client.post(change, {**told, "url": peer.url, "key": "", "identity": "full"}))
    assert inside(b.chief).get(url).status_code == 403


def test_the_command_replays_a_case_and_the_parked(b, peer, capsys):
    case = casework.accepted(b)
    sweeping.exchange(clock.now())
    call_command("replay_exchange", "stub", case=[case.number])
    assert "3 条等着重送" in capsys.readouterr().out
    call_command("replay_exchange", "stub", parked=True)
    assert "0 条" in capsys.readouterr().out
    for wrong in ({"peer": "nobody", "parked": True}, {"peer": "stub", "case": ["x"]}):
        with pytest.raises(CommandError):
            call_command("replay_exchange", wrong.pop("peer"), **wrong)
    sweeping.exchange(clock.now())
    assert len(peer.asked) == 6 and re.fullmatch(r"stub-\d{8}-\d{8}", peer.asked[0].told["number"])
