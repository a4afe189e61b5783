"""按下以前先看文书：不予受理、不予许可、延期、撤回撤销的决定书，与登记的那一份同样的内容；不登记、不占文号、不留存。"""

import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader

from approvals.actions import correction, intake, review, terminating
from approvals.models import Archive, Case, Extension, Ground
from denials.models import RegisterEntry
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers.models import NumberSeries, Paper
from office.workdays import clock
from office.workdays.rules import local
from tests import casework
from tests.approvals import pledging, retracting
from tests.approvals.listed import EXPERTS
from tests.denials import recalling
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, REFUSED, at_desk, ready, said
from tests.portal.hall_cast import PDF
from tests.portal.test_retractions import WITHDRAW

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
    paper = papers.render_now(Paper.objects.about(case).of_kind(kind).latest("pk"), at=case.received_at)
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


# 照着真做一遍再退回的 -------------------------------------------------------


def at_the_page(name, case, *more):
    return reverse(f"desk:{name}", args=[case.number, *more])


def notified(b):
    case = casework.received(b, provided={"application"})
    checks = {"application": casework.OK, "proof": intake.Check("missing", "没有提交示例证明")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    return case, b.clerk_a, at_the_page("case-notify", case), {}, "correction", ["没有提交示例证明", "补正"]


def notified_again(b):
    case = casework.told(b)
    correction.answer(case, keys=["proof"], by=b.clerk_a, at=b.at)
    checks = {"application": casework.OK, "proof": intake.Check("defective", "少一页")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    told = {"reason": "第一次没有看到第二页。"}
    return case, b.chief, at_the_page("case-notify-again", case), told, "correction", ["少一页"]


def reminded(b):
    case = casework.accepted(b)
    until = local(b.at).date() + datetime.timedelta(days=20)
    told = {"what": "inspection", "text": "请到示范场所。", "until": f"{until}"}
    return case, b.reviewer, at_the_page("case-remind", case), told, "participation_reminder", ["请到示范场所。"]


def terminated(b):
    case = casework.accepted(b)
    told = {"ground": "no_object", "facts": "场所已经拆除。", "basis": "《示例条例》第一条", "elsewhere": ""}
    terminating.ask(case, **told, proof=[("证明.pdf", ContentFile(PDF))], by=b.reviewer, at=b.at)
    page = at_the_page("case-termination", case)
    return case, b.deputy, page, {"text": "同意。"}, "termination", ["场所已经拆除。", "行政复议", "提起行政诉讼"]


def paused(b):
    case = casework.accepted(b)
    review.begin(case, by=b.reviewer, at=b.at)
    page = at_the_page("procedure-start", case, "experts")
    return case, b.reviewer, page, {"reason": "要请专家看。"}, "special", ["要请专家看。", "专家评审"]


def found_false(b):
    pledge = pledging.granted(b)
    page = at_the_page("pledge", pledge.case, pledge.pk, "check")
    told = {"result": "false", "found": "没有这个住所。"}
    return pledge.case, b.reviewer, page, told, "pledge_mend", ["没有这个住所。"]


def retraction_proposed(b):
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=50)
    casework.collected(case, b.clerk_a, b.at)
    told = {**WITHDRAW, "facts": "法规修改了。"}
    return case, b.reviewer, at_the_page("case-retract", case), told, "retraction_notice", ["法规修改了。"]


SCENES = [notified, notified_again, reminded, terminated, paused, found_false, retraction_proposed]


@pytest.mark.clause("D15", "Z18")
@pytest.mark.parametrize("scene", SCENES, ids=lambda one: one.__name__)
def test_what_would_be_issued_is_seen_and_nothing_stays(bureau, client, scene):
    b = ready(bureau, informed_commitment=True, special_procedures=[EXPERTS])
    pledging.terms(b)
    case, who, page, told, kind, words = scene(b)
    at_desk(client, who)
    listed = client.get(page) if kind != "correction" or told else client.get(at_the_page("case", case))
    assert "预览文书" in said(listed)
    state, before = case.state, left()
    text = looked(client.post(page, told | LOOK))
    for word in words:
        assert word in text, word
    case.refresh_from_db()
    assert (case.state, left()) == (state, before)
    client.post(page, told)
    assert body(issued(case, kind))[:150] == body(text)[:150]


def test_what_makes_no_paper_says_so_and_what_is_wrong_is_told_on_the_page(bureau, client):
    b = ready(bureau, informed_commitment=True)
    pledging.terms(b)
    pledge = pledging.granted(b)
    at_desk(client, b.reviewer)
    here = at_the_page("pledge", pledge.case, pledge.pk, "check")
    assert "不出文书" in said(client.post(here, {"result": "true", "found": "看过。", **LOOK}))
    assert "请选择核查结果" in said(client.post(here, {"found": "看过。", **LOOK}))
    pledge.refresh_from_db()
    assert pledge.state == "checking"


@pytest.mark.clause("Z18", "D15")
def test_the_paper_that_sets_a_refusal_aside_is_seen_first(b, client):
    entry = recalling.refused(b, b.at)
    recalling.answered(b, entry, b.at)
    sign_in(client, b.deputy)
    do = reverse("admin:denials_registerentry_deed", args=[entry.pk, "set_aside"])
    assert "预览文书" in said(client.get(reverse("admin:denials_registerentry_change", args=[entry.pk])))
    told = {f"set_aside-{name}": text for name, text in recalling.FAULT.items()}
    before, cases = left(), Case.objects.count()
    text = looked(client.post(do, told | LOOK))
    assert "实为五十二人" in text
    assert (left(), Case.objects.count()) == (before, cases)
    client.post(do, told)
    assert body(issued(entry.case, "set_aside"))[:100] == body(text)[:100]


@pytest.mark.clause("D15", "Z2")
def test_the_end_for_want_of_supplements_is_seen_first_and_then_served(b, client, monkeypatch):
    case = casework.told(b)
    late = case.correction.due_at + datetime.timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    at_desk(client, b.clerk_a)
    here = at_the_page("case-lapse", case)
    assert here in said(client.get(at_the_page("case", case)))
    assert "没有提交示例证明" in said(client.get(here))
    before = left()
    text = looked(client.post(here, LOOK))
    assert "行政复议" in text and left() == before
    assert "请送达" in said(client.post(here, follow=True))
    case.refresh_from_db()
    assert (case.state, case.outcome, case.decided_by, case.closed_at) == ("lapsed", "lapsed", b.clerk_a, None)
    assert list(case.clocks.running().values_list("kind", flat=True)) == ["delivery"]
    papers.empty_tray(at=late, limit=20)
    client.post(at_the_page("case-deliver", case), COLLECTED)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("delivered", "lapsed")
    receipt = Paper.objects.about(case).of_kind("delivery").get()
    assert "终止办理通知书" in str(receipt.context)
    client.post(at_the_page("case-close", case))
    case.refresh_from_db()
    assert case.state == "closed"
    assert Archive.objects.filter(case=case).exists()
