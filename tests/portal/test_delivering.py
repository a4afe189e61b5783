"""送达的页面：窗口一页三种方式；群众在查进度页同意电子送达、收回。"""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import deadlines, delivering, last_ways, pledges
from approvals.models import Delivery
from approvals.models.delivery import Sent
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers import engine
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from tests import casework
from tests.approvals import pledging
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, at_desk, ready, said


@pytest.fixture
def b(bureau):
    return ready(bureau)


def test_the_window_page_asks_what_each_way_needs(b, client):
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-deliver", args=[case.number])
    assert "请填写“领取人姓名”" in said(client.post(page, {"way": "window"}))
    assert "请填写“邮寄单号”" in said(client.post(page, {"way": "express", "carrier": "中国邮政"}))
    assert "没有同意电子送达" in said(client.post(page, {"way": "electronic"}))
    wrong = client.post(page, COLLECTED | {"collector_id": "440802199001011238"})
    assert "与申请人的不一致" in said(wrong) and "赵申请" in said(wrong)
    posted = client.post(
        page, {"way": "express", "carrier": "中国邮政", "tracking_number": "示例1", "address": "示范路"}, follow=True
    )
    assert "已经寄出，等签收" in said(posted)
    assert "请填写“退回的原因”" in said(client.post(page, {"way": "returned"}))
    assert "地址不详" in said(client.post(page, {"way": "returned", "reason": "地址不详"}, follow=True))
    client.post(page, COLLECTED)
    case.refresh_from_db()
    assert case.state == "delivered" and Paper.objects.about(case).of_kind("delivery").exists()


@pytest.mark.clause("S7")
def test_a_citizen_agrees_online_and_downloads_the_result(b, client):
    case = casework.granted(b)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    consent = reverse("hall:delivery-consent", args=[case.number])
    page = said(client.post(consent, {"agree": "1"}, follow=True))
    assert "您已同意电子送达" in page
    assert "到窗口领取，或者邮寄给您" in said(client.post(consent, {"refuse": "1"}, follow=True))
    client.post(consent, {"agree": "1"})
    at_desk(client, b.clerk_a)
    deliver = reverse("desk:case-deliver", args=[case.number])
    assert "同意电子送达" in said(client.get(deliver))
    client.post(deliver, {"way": "electronic"})
    case.refresh_from_db()
    assert case.state == "delivered" and case.delivery_note.startswith("电子送达")
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    after = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "结果怎么给您" not in after and "送达回证" in after
    assert "已经送达" in said(client.post(consent, {"refuse": "1"}, follow=True))


# 撤销决定书 -----------------------------------------------------------


@pytest.fixture
def revoked(bureau, client, monkeypatch):
    """一件准予、送达以后，承诺不实，领导刚撤销的；这一刻是撤销的那一刻。"""
    b = ready(bureau, informed_commitment=True)
    pledging.terms(b)
    pledge = pledging.granted(b)
    at_desk(client, b.clerk_a)
    client.post(reverse("desk:case-deliver", args=[pledge.case.number]), COLLECTED)
    pledges.check(pledge, result="false", found="没有这个住所。", by=b.reviewer, at=b.at)
    b.over = pledge.mend_due_at + datetime.timedelta(hours=1)
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=b.over)
    b.pledge = pledges.revoke(pledge, decision="同意撤销。", by=b.deputy, at=b.over)
    monkeypatch.setattr(clock, "now", lambda: b.over + datetime.timedelta(hours=1))
    return b


@pytest.mark.clause("D5", "S7")
def test_a_revocation_is_delivered_with_its_own_receipt_and_clock(revoked, client):
    b, pledge, case = revoked, revoked.pledge, revoked.pledge.case
    page = reverse("desk:pledge-serve", args=[case.number, pledge.pk])
    running = case.clocks.running().filter(kind="revoked:proof")
    assert running.exists() and Paper.objects.about(case).of_kind("delivery").count() == 1
    sign_in(client, b.clerk_a)
    shown = said(client.get(reverse("desk:case", args=[case.number])))
    assert "送达撤销决定：示例证明" in shown and page in shown and "等送达" in said(client.get(reverse("desk:pledges")))
    form = said(client.get(page))
    assert "撤销决定书" in form and "电子送达" not in form  # 没有同意过的
    posted = {"way": "express", "carrier": "中国邮政", "tracking_number": "示例2", "address": "示范路"}
    assert "已经寄出，等签收" in said(client.post(page, posted, follow=True))
    assert "查无此人" in said(client.post(page, {"way": "returned", "reason": "查无此人"}, follow=True))
    assert "与申请人的不一致" in said(client.post(page, COLLECTED | {"collector_id": "440802199001011238"}))
    client.post(page, COLLECTED)
    pledge.refresh_from_db()
    assert pledge.served_at and not running.exists()
    receipts = Paper.objects.about(case).of_kind("delivery").order_by("pk")
    named = [[one["name"] for one in paper.context["documents"]] for paper in receipts]
    assert named[1] == ["撤销决定书"] and named[0] != named[1] and len(named) == 2
    assert Paper.objects.about(case).of_kind("revocation").get().delivered_at == pledge.served_at
    assert client.post(page, COLLECTED).status_code == 200 and pledge.deliveries.filter(result="received").count() == 1
    assert "送达撤销决定：" not in said(client.get(reverse("desk:case", args=[case.number])))
    sign_in(client, b.stranger)
    assert client.get(page).status_code == 404


def test_a_revocation_not_delivered_in_ten_working_days_is_flagged(revoked):
    case = revoked.pledge.case
    deadlines.sweep(at=revoked.pledge.due_at)
    assert case.flags.get().kind == "delivery" and case.flags.get().unit == case.intake_unit
    with pytest.raises(NotNow, match="没有同意电子送达"):
        delivering.deliver_online(case, what=Sent(revoked.pledge), by=revoked.clerk_a, at=revoked.pledge.due_at)


def test_a_revocation_is_received_once(revoked):
    pledge, told = revoked.pledge, {"sent_by": revoked.clerk_a, "sent_at": revoked.over, "collector": "赵申请"}
    one = {"case": pledge.case, "pledge": pledge, "way": "window", "result": "received", "ended_at": revoked.over}
    Delivery.objects.create(**one, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(**one, **told)


@pytest.mark.clause("S7", "D11")
def test_the_window_registers_consent_prints_it_and_takes_it_back(b, client):
    case = casework.accepted(b)
    at_desk(client, b.clerk_a)
    page = reverse("desk:case-electronic", args=[case.number])
    assert page in said(client.get(reverse("desk:case", args=[case.number])))
    shown = said(client.get(page))
    assert "没有同意" in shown and "随时可以收回" in shown and "要纸质文书的" in shown
    paper = said(client.post(page, {"doing": "agree"}, follow=True))
    assert "电子送达确认书" in paper and "还没有存签了名的那一份" in paper
    assert "申请人收回，改用纸质" in said(client.get(page))
    assert "已收回" in said(client.post(page, {"doing": "refuse"}, follow=True))
    assert Paper.objects.about(case).of_kind("electronic_consent").get().state == "voided"


@pytest.mark.clause("S7")
def test_the_window_notes_who_took_the_notice_of_acceptance(b, client):
    case = casework.accepted(b)
    at_desk(client, b.clerk_a)
    paper = Paper.objects.about(case).of_kind("acceptance").get()
    assert paper.context["by_hand"] and "签收（机关留存）" in engine.compose(paper)
    page = reverse("desk:case-paper", args=[case.number, paper.pk])
    note = reverse("desk:case-paper-received", args=[case.number, paper.pk])
    assert "谁收下的" in said(client.get(page)) and 'value="赵申请"' in said(client.get(page))
    assert "请填写谁签收的" in said(client.post(note, {"receiver": ""}, follow=True))
    client.post(note, {"receiver": "赵小样（儿子）"})
    paper.refresh_from_db()
    assert (paper.state, paper.delivered_how) == ("delivered", "窗口签收：赵小样（儿子）")
    assert "窗口签收：赵小样（儿子）" in said(client.get(page))
    assert "已经登记过" in said(client.post(note, {"receiver": "又一个"}, follow=True))
    assert "赵小样" not in str(Entry.objects.about(case).latest("pk").facts), "谁签收的在文书上，日志里不写"
    online = casework.accepted(b, channel="2")
    assert "签收（机关留存）" not in engine.compose(Paper.objects.about(online).of_kind("acceptance").get())


@pytest.mark.clause("S7")
def test_the_second_server_is_chosen_on_the_page(b, client):
    case = casework.granted(b)
    at_desk(client, b.clerk_a)
    deliver = reverse("desk:case-deliver", args=[case.number])
    assert "只有我一人" in said(client.get(deliver))
    client.post(deliver, {**COLLECTED, "second": b.reviewer.pk})
    paper = Paper.objects.about(case).of_kind("delivery").get()
    assert paper.context["servers"] == [b.clerk_a.full_name, b.reviewer.full_name]
    assert engine.compose(paper).count("签名：") == 3


@pytest.mark.clause("D11", "S7")
def test_what_a_full_notice_served_is_collected_on_a_page(b, client):
    case = casework.granted(b, long_ago := b.at - datetime.timedelta(days=60))
    papers.empty_tray(at=long_ago, limit=50)
    last_ways.put_up(case, explained="搬走了。", missing=True, place="公告栏", by=b.clerk_a, at=long_ago)
    deadlines.settle(case, at=b.at)
    row = last_ways.uncollected(case).get()
    page = reverse("desk:case-collect", args=[case.number, row.pk])
    at_desk(client, b.clerk_a)
    assert page in said(client.get(reverse("desk:case", args=[case.number])))
    assert "请填写领取人证件号码" in said(client.post(page, {"collector": "赵申请"}))
    told = {"collector": "赵申请", "id_number": COLLECTED["collector_id"], "relation": ""}
    assert "领取的回证可以打印了" in said(client.post(page, told, follow=True))
    assert client.get(page).status_code == 404
    assert page not in said(client.get(reverse("desk:case", args=[case.number])))
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    assert "文书已经领走" in said(client.get(reverse("hall:track-case", args=[case.number])))
    at_desk(client, b.reviewer)
    assert client.get(page).status_code in (403, 404)
