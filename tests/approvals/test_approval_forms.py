"""审批表：承办、审核、批准各一栏，照审查意见和日志写；延期也有自己的一张。"""

import pytest

from approvals.actions import decision, extension, recusals, review
from approvals.models import Extension
from denials.actions import register
from office.papers.models import Paper
from office.papers.words import full_width
from office.steps import NotNow
from portal.desk import steps
from portal.hall.story import PAPERS
from tests import casework
from tests.makers import away


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def form_of(case, kind="approval_form"):
    return Paper.objects.about(case).of_kind(kind).get().context


@pytest.mark.clause("D17")
def test_a_grant_carries_its_three_opinions(b):
    told = form_of(casework.granted(b))
    assert [row["stage"] for row in told["rows"]] == ["承办", "审核", "批准"]
    handled, examined, approved = told["rows"]
    assert handled["name"] == b.clerk_a.full_name and "予以受理" in handled["opinion"]
    assert examined["name"] == b.reviewer.full_name and examined["opinion"] == "符合条件。符合条件。"
    assert approved["name"] == b.chief.full_name and "准予登记。" in approved["opinion"]
    assert all(row["at"] for row in told["rows"]) and told["limit"] == "20个工作日、10个工作日"


@pytest.mark.clause("D17")
def test_a_refusal_before_acceptance_says_why_nobody_examined_it(b):
    case = casework.received(b)
    register.refuse_by_rule(case, basis=b.guide.bases.first(), refusal=casework.REFUSAL, by=b.clerk_a, at=b.at)
    handled, examined, approved = form_of(case)["rows"]
    assert "没有进入审查" in examined["opinion"] and handled["unit"] == b.window.name
    assert approved["name"] == b.clerk_a.full_name and casework.REFUSAL.reasons in approved["opinion"]


@pytest.mark.clause("C3", "D17")
def test_who_stands_in_for_whom_is_on_the_form(b):
    case = casework.reviewed(b)
    away(b.chief, b.at)
    decision.grant(case, decision="准予登记。", by=b.chief_b, at=b.at)
    assert form_of(case)["rows"][-1]["name"] == f"{b.chief_b.full_name}（B岗代A岗{b.chief.full_name}）"


@pytest.mark.clause("C3")
def test_the_stand_in_decides_only_while_the_first_is_away_or_barred(b):
    """A 岗坐在那里，B 岗不签；A 岗离岗、回避、自己审查过的，才由 B 岗决定。"""
    present, reviewed, recused = casework.reviewed(b), casework.accepted(b), casework.reviewed(b)
    review.begin(reviewed, by=b.chief, at=b.at)
    review.give_opinion(reviewed, opinion="pass", text="符合。", by=b.chief, at=b.at)
    recusals.recuse(recused, who=b.chief, reason="亲属。", successor=b.chief_b, by=b.chief, at=b.at)
    with pytest.raises(NotNow, match=f"此刻由{b.chief.full_name}") as told:
        decision.grant(present, decision="准予登记。", by=b.chief_b, at=b.at)
    shown = {one.name: one.reason for one in steps.actions_for(present, b.chief_b, b.at)}
    assert shown["grant"] == full_width(str(told.value)), "按钮不先给出来，到提交才说不行"
    for case in (reviewed, recused):
        case.refresh_from_db()
        assert decision.grant(case, decision="准予登记。", by=b.chief_b, at=b.at).decided_by == b.chief_b
    away(b.chief, b.at)
    assert decision.grant(present, decision="准予登记。", by=b.chief_b, at=b.at).decided_by == b.chief_b


@pytest.mark.clause("D17")
def test_an_extension_has_its_own_form_whichever_way_it_ends(b):
    case = casework.accepted(b)
    for deed, words in ((extension.decline, "不同意"), (extension.sanction, "已批准")):
        one = extension.ask(case, value=5, reason="一个部门没有答复。", by=b.reviewer, at=b.at)
        deed(one, text="照此办理。", by=b.director, at=b.at)
        told = Paper.objects.about(case).of_kind("extension_form").order_by("-pk").first().context
        asked, answered = told["rows"]
        assert asked["name"] == b.reviewer.full_name and asked["opinion"] == "一个部门没有答复。"
        assert words in answered["opinion"] and answered["name"] == b.director.full_name
        assert bool(told["new_due"]) == (words == "已批准")
    assert Extension.objects.count() == 2


def test_the_forms_are_not_for_the_applicant():
    assert not PAPERS & {"approval_form", "extension_form"}
