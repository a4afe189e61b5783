"""转给外面的系统办：从页面转出，报文带着整件申请；对方的进展照它的话显示；不接、不动、转回、迟来的结果各有着落。"""

import base64
import datetime
import json

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from approvals.actions import correction, decision, handing_off, intake, review
from approvals.models import Archive, Case, HandOff, HandOffProgress, Upload
from denials.actions import register
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from office.vault import digest
from office.workdays import clock
from office.workdays.rules import DAY
from portal import sweeping
from tests import casework
from tests.makers import blank_pdf
from tests.portal.desks import at_desk, ready, said
from tests.stub_peer import StubPeer, registered, signed

pytestmark = pytest.mark.clause("Z14")
URL = "/exchange/v1/messages/"
HOUR = datetime.timedelta(hours=1)


PDF = blank_pdf()


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
    b.peer = registered(
        peer, b.chief, name="省示例平台", kinds=[], identity="full", identity_basis="示例协议第一条", takes_cases=True
    )
    return b


FORM = {"peer": "stub", "decides": "ours", "organ": "", "basis": "", "reason": "全省统一用这个系统审查。"}
THEIRS = {"decides": "theirs", "organ": "示例省民政厅", "basis": "《示例条例》第六条"}


def send(client, b, case, **changed):
    at_desk(client, b.chief)
    return client.post(reverse("desk:case-hand-off", args=[case.number]), {**FORM, **changed}, follow=True)


@pytest.fixture
def handed(b, client, peer):
    """从页面转出、送到、对方接收了的一件。"""
    case = casework.accepted(b)
    send(client, b, case)
    sweeping.exchange(clock.now())
    return HandOff.objects.get(case=case)


def number_of(row):
    return handing_off.message_of(row).number


def tell(row, kind, number, version=1, files=(), **body):
    told = {"for": number_of(row), **body}
    whole = {"schema": "1.0", "number": number, "version": version, "kind": kind, "body": told}
    if files:
        told["files"] = [
            {"name": name, "media_type": "application/pdf", "size": len(raw), "digest": digest(raw)}
            for name, raw in files
        ]
        whole["files"] = {digest(raw): base64.b64encode(raw).decode() for _name, raw in files}
    raw = json.dumps(whole).encode()
    heads = signed(raw, URL, now=clock.now().timestamp())
    return Client().post(URL, raw, content_type="application/json", headers=heads).json()


def track(b, case):
    client = Client()
    client.force_login(b.citizen)
    return said(client.get(reverse("hall:track-case", args=[case.number])))


def refreshed(row):
    found = HandOff.objects.select_related("case").get(pk=row.pk)
    return found, found.case


# 转出 -----------------------------------------------------------------


def test_a_case_goes_out_whole_and_nothing_is_typed_twice(b, client, peer):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.clerk_a, at=b.at)
    row = case.materials.get(material__key="proof")
    Upload.objects.create(
        case_material=row, material_key="proof", file=ContentFile(PDF, name="证明.pdf"), name="证明.pdf",
        media_type="application/pdf", size=len(PDF), digest=digest(PDF), uploaded_at=b.at,
    )  # fmt: skip
    intake.check_materials(case, checks={"proof": casework.OK}, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    assert "省示例平台" in said(at_desk(client, b.chief).get(reverse("desk:case-hand-off", args=[case.number])))
    assert "已转出" in said(send(client, b, case))
    sweeping.exchange(clock.now())
    (asked,) = peer.asked
    body = asked.told["body"]
    assert asked.told["kind"] == "hand_off" and body["SBLSH"] == case.number and asked.wrong == ""
    assert body["applicant"]["id_number"] == "11010519491231002X" and body["form"] == Case.objects.get().answers
    proof = next(one for one in body["SBCLQD"] if one["key"] == "proof")
    assert proof["files"][0]["digest"] == digest(PDF) and proof["files"][0]["name"] == "证明.pdf"
    assert base64.b64decode(asked.told["files"][digest(PDF)]) == PDF
    assert body["hand_off"]["decides"] == "ours" and body["hand_off"]["statutory"]
    stored = ExchangeMessage.objects.get()
    assert "files" not in stored.payload and stored.payload["carried"][digest(PDF)]
    hand_off = HandOff.objects.get()
    assert hand_off.state == "taken" and hand_off.case.elsewhere == "省示例平台"


def test_only_the_sections_leader_hands_off_and_only_to_those_registered_for_it(b, client):
    case = casework.accepted(b)
    url = reverse("desk:case-hand-off", args=[case.number])
    assert "没有转给外面的系统办过" in said(at_desk(client, b.reviewer).get(url))
    assert client.post(url, FORM).status_code == 403
    page = said(send(client, b, case, decides="theirs"))
    assert "对方机关依法决定的，要写明" in page
    ExchangePeer.objects.update(takes_cases=False)
    assert "还没有登记可以转给它办的系统" in said(at_desk(client, b.chief).get(url))
    with pytest.raises(NotNow, match="没有登记可以转给它办"):
        told = {"peer": b.peer, "decides": "ours", "basis": "", "organ": "", "reason": "示例"}
        handing_off.hand_off(case, **told, by=b.chief, at=b.at)
    with pytest.raises(Error), transaction.atomic():
        ExchangePeer.objects.update(takes_cases=True, identity="masked")


def test_our_clocks_run_on_and_our_steps_wait_until_it_comes_back(b, handed):
    case = handed.case
    assert set(case.clocks.running().values_list("kind", flat=True)) >= {"statutory"}
    assert not case.clocks.exclude(paused_at=None).exists()
    with pytest.raises(NotNow, match="先转回来"):
        review.begin(case, by=b.reviewer, at=clock.now())
    with pytest.raises(NotNow, match="先转回来"):
        basis = case.guide.bases.first()
        register.refuse_by_rule(case, basis=basis, refusal=casework.REFUSAL, by=b.chief, at=clock.now())
    page = track(b, case)
    assert "现在由省示例平台办理" in page and "转由别的系统办理" in page


# 对方的进展 -----------------------------------------------------------


def test_progress_is_shown_as_theirs_and_counted_once(b, handed, client):
    tell(handed, "acceptance", "P-1", SLZTDM="1", time=f"{clock.now() - HOUR:%Y%m%dT%H%M%S}")
    first = tell(handed, "review", "P-2", SPHJDM="2", opinion="符合条件，赵申请可以办理。")
    assert first == tell(handed, "review", "P-2", SPHJDM="2", opinion="符合条件，赵申请可以办理。")
    tell(handed, "review", "P-2", version=2, SPHJDM="2", opinion="改正：符合条件。")
    assert first["verdict"] == "accepted" and first["SBLSH"] == handed.case.number
    assert HandOffProgress.objects.count() == 3
    page = track(b, handed.case)
    assert "省示例平台：受理" in page and "省示例平台：审核" in page and "符合条件，赵申请" not in page
    facts = Entry.objects.filter(verb="approvals.case.hear_elsewhere").values_list("facts", flat=True)
    assert "赵申请" not in str(list(facts))
    desk = said(at_desk(client, b.chief).get(reverse("desk:case-hand-off", args=[handed.case.number])))
    assert "改正：符合条件。" in desk and "赵申请可以办理" not in desk  # 只看版本最高的
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_handoffprogress SET text = 'x'")


def test_what_they_ask_for_reaches_the_citizen(b, handed):
    wanted = [{"name": "章程", "defect": "没有盖章", "remedy": "补盖公章"}]
    tell(handed, "supplement_asked", "P-3", list=wanted)
    notice = Notice.objects.filter(kind="case.hand_off", subject="请补交材料").first()
    assert "省示例平台" in notice.body and "章程，没有盖章，补盖公章" in notice.body


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("acceptance", {"SLZTDM": "9"}, "SLZTDM 要是"),
        ("closing", {}, "BJJGDM 要是"),
        ("review", {"SPHJDM": "2", "time": "明天"}, "YYYYMMDDThhmmss"),
        ("review", {"SPHJDM": "2", "time": "29990101T000000"}, "比现在还晚"),
        ("review", {"SPHJDM": "2", "SBLSH": "别的编号"}, "没有把这个编号的件转给你们"),
        ("review", {"SPHJDM": "2", "for": "nothing"}, "没有把这个编号的件转给你们"),
        ("review", {"SPHJDM": "2", "for": 3}, "没有把这个编号的件转给你们"),
    ],
)
def test_what_cannot_be_understood_is_sent_back_with_a_reason(handed, kind, body, why):
    answer = tell(handed, kind, "P-9", **body)
    assert answer["verdict"] == "rejected" and why in answer["reason"] and not HandOffProgress.objects.exists()


def test_another_system_cannot_speak_for_it(b, handed, peer):
    registered(peer, b.chief, code="other")
    whole = {"schema": "1.0", "number": "X", "version": 1, "kind": "closing",
             "body": {"for": number_of(handed), "BJJGDM": "0"}}  # fmt: skip
    raw = json.dumps(whole).encode()
    heads = signed(raw, URL, now=clock.now().timestamp(), sender="other")
    answer = Client().post(URL, raw, content_type="application/json", headers=heads).json()
    assert "没有把这个编号的件转给你们" in answer["reason"]


# 结果 -----------------------------------------------------------------


def test_their_refusal_is_an_opinion_when_the_decision_is_ours(b, handed):
    answer = tell(handed, "closing", "R-1", BJJGDM="1", reason="人数不足。")
    row, case = refreshed(handed)
    assert answer["verdict"] == "accepted" and row.state == "done" and row.result_code == "1"
    assert (case.state, case.outcome, case.elsewhere) == ("accepted", "", "") and case.ground is None
    told = Notice.objects.filter(kind="case.hand_off", to=b.chief).latest("pk")
    assert "这不是决定" in told.body and "拟否定程序" in told.body
    assert review.begin(case, by=b.reviewer, at=clock.now()).state == "reviewing"
    again = tell(handed, "closing", "R-2", BJJGDM="0")
    assert again["verdict"] == "rejected" and "结果已经登记" in again["reason"]


def test_a_decision_of_the_authority_by_law_is_recorded_as_theirs_with_its_paper(b, client, peer):
    case = casework.accepted(b)
    send(client, b, case, **THEIRS)
    sweeping.exchange(clock.now())
    row = HandOff.objects.get()
    bare = tell(row, "closing", "R-1", BJJGDM="1", reason="人数不足。")
    assert bare["verdict"] == "rejected" and "附决定书" in bare["reason"]
    told = {"BJJGDM": "1", "reason": "人数不足。", "paper": "示民许不〔2026〕3号"}
    answer = tell(row, "closing", "R-1", version=2, files=[("决定书.pdf", PDF)], **told)
    assert answer["verdict"] == "accepted"
    row, case = refreshed(row)
    assert (case.state, case.outcome) == ("closed", "elsewhere") and case.ground is None
    assert not case.clocks.running().exists() and Archive.objects.filter(case=case).exists()
    page = track(b, case)
    assert "示例省民政厅" in page and "示民许不〔2026〕3号" in page
    file = HandOffProgress.objects.get(kind="closing").file
    assert file.case == case and file.digest == digest(PDF)
    assert tell(row, "collection", "R-3")["verdict"] == "accepted"
    assert "省示例平台：结果已经领取" in track(b, case)


def test_what_they_give_up_comes_back(b, handed):
    tell(handed, "closing", "R-1", BJJGDM="5", reason="申请人未补正。")
    row, case = refreshed(handed)
    assert (row.state, case.elsewhere, case.state) == ("refused", "", "accepted") and "退件" in row.back_reason
    assert "转回我们这里" in track(b, case)


# 不接、不动、转回 -----------------------------------------------------


def test_a_peer_that_will_not_take_it_sends_it_back_to_the_section(b, client, peer):
    peer.script = ["rejecting"]
    case = casework.accepted(b)
    send(client, b, case)
    sweeping.exchange(clock.now())
    row = HandOff.objects.get()
    assert row.state == "refused" and row.case.elsewhere == "" and "没有接收" in row.back_reason
    assert Notice.objects.filter(kind="case.hand_off", to=b.chief, subject__startswith="转出的件回来了").exists()


@pytest.mark.parametrize("how", ["broken", "silent"])
def test_a_silent_peer_climbs_and_the_case_can_be_taken_back(b, client, peer, how):
    peer.how = how
    case = casework.accepted(b)
    send(client, b, case)
    sweeping.exchange(clock.now())
    row = HandOff.objects.get()
    assert row.state == "offered"
    late = row.clocks.running().get().due_at + HOUR
    handing_off.sweep(at=late)
    row.refresh_from_db()
    assert row.rung == 3 and row.owner == b.deputy  # 转出的就是科长，再上一级
    assert Notice.objects.filter(kind="case.hand_off_late", to=b.deputy).exists()
    url = reverse("desk:case-take-back", args=[case.number])
    assert at_desk(Client(), b.reviewer).post(url, {"back": "不等了。"}).status_code == 403
    assert "请填写“为什么转回”" in said(at_desk(client, b.chief).post(url, {"back": ""}))
    assert "已转回" in said(client.post(url, {"back": "对方一直不接。"}, follow=True))
    row, case = refreshed(row)
    assert (row.state, case.elsewhere) == ("back", "") and case.clocks.running().filter(kind="statutory").exists()
    assert review.begin(case, by=b.reviewer, at=clock.now()).state == "reviewing"


def test_a_result_after_take_back_is_refused_with_a_clear_receipt(b, handed, client, peer):
    client.post(reverse("desk:case-take-back", args=[handed.case.number]), {"back": "不等了。"})
    sweeping.exchange(clock.now())
    assert peer.kinds == ["hand_off", "take_back"]
    assert peer.asked[1].told["body"]["for"] == number_of(handed)
    answer = tell(handed, "closing", "R-1", BJJGDM="0")
    assert answer["verdict"] == "rejected" and "已经转回，由我们办理" in answer["reason"]
    _row, case = refreshed(handed)
    assert case.state == "accepted" and not HandOffProgress.objects.exists()


def test_progress_restarts_the_clock_and_a_late_receipt_changes_nothing(b, handed):
    first = handed.clocks.running().get()
    assert first.kind == "progress"
    tell(handed, "review", "P-1", SPHJDM="1")
    again = handed.clocks.running().get()
    assert again.pk != first.pk and again.due_at >= first.due_at
    assert handing_off.follow(at=clock.now()) == 0


def test_a_withdrawal_ends_the_hand_off_and_they_are_told(b, handed, peer):
    decision.withdraw(handed.case, reason="不办了。", by=b.citizen, at=clock.now())
    sweeping.exchange(clock.now())
    row, case = refreshed(handed)
    assert (row.state, case.state) == ("stopped", "withdrawn") and peer.kinds[-1] == "take_back"
    assert "已经终止" in tell(handed, "review", "P-1", SPHJDM="1")["reason"]


def test_a_second_hand_off_goes_to_another_system_after_the_first_came_back(b, handed, client):
    client.post(reverse("desk:case-take-back", args=[handed.case.number]), {"back": "转错了。"})
    send(client, b, handed.case)
    assert HandOff.objects.count() == 2
    with pytest.raises(Error), transaction.atomic():
        HandOff.objects.filter(pk=handed.pk).update(reason="")
    with pytest.raises(NotNow, match="先转回来"):
        told = {"peer": b.peer, "decides": "ours", "basis": "", "organ": "", "reason": "再转一次。"}
        handing_off.hand_off(Case.objects.get(), **told, by=b.chief, at=clock.now() + DAY)
