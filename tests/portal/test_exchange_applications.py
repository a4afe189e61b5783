"""别的系统送来的申请：收成一件办件，同一编号只有一件；签名、事项、字段不对的，说清楚为什么不收。"""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agencies.models import Holding
from approvals.models import Case
from catalog.actions import suspending
from catalog.states import Presence
from office.exchange.models import ExchangeArrival
from office.journal.models import Entry
from office.papers.models import Paper
from office.workdays import clock
from tests.portal import hall_cast
from tests.portal.desks import at_desk, ready, said
from tests.stub_peer import StubPeer, registered, signed

pytestmark = pytest.mark.clause("Z14")
URL = "/exchange/v1/messages/"
FORM = {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": True}
WHO = {"kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001"}


@pytest.fixture
def b(bureau, settings):
    cache.clear()
    stub = StubPeer()
    settings.EXCHANGE_HOSTS = [stub.place]
    ready(bureau)
    hall_cast.online(bureau, code="outside")
    bureau.item.audiences = ["1", "4"]
    bureau.item.save()
    bureau.peer = registered(stub, bureau.chief, may_apply=True)
    yield bureau
    stub.close()


def message(b, *, number="T-000123", version=1, **body):
    told = {"item": {"code": b.item.code}, "applicant": WHO, "form": FORM, "SBCLQD": [{"key": "application"}]}
    return {"schema": "1.0", "number": number, "version": version, "kind": "application", "body": {**told, **body}}


def post(told, **fields):
    body = json.dumps(told).encode()
    headers = signed(body, URL, now=clock.now().timestamp(), **fields)
    return Client(enforce_csrf_checks=True).post(URL, body, content_type="application/json", headers=headers)


def refused(answer) -> str:
    told = answer.json()
    assert answer.status_code == 200 and told["verdict"] == "rejected", told
    assert not Case.objects.exists()
    return told["reason"]


def test_an_application_becomes_a_real_case(b, client):
    answer = post(message(b)).json()
    case = Case.objects.get()
    assert answer["verdict"] == "accepted" and answer["SBLSH"] == case.number and "query_code" not in answer
    assert (case.state, case.channel, case.source) == ("received", "2", "示例接入系统 T-000123")
    assert (case.item, case.guide, case.intake_unit, case.first_contact) == (b.item, b.guide, b.window, b.clerk_a)
    assert (case.applicant.name, case.applicant.phone) == ("赵申请", "13800000001")
    assert case.answers == {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": True}
    assert dict(case.materials.values_list("material__key", "provided")) == {"application": True, "proof": False}
    assert case.clocks.running().get().kind == "notice" and Paper.objects.about(case).get().kind == "receipt"
    entry = Entry.objects.about(case).get(verb="approvals.case.receive")
    assert entry.by_name and entry.facts["source"] == case.source
    assert ExchangeArrival.objects.get().reference == case.number
    at_desk(client, b.clerk_a)
    assert case.source in said(client.get(reverse("desk:case", args=[case.number])))
    assert case.number in said(client.get(reverse("desk:cases")))


def test_the_same_twice_is_one_case_and_a_later_version_is_told_which(b):
    first, second = post(message(b)).json(), post(message(b)).json()
    assert first == second and Case.objects.count() == 1
    later = post(message(b, version=2, form={**FORM, "funds": "1"})).json()
    assert later["verdict"] == "rejected" and Case.objects.get().number in later["reason"]
    assert post(message(b, number="T-000124")).json()["verdict"] == "accepted" and Case.objects.count() == 2


def test_a_wrong_signature_leaves_nothing(b):
    answer = post(message(b), key="x" * 32)
    assert answer.status_code == 401 and answer.json()["error"] == "bad_signature"
    assert not Case.objects.exists() and not ExchangeArrival.objects.exists()


def test_a_peer_that_may_not_apply_is_refused(b):
    b.peer.may_apply = False
    b.peer.save()
    assert "没有约定" in refused(post(message(b)))


def test_bad_fields_are_all_named_and_a_mended_version_is_taken(b):
    wrong = message(
        b, applicant={**WHO, "id_number": "110105194912310021", "phone": "12"},
        form={**FORM, "why": "other", "funds": "很多", "colour": "红"}, SBCLQD=[{"key": "passport"}],
    )  # fmt: skip
    reason = refused(post(wrong))
    for part in ("证件号码", "联系电话", "为什么办", "活动资金", "没有“colour”这一格", "材料清单里没有“passport”"):
        assert part in reason, (part, reason)
    assert refused(post(message(b, version=2, applicant=[], form=[], SBCLQD={})))
    assert post(message(b, version=3)).json()["verdict"] == "accepted"


@pytest.mark.parametrize("item", [{"code": "nowhere"}, None, "x", {"code": ["outside"]}])
def test_an_unknown_item_is_refused(b, item):
    assert "事项" in refused(post(message(b, item=item)))


def test_an_item_is_known_by_its_code_in_the_register(b):
    b.item.basic_code = "000111002000"
    b.item.save()
    assert post(message(b, item=None, SXBM="000111002000")).json()["verdict"] == "accepted"


def test_advice_and_suspended_items_and_other_agencies_are_refused(b):
    b.peer.scopes = [b.stranger_agency.code]
    b.peer.save()
    assert "机关范围" in refused(post(message(b)))
    b.peer.scopes = []
    b.peer.save()
    b.item.presence = Presence.ADVICE
    b.item.save()
    assert "咨询" in refused(post(message(b, version=2)))
    b.item.presence = Presence.AGENT
    b.item.save()
    today = b.at.date()
    suspending.suspend(item=b.item, starts_on=today, message="系统升级，暂停受理。", by=b.editor, at=b.at)
    assert "暂停" in refused(post(message(b, version=3)))


def test_with_nobody_at_the_window_it_may_come_again(b):
    Holding.objects.filter(post__unit=b.window).delete()
    answer = post(message(b))
    assert answer.status_code == 503 and not ExchangeArrival.objects.exists() and not Case.objects.exists()
