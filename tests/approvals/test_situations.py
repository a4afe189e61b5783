"""文书的情形：变更、延续、注销、救助、备案各有各的标题和条文；救助说“不”以后三个工作日送达。"""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.actions import decision, parties
from approvals.models import Case
from approvals.rules import situations
from denials.actions import register
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow, take
from tests import casework
from tests.office.paper_samples import SAMPLES
from tests.portal.desks import at_desk, ready, said


@pytest.fixture
def b(bureau):
    return bureau


def grant_of(case):
    return Paper.objects.about(case).of_kind("grant").get()


def item(b, situation, kind="01", **told):
    """办理情形写在事项上，名称里看不出来也一样。"""
    casework.item_with_guide(b, **told)
    b.item.kind, b.item.situation = kind, situation
    b.item.save()
    return b


@pytest.mark.clause("D1")
@pytest.mark.parametrize(
    ("situation", "title", "law"),
    [
        ("change", "准予变更行政许可决定书", "行政许可法第四十九条"),
        ("renewal", "准予延续行政许可决定书", "行政许可法第五十条第二款"),
        ("cancellation", "注销行政许可决定书", "行政许可法第七十条"),
        ("ordinary", "准予行政许可决定书", "行政许可法第三十八条第一款"),
    ],
)
def test_the_paper_follows_what_is_asked(b, situation, title, law):
    case = casework.granted(item(b, situation, name="示例团体变更、注销"))
    paper = grant_of(case)
    assert (paper.title, paper.context["law"]) == (title, law)


def refused(b, case):
    register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.chief, at=b.at)
    case.refresh_from_db()
    return Paper.objects.about(case).of_kind("refusal").get(), case.clocks.running().get(kind="delivery")


@pytest.mark.clause("D1")
@pytest.mark.parametrize(("situation", "days", "basis"), [
    ("subsistence", 3, "57号"), ("destitute", 3, "43号"), ("relief", 10, "四十四条"),
])  # fmt: skip
def test_some_refused_relief_is_told_within_three_working_days(b, situation, days, basis):
    paper, clock = refused(b, casework.accepted(item(b, situation, "05")))
    assert (paper.title, paper.context["law"]) == ("社会救助不予确认告知书", "")
    assert (clock.value, clock.unit) == (days, "wd") and basis in clock.basis


def test_another_refusal_is_delivered_within_ten(b):
    paper, clock = refused(b, casework.accepted(item(b, "change")))
    assert paper.title == "不予变更行政许可决定书" and clock.value == 10
    assert paper.context["law"] == "行政许可法第四十九条"


def test_an_article_already_cited_is_not_cited_twice(b):
    case = casework.accepted(item(b, "change"))
    assert situations.law(case, refused=False, basis="《中华人民共和国行政许可法》第四十九条") == ""
    assert situations.law(case, refused=True, basis="示例条例第一条") == "行政许可法第四十九条"


UNLUCKY = {  # 决定里的字句不作数，选定的才作数
    "more": "不再减发，从下月起每人每月增加五十元。",
    "same": "不停发、不取消，照原来的标准。",
    "less": "从下月起不再享受分类施保增发部分。",
    "stopped": "退出低保，从下月起不再保障。",
}


def heard(b, case):
    spoken = {"who": "赵申请", "standing": "applicant", "place": "民政窗口", "text": "没有意见。", "evidence": ""}
    parties.hear(case, **spoken, stated_at=b.at, signer="赵申请", by=b.reviewer, at=b.at)


@pytest.mark.clause("D15")
@pytest.mark.parametrize("way", ["less", "stopped"])
def test_less_relief_wants_the_opinion_first_and_tells_the_remedies(b, way):
    case = casework.reviewed(item(b, "adjustment", "05"))
    told = {"decision": UNLUCKY[way], "adjustment": way, "by": b.chief, "at": b.at}
    with pytest.raises(NotNow, match="先听取他的意见"):
        decision.grant(case, **told)
    heard(b, case)
    decision.grant(case, **told)
    paper = grant_of(case)
    assert paper.title == "社会救助调整（终止）决定书" and paper.context["court"] == b.agency.court
    assert paper.context["heard"] == Paper.objects.about(case).of_kind("statement").get().number
    assert paper.context["adjustment"] == case.get_adjustment_display() and paper.context["remedies"]


@pytest.mark.clause("D15")
def test_more_needs_no_opinion_and_as_before_still_tells_the_remedies(b):
    item(b, "adjustment", "05")
    found = {}
    for way in ("more", "same"):
        case = casework.reviewed(b)
        decision.grant(case, decision=UNLUCKY[way], adjustment=way, by=b.chief, at=b.at)
        found[way] = "remedies" in grant_of(case).context
    assert found == {"more": False, "same": True}


@pytest.mark.clause("D15")
def test_an_adjustment_says_which_way_and_nothing_else_does(b):
    case = casework.reviewed(item(b, "adjustment", "05"))
    for wrong in ("", "halved"):
        with pytest.raises(NotNow, match="增发、不变、减发还是停发"):
            decision.grant(case, decision="停发。", adjustment=wrong, by=b.chief, at=b.at)
    for wrong, why in (("", "says which way"), ("stopped", "was heard")):
        told = {"decision": "停发。"} | ({"adjustment": wrong} if wrong else {})
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            take(case, "grant", by=b.chief, at=b.at, **told)
        case.refresh_from_db()
    with pytest.raises(IntegrityError, match="only_a_grant_adjusts"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(adjustment="more")
    decision.grant(case, decision="增发。", adjustment="more", by=b.chief, at=b.at)
    with pytest.raises(IntegrityError, match="is settled"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(adjustment="same")
    other = casework.granted(casework.item_with_guide(b, "other"))
    assert other.adjustment == "" and "adjustment" not in grant_of(other).context


@pytest.mark.clause("D15")
def test_the_choice_is_on_the_page_of_the_decision_and_in_its_preview(b, client):
    ready(b)
    case = casework.reviewed(item(b, "adjustment", "05", code="change"))
    at_desk(client, b.chief)
    page = reverse("desk:case-grant", args=[case.number])
    assert "停发" in said(client.get(page))
    answer = said(client.post(page, {"decision": UNLUCKY["stopped"]}))
    assert "请选定这次调整" in answer and case.state == "reviewed"
    told = {"decision": UNLUCKY["stopped"], "adjustment": "stopped"}
    assert "先听取他的意见" in said(client.post(page, told))
    heard(b, case)
    preview = client.post(reverse("desk:case-grant-preview", args=[case.number]), told)
    assert preview["Content-Type"] == "application/pdf"
    client.post(page, told)
    case.refresh_from_db()
    assert (case.state, case.adjustment) == ("granted", "stopped")
    plain = casework.reviewed(casework.item_with_guide(b, "plain"))
    assert "这次怎样调整" not in said(client.get(reverse("desk:case-grant", args=[plain.number])))


def test_a_grant_that_takes_away_gets_no_number_without_remedies():
    grant = KINDS["grant"]
    assert grant.missing({**SAMPLES["grant"], "situation": "adjustment"}) == ["增发、不变、减发还是停发"]
    assert grant.missing({**SAMPLES["grant"], "remedies": True}) == ["行政复议机关", "有管辖权的人民法院"]
