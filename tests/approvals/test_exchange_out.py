"""交换(送出)：随步写下，组成十种报文，照次序送到一个真的、不听话的对方。"""

import datetime
import io
import json
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import Error, IntegrityError, connection, transaction
from pypdf import PdfWriter

from approvals.actions import (
    correction,
    decision,
    delivering,
    drafts,
    extension,
    intake,
    outgoing,
    procedures,
    rectifying,
)
from office.exchange import adapters, keeping, sending
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.exchange.states import MessageKind
from office.journal.models import Entry
from office.notices.models import Notice
from office.outbox import OutboxEvent, note
from office.papers import actions as papers
from office.papers import engine
from office.steps import NotNow
from tests import casework
from tests.approvals.listed import EXPERTS
from tests.stub_peer import StubPeer, registered

pytestmark = pytest.mark.clause("Z14")
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quick_letters(monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(b"%PDF-", "示例", "0" * 64))


@pytest.fixture
def peer(settings):
    stub = StubPeer()
    settings.EXCHANGE_HOSTS = [stub.place]
    yield stub
    stub.close()


@pytest.fixture
def b(bureau, peer):
    b = casework.item_with_guide(bureau, special_procedures=[EXPERTS])
    b.peer = registered(peer, b.chief)
    return b


def run(b, at=None):
    """托盘走一趟。"""
    at = at or b.at
    sending.compose(at=at, speak=outgoing.speak)
    return sending.deliver(at=at)


def states():
    return list(ExchangeMessage.objects.order_by("event").values_list("state", flat=True))


def kinds_of(case):
    return list(OutboxEvent.objects.filter(subject_key=str(case.pk)).order_by("pk").values_list("kind", flat=True))


def test_details_put_right_are_told_anew_and_a_fax_is_another_way(b):
    b.peer.identity, b.peer.identity_basis = "full", "示例依据"
    b.peer.save()
    case = casework.received(b, channel="5")
    told = {"reason": "entered", "checked": True, "by": b.clerk_a, "at": b.at}
    rectifying.register(case, changes={"phone": "13900000009"}, **told)
    run(b)
    first, second = (row.payload["body"] for row in ExchangeMessage.objects.order_by("pk"))
    assert first["TJFS"] == second["TJFS"] == "9", "A.5：传真是其他"
    assert second["applicant"]["phone"] == "13900000009" and second["SBLSH"] == case.number


# 写下 -----------------------------------------------------------------------


def test_each_step_leaves_its_messages_in_the_same_transaction(b):
    case = casework.granted(b)
    assert kinds_of(case) == ["application", "pre_acceptance", "acceptance", *["review"] * 3, "closing"]
    before = OutboxEvent.objects.count(), Entry.objects.count()
    with transaction.atomic():
        casework.received(b)
        transaction.set_rollback(True)
    assert (OutboxEvent.objects.count(), Entry.objects.count()) == before


def test_a_step_costs_one_more_query_and_asks_nothing_of_anybody(b, django_assert_num_queries):
    case = casework.accepted(b)
    entry = Entry.objects.about(case).get(verb="approvals.case.accept")
    OutboxEvent.objects.filter(entry=entry).delete()
    with django_assert_num_queries(1):
        note(entry, case)
    assert not ExchangeMessage.objects.exists()


def test_all_ten_kinds_are_told(b, peer):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.clerk_a, at=b.at)
    intake.check_materials(case, checks={"proof": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    running = procedures.start(case, key="experts", reason="涉及专业标准。", by=b.reviewer, at=b.at)
    procedures.finish(running, result="专家同意。", by=b.reviewer, at=b.at)
    asked = extension.ask(case, value=5, reason="还要征求意见。", by=b.reviewer, at=b.at)
    extension.sanction(asked, text="同意。", by=b.director, at=b.at)
    casework.review.begin(case, by=b.reviewer, at=b.at)
    casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    decision.grant(case, decision="准予登记。", by=b.chief, at=b.at)
    papers.empty_tray(at=b.at, limit=20)
    delivering.hand_over(case, collector="赵申请", id_number="11010519491231002X", relation="", by=b.clerk_a, at=b.at)
    assert run(b) == len(peer.asked) == 15
    assert set(peer.kinds) == set(MessageKind.values)
    by_kind = {one.told["kind"]: one.told for one in peer.asked}
    assert [by_kind[kind]["kind_number"] for kind in ("application", "acceptance", "closing", "collection")] == [
        0,
        2,
        4,
        9,
    ]
    assert by_kind["pre_acceptance"]["body"]["YSLZTDM"] == "1"
    assert by_kind["acceptance"]["body"]["SLZTDM"] == "1" and by_kind["acceptance"]["body"]["SLHZH"]
    assert by_kind["review"]["body"]["SPHJDM"] == "3" and by_kind["closing"]["body"]["BJJGDM"] == "0"
    assert by_kind["procedure_asked"]["body"]["kind"] == "A"
    assert by_kind["supplement_asked"]["body"]["list"][0]["defect"] == "没有提交示例证明"
    assert by_kind["collection"]["body"]["collector"] == "赵**"
    assert set(states()) == {"accepted"}


def test_a_second_notice_is_told_with_its_own_lines_only(b, peer):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.citizen, at=b.at)
    intake.check_materials(case, checks={"proof": intake.Check("defective", "没有盖章")}, by=b.clerk_a, at=b.at)
    correction.notify_again(case, reason="上次漏看了盖章。", by=b.chief, at=b.at)
    assert kinds_of(case)[-2:] == ["pre_acceptance", "supplement_asked"]
    run(b)
    status, asked = (one.told["body"] for one in peer.asked[-2:])
    assert status["YSLZTDM"] == "3" and [line["defect"] for line in asked["list"]] == ["没有盖章"]


def test_endings_tell_their_codes(b, peer):
    decision.withdraw(casework.received(b), reason="不办了。", by=b.citizen, at=b.at)
    run(b)
    closing = peer.asked[-1].told["body"]
    assert (closing["BJJGDM"], closing["reason"]) == ("5", "不办了。")


# 说多少 ---------------------------------------------------------------------


def test_identities_are_masked_unless_a_basis_is_on_record(b, peer):
    casework.accepted(b)
    run(b)
    said = json.dumps([one.told for one in peer.asked], ensure_ascii=False)
    assert "11010519491231002X" not in said and "13800000001" not in said and "赵申请" not in said
    assert "示范路" not in said and "CXMM" not in said
    stored = ExchangeMessage.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM office_exchangemessage WHERE id = %s", [stored.pk])
        assert cursor.fetchone()[0].startswith("aes:")
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangePeer.objects.update(identity="full")
    ExchangePeer.objects.update(identity="full", identity_basis="示例协议第一条")
    casework.accepted(b)
    run(b)
    told = [one.told["body"] for one in peer.asked if one.told["identity"] == "full"]
    assert told[0]["applicant"]["id_number"] == "11010519491231002X" and told[2]["CXMM"]


def test_nothing_personal_and_no_payload_in_the_journal(b, peer):
    casework.accepted(b)
    run(b)
    message = ExchangeMessage.objects.order_by("event").first()
    sending.resend(message, by=b.chief, at=b.at, speak=outgoing.speak)
    facts = [str(row.facts) for row in Entry.objects.filter(subject_type="office.exchangemessage")]
    assert facts and not any("applicant" in one or "1101" in one for one in facts)


def test_a_peer_gets_only_its_kinds_and_agencies(b, peer):
    registered(peer, b.chief, code="county", scopes=["sx"])
    ExchangePeer.objects.filter(code="stub").update(kinds=["closing"])
    casework.granted(b)
    run(b)
    assert peer.kinds == ["closing"]


# 送 -------------------------------------------------------------------------


def test_the_signature_covers_what_is_sent(b, peer):
    casework.received(b)
    run(b)
    (asked,) = peer.asked
    assert asked.wrong == "" and asked.headers["X-Exchange-Algorithm"] == "HMAC-SM3"
    assert asked.told["number"].startswith("stub-20260302-") and asked.told["version"] == 1
    assert asked.told["schema"] == "1.0"


def test_one_case_keeps_its_order_while_others_go_on(b, peer):
    casework.accepted(b)
    peer.script = ["rejecting"]
    run(b)
    assert states() == ["rejected", "queued", "queued"] and peer.kinds == ["application"]
    casework.received(b)
    run(b)
    assert peer.kinds == ["application", "application"]
    first = ExchangeMessage.objects.get(state="rejected")
    sending.resend(first, by=b.chief, at=b.at, speak=outgoing.speak)
    run(b)
    assert peer.kinds[2:] == ["application", "pre_acceptance", "acceptance"] and set(states()) == {"accepted"}
    assert peer.asked[2].told["version"] == 2 and peer.asked[2].told["number"] == peer.asked[0].told["number"]


@pytest.mark.parametrize("how", ["broken", "silent", "garbled", "mistaken", "endless", "moved", "unauthorised"])
def test_a_bad_answer_is_tried_again_ever_later(b, peer, how):
    casework.received(b)
    peer.how = how
    run(b)
    row = ExchangeMessage.objects.get()
    assert row.state == "queued" and row.attempts == 1 and row.last_error
    assert all(one.headers.get("X-Exchange-Sender") for one in peer.asked) and len(peer.asked) == 1  # 跳转没有跟着走
    for minutes in (1, 2, 4):
        asked = len(peer.asked)
        b.at += MINUTE * minutes - datetime.timedelta(seconds=1)
        assert run(b) == 0 and len(peer.asked) == asked
        b.at += datetime.timedelta(seconds=1)
        run(b)
        assert len(peer.asked) == asked + 1
    peer.how = "accepting"
    b.at += MINUTE * 8
    assert run(b) == 1 and states() == ["accepted"]
    assert ExchangePeer.objects.get().failures == 0


def test_after_eight_tries_it_is_parked_and_its_keeper_is_told(b, peer):
    casework.accepted(b)
    peer.how = "broken"
    for _ in range(8):
        run(b)
        b.at += datetime.timedelta(hours=2)
    assert states() == ["parked", "queued", "queued"]
    told = Notice.objects.get(kind="exchange.stuck")
    assert told.to == b.chief and "500" in told.body and "办件不受影响" in told.body
    peer.how = "accepting"
    row = ExchangeMessage.objects.get(state="parked")
    with pytest.raises(PermissionDenied):
        sending.resend(row, by=b.clerk_a, at=b.at, speak=outgoing.speak)
    sending.resend(row, by=b.chief, at=b.at, speak=outgoing.speak)
    run(b)
    assert set(states()) == {"accepted"} and row.version == 1


def test_a_slow_peer_is_given_up_and_rests(b, peer, monkeypatch):
    monkeypatch.setattr(adapters, "WHOLE", 0.3)
    pool = adapters.urllib3.PoolManager(retries=False, timeout=adapters.urllib3.Timeout(connect=0.3, read=0.3))
    monkeypatch.setattr(adapters.ADAPTERS["signed-json"], "pool", pool)
    for _ in range(5):
        casework.received(b)
    for how in ("slow", "dripping"):
        peer.how, asked, began = how, len(peer.asked), time.monotonic()
        run(b)
        assert time.monotonic() - began < 2 and len(peer.asked) == asked + 1  # 五件等着，只试一次就歇
        b.at += MINUTE * 3
    assert set(states()) == {"queued"}


@pytest.mark.parametrize("how", ["silent", "slow", "broken", "down"])
def test_an_outside_failure_never_blocks_a_counter(b, peer, how):
    """对方停了、慢了：窗口这一步的结果、状态、文书一样，也不等它。"""
    peer.how, peer.delay = how, 5.0
    if how == "down":
        peer.close()
    began = time.monotonic()
    case = casework.granted(b)
    took = time.monotonic() - began
    assert case.state == "granted" and not peer.asked and took < 5
    assert len(kinds_of(case)) == 7


def test_a_message_that_cannot_be_composed_blocks_nobody(b, peer, monkeypatch):
    bad = casework.received(b)
    monkeypatch.setitem(outgoing.SAYINGS, "application", lambda saying: {}["no"] if saying.case == bad else {})
    casework.received(b)
    run(b)
    assert peer.kinds == ["application"] and OutboxEvent.objects.fresh().count() == 1
    monkeypatch.setitem(outgoing.SAYINGS, "application", lambda saying: {})
    run(b)
    assert len(peer.asked) == 2


def test_received_waits_for_a_receipt_and_asks_again_after_a_day(b, peer):
    casework.received(b)
    peer.how = "receiving"
    run(b)
    assert states() == ["sent"]
    run(b, b.at + datetime.timedelta(hours=23))
    assert len(peer.asked) == 1
    peer.how = "accepting"
    run(b, b.at + datetime.timedelta(hours=25))
    assert len(peer.asked) == 2 and states() == ["accepted"]
    assert peer.asked[0].told == peer.asked[1].told


def test_rejected_says_why_without_phone_numbers_and_can_be_dropped(b, peer):
    casework.accepted(b)
    peer.script = ["rejecting"]
    run(b)
    row = ExchangeMessage.objects.get(state="rejected")
    assert "事项编码不认识" in row.last_error and "13800000001" not in row.last_error
    assert Notice.objects.filter(kind="exchange.stuck", to=b.chief).exists()
    with pytest.raises(NotNow):
        sending.drop(row, reason=" ", by=b.chief, at=b.at)
    sending.drop(row, reason="对方已另行登记。", by=b.chief, at=b.at)
    run(b)
    assert states() == ["dropped", "accepted", "accepted"]


def test_a_whole_case_is_sent_again_even_to_a_peer_that_came_later(b, peer):
    case = casework.granted(b)
    run(b)
    first = [one.told for one in peer.asked]
    late = registered(peer, b.chief, code="late")
    told = {"by": b.chief, "at": b.at, "speak": outgoing.speak}
    assert sending.resend_subject("approvals.case", str(case.pk), peer=late, **told) == 7
    assert sending.resend_subject("approvals.case", str(case.pk), peer=b.peer, **told) == 7
    with pytest.raises(PermissionDenied):
        sending.resend_subject("approvals.case", str(case.pk), peer=late, **told | {"by": b.clerk_a})
    run(b)
    again = [one.told for one in peer.asked[7:]]
    assert sorted(peer.kinds[7:]) == sorted(peer.kinds[:7] * 2)
    old = [one for one in again if one["number"] in {each["number"] for each in first}]
    assert [one["kind"] for one in old] == [one["kind"] for one in first] and {one["version"] for one in old} == {2}


def test_two_workers_never_send_the_same_message(b, peer):
    casework.received(b)
    sending.compose(at=b.at, speak=outgoing.speak)
    assert sending._claim(b.at) is not None and sending._claim(b.at) is None
    assert sending._claim(b.at + 2 * MINUTE) is not None  # 工人没了，别人接着送


# 去哪里 ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "plain", "good"),
    [
        ("https://peer.example.invalid/in", False, True),
        ("http://peer.example.invalid/in", False, False),
        ("http://peer.example.invalid/in", True, True),
        ("https://peer.example.invalid:8443/in", False, False),
        ("https://other.example.invalid/in", False, False),
        ("https://127.0.0.1/in", False, False),
        ("https://169.254.169.254/latest", False, False),
        ("https://user:pass@peer.example.invalid/in", False, False),
        ("https://peer.example.invalid@other.example.invalid/in", False, False),
        ("file:///etc/passwd", True, False),
        ("gopher://peer.example.invalid/", True, False),
        ("https://peer.example.invalid:port/", False, False),
    ],
)
def test_only_permitted_hosts_and_https(settings, url, plain, good):
    settings.EXCHANGE_HOSTS, settings.EXCHANGE_PLAIN_HTTP = ["peer.example.invalid"], plain
    if good:
        adapters.allowed(url)
    else:
        with pytest.raises(adapters.NotAllowed):
            adapters.allowed(url)


def test_a_forbidden_address_is_parked_at_once_and_never_called(b, peer, settings):
    settings.EXCHANGE_HOSTS = []
    casework.received(b)
    run(b)
    assert not peer.asked and states() == ["parked"]


# 库里的守卫 -----------------------------------------------------------------


def test_the_database_keeps_number_and_version(b, peer):
    casework.received(b)
    run(b)
    row = ExchangeMessage.objects.get()
    for change in ({"number": "x"}, {"version": 0}, {"digest": "0" * 64}):
        with pytest.raises(Error), transaction.atomic():
            ExchangeMessage.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE office_exchangemessage SET state = 'queued' WHERE id = %s", [row.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_only_the_maintainer_keeps_peers_and_the_key_stays_out_of_the_journal(b):
    with pytest.raises(PermissionDenied):
        keeping.keep(b.peer, by=b.chief, at=b.at)
    b.peer.key = "another-key-0123456789"
    keeping.keep(b.peer, by=b.system, at=b.at)
    line = Entry.objects.get(verb="office.exchange.change_peer")
    assert line.facts == {"key_changed": True}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM office_exchangepeer")
        assert "another-key" not in cursor.fetchone()[0]


# 字段 -----------------------------------------------------------------------


def one_page():
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def bodies(peer, kind):
    return [one.told["body"] for one in peer.asked if one.told["kind"] == kind]


def test_reviews_name_the_three_stages_with_person_and_position(b, peer):
    casework.granted(b)
    run(b)
    handled, reviewed, approved = bodies(peer, "review")
    assert [one["SPHJDM"] for one in (handled, reviewed, approved)] == ["1", "2", "3"]
    title = b.reviewer.holdings.get().post.title
    assert (handled["stage"], handled["person"], handled["position"]) == ("承办", b.reviewer.full_name, title)
    assert approved["position"] == b.chief.holdings.first().post.title != title
    assert all(one["step"] and one["unit"] and one["time"] for one in (handled, reviewed, approved))


def test_special_procedures_have_serials_contents_and_an_office_phone(b, peer):
    case = casework.accepted(b)
    type(case.section).objects.filter(pk=case.section_id).update(phone="0759-0000000")
    running = procedures.start(case, key="experts", reason="涉及专业标准。", by=b.reviewer, at=b.at)
    procedures.finish(running, result="专家同意。", by=b.reviewer, at=b.at + MINUTE)
    asked = extension.ask(case, value=5, reason="还要征求意见。", by=b.reviewer, at=b.at + 2 * MINUTE)
    extension.sanction(asked, text="同意。", by=b.director, at=b.at + 3 * MINUTE)
    run(b, b.at + 4 * MINUTE)
    first, second = bodies(peer, "procedure_asked")
    assert [(one["serial"], one["kind"]) for one in (first, second)] == [(1, "B"), (2, "A")]
    assert [one["serial"] for one in bodies(peer, "procedure_ended")] == [1, 2]
    assert first["approver"] == b.reviewer.full_name and first["approver_phone"] == "0759-0000000"
    assert first["approver_position"] == b.reviewer.holdings.get().post.title
    assert second["approver"] == b.director.full_name and second["approver_position"]
    assert first["name"] in first["content"] and "延长5个工作日" in second["content"]


def test_supplements_say_who_took_what_and_in_what_form(b, peer):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.clerk_a, at=b.at + MINUTE)
    other = casework.told(b)
    files = {"proof": [("赵申请的证明.pdf", ContentFile(one_page()))]}
    drafts.supplement(other, files=files, by=b.citizen, at=b.at + MINUTE)
    run(b, b.at + MINUTE)
    told = bodies(peer, "supplement_asked")[0]
    assert told["reason"] == "没有提交示例证明" and told["person"] == b.clerk_a.full_name and told["position"]
    note = next(one["note"] for one in bodies(peer, "pre_acceptance"))
    assert "没有提交示例证明" in note
    at_window, online = bodies(peer, "supplement_taken")
    assert (at_window["person"], at_window["time"]) == (b.clerk_a.full_name, "20260302T090100")
    assert at_window["position"] and at_window["materials"][0]["key"] == "proof"
    assert at_window["materials"][0]["WJLX"] == "0" and at_window["list"] == ["示例证明"]
    assert (online["person"], online["position"]) == ("系统", "")
    (row,) = online["materials"]
    assert (row["WJLX"], row["CLLX"], row["way"]) == ("1", "2", "online")
    (file,) = row["files"]
    assert (file["WJLX"], file["CLLX"], file["algorithm"]) == ("1", "2", "SM3") and len(file["digest"]) == 64
    assert "name" not in file
    assert "赵申请" not in json.dumps([one.told for one in peer.asked], ensure_ascii=False)
    ExchangePeer.objects.update(identity="full", identity_basis="示例协议第一条")
    sending.resend_subject(
        "approvals.case", str(other.pk), peer=ExchangePeer.objects.get(), by=b.chief, at=b.at, speak=outgoing.speak
    )
    run(b, b.at + MINUTE)
    assert bodies(peer, "supplement_taken")[-1]["materials"][0]["files"][0]["name"] == "赵申请的证明.pdf"


def test_an_applicants_own_name_is_masked_where_he_is_the_one_who_acted(b, peer):
    decision.withdraw(casework.received(b), reason="不办了。", by=b.citizen, at=b.at)
    run(b)
    assert bodies(peer, "closing")[0]["person"] == f"{b.citizen.full_name[0]}**"
