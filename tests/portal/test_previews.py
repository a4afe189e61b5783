"""按下以前先看文书：不予受理、不予许可、延期、撤回撤销的决定书，与登记的那一份同样的内容；不登记、不占文号、不留存。"""

import io

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader

from approvals.models import Extension, Ground
from denials.models import RegisterEntry
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import NumberSeries, Paper
from tests import casework
from tests.approvals import retracting
from tests.makers import sign_in
from tests.portal.desks import REFUSED, at_desk, ready, said

LOOK = {"preview": "1"}


@pytest.fixture
def b(bureau):
    return ready(bureau)


def text_of(pdf: bytes) -> str:
    """正文里的字，不管折在哪里。"""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def looked(answer) -> str:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", said(answer)[:2000]
    assert "inline" in answer["Content-Disposition"] and answer["Cache-Control"].startswith("private, no-store")
    text = text_of(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert "预览，未编号" in text and "没有用印，不作凭证" in text and "核验码" not in text
    return text


def left():
    """留下来的：文书、文号、日志、依据、报备、存着的文件。"""
    series = list(NumberSeries.objects.order_by("pk").values_list("word", "last"))
    counted = [noun.objects.count() for noun in (Paper, Entry, Ground, RegisterEntry, Extension)]
    return series, counted, default_storage.exists("papers") and default_storage.listdir("papers")


def body(text: str) -> str:
    """收文人到署名：文号、核验码、斜着的“预览”不在内。"""
    text = text.replace("—1—预览", "—1—").replace("—2—预览", "—2—")
    return text.partition("：")[2].partition("核验码")[0].partition("预览：")[0]


def issued(case, kind: str) -> str:
    paper = papers.render_now(Paper.objects.about(case).of_kind(kind).get(), at=case.received_at)
    with paper.file.open("rb") as stored:
        return text_of(stored.read())


@pytest.mark.clause("Z18", "D15")
@pytest.mark.parametrize("early", [True, False])
def test_a_refusal_is_seen_before_it_is_made(b, client, early):
    case = casework.received(b) if early else casework.reviewed(b)
    at_desk(client, b.clerk_a if early else b.chief)
    here = reverse("desk:case-refuse-by-rule", args=[case.number])
    told = {**REFUSED, "authority": b.guide.bases.get().key}
    assert "预览决定书" in said(client.get(here))
    before = left()
    text = looked(client.post(here, told | LOOK))
    told_him = () if early else (REFUSED["facts"],)
    for word in (*told_him, REFUSED["reasons"], "行政复议", "六个月", b.agency.reconsideration_body):
        assert word in text, word
    assert left() == before
    case.refresh_from_db()
    assert not case.outcome and "请填写" in said(client.post(here, told | LOOK | {"facts": ""}))
    client.post(here, told)
    real = issued(case, "not_accepted" if early else "refusal")
    assert body(real)[:150] == body(text)[:150] and "会员达到五十个以后可以再次申请" in body(text)


@pytest.mark.clause("Z6", "Z18")
def test_the_leader_sees_the_letter_before_sanctioning_it(b, client):
    report = casework.with_deputy(b, b.at - 2 * casework.HOUR)
    sign_in(client, b.deputy)
    do = reverse("admin:denials_report_deed", args=[report.pk, "sanction"])
    told = {"sanction-text": "同意。", "sanction-possible": "先设立分支机构的上级。"}
    assert "预览文书" in said(client.get(reverse("admin:denials_report_change", args=[report.pk])))
    before = left()
    text = looked(client.post(do, told | LOOK))
    assert "先设立分支机构的上级" in text and "行政复议" in text and "提起行政诉讼" in text
    assert left() == before
    report.refresh_from_db()
    assert report.state == "with_deputy"
    client.post(do, told)
    report.refresh_from_db()
    assert report.state == "sanctioned" and body(issued(report.case, "not_accepted"))[:150] == body(text)[:150]


@pytest.mark.clause("D10")
def test_the_notice_of_extension_is_seen_before_asking_and_before_sanctioning(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    here = reverse("desk:case-extend", args=[case.number])
    told, before = {"value": "8", "reason": "还要征求意见。"}, left()
    asked = looked(client.post(here, told | LOOK))
    assert "还要征求意见。" in asked and "延长8个工作日" in asked and left() == before
    assert "1 到 10" in said(client.post(here, {**told, "value": "11", **LOOK}))
    client.post(here, told)
    one = Extension.objects.get()
    sign_in(client, b.director)
    do = reverse("admin:approvals_extension_deed", args=[one.pk, "sanction"])
    before = left()
    text = looked(client.post(do, {"sanction-text": "同意。", **LOOK}))
    one.refresh_from_db()
    assert left() == before and one.state == "asked" and body(text) == body(asked)
    client.post(do, {"sanction-text": "同意。"})
    assert body(issued(case, "extension"))[:150] == body(text)[:150]


@pytest.mark.clause("D15")
def test_the_decision_to_withdraw_a_grant_is_seen_before_it_is_sanctioned(b, client):
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=50)
    casework.collected(case, b.clerk_a, b.at)
    one = retracting.asked(b, case)
    sign_in(client, b.deputy)
    do = reverse("admin:approvals_retraction_deed", args=[one.pk, "sanction"])
    before = left()
    text = looked(client.post(do, {"sanction-decision": "限十日内交回证照。", **LOOK}))
    assert "限十日内交回证照。" in text and "行政复议" in text and left() == before
    one.refresh_from_db()
    assert one.state == "asked"


def test_what_cannot_be_decided_now_is_not_previewed(b, client):
    report = casework.filed(b)
    at_desk(client, b.clerk_a)
    here = reverse("desk:case-refuse-by-rule", args=[report.case.number])
    told = {**REFUSED, "authority": b.guide.bases.get().key}
    assert "正在逐级审定" in said(client.post(here, told | LOOK))
