"""告知承诺核查不实、容缺没有兑现：从窗口到结局，走真的页面。"""

import datetime

import pytest

from approvals.actions import deadlines
from approvals.models import Case, Pledge
from office.papers.models import Paper
from office.workdays import clock
from portal.sweeping import empty_trays
from tests import casework
from tests.approvals import pledging
from tests.journeys.deskwork import receive_at_window

pytestmark = pytest.mark.browser
DAY = datetime.timedelta(days=1)


def review_and_grant(walk, b, number: str) -> None:
    reviewer = walk(b.reviewer)
    reviewer.go("desk:case", number)
    reviewer.press("开始审查")
    reviewer.choose("符合条件")
    reviewer.fill({"意见内容": "其余材料符合条件。"})
    reviewer.press("提出意见")
    chief = walk(b.chief)
    chief.go("desk:case", number)
    chief.follow("准予")
    chief.press("准予，出决定书")


@pytest.mark.clause("D5")
def test_a_promise_found_false_ends_with_the_decision_revoked_by_a_leader(walk, b, monkeypatch):
    pledging.terms(b)
    clerk = walk(b.clerk_a)
    number = receive_at_window(clerk, b, provided=["示例申请书"])
    clerk.follow("用告知承诺代替")
    clerk.sees("租期在一年以上", "不实承诺的后果")
    clerk.fill({"签名的人": "赵申请"})
    clerk.choose("申请人看过全文")
    clerk.press("登记承诺，打印告知承诺书")
    clerk.sees("告知承诺书")
    clerk.go("desk:case-check", number)
    clerk.press("其余交来的都符合，记下")
    clerk.press("受理")
    review_and_grant(walk, b, number)

    reviewer = walk(b.reviewer)
    reviewer.go("desk:today")
    reviewer.sees("告知承诺")
    reviewer.go("desk:pledges")
    reviewer.follow("示例证明")
    reviewer.follow("核查承诺：示例证明")
    reviewer.choose("不实")
    reviewer.fill({"核查情况": "实地查看，没有这个住所。"})
    reviewer.press("核查承诺")
    reviewer.sees("限期整改通知书")
    case, pledge = Case.objects.get(), Pledge.objects.get()

    later = pledge.mend_due_at + DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    deadlines.sweep(at=later)
    reviewer = walk(b.reviewer)
    reviewer.go("desk:case", number)
    assert not reviewer.offers("撤销决定：示例证明"), "经办的人自己不能撤销"
    reviewer.follow("报请撤销决定：示例证明")
    reviewer.fill({"撤销的理由": "逾期没有整改。"})
    reviewer.press("报请撤销决定")
    leader = walk(b.deputy)
    leader.go("desk:case", number)
    leader.follow("撤销决定：示例证明")
    leader.fill({"审定意见": "同意撤销。"})
    leader.press("撤销决定")
    leader.sees("撤销决定书")

    empty_trays(later)
    paper = Paper.objects.about(case).of_kind("revocation").get()
    assert paper.context["court"] == b.agency.court
    citizen = walk()
    citizen.go("hall:track")
    citizen.fill({"办件编号": number, "查询码": case.query_code})
    citizen.press("查询", within="main")
    citizen.sees("撤销决定")
    assert "行政复议" in citizen.download("撤销决定书")

    number = receive_at_window(walk(b.clerk_a), b, provided=["示例申请书"])
    clerk = walk(b.clerk_a)
    clerk.go("desk:case-check", number)
    assert not clerk.offers("用告知承诺代替：示例证明"), "一段时间内不再适用"


@pytest.mark.clause("D5", "Z2")
def test_a_broken_deferral_is_not_granted_and_goes_to_the_ladder(walk, b, monkeypatch):
    clerk = walk(b.clerk_a)
    number = receive_at_window(clerk, b, provided=["示例申请书"])
    proof = clerk.page.get_by_role("group", name="示例证明")
    proof.get_by_label("容缺后补").check()
    clerk.fill({"容缺补交日期：示例证明": (clock.now() + 5 * DAY).date().isoformat()})
    clerk.press("其余交来的都符合，记下")
    clerk.sees("还要申请人确认")
    case = Case.objects.get()

    citizen = walk()
    citizen.go("hall:track")
    citizen.fill({"办件编号": number, "查询码": case.query_code})
    citizen.press("查询", within="main")
    citizen.follow("请您确认")
    citizen.sees("以前补交")
    citizen.press("我看过了，确认")

    clerk.go("desk:case", number)
    clerk.press("受理")
    clerk.sees("受理通知书")
    later = clock.now() + 7 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    deadlines.sweep(at=later)
    reviewer = walk(b.reviewer)
    reviewer.go("desk:case", number)
    reviewer.sees("容缺材料逾期未补")
    reviewer.press("开始审查")
    reviewer.choose("符合条件")
    reviewer.fill({"意见内容": "其余材料符合条件。"})
    reviewer.press("提出意见")
    chief = walk(b.chief)
    chief.go("desk:case", number)
    chief.sees("容缺的材料还没有补齐，不能准予")
    report = casework.filed(b, later, case=Case.objects.get(), by=b.reviewer)
    assert report.state == "with_chief" and Case.objects.get().outcome == ""
