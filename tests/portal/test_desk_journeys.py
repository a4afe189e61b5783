"""一件事从窗口收件到办结，全走页面。"""

import pytest
from django.urls import reverse

from approvals.models import Case
from denials.actions import ladder
from office.journal.models import Entry
from office.papers.models import Paper
from tests import casework
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, FILED, REFUSED, at_desk, checked, ready, said

PERSON = {
    "kind": "person", "name": "赵申请", "id_number": "11010519491231002x", "phone": "13800000001", "address": "",
    "contact_name": "",
}  # fmt: skip


@pytest.fixture
def b(bureau):
    return ready(bureau)


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def receive(client, b, **fields):
    form = client.get(url("receive", b.item.code)).context
    told = {f"answers-{box.name}": "示例" for box in form["answers"]} | PERSON
    told |= {"provided": ["application", "proof"], "unit": "zj-window", "key": form["handed"]["key"].value(), **fields}
    return client.post(url("receive", b.item.code), told)


@pytest.mark.clause("D8", "Z1")
def test_simple_case_goes_from_the_window_to_the_archive(b, client):
    at_desk(client, b.clerk_a)
    assert b.item.name in said(client.get(url("intake"), {"q": b.item.name[:2]}))
    answer = receive(client, b)
    case = Case.objects.get()
    assert answer.url == url("case-check", case.number) and case.first_contact == b.clerk_a
    assert (case.channel, case.intake_unit, case.applicant.id_number) == ("1", b.window, "11010519491231002X")
    client.post(url("case-check", case.number), {"rest": "ok"})
    answer = client.post(url("case-accept", case.number), follow=True)
    assert "受理通知书" in said(answer) and "打开打印" in said(answer)

    sign_in(client, b.reviewer)
    client.post(url("case-begin-review", case.number))
    client.post(url("case-opinion", case.number), {"opinion": "pass", "text": "符合条件。"})
    sign_in(client, b.chief)
    client.post(url("case-grant", case.number), {"decision": "准予登记。"})
    case.refresh_from_db()
    assert (case.state, case.decided_by, case.decision) == ("granted", b.chief, "准予登记。")

    sign_in(client, b.clerk_b)
    client.post(url("case-deliver", case.number), COLLECTED)
    client.post(url("case-close", case.number))
    case.refresh_from_db()
    assert (case.state, case.delivery_note) == ("closed", "窗口领取：赵申请（本人）")
    text = said(client.get(url("case-history", case.number)))
    assert all(word in text for word in ("收件", "核对材料", "受理", "提出审查意见", "准予", "送达", "办结归档"))
    assert "approvals." not in text


@pytest.mark.clause("D8")
def test_same_form_sent_twice_is_one_case(b, client):
    at_desk(client, b.clerk_a)
    receive(client, b, key="once")
    receive(client, b, key="once")
    assert Case.objects.count() == 1
    sign_in(client, b.clerk_b)
    receive(client, b, key="once", again="另一件。")
    assert Case.objects.count() == 2  # 别人的凭据不是我的


def test_wrong_identity_number_is_said_on_the_form(b, client):
    at_desk(client, b.clerk_a)
    answer = receive(client, b, id_number="110105194912310021")
    assert "身份证号码不对" in said(answer) and not Case.objects.exists()


@pytest.mark.clause("Z2")
def test_missing_material_is_told_once_and_answered_at_the_window(b, client):
    case = casework.received(b, provided={"application"})
    at_desk(client, b.clerk_a)
    answer = client.post(url("case-check", case.number), checked("missing"))
    assert "缺什么、哪里不符合" in said(answer)
    client.post(url("case-check", case.number), checked("missing", "没有示例证明"))
    answer = client.post(url("case-notify", case.number), follow=True)
    assert "补正材料告知书" in said(answer)
    answer = client.post(url("case-lapse", case.number), follow=True)
    assert "还没有过" in said(answer)
    client.post(url("case-answer", case.number), {"keys": ["proof"]})
    case.refresh_from_db()
    assert case.state == "received"
    assert Paper.objects.about(case).of_kind("correction_receipt").exists()
    answer = client.post(url("case-notify", case.number), follow=True)
    assert "没有核对" in said(answer) or "只能发一次" in said(answer)


@pytest.mark.clause("Z2")
def test_deferred_material_needs_a_date_and_is_brought_later(b, client):
    case = casework.received(b, provided={"application"})
    at_desk(client, b.clerk_a)
    assert "请写明“示例证明”的补交日期" in said(client.post(url("case-check", case.number), checked("deferred")))
    day = b.at.date().isoformat()
    client.post(url("case-check", case.number), checked("deferred", "下周取得", day))
    assert "还要申请人确认" in said(client.post(url("case-accept", case.number), follow=True))
    casework.promised(case, b.at)
    client.post(url("case-accept", case.number))
    case.refresh_from_db()
    assert case.state == "accepted" and case.materials.get(material__key="proof").verdict == "deferred"
    client.post(url("case-deferred", case.number, "proof"))
    assert case.materials.get(material__key="proof").verdict == "ok"


@pytest.mark.clause("D8")
def test_online_application_opens_in_the_same_page(b, client):
    case = casework.received(b, channel="2")
    at_desk(client, b.clerk_a)
    assert url("case-check", case.number) in said(client.get(url("today")))
    client.post(url("case-check", case.number), checked())
    client.post(url("case-accept", case.number))
    case.refresh_from_db()
    assert case.state == "accepted"


def test_instant_item_is_granted_on_the_spot(bureau, client):
    b = ready(bureau, handling="1")
    case = casework.accepted(b)
    at_desk(client, b.clerk_a)
    assert "当场办结" in said(client.get(url("case", case.number)))
    client.post(url("case-grant-on-the-spot", case.number), {"decision": "准予。"})
    case.refresh_from_db()
    assert case.state == "granted"


def test_window_registers_a_withdrawal_for_the_applicant(b, client):
    case = casework.accepted(b)
    at_desk(client, b.clerk_a)
    assert "请填写" in said(client.post(url("case-withdraw", case.number), {"reason": ""}))
    client.post(url("case-withdraw", case.number), {"reason": "改日再办"})
    case.refresh_from_db()
    assert (case.state, case.decision, case.confirmations.get().text) == ("accepted", "", "改日再办")


def test_preview_shows_the_letter_and_orders_nothing(b, client):
    case = casework.reviewed(b)
    at_desk(client, b.chief)
    before = Paper.objects.count()
    answer = client.post(url("case-grant-preview", case.number), {"decision": "准予登记。"})
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Paper.objects.count() == before
    case.refresh_from_db()
    assert case.state == "reviewed"


def test_paper_is_rendered_on_the_spot(b, client):
    case = casework.accepted(b)
    paper = Paper.objects.about(case).of_kind("acceptance").get()
    at_desk(client, b.clerk_a)
    answer = client.get(url("case-paper-file", case.number, paper.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "inline" in answer["Content-Disposition"] and answer["Cache-Control"] == "private, no-store"


@pytest.mark.clause("Z5", "Z7")
def test_report_form_is_prefilled_and_says_what_happens_next(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    text = said(client.get(url("case-report", case.number)))
    for word in ("承办单位", "申请人和联系方式", "申请办理事项", "受理日期、编号", "办理答复情况", "经办人联系方式"):
        assert word in text
    assert str(b.posts.deputy) in text and str(b.posts.director) in text and "申请人最迟在这一刻得到明确答复" in text
    basis = case.guide.bases.first()
    assert basis.text in text
    client.post(url("case-report", case.number), FILED | {"bases": [basis.key]})
    report = case.reports.get()
    assert report.policies == [{"title": str(basis), "text": basis.text}] and list(report.bases.all()) == [basis]
    page = said(client.get(url("case", case.number)))
    assert report.number in page and "科室负责人" in page and "到点未审，自动上报分管副局长" in page
    assert "正在逐级审定" in page
    assert case.reports.count() == 1


@pytest.mark.clause("Z5")
def test_report_with_an_empty_box_is_not_sent(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    answer = client.post(url("case-report", case.number), FILED | {"reasons": " "})
    assert "请填写“拟否定理由”" in said(answer) and not case.reports.exists()


@pytest.mark.clause("Z8")
def test_matching_precedents_stand_beside_the_form(b, client):
    report = casework.with_deputy(b)
    ladder.sanction(report, text="核准。", by=b.deputy, at=b.at + casework.HOUR * 2)
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    answer = client.post(url("case-report", case.number), FILED | {"look": "1"})
    assert report.precedent.code in said(answer) and report.question in said(answer)
    assert not case.reports.exists()
    client.post(url("case-refuse-by-precedent", case.number), REFUSED | {"authority": report.precedent.code})
    case.refresh_from_db()
    assert (case.state, case.ground.reference) == ("not_accepted", report.precedent.code)


@pytest.mark.clause("Z6")
def test_returned_report_is_mended_and_goes_back_up(b, client):
    report = casework.filed(b)
    ladder.send_back(report, text="请附上章程。", by=b.chief, at=b.at)
    at_desk(client, b.clerk_a)
    assert report.number in said(client.get(url("today")))
    page = said(client.get(url("report-resubmit", report.number)))
    assert "请附上章程" in page
    told = {
        "reply": "已附章程。",
        "reasons": "仍没有规定。",
        "basis_text": "《示例条例》第一条",
        "not_accepting": "statutory",
    }
    client.post(url("report-resubmit", report.number), told)
    report.refresh_from_db()
    assert (report.state, report.reasons) == ("with_chief", "仍没有规定。")
    assert "已附章程" in said(client.get(url("report", report.number)))


@pytest.mark.clause("Z10", "Z18")
def test_clear_rule_refuses_only_with_the_article(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    answer = client.post(url("case-refuse-by-rule", case.number), REFUSED)
    assert "没有引出依据，不能说“不”" in said(answer)
    case.refresh_from_db()
    assert case.state == "received"
    basis = case.guide.bases.first()
    answer = client.post(url("case-refuse-by-rule", case.number), REFUSED | {"authority": basis.key}, follow=True)
    case.refresh_from_db()
    assert (case.state, case.ground.basis, case.register_entry.clerk) == ("not_accepted", basis, b.clerk_a)
    assert "不予受理决定书" in said(answer)


@pytest.mark.clause("D14")
def test_reveal_is_logged_and_not_kept(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    page = said(client.get(url("case", case.number)))
    assert "11010519491231002X" not in page and "13800000001" not in page
    page = said(client.post(url("case-reveal", case.number)))
    assert "11010519491231002X" in page
    entry = Entry.objects.about(case).last()
    assert (entry.verb, entry.by) == ("portal.case.reveal", b.clerk_a)
    assert "查看申请人完整信息" in said(client.get(url("case-history", case.number)))
    assert "11010519491231002X" not in said(client.get(url("case", case.number)))


def test_a_case_never_accepted_is_not_said_to_be_on_its_way(b, client):
    case = casework.received(b)
    at_desk(client, b.clerk_a)
    refused = REFUSED | {"authority": case.guide.bases.first().key}
    client.post(url("case-refuse-by-rule", case.number), refused)
    page = said(client.get(url("case", case.number)))
    assert page.count("没有经过") == 3 and "还没到" not in page and "正在进行" not in page
