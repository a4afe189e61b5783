"""窗口和队列里常走的几步。"""

from approvals.models import Case

PERSON = {
    "证件号码": "11010519491231002X",
    "姓名或单位名称": "赵申请",
    "联系电话": "13800000001",
}
ANSWERS = {"社会组织名称": "示例协会", "活动资金": "30000"}
STATEMENT = {
    "拿不准的问题": "跨区设立的分支机构能否作为发起人？",
    "拟否定理由": "条例没有规定分支机构可以作为发起人。",
    "拟否定依据": "没有查到明文，最接近的是《示例条例》第一条。",
}
WHY = "法律、法规、规章明文规定不予受理的其他情形"


def receive_at_window(clerk, b, *, provided: list[str], again: str = "") -> str:
    """窗口收一件:找事项,填申请人和申请表,勾交来的材料;返回编号。again 是同一事项已有一件，为什么还要收。"""
    clerk.go("desk:intake")
    clerk.follow(b.item.name)
    clerk.choose("个人")
    clerk.fill(PERSON | ANSWERS)
    clerk.choose("新办", "以上内容真实", *provided)
    clerk.press("收件，接着核对")
    if again:
        clerk.sees("同一事项已有一件")
        clerk.fill({"为什么还要收这一件": again})
        clerk.press("收件，接着核对")
    clerk.sees("已收件")
    return Case.objects.latest("pk").number


def hand_over(clerk, number: str) -> None:
    """申请人本人到窗口领取:登记送达,办结。"""
    clerk.go("desk:case", number)
    clerk.follow("送达")
    collect(clerk)
    clerk.press("办结归档")


def collect(clerk) -> None:
    """送达页上登记本人领取,出送达回证。"""
    clerk.fill({"领取人姓名": "赵申请", "领取人证件号码": "11010519491231002X"})
    clerk.press("记下送达")
    clerk.sees("已记下送达")


def file_report(clerk, number: str, *, why: str = WHY) -> str:
    """经办人提出拟否定报告;返回报告编号。受理以前的要选不予受理的情形(why)，受理以后的没有这一格。"""
    clerk.go("desk:case", number)
    clerk.follow("拟否定报告")
    clerk.fill(STATEMENT)
    if why:
        clerk.choose(why)
    clerk.press("提出拟否定报告")
    clerk.sees("拟否定报告已提出")
    return Case.objects.get(number=number).reports.get().number


def open_report(leader, matter: str) -> None:
    """领导进队列,打开等他处理的那一份。"""
    leader.go("admin:denials_report_changelist")
    leader.follow(matter)


def decide(leader, label: str, told: dict[str, str]) -> None:
    """点开一个动作,写理由,按下。"""
    deed = f"details.deed:has(summary:text-is('{label}'))"
    leader.page.locator(f"{deed} summary").click()
    leader.fill(told, within=deed)
    leader.press(label, within=deed)


def waiting(leader) -> str:
    """“等待我处理”里写的。"""
    leader.go("admin:denials_report_changelist")
    return leader.reads("#main, #content")
