"""说“不”的路:梯子一级一级,每一级在队列里;沉默的被越过;代岗的看得见;没有后门。"""

import datetime
from functools import partial

import pytest

from approvals.models import Case, Ground
from denials.actions import ladder
from denials.models import Lateness, Precedent, RegisterEntry, Report
from denials.rules import DEFAULT_POLICY, answer_due_at, deputy_due_at
from office.workdays import calendar as workdays
from portal.desk import urls as desk_urls
from portal.sweeping import empty_trays, sweep
from portal.words import due_words
from tests import casework
from tests.journeys.deskwork import decide, file_report, open_report, receive_at_window, waiting
from tests.journeys.walking import PLAIN
from tests.makers import away
from tests.portal.test_desk_access import EVERYTHING, addresses

pytestmark = pytest.mark.browser
MATTER = "示例登记"
A_DAY = datetime.timedelta(days=1)


def tracked(walk, case: Case):
    """凭编号和查询码打开进度页的人。"""
    citizen = walk()
    citizen.go("hall:track")
    citizen.fill({"办件编号": case.number, "查询码": case.query_code})
    citizen.press("查询", within="main")
    return citizen


def settled_precedent(b) -> Precedent:
    """上个月同样的事,副局长核准过否定。"""
    report = casework.with_deputy(b)
    ladder.sanction(report, text="核准。", possible="会员满五十个。", by=b.deputy, at=b.at + 2 * casework.HOUR)
    return report.precedent


@pytest.mark.clause("Z3", "Z5", "Z8", "Z10", "Z18")
@pytest.mark.parametrize("way", [{}, PLAIN], ids=["with_scripts", "narrow_and_without_scripts"])
def test_a_refusal_climbs_the_ladder_and_explains_itself(walk, b, way):
    walk = partial(walk, **way)
    precedent = settled_precedent(b)
    clerk = walk(b.clerk_a)
    number = receive_at_window(clerk, b, provided=["示例申请书", "示例证明"])
    clerk.follow("拟否定报告")
    clerk.fill({"拿不准的问题": "分支机构能否作为发起人？", "拟否定理由": "条例没有规定分支机构可以作为发起人。"})
    clerk.press("按所写的查先例")
    clerk.sees(precedent.question, precedent.code, "不行", "最像的在前")
    file_report(clerk, number)

    for chief in (b.approval_chief, b.chief):
        leader = walk(chief)
        open_report(leader, MATTER)
        leader.sees("条例没有规定分支机构可以作为发起人", precedent.question)
        assert not leader.offers("核准否定"), "科室负责人不能核准否定"
        decide(leader, "审核上报", {"审核意见": "查过条例，同意上报。"})
        leader.sees("已审核上报")

    deputy = walk(b.deputy)
    open_report(deputy, MATTER)
    deputy.sees("查过条例，同意上报。")
    words = {"核准的理由": "条例所列发起人不含分支机构。", "怎样才能办": "由具有法人资格的总部作为发起人再来申请。"}
    decide(deputy, "核准否定", words)
    deputy.sees("已核准否定")

    case = Case.objects.get(number=number)
    citizen = tracked(walk, case)
    citizen.sees("不予受理", "条例没有规定分支机构可以作为发起人", "《示例条例》第一条")
    citizen.sees("怎样才能办", words["怎样才能办"], "不服怎么办", "六十日", "六个月")
    empty_trays(case.decided_at)
    letter = citizen.download("不予受理决定书")
    assert "行政复议" in letter and "行政诉讼" in letter

    director = walk(b.director)
    entry = RegisterEntry.objects.get(case=case)
    director.go("admin:denials_registerentry_changelist")
    director.follow(entry.number)
    director.sees(words["怎样才能办"], "条例没有规定分支机构可以作为发起人")
    director.press("阅知")
    director.sees("已阅知1件", "没有等您阅知")


def filed_at(b) -> datetime.datetime:
    """这样一个过去的时刻:那时提出、科长随即审过的,副局长的时限已过,四十八小时还没到。"""
    times = {"policy": DEFAULT_POLICY, "special": workdays.calendar_for(b.agency.code).special}
    for hours in range(1, 24 * 30):
        at = b.now - hours * casework.HOUR
        if deputy_due_at(at + casework.HOUR, **times) < b.now and answer_due_at(at, **times) > b.now + casework.HOUR:
            return at
    raise AssertionError("没有这样的时刻")


@pytest.mark.clause("Z4", "Z7", "Z9")
def test_a_silent_deputy_is_passed_over_and_the_director_says_how(walk, b):
    report = casework.with_deputy(b, filed_at(b))
    sweep(b.now)
    deputy = walk(b.deputy_b)
    assert report.number not in waiting(deputy)

    director = walk(b.director)
    open_report(director, MATTER)
    director.sees("分管副局长：逾期未审", "逾期")
    how = "请申请人补交总部的授权书，窗口当场受理。"
    decide(director, "可以办（如何行）", {"为什么可以办": "条例没有禁止。", "如何行": how})
    director.sees("已定为可以办")

    citizen = tracked(walk, report.case)
    citizen.sees("材料已经收到", "审定结束，继续办理", how)
    assert "总部的授权书" in citizen.download("可以办告知书")

    clerk = walk(b.clerk_a)
    clerk.sees(how[:10])
    clerk.go("desk:report", report.number)
    clerk.sees("如何行", how)
    clerk.go("desk:case-check", report.case.number)
    clerk.press("其余交来的都符合，记下")
    clerk.press("受理")
    clerk.sees("受理通知书")


@pytest.mark.clause("Z4", "Z7", "Z9")
def test_when_everyone_is_silent_the_citizen_is_told_who_and_until_when(walk, b):
    report = casework.with_deputy(b, b.now - 12 * A_DAY)
    sweep(b.now)
    report.refresh_from_db()
    assert report.state == "with_director"
    promised = report.clocks.running().get(kind="promise").due_at

    citizen = tracked(walk, report.case)
    citizen.sees("局长", "责任在我们", "没有答复不等于不行")
    citizen.sees("局长正在审定", f"最迟{due_words(promised)}给您明确答复")
    assert b.director.full_name in citizen.download("延迟答复告知书")

    clerk = walk(b.clerk_a)
    clerk.go("desk:report", report.number)
    clerk.sees("逾期", "局长")
    assert [late.user for late in Lateness.objects.filter(report=report, rung="director")] == [b.director]
    director = walk(b.director)
    open_report(director, MATTER)
    director.sees("有逾期", "推迟后承诺的答复")


@pytest.mark.clause("Z6")
def test_the_report_stays_until_both_chiefs_have_spoken(walk, b):
    clerk = walk(b.clerk_a)
    report = file_report(clerk, receive_at_window(clerk, b, provided=["示例申请书", "示例证明"]))
    first, second, deputy = walk(b.approval_chief), walk(b.chief), walk(b.deputy)
    open_report(first, MATTER)
    decide(first, "审核上报", {"审核意见": "同意上报。"})
    assert report not in waiting(first) and report in waiting(second) and report not in waiting(deputy)

    sweep(Report.objects.get().turns.open().get().due_at - casework.HOUR)
    assert report not in waiting(deputy), "不到 12:00 不走"
    sweep(Report.objects.get().turns.open().get().due_at)
    assert report not in waiting(second) and report in waiting(deputy)
    open_report(deputy, MATTER)
    deputy.sees("同意上报。", "逾期未审")


@pytest.mark.clause("Z6", "Z20")
def test_the_second_holder_acts_while_the_first_is_away(walk, b):
    clerk = walk(b.clerk_a)
    report = file_report(clerk, receive_at_window(clerk, b, provided=["示例申请书", "示例证明"]))
    away(b.chief, b.now, b.now + A_DAY)

    absent, present = walk(b.chief), walk(b.chief_b)
    assert report not in waiting(absent)
    open_report(present, MATTER)
    present.sees(f"B岗，代{b.chief.full_name}")
    decide(present, "审核上报", {"审核意见": "代为审核，同意。"})
    present.sees("已审核上报")
    absent.open(f"/queue/denials/report/{Report.objects.get().pk}/change/")
    absent.sees(f"B岗，代{b.chief.full_name}", "代为审核，同意。")
    assert not absent.offers("审核上报")


@pytest.mark.clause("Z3")
def test_no_back_door_says_no(walk, b):
    """窗口的人把每个网址都打开一遍、都提交一遍,什么都填,只是没有依据。"""
    report = casework.filed(b, b.now)
    free = casework.accepted(b, b.now)
    clerk = walk(b.clerk_a)
    clerk.go("desk:today")
    for case, filed in ((report.case, report), (free, None)):
        for address in addresses(case, filed):
            clerk.context.request.get(clerk.site + address, max_redirects=0)
            status = submit(clerk, address, EVERYTHING)
            assert status < 500, address
            case.refresh_from_db()
            assert case.outcome not in ("refused", "not_accepted"), address
    for name in ("sanction", "overturn", "review", "send_back", "study"):
        status = submit(clerk, f"/queue/denials/report/{report.pk}/do/{name}/", {f"{name}-text": "不行。"})
        assert status in (302, 200, 403, 404)
    report.refresh_from_db()
    assert report.state == "with_chief" and not Ground.objects.exists()
    assert len(desk_urls.urlpatterns) > 30


def submit(walker, address: str, told: dict) -> int:
    """带着本人的会话和令牌,自己造一个提交。"""
    key = next(one["value"] for one in walker.context.cookies() if one["name"] == "csrftoken")
    form = {name: value[0] if isinstance(value, list) else value for name, value in told.items()}
    headers = {"X-CSRFToken": key, "Referer": walker.site}
    return walker.context.request.post(walker.site + address, form=form, headers=headers, max_redirects=0).status
