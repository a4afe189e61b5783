"""移交的路：镇上受理、列清单、签出；县里只用扫码枪（敲完编号带回车）签收；审查决定，回复送回镇上。"""

import pytest

from approvals.models import Batch, Case
from portal.sweeping import empty_trays
from tests.approvals import levels
from tests.journeys.walking import PASSWORD

pytestmark = pytest.mark.browser


def wedge(walker, code: str) -> None:
    """扫码枪：不点哪里，直接敲进已经对准的框里，自己带回车。"""
    walker.page.locator("main input:focus").wait_for()  # 页面一开就对准
    with walker.page.expect_navigation():
        walker.page.keyboard.type(code)
        walker.page.keyboard.press("Enter")


def by_key(walker, name: str) -> None:
    """走到按钮上，按回车。"""
    walker.page.get_by_role("button", name=name).first.focus()
    with walker.page.expect_navigation():
        walker.page.keyboard.press("Enter")


@pytest.fixture
def c(b):
    b.at = b.now
    made = levels.county(b)
    for user in (made.clerk_of_town, made.clerk_of_window, made.chief_of_section):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return made


@pytest.mark.clause("C1", "C2", "C4", "C6")
def test_a_case_goes_to_the_county_and_back_by_scanner(walk, c):
    first, second = (levels.taken_in(c, c.town) for _ in range(2))
    town, window = walk(c.clerk_of_town), walk(c.clerk_of_window)
    town.go("desk:handovers")
    town.sees(first.number, second.number, "梨花镇便民服务中心 → 县中心民政窗口")
    by_key(town, "列成清单")
    town.press("点齐了，签出")
    town.sees("已签出", "在途")
    batch = Batch.objects.get()

    window.go("desk:handovers")
    wedge(window, batch.number)
    window.sees("逐件扫码签收", "已签收 0 件，还有 2 件")
    wedge(window, first.number)
    window.sees(f"{first.number} 已签收，还有 1 件。")
    wedge(window, first.number)
    window.sees("不用再扫")
    wedge(window, "没有的编号")
    window.sees("没有要您单位签收的")
    wedge(window, second.number)
    window.sees("这张清单签收完毕")
    assert set(Case.objects.filter(pk__in=[first.pk, second.pk]).values_list("unit", flat=True)) == {c.section.pk}

    levels.decided(c, first)
    empty_trays(c.at)
    window.go("desk:handovers")
    by_key(window, "列成清单")
    window.press("点齐了，签出")
    town.go("desk:handovers")
    wedge(town, first.number)
    town.sees("签收完毕")
    town.go("desk:case", first.number)
    town.sees("件在哪里", "受理", "转办", "承办", "回复")
    town.follow("送达")
    town.fill({"领取人姓名": "赵申请", "领取人证件号码": "11010519491231002X"})
    town.press("记下送达")
    town.sees("已记下送达")
    for case in (first, second):
        levels.in_one_place(case)
