"""只用键盘和扫码枪：窗口一分钟以内收一件；一件从镇上收件到送达归档，鼠标一次也不碰。"""

import sys
from copy import copy

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from approvals.models import Batch, Case
from approvals.states import CaseState
from office.papers.models import Paper
from tests import casework
from tests.approvals import levels
from tests.journeys.hands import Hands, sign_in
from tests.journeys.walking import PASSWORD

pytestmark = pytest.mark.browser
NUMBER = "11010519491231002X"


@pytest.fixture
def hands(walk, record_property, capsys):
    """hands(某人) 是坐在键盘前面、已经登录的这个人。走完说出各自按了多少下。"""
    made: list[tuple[str, Hands]] = []

    def sit(user, what: str) -> Hands:
        made.append((what, sign_in(walk(), user, PASSWORD)))
        return made[-1][1]

    yield sit
    for what, one in made:
        record_property(what, one.said(what))
        with capsys.disabled():
            sys.stdout.write(f"\n{one.said(what)}\n")


def found(hands: Hands, item) -> None:
    """找事项：输编码，回车，就在收件页的证件号码里。"""
    hands.key("i")
    hands.at("q").type(item.code)
    hands.go("Enter")
    hands.at("id_number")


@pytest.mark.clause("D8")
def test_a_simple_item_is_taken_in_under_a_minute(hands, b):
    """第一次来的人：读身份证，填姓名电话和一张短表，核对，受理，凭证和通知书都在。"""
    clerk = hands(b.clerk_a, "第一次来的人，一件简单的")
    found(clerk, b.item)
    clerk.scan(NUMBER)
    clerk.at("name").sees("没有以往的登记")
    clerk.type("赵申请")
    clerk.reach("phone")
    clerk.type("13800000001")
    clerk.reach("answers-why")
    clerk.press("Space")
    clerk.reach("answers-funds")
    clerk.type("30000")
    clerk.reach("answers-truth")
    clerk.press("Space")
    clerk.key("g")
    clerk.sees("已收件").at("verdict-application")
    clerk.key("k")
    clerk.at("next")
    clerk.key("n")
    clerk.sees("已受理").at("打开打印")
    case = Case.objects.get()
    assert case.state == CaseState.ACCEPTED and case.first_contact == b.clerk_a
    assert case.applicant.name == "赵申请" and case.answers["funds"] == "30000"
    assert set(Paper.objects.about(case).values_list("kind", flat=True)) >= {"receipt", "acceptance"}
    assert clerk.seconds() < 60, clerk.said("第一次来的人")


@pytest.mark.clause("D8")
def test_one_who_came_before_is_offered_from_the_card(hands, b):
    """来过的人：读身份证，姓名电话自动填上，光标直接在申请表要填的地方。"""
    casework.received(casework.item_with_guide(copy(b), "another"))
    clerk = hands(b.clerk_a, "来过的人，一件简单的")
    found(clerk, b.item)
    clerk.scan(NUMBER)
    clerk.sees("找到以往的登记").at("answers-why")
    clerk.press("Space")
    clerk.reach("answers-funds")
    clerk.type("30000")
    clerk.reach("answers-truth")
    clerk.press("Space")
    clerk.key("g")
    clerk.key("k")
    clerk.key("n")
    clerk.at("打开打印")
    case = Case.objects.latest("pk")
    assert case.state == CaseState.ACCEPTED and case.applicant.phone == "13800000001"
    assert clerk.seconds() < 40, clerk.said("来过的人")


@pytest.mark.clause("D8")
def test_what_is_missing_takes_the_hands_to_the_summary(hands, b):
    """漏填了：光标在错误汇总上，Tab 到那一条，回车到出错的格子；填过的都还在。"""
    clerk = hands(b.clerk_a, "漏填了再补")
    found(clerk, b.item)
    clerk.scan(NUMBER)
    clerk.type("赵申请")
    clerk.key("n")
    clerk.sees("还差一点")
    assert clerk.page.evaluate("document.activeElement.className") == "error-summary"
    clerk.press("Tab", "Enter")
    clerk.at("phone")
    assert clerk.page.evaluate("document.querySelector('[name=name]').value") == "赵申请"


@pytest.fixture
def c(b):
    b.at = b.now
    made = levels.county(b)
    people = (made.clerk_of_town, made.clerk_of_window, made.reviewer_of_section, made.chief_of_section)
    for user in people:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    made.aid_guide.item.audiences = ["1"]
    made.aid_guide.item.save()
    TOTPDevice.objects.create(user=made.chief_of_section, name="手机")
    return made


def carried_out(clerk: Hands, batch_of) -> Batch:
    """列清单，点件，签出：Alt+H、Alt+N，一件一件扫，再扫清单码。"""
    clerk.key("h")
    clerk.at("code")
    clerk.key("n")
    batch = batch_of()
    clerk.at("code").sees("已列好")
    for number in batch.transfers.values_list("case__number", flat=True):
        clerk.scan(number)
        clerk.at("code").sees(f"{number} 在清单上")
    clerk.scan(batch.number)
    clerk.sees("已签出", "在途")
    return batch


@pytest.mark.clause("D8", "C1", "C4", "C6")
def test_a_whole_case_by_scanner_and_keyboard(hands, c):
    """镇上收件受理、签出；县里扫码签收、审查、决定、签出；镇上扫码签收、送达、归档。"""
    town = hands(c.clerk_of_town, "镇上：收件到签出，签收到归档")
    found(town, c.aid_guide.item)
    town.scan(NUMBER)
    town.at("name").type("赵申请")
    town.reach("phone")
    town.type("13800000001")
    town.key("g")
    town.key("k")
    town.at("next")
    town.key("n")
    town.sees("已受理").at("打开打印")
    case = Case.objects.get()
    sent = carried_out(town, Batch.objects.get)

    window = hands(c.clerk_of_window, "县里窗口：签收")
    window.key("h")
    window.scan(sent.number)
    window.at("code").sees("逐件扫码签收")
    window.scan(case.number)
    window.sees("签收完毕")

    reviewer = hands(c.reviewer_of_section, "审查")
    reviewer.alt("s")
    reviewer.at("code").scan(case.number)
    reviewer.at("next")
    reviewer.key("n")
    reviewer.at("opinion").press("Space", "Tab")
    reviewer.type("材料齐全，符合条件。")
    reviewer.key("n")
    reviewer.sees("审查意见已提出")

    chief = hands(c.chief_of_section, "决定")
    chief.alt("s")
    chief.scan(case.number)
    chief.key("n")
    chief.at("decision")
    chief.key("n")
    chief.sees("已准予").at("打开打印")

    back = carried_out(window, lambda: Batch.objects.latest("pk"))
    assert back.to_unit == c.town
    town.key("h")
    town.scan(case.number)
    town.sees("签收完毕")
    town.alt("s")
    town.scan(case.number)
    town.at("next")
    town.key("n")
    town.at("collector").type("赵申请")
    town.press("Tab")
    town.scan(NUMBER)
    town.sees("已记下送达")
    town.key("n")
    town.sees("已办结归档")
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED
    levels.in_one_place(case)
    assert town.seconds() < 120, town.said("镇上")


@pytest.mark.clause("D8")
def test_the_keys_are_written_down_and_each_is_on_a_page(hands, b):
    """按键一览上的每一个直达键，页面上真有；一览自己也有键。"""
    clerk = hands(b.clerk_a, "看一眼键盘怎样用")
    case = casework.received(b)
    clerk.key("0")
    clerk.sees("键盘怎样用", "Alt + N")
    told = {one.split()[-1].lower() for one in clerk.page.locator("kbd").all_inner_texts()}
    here = set()
    for name, args in (("desk:case-check", [case.number]), ("desk:receive", [b.item.code])):
        clerk.walker.go(name, *args)
        here |= {one.get_attribute("accesskey") for one in clerk.page.locator("[accesskey]").all()}
    assert told - here == {"v"}, told - here  # 预览在作决定的那一页
