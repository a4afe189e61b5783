"""告知承诺核查不实、容缺没有兑现：从窗口到结局，走真的页面。"""

import datetime
import json
import zipfile

import pytest

from approvals.actions import archiving, deadlines
from approvals.models import Archive, Case, Pledge
from approvals.rules.packages import PAPERS
from office.papers.models import Paper
from office.workdays import clock
from portal.sweeping import empty_trays
from tests.approvals import pledging
from tests.approvals.test_archives import kept_for
from tests.journeys.deskwork import collect, decide, file_report, hand_over, open_report, receive_at_window

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


def track(citizen, case: Case) -> None:
    """凭编号和查询码打开进度页。"""
    citizen.go("hall:track")
    citizen.fill({"办件编号": case.number, "查询码": case.query_code})
    citizen.press("查询", within="main")


def archived(case: Case, at: datetime.datetime) -> set[str]:
    """文书排好、包做成、检测合格，没有时钟还在走；返回包里各份文书的文种。"""
    empty_trays(at)
    archiving.make_due(at=at)
    archive = Archive.objects.get(case=case)
    assert archive.state == "checked", archive.findings
    assert not case.clocks.running().exists()
    with archive.file.open() as stored, zipfile.ZipFile(stored) as package:
        listed = json.loads(package.read(PAPERS))["files"]
    return {one["kind"] for one in listed}


@pytest.mark.clause("D5")
def test_a_promise_found_false_ends_with_the_decision_revoked_by_a_leader(walk, b, monkeypatch):
    pledging.terms(b)
    kept_for(b)
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
    empty_trays(clock.now())
    hand_over(walk(b.clerk_b), number)
    archiving.make_due(at=clock.now())
    assert Archive.objects.get().file

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
    track(citizen, case)
    citizen.sees("撤销决定")
    assert "行政复议" in citizen.download("撤销决定书")

    clerk = walk(b.clerk_b)
    clerk.go("desk:case", number)
    clerk.follow("送达撤销决定：示例证明")
    collect(clerk)
    citizen.go("hall:track-case", number)
    citizen.sees("撤销决定书送达", "这份决定已经撤销，不再有效")
    assert archived(case, later) >= {"grant", "pledge", "pledge_mend", "revocation", "delivery"}, "包重新做过"

    number = receive_at_window(walk(b.clerk_a), b, provided=["示例申请书"], again="原来的决定撤销了，重新申请。")
    clerk = walk(b.clerk_a)
    clerk.go("desk:case-check", number)
    assert not clerk.offers("用告知承诺代替：示例证明"), "一段时间内不再适用"


@pytest.mark.clause("D5", "Z2")
def test_a_broken_deferral_is_not_granted_and_goes_to_the_ladder(walk, b, monkeypatch):
    kept_for(b)
    clerk = walk(b.clerk_a)
    number = receive_at_window(clerk, b, provided=["示例申请书"])
    proof = clerk.page.get_by_role("group", name="示例证明")
    proof.get_by_label("容缺后补").check()
    clerk.fill({"容缺补交日期：示例证明": (clock.now() + 5 * DAY).date().isoformat()})
    clerk.press("其余交来的都符合，记下")
    clerk.sees("还要申请人确认")
    case = Case.objects.get()

    citizen = walk()
    track(citizen, case)
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

    file_report(reviewer, number, why="")
    open_report(chief, b.item.name)
    decide(chief, "审核上报", {"审核意见": "容缺的材料没有补来，同意上报。"})
    chief.sees("已审核上报")
    deputy = walk(b.deputy)
    open_report(deputy, b.item.name)
    told = {"核准的理由": "容缺的材料逾期没有补来。", "怎样才能办": "补来示例证明以后可以再申请。"}
    decide(deputy, "核准否定", told)
    deputy.sees("已核准否定")
    track(citizen, case)
    citizen.sees(told["怎样才能办"], "申请行政复议")
    empty_trays(later)
    hand_over(walk(b.clerk_b), number)
    citizen.go("hall:track-case", number)
    citizen.sees("结果送达", "办结归档")
    assert archived(case, later) >= {"acceptance", "denial_report", "refusal", "delivery"}
