"""办成的路:网上申请到拿到决定书;缺材料的一次告知、补齐再受理。"""

from functools import partial

import pytest

from approvals.models import Case
from portal.sweeping import empty_trays
from supervision.models import Task
from tests import casework
from tests.journeys.deskwork import receive_at_window
from tests.journeys.walking import PHOTO, PLAIN, words_of

pytestmark = pytest.mark.browser
ID_NUMBER = "11010519491231002X"


def apply_online(citizen, b, *, scripts: bool = True) -> tuple[str, str]:
    """从首页找到事项,一页一页填,交上去;返回编号和查询码。没有脚本时,要到“遗失”才填的那一格一直在。"""
    citizen.go("hall:home")
    citizen.fill({"您要办什么": b.item.name})
    citizen.press("搜索")
    citizen.follow(b.item.name)
    citizen.press("在线办理")
    citizen.choose("单位或组织")
    citizen.fill({"姓名或单位名称": "示例协会", "证件号码": ID_NUMBER, "联系电话": "13800000001"})
    citizen.press("保存并继续")
    citizen.fill({"社会组织名称": "示例协会"})
    (citizen.does_not_see if scripts else citizen.sees)("遗失日期")
    citizen.choose("遗失")
    citizen.sees("遗失日期")
    citizen.fill({"遗失日期": "2026-01-05"})
    citizen.press("保存并继续")
    citizen.fill({"登报声明": "示例日报"})
    citizen.press("保存并继续")
    citizen.fill({"活动资金": "30000"})
    citizen.choose("以上内容真实")
    citizen.press("保存并继续")
    citizen.attach("示例申请书", PHOTO)
    citizen.attach("示例证明", PHOTO)
    citizen.press("保存并继续")
    citizen.sees("核对您填的内容", "遗失", "示例日报", "照片.png")
    citizen.press("提交申请")
    citizen.sees("申请已提交")
    numbers = citizen.page.locator(".receipt__number")
    return numbers.nth(0).inner_text(), numbers.nth(1).inner_text()


def track(citizen, number: str, code: str) -> None:
    citizen.go("hall:track")
    citizen.fill({"办件编号": number, "查询码": code})
    citizen.press("查询", within="main")


@pytest.mark.clause("Z1", "S5", "D8", "D15")
@pytest.mark.parametrize("way", [{}, PLAIN], ids=["with_scripts", "narrow_and_without_scripts"])
def test_an_online_application_ends_with_the_decision_in_the_citizens_hands(walk, b, way):
    walk = partial(walk, **way)
    number, code = apply_online(walk(), b, scripts=way is not PLAIN)

    clerk = walk(b.clerk_a)
    clerk.sees(number)
    clerk.follow(number)
    clerk.press("其余交来的都符合，记下")
    clerk.press("受理")
    clerk.sees("受理通知书")

    reviewer = walk(b.reviewer)
    reviewer.follow(number)
    reviewer.press("开始审查")
    reviewer.choose("符合条件")
    reviewer.fill({"意见内容": "对照条件，全部符合。"})
    reviewer.press("提出意见")

    chief = walk(b.chief)
    chief.go("desk:today")
    chief.follow(number)
    chief.follow("准予")
    chief.sees("对照条件，全部符合。")
    chief.fill({"决定的内容": "准予示例协会补发证书。"})
    chief.press("准予，出决定书")
    chief.sees("准予")
    empty_trays(Case.objects.get().decided_at)

    citizen = walk()  # 换了一部手机,没有账号
    track(citizen, number, code)
    citizen.sees("已经准予", "准予示例协会补发证书。")
    text = citizen.download("决定书")
    assert "准予示例协会补发证书" in text and "示例协会" in text


@pytest.mark.clause("Z2", "S5")
def test_what_is_missing_is_told_once_and_only_that_is_handed_in_again(walk, b):
    clerk = walk(b.clerk_a)
    number = receive_at_window(clerk, b, provided=["示例申请书"])
    proof = clerk.page.get_by_role("group", name="示例证明")
    proof.get_by_label("缺少").check()
    clerk.fill({"缺什么、哪里不符合：示例证明": "没有提交示例证明，请补交。"})
    clerk.press("其余交来的都符合，记下")
    clerk.press("一次性告知")
    clerk.sees("补正材料告知书")

    citizen = walk()
    track(citizen, number, Case.objects.get().query_code)
    citizen.sees("还缺一些材料")
    citizen.follow("网上补材料")
    citizen.sees("没有提交示例证明，请补交。", "别的都收好了")
    assert citizen.page.locator("input[type=file]").count() == 1, "只要求补告知书上列的"
    citizen.attach("示例证明", PHOTO)
    citizen.press("交上去")
    citizen.sees("材料已补齐")

    clerk.go("desk:today")
    clerk.follow(number)
    clerk.sees("照片.png")
    proof.get_by_label("符合", exact=True).check()
    clerk.press("其余交来的都符合，记下")
    assert not clerk.offers("一次性告知"), "告知只有一次"
    clerk.press("受理")
    clerk.sees("受理通知书")
    assert "示例登记" in words_of(citizen.context.request.get(paper_address(citizen, number, "受理通知书")).body())


def paper_address(citizen, number: str, title: str) -> str:
    citizen.go("hall:track-case", number)
    return citizen.site + citizen.page.get_by_role("link", name=title).get_attribute("href")


@pytest.mark.clause("S6")
def test_a_dissatisfied_citizen_is_followed_up(walk, b):
    case = casework.granted(b)
    clerk = walk(b.clerk_a)
    clerk.go("desk:case", case.number)
    clerk.follow("送达")
    clerk.fill({"领取人姓名": "赵申请", "领取人证件号码": "11010519491231002X"})
    clerk.press("记下送达")
    clerk.press("办结归档")

    citizen = walk(b.citizen)
    citizen.follow("示例登记")
    citizen.follow("评价这次服务")
    citizen.choose("不满意")
    citizen.press("提交评价")
    citizen.sees("写一句")
    citizen.fill({"想说的话": "等得太久，没有人接电话。"})
    citizen.press("提交评价")
    citizen.sees("已经交办，会有人和您联系核实")

    clerk.go("desk:today")
    clerk.sees("收到差评，请联系评价人")
    leader = walk(b.approval_chief)
    leader.go("admin:supervision_task_changelist")
    leader.sees("示例登记", "不满意", Task.objects.get().get_state_display(), b.clerk_a.full_name)
