"""利害关系人：告知、陈述申辩、听证的五日顺延、通知，不予听证只有法定的理由，全走页面。"""

import datetime
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.actions import deadlines
from approvals.models import Hearing, HearingDenied, Party, Statement, Upload
from office.notices.models import Notice
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals.listed import HEARING
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said
from tests.portal.hall_cast import found

PARTY = {
    "name": "钱邻居",
    "interest": "新设的场所紧邻他的住宅，出入口共用。",
    "phone": "13800000009",
    "address": "示范路2号",
}


@pytest.fixture
def b(bureau):
    return ready(bureau, special_procedures=[HEARING])


def url(name, *args):
    return reverse(f"desk:{name}", args=args)


def told_on(day):
    return f"{timezone.localtime(day):%Y-%m-%dT%H:%M}"


def stated(**fields):
    told = {"who": "钱邻居", "standing": "party", "stated_at": told_on(clock.now()), "place": "三楼会议室"}
    return {**told, "text": "不同意共用出入口。", "evidence": "照片三张", "signer": "钱邻居", **fields}


@pytest.mark.clause("D10")
def test_a_party_is_told_heard_and_the_hearing_waits_for_his_five_days(b, client, monkeypatch):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("procedure-start", case.number, "hearing"), {"reason": "与他人有重大利益关系。"})
    one = Hearing.objects.get()
    first_due = one.request_due_at
    later = b.at + datetime.timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    tell = url("case-party", case.number, "tell")
    assert tell in said(client.get(url("case-procedures", case.number)))
    assert "请填写“有什么重大利害关系”" in said(client.post(tell, {**PARTY, "interest": ""}))
    assert "利害关系人告知书" in said(client.post(tell, PARTY, follow=True))
    party = Party.objects.get()
    one.refresh_from_db()
    running = case.clocks.running().get(kind="hearing_request")
    assert one.request_due_at == party.request_due_at == running.due_at > first_due
    paper = Paper.objects.about(case).of_kind("party_notice").get()
    assert "要求听证的权利" in paper.context["hearing"] and paper.context["until"]
    deadlines.sweep(at=first_due + datetime.timedelta(minutes=1))
    one.refresh_from_db()
    assert one.state == "told", "申请人的五日过了，利害关系人的还没有"

    asking = url("hearing", case.number, one.pk, "request")
    assert "请选择是谁要求的" in said(client.post(asking, {"text": "要求听证。"}))
    client.post(asking, {"text": "钱邻居要求听证。", "party": party.pk})
    one.refresh_from_db()
    assert one.party == party and not one.ex_officio
    sits = later + datetime.timedelta(days=17)
    told = {"sits_at": told_on(sits), "place": "三楼会议室", "chair": b.approval_chief.pk}
    client.post(url("hearing", case.number, one.pk, "schedule"), told)
    paper = Paper.objects.about(case).of_kind("party_hearing").get()
    assert (paper.context["party"], paper.context["asked"]) == ("钱邻居", "应你（单位）的要求")
    notice = Paper.objects.about(case).of_kind("hearing_notice").get()
    assert notice.context["asked"] == "应利害关系人的要求" and "钱邻居" not in str(notice.context)
    shown = said(client.get(url("case-procedures", case.number)))
    assert "利害关系人 钱邻居" in shown
    client.logout()
    tracked = said(client.get(found(client, case)))
    assert "应利害关系人的要求举行" in tracked and "钱邻居" not in tracked

    sign_in(client, b.reviewer)
    monkeypatch.setattr(clock, "now", lambda: sits + datetime.timedelta(hours=2))
    written = {"present": "都到了。", "text": "已陈述。", "signers": "赵申请、钱邻居"}
    client.post(url("hearing", case.number, one.pk, "finish_record"), written)
    assert Paper.objects.about(case).of_kind("hearing_record").get().context["asked"] == "利害关系人钱邻居要求"


@pytest.mark.clause("D10")
def test_nothing_is_granted_before_the_party_has_spoken_or_his_days_are_over(b, client, monkeypatch):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("case-party", case.number, "tell"), PARTY)
    assert not Paper.objects.get(kind="party_notice").context["hearing"], "没有告知听证的，只告知陈述、申辩"
    grant = url("case-grant", case.number)
    sign_in(client, b.chief)
    assert "利害关系人钱邻居可以到" in said(client.post(grant, {"decision": "准予登记。"}))
    hear = url("case-party", case.number, "hear")
    assert "请写明谁签了名" in said(client.post(hear, stated(signer="")))
    assert "不能在现在以后" in said(client.post(hear, stated(stated_at="2099-01-01T09:00")))
    sign_in(client, b.clerk_a)  # 窗口也可以记
    assert "陈述申辩笔录" in said(client.post(hear, stated(), follow=True))
    page = said(client.get(url("case-procedures", case.number)))
    assert "不同意共用出入口" in page and "照片" not in page and PARTY["phone"] not in page
    assert client.get(url("case-party", case.number, "tell")).status_code == 403
    sign_in(client, b.chief)
    client.post(grant, {"decision": "准予登记。"})
    case.refresh_from_db()
    assert case.state == "granted" and Statement.objects.get().paper.number
    assert "才有这一步" in said(client.post(hear, stated()))


@pytest.mark.clause("D10")
def test_a_hearing_is_denied_only_on_the_grounds_of_the_law(b, client, monkeypatch):
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("procedure-start", case.number, "hearing"), {"reason": "与他人有重大利益关系。"})
    one = Hearing.objects.get()
    deny = url("case-party", case.number, "deny")
    assert client.get(deny).status_code == 403
    sign_in(client, b.chief)
    told = {
        "who": "赵申请", "asked_at": told_on(clock.now()), "asked": "要求听证。", "ground": "late",
        "reasons": "五日已过。",
    }  # fmt: skip
    assert "还在期限里" in said(client.post(deny, told))
    assert "有权要求听证" in said(client.post(deny, {**told, "ground": "no_right"}))
    assert "没有举行过听证" in said(client.post(deny, {**told, "ground": "held"}))
    assert "请选择理由" in said(client.post(deny, {**told, "ground": "busy"})) or not HearingDenied.objects.exists()
    over = one.request_due_at + datetime.timedelta(days=1)
    deadlines.sweep(at=over)
    monkeypatch.setattr(clock, "now", lambda: over + datetime.timedelta(hours=1))
    sign_in(client, b.chief)
    assert "不予听证通知书" in said(client.post(deny, {**told, "asked_at": told_on(over)}, follow=True))
    row = HearingDenied.objects.get()
    context = row.paper.context
    assert (
        row.hearing == one and "为止" in context["ground"] and context["complaint"] and "第四十七条" in context["basis"]
    )
    client.post(deny, {**told, "who": "路人甲", "ground": "no_right", "asked_at": told_on(over)})
    other = HearingDenied.objects.exclude(pk=row.pk).get()
    assert Notice.objects.about(case).filter(kind="case.hearing_refused", channel="sms").count() == 1, "只告诉申请人"
    sign_in(client, b.citizen)
    page = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert row.paper.number in page and other.paper.number not in page
    for paper, status in ((row.paper, 200), (other.paper, 404)):
        assert client.get(reverse("hall:paper", args=[case.number, paper.pk])).status_code == status
    sign_in(client, b.chief)
    assert "路人甲" in said(client.get(url("case-procedures", case.number)))
    with pytest.raises(IntegrityError), transaction.atomic():
        HearingDenied.objects.filter(pk=row.pk).update(hearing=None)


def test_who_has_no_business_with_the_case_finds_nothing(b, client):
    case = casework.accepted(b)
    at_desk(client, b.stranger)
    for name in ("tell", "hear", "deny", "nothing"):
        assert client.get(url("case-party", case.number, name)).status_code == 404


# 利害关系人自己的门 -------------------------------------------------------------


def told(b, client, **fields) -> tuple:
    """告知了听证，又告知了一位利害关系人的一件。"""
    case = casework.reviewed(b)
    at_desk(client, b.reviewer)
    client.post(url("procedure-start", case.number, "hearing"), {"reason": "与他人有重大利益关系。"})
    client.post(url("case-party", case.number, "tell"), {**PARTY, **fields})
    client.logout()
    return case, Party.objects.latest("pk")


def enters(client, number, code):
    return client.post(reverse("hall:track"), {"number": number, "code": code})


@pytest.mark.clause("D10")
def test_a_party_reads_what_is_addressed_to_him_and_nothing_of_the_applicants(b, client):
    case, party = told(b, client)
    paper = Paper.objects.about(case).of_kind("party_notice").get()
    assert paper.context["code"] == party.code and len(party.code) == 8
    sms = Notice.objects.about(case).get(kind="case.party")
    assert case.number in sms.body and party.code in sms.body and case.query_code not in sms.body
    answer = enters(client, case.number, party.code)
    assert answer.url == reverse("hall:party", args=[case.number])
    page = said(client.get(answer.url))
    assert "利害关系人告知书" in page and "要求听证" in page
    for secret in ("赵申请", "13800000001", "11010519491231002X", "示范路1号", case.query_code, "听证告知书"):
        assert secret not in page, secret
    own = client.get(reverse("hall:party-paper", args=[case.number, paper.pk]))
    assert own["Content-Type"] == "application/pdf"
    for other in Paper.objects.about(case).exclude(pk=paper.pk):
        assert client.get(reverse("hall:party-paper", args=[case.number, other.pk])).status_code == 404
    for name in ("hall:track-case", "hall:application", "hall:messages", "hall:withdraw", "hall:hearing"):
        assert client.get(reverse(name, args=[case.number])).status_code in (302, 404), name
    upload = Upload.objects.filter(case_material__case=case).first()
    assert upload is None or client.get(reverse("hall:file", args=[upload.pk])).status_code == 404
    assert client.get(reverse("hall:paper", args=[case.number, paper.pk])).status_code == 404


@pytest.mark.parametrize("parties", [1, 3])
def test_the_page_of_a_party_asks_the_same_however_many_there_are(b, client, parties):
    case, party = told(b, client)
    at_desk(client, b.reviewer)
    for number in range(1, parties):
        client.post(url("case-party", case.number, "tell"), {**PARTY, "name": f"孙邻居{number}"})
    client.logout()
    page = enters(client, case.number, party.code).url
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) == 8, [query["sql"][:90] for query in asked]


@pytest.mark.clause("D10")
def test_wrong_guesses_look_alike_and_codes_open_only_their_own_case(b, client):
    case, party = told(b, client)
    other, stranger = told(b, client, name="孙邻居")
    wrong = [
        said(enters(client, *pair))
        for pair in ((case.number, "AAAAAAAA"), (case.number, stranger.code), ("440800209901010001", party.code))
    ]
    strip = [answer.replace(case.number, "").replace("440800209901010001", "") for answer in wrong]
    assert all("没有查到" in answer for answer in wrong)
    assert len({re.sub(r'value="[^"]*"', "", answer) for answer in strip}) == 1
    enters(client, case.number, party.code)
    assert client.get(reverse("hall:party", args=[other.number])).status_code == 404
    client.session.flush()
    client.cookies.clear()
    assert client.get(reverse("hall:party", args=[case.number])).status_code == 404


@pytest.mark.clause("D10")
def test_two_parties_each_see_their_own_papers_also_of_the_same_name(b, client):
    case, first = told(b, client)
    at_desk(client, b.reviewer)
    client.post(url("case-party", case.number, "tell"), {**PARTY, "interest": "另一处的住宅。"})
    client.post(url("case-party", case.number, "hear"), stated())
    second = Party.objects.latest("pk")
    client.logout()
    for party in (first, second):
        enters(client, case.number, party.code)
        page = said(client.get(reverse("hall:party", args=[case.number])))
        assert party.paper.number in page and "陈述申辩笔录" not in page, "重名的，说不清是谁的，不给"
        assert ({first, second} - {party}).pop().paper.number not in page


@pytest.mark.clause("D10")
def test_a_party_asks_for_the_hearing_online_within_his_days(b, client, monkeypatch):
    case, party = told(b, client)
    enters(client, case.number, party.code)
    page, asking = (reverse(name, args=[case.number]) for name in ("hall:party", "hall:party-ask"))
    assert "请写明您的要求" in said(client.post(asking, {"text": ""}))
    assert "已提出" in said(client.post(asking, {"text": "我要当面说。"}, follow=True))
    one = Hearing.objects.get()
    assert (one.state, one.party, one.request_text) == ("requested", party, "我要当面说。")
    shown = said(client.get(page))
    assert "谁要求的" in shown and "还没有定" in shown and asking not in shown
    assert "现在不能提出" in said(client.post(asking, {"text": "再说一遍。"}, follow=True))
    tracked = said(client.get(found(client, case)))
    assert "利害关系人提出" in tracked and "我要当面说" not in tracked and "钱邻居" not in tracked


@pytest.mark.clause("D10")
def test_after_his_days_it_is_too_late_also_at_the_desk(b, client, monkeypatch):
    case, party = told(b, client)
    at_desk(client, b.reviewer)
    late = party.request_due_at - datetime.timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    client.post(url("case-party", case.number, "tell"), {**PARTY, "name": "孙邻居"})
    one = Hearing.objects.get()
    waive = url("hearing", case.number, one.pk, "waive")
    assert "到期以前不能结束" in said(client.post(waive, {"text": "不要了。"}))
    monkeypatch.setattr(clock, "now", lambda: late + datetime.timedelta(minutes=2))
    asking = url("hearing", case.number, one.pk, "request")
    assert "已经过了" in said(client.post(asking, {"text": "要求。", "party": party.pk}))
    client.post(asking, {"text": "要求。", "party": "applicant"})
    one.refresh_from_db()
    assert one.state == "requested" and one.party is None
    client.logout()
    enters(client, case.number, party.code)
    page = said(client.get(reverse("hall:party", args=[case.number])))
    assert "期限过了" in page and reverse("hall:party-ask", args=[case.number]) not in page
