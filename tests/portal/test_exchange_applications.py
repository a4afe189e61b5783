"""别的系统送来的申请：收成一件办件，同一编号只有一件；签名、事项、字段不对的，说清楚为什么不收。"""

import base64
import json
import pathlib

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.models import Holding
from approvals.models import Case, Upload
from catalog.actions import suspending
from catalog.models import Guide, Item, Material
from catalog.states import OnlineDepth, Presence
from office.exchange import receiving
from office.exchange.models import ExchangeArrival
from office.journal.models import Entry
from office.papers.models import Paper
from office.vault import digest
from office.workdays import clock
from tests import casework
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


def test_a_message_says_which_desk_receives(b):
    reason = refused(post(message(b, desk="nowhere")))
    assert "nowhere" in reason and b.window.code in reason
    assert post(message(b, version=2, desk=b.window.code)).json()["verdict"] == "accepted"
    assert Case.objects.get().intake_unit == b.window


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


def test_the_kind_of_document_comes_with_the_number(b):
    assert "证件类型" in refused(post(message(b, applicant={**WHO, "id_kind": "visa"})))
    wrong = {**WHO, "id_kind": "tw_permit", "id_number": "E1234"}
    assert "应为 8 位数字" in refused(post(message(b, version=2, applicant=wrong)))
    right = {**WHO, "id_kind": "tw_permit", "id_number": "00000012"}
    assert post(message(b, version=3, applicant=right)).json()["verdict"] == "accepted"
    assert Case.objects.get().applicant.id_kind == "tw_permit"


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


# 随报文来的文件 ---------------------------------------------------------------


PDF = b"%PDF-1.7\n" + b"0" * 40 + b"\n%%EOF"
PNG = hall_cast.PNG


def about(raw, name="申请书.pdf", media_type="application/pdf", **fields):
    return {"name": name, "media_type": media_type, "size": len(raw), "digest": digest(raw), **fields}


def carrying(b, *rows, contents=(PDF,), version=1, key="application", **body):
    listed = [{"key": key, "files": list(rows)}]
    told = message(b, version=version, SBCLQD=listed, **body)
    return {**told, "files": {digest(raw): base64.b64encode(raw).decode() for raw in contents}}


def test_files_come_with_it_and_lie_under_their_materials(b, client):
    told = carrying(b, about(PDF), about(PNG, "照片.PNG", "image/png"), contents=(PDF, PNG))
    answer = post(told).json()
    assert answer["verdict"] == "accepted", answer
    case = Case.objects.get()
    row = case.materials.get(material__key="application")
    found = [(one.name, one.media_type, one.size, one.digest, one.file.read()) for one in row.uploads.order_by("pk")]
    assert row.provided and found == [
        ("申请书.pdf", "application/pdf", len(PDF), digest(PDF), PDF),
        ("照片.PNG", "image/png", len(PNG), digest(PNG), PNG),
    ]
    kept = ExchangeArrival.objects.get()
    assert "files" not in kept.payload and base64.b64encode(PDF).decode() not in json.dumps(kept.payload)
    assert kept.payload["SBCLQD"][0]["files"][0]["digest"] == digest(PDF)
    assert post(told).json() == answer and Upload.objects.count() == 2 and Case.objects.count() == 1
    at_desk(client, b.clerk_a)
    assert "申请书.pdf" in said(client.get(reverse("desk:case-check", args=[case.number])))


@pytest.mark.parametrize(
    ("row", "contents", "why"),
    [
        (about(b"MZ\x90" + b"0" * 50), (b"MZ\x90" + b"0" * 50,), "只收 PDF、JPG、PNG"),
        (about(b"<svg onload=alert(1)>", media_type=""), (b"<svg onload=alert(1)>",), "不是 PDF、JPG 或 PNG"),
        (about(PDF, "申请书.exe"), (PDF,), "扩展名"),
        (about(PDF, "申请书.png", "image/png"), (PDF,), "media_type"),
        (about(PDF, size=1), (PDF,), "size"),
        (about(PDF, algorithm="MD5"), (PDF,), "SM3"),
        (about(PDF, name=""), (PDF,), "name"),
        (about(b"", media_type=""), (b"",), "空的"),
        (about(PDF, digest="https://evil.example/a.pdf"), (PDF,), "我们不到别处去取"),
        (about(PDF), (PDF, PNG), "没有写明是哪份材料"),
        ("申请书.pdf", (PDF,), "清单"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_and_nothing_is_left(b, row, contents, why):
    assert why in refused(post(carrying(b, row, contents=contents)))
    assert not Upload.objects.exists() and not Paper.objects.exists()
    assert post(carrying(b, about(PDF), version=2)).json()["verdict"] == "accepted"


def test_one_bad_file_among_good_ones_loads_none(b, settings):
    before = stored_files(settings)
    told = carrying(b, about(PDF), about(b"MZ", "二.pdf"), contents=(PDF, b"MZ"))
    assert "二.pdf" in refused(post(told))
    assert not Upload.objects.exists() and stored_files(settings) == before


def stored_files(settings) -> set:
    return {one for one in pathlib.Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()}


@pytest.mark.parametrize(
    ("files", "status", "why"),
    [
        ({"0" * 64: base64.b64encode(PDF).decode()}, 200, "摘要对不上"),
        ({digest(PDF): "不是base64!"}, 200, "解不开"),
        ({digest(PDF): 1}, 400, "base64"),
        ([], 200, "不在 files 里"),
        (["x"], 400, "base64"),
    ],
)
def test_contents_that_do_not_fit_their_digest_are_refused(b, files, status, why):
    answer = post({**carrying(b, about(PDF)), "files": files})
    assert answer.status_code == status and why in (answer.json().get("reason") or answer.json().get("message"))
    assert not Case.objects.exists() and not Upload.objects.exists()


def test_the_total_is_bounded_and_so_is_the_rest(b):
    big = [PDF + bytes([n]) * (4 * 1024 * 1024) for n in range(3)]
    told = carrying(b, *(about(raw, f"{n}.pdf") for n, raw in enumerate(big)), contents=big)
    assert post(told).status_code == 413
    tight = [PDF + bytes([n]) * (3_550_000) for n in range(3)]
    told = carrying(b, *(about(raw, f"{n}.pdf") for n, raw in enumerate(tight)), contents=tight)
    assert "合计 10 MB" in refused(post(told))
    fits = tight[:2]
    told = carrying(b, *(about(raw, f"{n}.pdf") for n, raw in enumerate(fits)), contents=fits, version=2)
    assert post(told).json()["verdict"] == "accepted" and Upload.objects.count() == 2
    wordy = message(b, number="T-9", note="长" * receiving.MOST_TEXT)
    assert post(wordy).status_code == 413


def test_too_many_files_for_one_material_and_the_same_one_twice(b):
    many = [PDF + bytes([n]) for n in range(11)]
    rows = [about(raw, f"{n}.pdf") for n, raw in enumerate(many)]
    assert "最多传 10 个" in refused(post(carrying(b, *rows, contents=many)))
    assert post(carrying(b, about(PDF), about(PDF), version=2)).json()["verdict"] == "accepted"
    assert Upload.objects.count() == 1


def test_boxes_of_the_form_take_files_as_the_hall_does(b):
    item, guide = b.item, b.guide
    photo = {"key": "photo", "kind": "file", "label": "照片", "required": True, "accept": ["png"], "max_files": 1}
    lost = {**photo, "key": "lost_photo", "label": "遗失现场", "when": {"field": "why", "equals": "lost"}}
    form = {"pages": [*hall_cast.FORM["pages"], {"key": "more", "title": "附件", "fields": [photo, lost]}]}
    casework.item_with_guide(b, form=form, code="withfile")
    b.item.audiences = ["1"]
    b.item.save()
    assert "请上传“照片”" in refused(post(message(b)))
    good = about(PNG, "照片.png", "image/png")
    pdf = carrying(b, about(PDF), version=2, form={**FORM, "photo": [about(PDF)]})
    assert "只收 PNG" in refused(post(pdf))
    idle = carrying(b, about(PDF), version=3, form={**FORM, "photo": [good], "lost_photo": [good]}, contents=(PDF, PNG))
    assert "用不着附“遗失现场”" in refused(post(idle))
    told = carrying(b, about(PDF), version=4, form={**FORM, "photo": [good]}, contents=(PDF, PNG))
    assert post(told).json()["verdict"] == "accepted"
    case = Case.objects.get()
    assert case.answers["photo"] == [{"name": "照片.png", "digest": digest(PNG)}]
    assert [one.name for one in case.attachments.all()] == ["照片.png"]
    b.item, b.guide = item, guide


def test_files_for_a_material_nobody_asks_for_are_refused(b):
    unfrozen(Material, b.guide.materials.get(key="proof").pk, {"condition": {"field": "why", "equals": "lost"}})
    assert "用不着交" in refused(post(carrying(b, about(PDF), key="proof")))
    assert "没有“passport”" in refused(post(carrying(b, about(PDF), key="passport", version=2)))


def test_receipts_carry_no_files(b):
    told = {"schema": "1.0", "number": "R-1", "version": 1, "kind": "receipt", "body": {"for": "x"}}
    answer = post({**told, "files": {digest(PDF): base64.b64encode(PDF).decode()}}).json()
    assert answer["verdict"] == "rejected" and "不带文件" in answer["reason"]


# 大厅上申请不了的，这里一样不收 -----------------------------------------------------


@pytest.mark.parametrize(
    ("item", "guide", "why"),
    [
        ({"withheld": "示例：涉及保密"}, {}, "不在网上公开"),
        ({"guidance_only": True}, {}, "只作指引"),
        ({"presence": Presence.ADVICE}, {}, "只作指引和咨询"),
        ({}, {"online_depth": OnlineDepth.I}, "没有开通网上申请"),
        ({}, {"online_depth": OnlineDepth.II}, "没有开通网上申请"),
        ({}, {"window": None}, "没有开通网上申请"),
        ({"audiences": ["2"]}, {}, "申请"),
    ],
)
def test_what_the_hall_does_not_take_is_not_taken_here(b, client, item, guide, why):
    unfrozen(Item, b.item.pk, item)
    unfrozen(Guide, b.guide.pk, guide)
    assert why in refused(post(message(b)))
    answer = client.post(reverse("hall:apply-start", args=[b.item.code]))
    offered = answer.status_code == 302 and "/apply/" in answer["Location"]
    assert offered == ("audiences" in item)


def unfrozen(model, pk, fields) -> None:
    """发布了的指南改不了；这里只摆出那个样子来。"""
    if fields:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            model._base_manager.filter(pk=pk).update(**fields)
            cursor.execute("SET LOCAL session_replication_role = origin")
