"""签名页：手写签名的文书，签了名的那一份存进办件、装进归档包；没有的，移交时说出来。"""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.actions import archiving, decision, delivering, mandates, originals, packing, parties
from approvals.models import Archive, SignedOriginal, Upload
from approvals.rules import packages
from catalog.actions import recording
from catalog.models import Retention
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers import engine
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow
from office.vault import digest
from office.workdays.rules import DAY
from tests import casework
from tests.approvals.test_archives import PDF
from tests.makers import sign_in
from tests.portal import hall_cast
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found, photo

NUMBER = "11010519491231002X"


@pytest.fixture
def b(bureau, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", digest(PDF)))
    return ready(bureau)


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def delivered(b):
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=50)
    delivering.hand_over(case, collector="赵申请", id_number=NUMBER, relation="", by=b.clerk_a, at=b.at)
    return case, Paper.objects.about(case).of_kind("delivery").get()


@pytest.mark.clause("C6")
def test_the_signed_page_is_kept_seen_and_packed(b, client):
    case, paper = delivered(b)
    at_desk(client, b.clerk_a)
    assert "要存签名页" in said(client.get(url("case-papers", case.number)))
    assert url("case-paper-signed", case.number, paper.pk) in said(client.get(url("case-paper", case.number, paper.pk)))
    told = {"signer": "赵申请", "signed_on": b.at.date().isoformat()}
    address = url("case-paper-signed", case.number, paper.pk)
    page = said(client.post(address, told))
    assert "请选择扫描的签名页" in page and "赵申请" in page
    bad = SimpleUploadedFile("签名.pdf", b"MZ\x90\x00")
    assert "不是 PDF、JPG 或 PNG" in said(client.post(address, {**told, "scan": bad}))
    late = {**told, "signed_on": (b.at + DAY).date().isoformat(), "scan": photo("签名.png")}
    assert "不能晚于今天" in said(client.post(address, late))
    assert not SignedOriginal.objects.exists() and not Upload.objects.exists()
    client.post(address, {**told, "scan": photo("签名.png")})
    made = SignedOriginal.objects.get()
    assert (made.paper, made.signer, made.kept_by) == (paper, "赵申请", b.clerk_a)
    assert Entry.objects.about(case).get(verb="approvals.case.keep_signed").facts == {"paper": str(paper)}
    assert "有签名页" in said(client.get(url("case-papers", case.number)))
    assert not archiving.unsigned(case)
    reader, stranger = Client(), Client()
    at_desk(reader, b.reviewer)
    assert "签名.png" in said(reader.get(url("case-paper", case.number, paper.pk)))
    assert reader.get(reverse("hall:file", args=[made.scan_id])).status_code == 200
    sign_in(stranger, b.stranger)
    assert stranger.get(reverse("hall:file", args=[made.scan_id])).status_code == 404
    papers.empty_tray(at=b.at, limit=50)
    box = zipfile.ZipFile(io.BytesIO(packing.package(case, None)))
    [listed] = json.loads(box.read(packages.APPLICATION))["files"]
    assert listed["material"] == f"signed.{paper.pk}" and box.read(listed["path"]) == hall_cast.PNG
    [row] = json.loads(box.read(packages.PROCESS))["rows"]["approvals.signedoriginal"]
    assert row["paper_id"] == paper.pk


@pytest.mark.clause("C6")
def test_the_keeper_is_told_what_has_no_signed_page_and_may_go_on(b, client):
    case, paper = delivered(b)
    told = {"period": "30", "basis": "示例保管期限表第3条", "document_number": "示例档〔2026〕1号"}
    recording.set_retention(retention=Retention(item=b.item, **told), by=b.editor, at=b.at)
    decision.close(case, by=b.clerk_a, at=b.at)
    papers.empty_tray(at=b.at, limit=50)
    archiving.make_due(at=b.at)
    archive = Archive.objects.get(case=case)
    sign_in(client, b.editor)
    page = said(client.get(reverse("admin:approvals_archive_change", args=[archive.pk])))
    assert "没有存签了名的那一份" in page and paper.number in page
    told = {"received_by": "示例档案室", "receipt_number": "示例凭证1号", "transferred_on": b.at.date().isoformat()}
    posted = {f"transfer-{name}": value for name, value in told.items()}
    address = reverse("admin:approvals_archive_deed", args=[archive.pk, "transfer"])
    bare = client.post(address, posted)
    assert bare.status_code == 409 and "没有签名页" in said(bare) and "示例凭证1号" in said(bare)
    client.post(address, {**posted, "transfer-unsigned_known": "on"})
    archive.refresh_from_db()
    assert archive.state == "transferred"
    noted = Entry.objects.about(archive).get(verb="approvals.archive.note_unsigned")
    assert noted.facts["papers"] == [str(paper)]
    more = {"case": case, "signer": "赵申请", "signed_on": b.at.date(), "name": "签名.png", "at": b.at}
    originals.keep(paper, **more, content=photo(), by=b.clerk_a)
    assert archive.supplementary.get().state == "ordered", "移交以后补存的，另做一个补充的包"


@pytest.mark.clause("C6")
def test_only_what_is_signed_by_hand_takes_a_page(b, client):
    case, _paper = delivered(b)
    grant = Paper.objects.about(case).of_kind("grant").get()
    told = {"case": case, "signer": "赵申请", "signed_on": b.at.date(), "name": "签名.png", "at": b.at}
    with pytest.raises(NotNow, match="没有手写签名"):
        originals.keep(grant, **told, content=photo(), by=b.clerk_a)
    at_desk(client, b.clerk_a)
    assert client.get(url("case-paper-signed", case.number, grant.pk)).status_code == 302
    assert {code for code, kind in KINDS.items() if kind.hand_signed} == {
        "acceptance", "correction", "electronic_consent", "hearing_record", "statement", "inspection_record", "pledge",
        "mandate", "delivery",
    }  # fmt: skip


@pytest.mark.clause("C6")
def test_the_receipt_of_delivery_is_printed_before_the_hand_over(b, client):
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=50)
    at_desk(client, b.clerk_a)
    address = url("case-delivery-blank", case.number)
    assert address in said(client.get(url("case-deliver", case.number)))
    before = Paper.objects.count()
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Paper.objects.count() == before


def scan_of(b, case, kind):
    """存下这种文书的签名页，返回它的网址。"""
    paper = Paper.objects.about(case).of_kind(kind).get()
    told = {
        "case": case,
        "signer": "孙某某",
        "signed_on": b.at.date(),
        "name": f"{kind}.png",
        "by": b.clerk_a,
        "at": b.at,
    }
    return reverse("hall:file", args=[originals.keep(paper, **told, content=photo()).scan_id])


@pytest.mark.clause("Z4")
def test_a_statement_signed_by_another_is_not_opened_by_counting_up(b, client):
    """利害关系人签名的陈述申辩笔录不给申请人，它的签名页也不给：凭账号、凭查询码、凭委托都一样；科室照样看得到。"""
    case = casework.reviewed(b)
    spoken = {"who": "孙某某", "standing": "party", "place": "三楼接待室", "text": "住在隔壁。", "evidence": ""}
    parties.hear(case, **spoken, stated_at=b.at, signer="孙某某", by=b.reviewer, at=b.at)
    hidden = scan_of(b, case, "statement")
    client.force_login(b.citizen)
    by_code = Client()
    found(by_code, case)
    assert [one.get(hidden).status_code for one in (client, by_code)] == [404, 404]
    agent = mandates.Agent(user=b.clerk_b)
    terms = mandates.Terms(("supplement",), b.at.date() + 30 * DAY)
    mandate = mandates.appoint(case, agent=agent, terms=terms, by=b.clerk_a, at=b.at, signed=True)
    by_agent = Client()
    session = by_agent.session
    session["tracked"] = {case.number: (b.at + DAY).timestamp()}
    session["agent"] = {case.number: mandate.pk}
    session.save()
    assert by_agent.get(reverse("hall:track-case", args=[case.number])).status_code == 200
    assert by_agent.get(hidden).status_code == 404
    assert at_desk(Client(), b.reviewer).get(hidden).status_code == 200


@pytest.mark.clause("Z4")
def test_a_signed_page_of_a_paper_of_his_own_is_his(b, client):
    case, _paper = delivered(b)
    own = scan_of(b, case, "delivery")
    client.force_login(b.citizen)
    by_code = Client()
    found(by_code, case)
    assert [one.get(own).status_code for one in (client, by_code)] == [200, 200]
    client.force_login(b.other_citizen)
    assert client.get(own).status_code == 404
