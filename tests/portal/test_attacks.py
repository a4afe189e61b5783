"""攻击：照着想害人的人的做法走一遍。每一项先能打穿，修好以后留在这里。"""

import csv
import io
import runpy
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter
from django_otp.plugins.otp_totp.models import TOTPDevice

from agencies.models import User
from approvals.actions import decision, drafts, files, intake
from approvals.models import Case, CaseMaterial, Ground, Review, Upload
from approvals.rules.not_accepting import Why
from denials.actions import ladder, register, reports
from denials.models import RegisterEntry, Report
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import engine
from office.papers.models import Paper
from portal.second_factor import shown_code
from portal.settings.addresses import client_address
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, FILED, at_desk, checked, ready, said
from tests.portal.hall_cast import FORM, PDF, PERSON, PNG, begun, filled, found, go, photo


@pytest.fixture
def b(bureau):
    cache.clear()
    return ready(bureau, form=FORM)


def with_file(b) -> Upload:
    """办件和它的一份材料。"""
    case = casework.told(b)
    drafts.supplement(case, files={"proof": [("证明.pdf", ContentFile(PDF))]}, by=b.citizen, at=b.at)
    return Upload.objects.get(case_material__case=case)


def half_in(user: User) -> Client:
    """只过了密码、没有过第二因素的人。"""
    client = Client()
    client.force_login(user)
    return client


# 一、绕开“说不”的门 -------------------------------------------------------


def test_extra_fields_on_a_form_change_nothing_they_do_not_name(b, client):
    """批量赋值：表单里多塞状态、结果、单位、经办人，一个也不认。"""
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    smuggled = {
        "state": "refused",
        "outcome": "refused",
        "ground": "1",
        "unit": "sx-window",
        "by": b.director.pk,
        "at": "2020-01-01",
        "user": b.other_citizen.pk,
        "held_at": "",
        "decided_at": "2020-01-01",
        "accepted_at": "2020-01-01",
    }
    client.post(reverse("desk:case-check", args=[case.number]), checked() | smuggled)
    client.post(reverse("desk:case-accept", args=[case.number]), smuggled)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.ground, case.decided_at) == ("accepted", "", None, None)
    assert case.user == b.citizen and case.unit == b.orgs
    assert Entry.objects.about(case).filter(verb="approvals.case.accept").get().by == b.clerk_a


def test_a_clerk_takes_in_only_at_his_own_window(b, client):
    at_desk(client, b.stranger)
    form = {
        **PERSON,
        "kind": "person",
        "id_number": "11010519491231002X",
        "unit": "zj-window",
        "key": "k",
        "provided": [],
    }
    answers = {"answers-org_name": "示例", "answers-why": "new", "answers-funds": "1", "answers-truth": "on"}
    client.post(reverse("desk:receive", args=[b.item.code]), form | answers)
    assert not Case.objects.exists()


def test_a_report_is_mended_only_by_its_own_unit_and_never_decided_from_the_desk(b, client):
    report = casework.filed(b)
    at_desk(client, b.stranger)
    told = {"reply": "补充", "reasons": "改", "basis_text": "改", "verdict": "sanction"}
    assert client.post(reverse("desk:report-resubmit", args=[report.number]), told).status_code == 404
    at_desk(client, b.clerk_a)
    client.post(reverse("desk:report-resubmit", args=[report.number]), told)
    client.post(reverse("desk:report", args=[report.number]), told)
    report.refresh_from_db()
    assert (report.state, report.reasons) == ("with_chief", casework.STATEMENT.reasons)


DEEDS = [
    ("received", "clerk_a", "case-check", checked()),
    ("received", "clerk_a", "case-report", FILED),
    ("told", "clerk_a", "case-answer", {"keys": ["proof"]}),
    ("accepted", "reviewer", "case-begin-review", {}),
    ("reviewed", "chief", "case-grant", {"decision": "准予。"}),
    ("granted", "clerk_a", "case-deliver", COLLECTED),
    ("received", "clerk_a", "case-withdraw", {"reason": "不办了。"}),
]


@pytest.mark.parametrize(("state", "who", "name", "data"), DEEDS, ids=[deed[2] for deed in DEEDS])
def test_the_same_post_twice_does_it_once(b, client, monkeypatch, state, who, name, data):
    """连按两下、重放：文书、通知、日志、审查、报告都只有一份。"""
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", "0" * 64))
    case = getattr(casework, state)(b)
    at_desk(client, getattr(b, who))
    client.post(reverse(f"desk:{name}", args=[case.number]), data)
    once = counted()
    assert once["entries"] > 0
    answer = client.post(reverse(f"desk:{name}", args=[case.number]), data)
    assert answer.status_code in (200, 302, 403)
    if name != "case-check":  # 核对可以再核对，每次记一笔
        assert counted() == once


def counted() -> dict[str, int]:
    kept = {
        "papers": Paper,
        "notices": Notice,
        "entries": Entry,
        "reviews": Review,
        "reports": Report,
        "grounds": Ground,
    }
    return {name: noun.objects.count() for name, noun in kept.items()}


def test_a_leader_cannot_sanction_twice_nor_with_a_replayed_post(b, client):
    report = casework.with_deputy(b)
    at_desk(client, b.deputy)
    address = reverse("admin:denials_report_deed", args=[report.pk, "sanction"])
    said_no = {"sanction-text": "同意。", "sanction-possible": "补足以后再来。"}
    assert client.post(address, said_no).status_code == 302
    once = counted()
    assert client.post(address, said_no).status_code == 409
    assert counted() == once


@pytest.mark.clause("Z3")
def test_a_signed_in_clerk_withdraws_nothing_on_the_public_side(b, client):
    """窗口的人手里有凭证上的查询码：登录着去大厅“替”申请人撤回，做不了；别的单位的人也一样。"""
    case = casework.received(b)
    for who in (b.clerk_a, b.stranger):
        at_desk(client, who)
        found(client, case)
        assert client.post(reverse("hall:withdraw", args=[case.number]), {"reason": "劝退"}).status_code == 403
    assert Case.objects.get(pk=case.pk).state == "received"
    assert not Entry.objects.filter(verb="approvals.case.withdraw").exists()


def test_a_clerk_does_not_rate_his_own_service(b, client):
    case = decision.withdraw(casework.received(b), reason="不办了", by=b.citizen, at=b.at)
    at_desk(client, b.clerk_a)
    found(client, case)
    answer = client.post(reverse("hall:rate", args=[case.number]), {"score": "very_good"})
    assert answer.status_code == 403


# 二、看别人的东西 ---------------------------------------------------------


def test_a_file_stays_shut_before_the_second_factor(b):
    """密码被盗、还没有过动态口令：顺着编号取文件、看消息，都不行。"""
    upload = with_file(b)
    for who in (b.chief, b.deputy, b.director):
        thief = half_in(who)
        assert thief.get(reverse("hall:file", args=[upload.pk])).status_code == 404
        assert thief.get(reverse("hall:inbox")).status_code in (302, 403)
        assert thief.post(reverse("hall:inbox-read")).status_code in (302, 403)
    sign_in(clerk := Client(), b.chief)
    assert clerk.get(reverse("hall:file", args=[upload.pk])).status_code == 200


def test_a_submitted_drafts_link_no_longer_opens_its_files(b, client):
    """转发过的草稿链接：提交以后，换一个浏览器打不开里面的文件。"""
    draft = filled(client, b)
    client.post(go(draft, "materials"), {"file-proof": photo(), "upload": "1"})
    client.post(go(draft, "submit"))
    upload = Upload.objects.get()
    address = reverse("hall:apply-file", args=[draft.token, upload.pk])
    assert client.get(address).status_code == 200
    assert Client().get(address).status_code == 404


def test_another_drafts_file_is_not_reached_through_mine(b, client):
    mine, theirs = begun(client, b), begun(Client(), b)
    upload = drafts.attach(theirs, key="proof", name="a.png", content=ContentFile(PNG), by=b.system, at=b.at)
    assert client.get(reverse("hall:apply-file", args=[mine.token, upload.pk])).status_code == 404
    assert client.post(reverse("hall:apply-remove", args=[mine.token, upload.pk])).status_code == 404
    assert Upload.objects.exists()


def test_papers_of_one_case_are_not_reached_through_another(b, client, monkeypatch):
    monkeypatch.setattr(engine, "typeset", lambda paper, **_: engine.Sheet(PDF, "示例", "0" * 64))
    mine, theirs = casework.received(b), casework.received(b, user=b.other_citizen)
    paper = Paper.objects.about(theirs).get()
    client.force_login(b.citizen)
    assert client.get(reverse("hall:paper", args=[mine.number, paper.pk])).status_code == 404
    at_desk(client, b.clerk_a)
    assert client.get(reverse("desk:case-paper-file", args=[mine.number, paper.pk])).status_code == 404


def test_an_ungranted_case_costs_as_much_as_no_case(b, client, django_assert_num_queries):
    """进度页的网址：有这一件和没有这一件，做的事一样多，快慢看不出来。"""
    case = casework.received(b)
    for number in (case.number, "44080020200101000000"):
        with django_assert_num_queries(1):  # 只问了时刻
            assert client.get(reverse("hall:track-case", args=[number])).status_code == 302


def test_guessing_is_not_unlimited_by_forged_addresses(b, client):
    """猜查询码：改 X-Forwarded-For、X-Real-IP 换不出新的次数（没有代理在前面时，这些头都是来客自己写的）。"""
    case = casework.received(b)
    codes = []
    for n in range(12):
        forged = {
            "HTTP_X_FORWARDED_FOR": f"10.0.0.{n}",
            "HTTP_X_REAL_IP": f"10.0.0.{n}",
            "HTTP_FORWARDED": f"for=10.0.0.{n}",
        }
        answer = client.post(reverse("hall:track"), {"number": case.number, "code": "AAAAAAAA"}, **forged)
        codes.append(answer.status_code)
    assert codes[9:] == [200, 429, 429]


def test_behind_the_proxy_its_header_is_the_address(b, settings, rf):
    request = rf.get("/", HTTP_X_REAL_IP="203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert client_address(request) == "127.0.0.1"
    settings.BEHIND_PROXY = True
    assert client_address(request) == "203.0.113.9"


PERSONAL = ["hall:space", "hall:inbox"]


def test_personal_pages_are_never_stored(b, client):
    """大厅的公用电脑：退出以后按“后退”，也看不到上一个人的。"""
    draft = filled(client, b)
    pages = [go(draft, name) for name in ("person", "materials", "check", "discard")] + [
        reverse("hall:apply", args=[draft.token])
    ]
    pages += [go(draft, "page", key="basic")]
    answers = [client.get(page) for page in pages]
    client.post(go(draft, "submit"))
    case = Case.objects.get()
    answers += [client.get(go(draft, "receipt")), client.get(reverse("hall:track-case", args=[case.number]))]
    answers += [client.get(reverse("hall:withdraw", args=[case.number])), client.get(reverse("hall:track"))]
    client.force_login(b.citizen)
    answers += [client.get(reverse(name)) for name in PERSONAL]
    at_desk(client, b.clerk_a)
    answers += [client.get(reverse("desk:today")), client.get(reverse("desk:case", args=[case.number]))]
    at_desk(client, b.chief)
    answers += [client.get(reverse("admin:denials_report_changelist"), follow=True)]
    for answer in answers:
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        cached = answer.headers.get("Cache-Control", "")
        assert "no-store" in cached and "private" in cached, answer.request["PATH_INFO"]


# 三、上传 ----------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HOSTILE = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": SVG,
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "zip": b"PK\x03\x04" + b"0" * 60,
    "gz": b"\x1f\x8b\x08" + b"0" * 60,
    "bz2": b"BZh9" + b"0" * 60,
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\x07\x00",
    "exe": b"MZ\x90\x00" + b"0" * 60,
    "elf": b"\x7fELF" + b"0" * 60,
    "sh": b"#!/bin/sh\nid",
    "php": b"<?php system($_GET['c']);",
    "gif": b"GIF89a" + b"0" * 60,
    "webp": b"RIFF\x00\x00\x00\x00WEBP",
    "bmp": b"BM" + b"0" * 60,
    "tiff": b"II*\x00" + b"0" * 60,
    "ico": b"\x00\x00\x01\x00",
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "ps": b"%!PS-Adobe-3.0",
    "rtf": b"{\\rtf1",
    "js": b"alert(1)",
    "late": b"\n" * 8 + PDF,
    "space": b" " + PNG,
    "half": b"\x89PNG",
    "bom": b"\xef\xbb\xbf" + PDF,
    "swf": b"CWS\x0a",
    "class": b"\xca\xfe\xba\xbe",
    "mp4": b"\x00\x00\x00\x18ftypmp42",
    "heic": b"\x00\x00\x00\x18ftypheic",
    "none": b"",
}
WRONG_NAME = [
    "a.html",
    "a.svg",
    "a.pdf.html",
    "a.php",
    "a",
    "a.pdf\0.html",
    "a.exe",
    "a.pdf.",
    "a.htm",
    "a.xhtml",
    ".pdf.js",
]


def test_hostile_files_are_refused_whatever_they_are_called(b, client):
    """错的文件头 × 各种扩展名，和对的文件头配错的名字：一个也不收。"""
    draft = begun(client, b)
    tries = [(f"a.{ext}", raw) for raw in HOSTILE.values() for ext in ("pdf", "png", "jpg")]
    tries += [(name, raw) for name in WRONG_NAME for raw in (PDF, PNG)]
    assert len(tries) >= 60
    for name, raw in tries:
        with pytest.raises(files.BadUpload):
            drafts.attach(draft, key="proof", name=name, content=ContentFile(raw), by=b.system, at=b.at)
    assert not Upload.objects.exists()


NAMES = [
    "../../etc/passwd.png",
    "..\\..\\boot.png",
    "a\r\nSet-Cookie: x=1.png",
    'a"; filename="b.html.png',
    "\u202egnp.exe\u202c.png",
    "a\0b.png",
    "%0d%0aX: y.png",
    "<img src=x onerror=alert(1)>.png",
    "=cmd|'/c calc'!A1.png",
    "長" * 190 + ".png",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_polyglot_comes_back_as_a_dead_attachment(b, client, name):
    """图片里夹着网页：收得下，但只作为附件下载，不猜类型，不执行，名字进不了别的头。"""
    draft = begun(client, b)
    raw = PNG + b"<script>alert(1)</script>"
    upload = drafts.attach(draft, key="proof", name=name, content=ContentFile(raw), by=b.system, at=b.at)
    answer = client.get(reverse("hall:apply-file", args=[draft.token, upload.pk]))
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''") and disposition.isascii()
    assert not set(disposition.removeprefix("attachment; ")) & set(' ;"\r\n\\<>')
    assert "Set-Cookie" not in answer.headers
    assert "/" not in upload.name and ".." not in upload.file.name and upload.file.name.startswith("uploads/")
    page = said(client.get(go(draft, "materials")))
    assert "<img src=x" not in page and "\u202e" not in page


# 四、夹带的网页代码 ----------------------------------------------------------

XSS = '"><img src=x onerror=alert(1)><script>alert(1)</script><a href="javascript:alert(1)">{{7*7}}{%now "Y"%}'


class Page(HTMLParser):
    """挑出页面上不该有的：行内脚本、事件属性、样式属性、javascript: 网址、外站的东西。"""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        wrong = [name for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        links = [given[name] or "" for name in ("href", "src", "action", "formaction") if name in given]
        outside = [url for url in links if url.lower().startswith(("javascript:", "data:text", "//", "vbscript:"))]
        if wrong or outside or given.get("src") == "x" or (tag == "script" and "src" not in given):
            self.faults.append(self.get_starttag_text() or tag)


def looked_at(client: Client, *addresses: str, status: int = 200) -> None:
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code == status, address
        page = said(answer)
        assert not (faults := Page(page).faults), (address, faults)
        assert "49{" not in page


def desk_pages(case: Case) -> list[str]:
    names = ("case", "case-materials", "case-reviews", "case-papers", "case-messages", "case-history", "case-check")
    return [reverse(f"desk:{name}", args=[case.number]) for name in names]


def poisoned(b) -> Report:
    """每一处能写字的地方都写上攻击串，走到核准否定。"""
    person = intake.Person("person", XSS[:120], casework.PERSON.id_number, "13800000001", XSS[:200], XSS[:60])
    answers = {"org_name": XSS, "why": XSS, "funds": XSS}
    case = casework.received(b, person=person, answers=answers)
    intake.check_materials(case, checks={"proof": intake.Check("defective", XSS)}, by=b.clerk_a, at=b.at)
    CaseMaterial.objects.filter(case=case).update(provided=True)
    upload = {"case_material": case.materials.first(), "material_key": "proof"}
    files.store(XSS.replace("/", "") + ".pdf", ContentFile(PDF), upload, by=b.clerk_a, at=b.at)
    told = dict.fromkeys(("progress", "reasons", "basis_text"), XSS)
    statement = casework.Statement(
        **told,
        question=XSS[:300],
        clerk_contact=XSS[:60],
        policies=({"title": XSS, "text": XSS},),
        why=Why("not_ours", XSS[:120], XSS[:120], XSS[:60]),
    )
    return reports.file(case, statement=statement, by=b.clerk_a, at=b.at)


def test_text_stays_text_on_every_page(b, client):
    """姓名、答案、说明、理由、意见、文件名里的代码，在大厅、工作台、队列的页上都只是字。"""
    report = poisoned(b)
    case = report.case
    for chief in (b.approval_chief, b.chief):
        ladder.review(report, text=XSS, by=chief, at=b.at)
    change = reverse("admin:denials_report_change", args=[report.pk])
    at_desk(client, b.clerk_a)
    looked_at(
        client,
        *desk_pages(case),
        reverse("desk:report", args=[report.number]),
        reverse("desk:today"),
        reverse("desk:refusals"),
    )
    looked_at(
        client, reverse("desk:search") + "?q=" + "%22%3E%3Cimg", reverse("desk:scan") + "?code=%22%3E%3Cimg%20src=x"
    )
    at_desk(client, b.deputy)
    looked_at(client, reverse("admin:denials_report_changelist"), change)
    ladder.sanction(report, text=XSS, possible=XSS, elsewhere=XSS, by=b.deputy, at=b.at)
    entry = RegisterEntry.objects.get(case=case)
    at_desk(client, b.director)
    looked_at(
        client,
        change,
        reverse("admin:denials_registerentry_changelist") + "?which=all",
        reverse("admin:denials_precedent_changelist"),
    )
    looked_at(
        client,
        reverse("admin:denials_precedent_change", args=[report.precedent.pk]),
        reverse("admin:approvals_case_change", args=[case.pk]),
    )
    looked_at(client, reverse("admin:denials_registerentry_change", args=[entry.pk]))
    client.force_login(b.citizen)
    looked_at(client, reverse("hall:track-case", args=[case.number]), reverse("hall:inbox"), reverse("hall:space"))
    check = Paper.objects.about(case).first().check_code
    looked_at(client, reverse("hall:verify-paper", args=[check]))
    looked_at(client, reverse("hall:verify") + "?code=%22%3E%3Cimg%20src=x%20onerror=1%3E", status=404)
    looked_at(client, reverse("hall:items") + "?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&theme=%22%3E%3Cimg")


class Letter(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "data")]


FETCH = (
    '<img src="file:///etc/passwd"><link rel=stylesheet href="http://127.0.0.1:9/a">'
    "<style>@import url(http://127.0.0.1:9/b)</style><iframe src=x>"
)


def test_letters_carry_text_only(b, monkeypatch):
    """文书里夹带图片、样式、外链：排出来只是字，什么也不去取。"""
    monkeypatch.setattr("tests.portal.test_attacks.XSS", FETCH)
    report = poisoned(b)
    for chief in (b.approval_chief, b.chief):
        ladder.review(report, text=FETCH, by=chief, at=b.at)
    ladder.sanction(report, text=FETCH, possible=FETCH, elsewhere=FETCH, by=b.deputy, at=b.at)
    kinds = set()
    for paper in Paper.objects.all():
        letter = Letter(engine.compose(paper))
        kinds.add(paper.kind)
        assert not letter.tags & {"script", "iframe", "link", "style", "object", "embed"}, paper.kind
        assert all(link.startswith("paper:") for link in letter.links), (paper.kind, letter.links)
    assert {"receipt", "denial_report", "register_entry", "not_accepted"} <= kinds


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x"])
def test_the_printer_fetches_nothing_from_outside(url, monkeypatch):
    """就算有人写进了代码，排版也不出门、不读盘。"""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("排版想联网"))
    for html in (f'<img src="{url}">', f"<style>@import url({url});</style>", f'<link rel="attachment" href="{url}">'):
        try:
            pdf = engine.print_pdf(html, {})
        except engine.Refused:
            continue
        assert b"root:" not in pdf and b"EmbeddedFile" not in pdf


def test_a_spreadsheet_runs_nothing_from_the_register(b, client):
    """清册：每一格都不以公式开头，全角的等号加号也算（中文表格软件照样当公式）。"""
    cells = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1"]
    for text in cells:
        person = intake.Person("person", text, casework.PERSON.id_number, "13800000001")
        case = casework.received(b, person=person)
        refusal = casework.REFUSAL.__class__(
            **{**vars(casework.REFUSAL), "progress": text, "reasons": text, "clerk_contact": text}
        )
        register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=refusal, by=b.clerk_a, at=b.at)
    at_desk(client, b.director)
    sheet = b"".join(client.get(reverse("admin:denials_registerentry_export") + "?which=all").streaming_content).decode(
        "utf-8-sig"
    )
    rows = list(csv.reader(io.StringIO(sheet)))[1:]
    assert len(rows) == len(cells)
    assert not [
        cell
        for row in rows
        for cell in row
        if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    ]


def test_exporting_personal_data_is_logged(b, client):
    """导出含个人信息的清册：谁、何时、多少行（个人信息保护法 51 条、55 条）。"""
    casework.filed(b)
    at_desk(client, b.director)
    b"".join(client.get(reverse("admin:denials_registerentry_export") + "?which=all").streaming_content)
    entry = Entry.objects.get(verb="denials.register.export")
    assert entry.by == b.director and entry.facts["rows"] == 0


# 五、门 -----------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_sent_to_another_site(b, client, wanted):
    password = "示例口令-2026"
    b.citizen.set_password(password)
    b.citizen.save()
    answers = [
        client.post(reverse("hall:login"), {"username": b.citizen.username, "password": password, "next": wanted}),
        client.post(reverse("hall:play"), {"username": b.other_citizen.username, "next": wanted}),
        client.post(reverse("shell:language"), {"language": "en", "next": wanted}, HTTP_REFERER=wanted),
        client.post(reverse("shell:preferences"), {"mode": "elder", "next": wanted}, HTTP_REFERER=wanted),
        client.get(reverse("admin:login"), {"next": wanted}),
    ]
    for answer in answers:
        if answer.status_code == 302:
            target = urlsplit(answer.url)
            assert not target.netloc and not target.scheme, answer.url
            assert not answer.url.startswith(("//", "/\\", "/\t"))


def test_a_forged_host_is_refused(client, db, settings):
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example"):
        assert client.get("/track/", HTTP_HOST=host).status_code == 400
    settings.ALLOWED_HOSTS = ["hall.example"]
    assert client.get("/track/", HTTP_HOST="hall.example", HTTP_X_FORWARDED_HOST="evil.example").status_code == 200


def test_every_post_wants_the_token(b):
    """跨站伪造：登录着的人，任何一个 POST 没有令牌都是 403。"""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, b.director)
    words = {"app_label": "denials", "content_type_id": "1", "form": "xlsx", "key": "1"}
    deeds = {
        "admin:exchange_deed": {"name": "confirm"}, "admin:manuals_deed": {"name": "cancel"},
        "admin:sheets_proof": {"name": "blank"},
    }  # fmt: skip
    asked = 0
    for pattern_name, params in named():
        numeric = {name for name, kind in params.items() if isinstance(kind, IntConverter)}
        given = {name: 1 if name in numeric else words.get(name, "x") for name in params}
        address = reverse(pattern_name, kwargs=given | deeds.get(pattern_name, {}))
        if pattern_name == "exchange-receive":  # 不看登录，只认签名；见 tests/portal/test_exchange_in.py
            assert client.post(address, b"{}", content_type="application/json").status_code == 401
            continue
        assert client.post(address).status_code in (403, 405, 404 if "view_on_site" in pattern_name else 403), address
        asked += 1
    assert asked > 150


def named(resolver=None, spaces=(), params=()):
    """全部有名字的网址：（名字，{参数: 转换器}）。"""
    for one in (resolver or get_resolver()).url_patterns:
        kept = dict(params) | dict.fromkeys(one.pattern.regex.groupindex) | one.pattern.converters
        if hasattr(one, "url_patterns"):
            yield from named(one, (*spaces, *([one.namespace] if one.namespace else [])), kept)
        elif one.name:
            yield ":".join((*spaces, one.name)), kept


def test_signing_in_changes_the_session_key(b, client):
    """会话固定：登录前塞给他的会话号，登录后作废。"""
    client.get(reverse("hall:track"))
    found(client, casework.received(b))
    planted = client.session.session_key
    assert planted
    client.post(reverse("hall:play"), {"username": b.citizen.username})
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get(reverse("hall:space")).status_code == 302


def test_five_wrong_passwords_lock_one_person_not_the_hall(b, client):
    password = "示例口令-2026"
    for person in (b.citizen, b.other_citizen):
        person.set_password(password)
        person.save()
    wrong = {"username": b.citizen.username, "password": "x"}
    codes = [
        client.post(reverse("hall:login"), wrong, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code for n in range(6)
    ]
    assert codes[-1] == 429
    right = {"username": b.citizen.username, "password": password}
    assert client.post(reverse("hall:login"), right, HTTP_X_REAL_IP="10.9.9.9").status_code == 429
    other = {"username": b.other_citizen.username, "password": password}
    assert Client().post(reverse("hall:login"), other).status_code == 302
    far = Client(REMOTE_ADDR="203.0.113.7")
    assert far.post(reverse("hall:login"), right).status_code == 302


def test_half_a_login_opens_nothing(b, client, settings):
    """密码对了、口令还没过：队列、工作台的任何一页都进不去；口令猜几次就要等。"""
    settings.DEMONSTRATION = False
    password = "示例口令-2026"
    b.director.set_password(password)
    b.director.save()
    device = TOTPDevice.objects.create(user=b.director, name="手机")
    answer = client.post(reverse("hall:login"), {"username": b.director.username, "password": password})
    assert answer.url == reverse("hall:second-factor")
    for name in (
        "admin:index",
        "admin:enrol",
        "admin:denials_report_changelist",
        "desk:today",
        "hall:space",
        "hall:inbox",
    ):
        assert "/login/" in client.get(reverse(name)).url, name
    client.post(reverse("hall:second-factor"), {"token": "000000"})
    device.refresh_from_db()
    assert device.throttling_failure_count == 1  # 错一次等一秒，以后逐次加倍
    device.throttling_failure_count = 10
    device.save()
    settings.DEMONSTRATION = True
    token = shown_code(device)
    settings.DEMONSTRATION = False
    client.post(reverse("hall:second-factor"), {"token": token})
    assert "_auth_user_id" not in client.session


def test_a_staff_session_without_the_factor_enters_nowhere(b):
    """旁路：别处登录了的会话（没有过口令）直接打队列、工作台的网址；绑过手机的不能再绑一部。"""
    TOTPDevice.objects.create(user=b.director, name="手机")
    thief = half_in(b.director)
    assert "/login/" in thief.get(reverse("admin:denials_report_changelist")).url
    assert "/login/" in thief.post(reverse("admin:enrol"), {"token": "123456"}).url
    assert TOTPDevice.objects.filter(user=b.director).count() == 1
    assert thief.get(reverse("desk:today")).status_code == 403


def test_a_switched_off_account_is_out_at_once(b, client):
    at_desk(client, b.clerk_a)
    assert client.get(reverse("desk:today")).status_code == 200
    User.objects.filter(pk=b.clerk_a.pk).update(is_active=False)
    assert client.get(reverse("desk:today")).status_code == 302


def test_nothing_of_the_demonstration_is_left_in_production(b, client, settings):
    settings.DEMONSTRATION = False
    device = TOTPDevice.objects.create(user=b.chief, name="手机")
    assert client.post(reverse("hall:play"), {"username": b.citizen.username}).status_code == 404
    assert "扮演" not in said(client.get(reverse("hall:login")))
    assert client.get(reverse("shell:styleguide")).status_code == 404
    assert shown_code(device) == ""
    session = client.session
    session["awaiting"] = {"user": b.chief.pk, "until": b.at.timestamp() + 600, "next": ""}
    session.save()
    assert "此刻的口令" not in said(client.get(reverse("hall:second-factor")))


def test_demonstration_switch_is_ignored_by_production(monkeypatch):
    for name in ("SECRET_KEY", "VAULT_KEYS", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("HALL_DEMO", "1")
    told = runpy.run_module("portal.settings.production")
    assert told["DEMONSTRATION"] is False and told["DEBUG"] is False and told["BEHIND_PROXY"] is True


# 六、坏的输入与日志 ---------------------------------------------------------

ODD = [
    "%00",
    "a%00b",
    "%ff%fe",
    "..%2f..%2fetc",
    "%0d%0aX:%20y",
    "9" * 400,
    "a%2Fb",
    "%E2%80%AE",
    "' OR 1=1--",
    "{{7*7}}",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_addresses_are_answered_kindly(b, client, odd):
    """怪网址：不是 500。"""
    paths = [
        f"/track/{odd}/",
        f"/verify/{odd}/",
        f"/verify/?code={odd}",
        f"/apply/{odd}/",
        f"/items/?q={odd}&theme={odd}&kind={odd}&audience={odd}&page={odd}",
        f"/files/{'9' * 30}/",
    ]
    at_desk(staff := Client(), b.chief)
    inside = [
        f"/desk/cases/{odd}/",
        f"/desk/search/?q={odd}",
        f"/desk/scan/?code={odd}",
        f"/desk/cases/?queue={odd}",
        f"/desk/reports/{odd}/",
        f"/queue/denials/report/?q={odd}&which={odd}&p={odd}&o={odd}",
        f"/queue/approvals/case/?q={odd}&state__exact={odd}",
        f"/queue/denials/report/{odd}/change/",
        f"/queue/denials/registerentry/export/?q={odd}",
    ]
    for person, addresses in ((client, paths), (staff, inside)):
        person.raise_request_exception = False
        for address in addresses:
            assert person.get(address).status_code < 500, address


def test_verification_codes_that_cannot_be_addresses_are_just_wrong(client, db):
    for code in ("---", "a/b", "../..", "%00"):
        assert client.get(reverse("hall:verify"), {"code": code}, follow=True).status_code in (200, 400, 404), code


def test_no_personal_data_in_logs_addresses_facts_or_markup(b, client, caplog):
    """证件号、手机号：不进日志、网址、日志里的事实、通知的正文、页面的注释。"""
    draft = filled(client, b)
    answer = client.post(go(draft, "submit"))
    case = Case.objects.get()
    addresses = [answer.url, client.get(go(draft, "receipt")).request["PATH_INFO"]]
    sign_in(clerk := Client(), b.clerk_a)
    pages = [said(clerk.get(page)) for page in desk_pages(case)]
    looked = clerk.post(reverse("desk:search-person"), {"number": PERSON["id_number"]})
    report = casework.filed(b, case=case)
    for number in (PERSON["id_number"], PERSON["phone"]):
        assert number not in caplog.text
        assert not [address for address in addresses if number in address]
        assert number not in str(list(Entry.objects.values_list("facts", flat=True)))
        assert not Notice.objects.filter(body__contains=number).exists()
        assert not [page for page in pages if number in page]
        assert number not in report.received + report.progress
    assert number not in looked.request.get("QUERY_STRING", "")
    assert not [page for page in pages if "<!--" in page]
