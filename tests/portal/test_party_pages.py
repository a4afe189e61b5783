"""利害关系人：告知、陈述申辩、听证的五日顺延、通知，不予听证只有法定的理由，全走页面。"""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.actions import deadlines
from approvals.models import Hearing, HearingDenied, Party, Statement
from office.papers.models import Paper
from office.workdays import clock
from tests import casework
from tests.approvals.listed import HEARING
from tests.makers import sign_in
from tests.portal.desks import at_desk, ready, said

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

    client.post(url("hearing", case.number, one.pk, "request"), {"text": "钱邻居要求听证。"})
    sits = later + datetime.timedelta(days=17)
    told = {"sits_at": told_on(sits), "place": "三楼会议室", "chair": b.approval_chief.pk}
    client.post(url("hearing", case.number, one.pk, "schedule"), told)
    assert Paper.objects.about(case).of_kind("party_hearing").get().context["party"] == "钱邻居"
    assert Paper.objects.about(case).of_kind("hearing_notice").count() == 1


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
    assert HearingDenied.objects.count() == 2
    assert "路人甲" in said(client.get(url("case-procedures", case.number)))
    with pytest.raises(IntegrityError), transaction.atomic():
        HearingDenied.objects.filter(pk=row.pk).update(hearing=None)


def test_who_has_no_business_with_the_case_finds_nothing(b, client):
    case = casework.accepted(b)
    at_desk(client, b.stranger)
    for name in ("tell", "hear", "deny", "nothing"):
        assert client.get(url("case-party", case.number, name)).status_code == 404
