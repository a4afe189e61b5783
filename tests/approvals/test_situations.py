"""文书的情形：变更、延续、注销、救助、备案各有各的标题和条文；救助说“不”以后三个工作日送达。"""

import pytest

from approvals.actions import decision, parties
from approvals.rules import situations
from denials.actions import register
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.office.paper_samples import SAMPLES


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


@pytest.mark.clause("D11")
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


@pytest.mark.clause("D11")
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


@pytest.mark.clause("D11")
def test_less_relief_wants_the_opinion_first_and_tells_the_remedies(b):
    case = casework.reviewed(item(b, "adjustment", "05"))
    with pytest.raises(NotNow, match="先听取他的意见"):
        decision.grant(case, decision="从下月起停发。", by=b.chief, at=b.at)
    spoken = {"who": "赵申请", "standing": "applicant", "place": "民政窗口", "text": "没有意见。", "evidence": ""}
    parties.hear(case, **spoken, stated_at=b.at, signer="赵申请", by=b.reviewer, at=b.at)
    decision.grant(case, decision="从下月起停发。", by=b.chief, at=b.at)
    paper = grant_of(case)
    assert paper.title == "社会救助调整（终止）决定书" and paper.context["court"] == b.agency.court
    assert paper.context["heard"] == Paper.objects.about(case).of_kind("statement").get().number
    more = casework.granted(b)  # 增发、照旧的不必
    assert "remedies" not in grant_of(more).context


def test_a_grant_that_takes_away_gets_no_number_without_remedies():
    grant = KINDS["grant"]
    assert grant.missing({**SAMPLES["grant"], "remedies": True}) == ["行政复议机关", "有管辖权的人民法院"]
