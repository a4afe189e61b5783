"""戏：替申请人办的（代办、提前服务、重点项目），和请别的单位提意见。"""

import datetime
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from agencies.models import Unit, User
from agencies.states import Role, UnitKind
from approvals.actions import advances, consulting, correction, intake, mandates, messages, projects, review
from approvals.actions.mandates import Agent, Terms
from approvals.models import Advance, Case
from approvals.states import MandateScope
from catalog.models import Guide
from office.sure import sure
from portal.demonstration import people
from portal.demonstration.scripts import HOUR, MINUTE, Play, grant_at_section, hand_out, item
from portal.demonstration.stage import Days, Script

SCOPE = (MandateScope.SUPPLEMENT, MandateScope.CONTACT, MandateScope.COLLECT)
MONTH = datetime.timedelta(days=30)


def villager(case: Case, at: datetime.datetime) -> User:
    """同一个县里村居服务点的人，任代办员。"""
    desk = Unit.objects.filter(agency=case.intake_unit.agency, kind=UnitKind.VILLAGE_DESK).order_by("path")[0]
    return people.on_duty(desk, Role.CLERK, at)


def _appointed(case: Case, agent: Agent, at: datetime.datetime, *, signed: bool = True) -> None:
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    terms = Terms(SCOPE, (at + 3 * MONTH).date())
    mandates.appoint(case, agent=agent, terms=terms, by=clerk, at=at, signed=signed)


def helped(play: Play, ago: int) -> Script:
    """村里的代办员代办，等补正，代办员留了言。"""
    at = yield play.days.at(ago, "10:15")
    lacking = play.key_of()
    case = play.receive(at, lacking=lacking)
    _appointed(case, Agent(user=villager(case, at)), at + 5 * MINUTE)
    clerk = play.check(case, at + 10 * MINUTE, **{lacking: intake.Check("missing", "没有提交")})
    correction.notify(case, by=clerk, at=at + 15 * MINUTE)
    at = yield play.days.at(max(ago - 1, 0), "09:25")
    mandate = case.mandates.get()
    signed = mandates.act_as(mandate, need=MandateScope.CONTACT, by=sure(mandate.user), at=at)
    messages.write(case, text="老人行动不便，表格我到家里帮他填好，明天送来。", by=signed, at=at)


def helped_to_the_end(play: Play, ago: int) -> Script:
    """村里的代办员代办，办完了，申请人满意。"""
    at = yield play.days.at(ago, "15:05")
    case = play.receive(at)
    _appointed(case, Agent(user=villager(case, at)), at + 5 * MINUTE)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago - 3, "09:15")
    grant_at_section(play, case, at)
    at = yield play.days.at(ago - 4, "11:05")
    yield from hand_out(play, case, at, "very_good")


def asked_to_help(play: Play, ago: int) -> Script:
    """请女儿代办，没有当面签，等申请人在网上同意。"""
    at = yield play.days.at(ago, "16:05")
    case = play.receive(at, online=True)
    daughter = Agent(name="李范例", id_number=people.fake_id(901), phone="13800000901", relation="女儿")
    _appointed(case, daughter, at + 10 * MINUTE, signed=False)


def consulted(play: Play, ago: int) -> Script:
    """审查中，同时问了两家，一家答了。"""
    at = yield play.days.at(ago, "14:15")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago - 1, "09:40")
    reviewer = people.on_duty(case.section, Role.REVIEWER, at)
    review.begin(case, by=reviewer, at=at)
    sections = Unit.objects.filter(agency=case.agency, kind=UnitKind.SECTION).exclude(pk=case.section_id)
    units = list(sections.order_by("path")[:2])
    question = "申请人的业务范围涉及贵科，请看是否符合现行政策。"
    first, _second = consulting.consult(
        case, units=units, question=question, days=4, in_turn=False, by=reviewer, at=at + HOUR
    )
    at = yield play.days.at(max(ago - 2, 0), "10:25")
    officer = people.on_duty(first.unit, Role.REVIEWER, at)
    consulting.answer(first, opinion="pass", text="与现行政策一致，没有不同意见。", by=officer, at=at)


def project(play: Play, ago: int) -> Script:
    """重点项目：立项、联系人、列入办件；一件事当日协调了，一件事刚提出。"""
    at = yield play.days.at(ago, "09:50")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    unit = case.section
    chief, specialist = people.on_duty(unit, Role.CHIEF, at), people.on_duty(unit, Role.REVIEWER, at)
    at = yield play.days.at(ago, "11:00")
    told = {"name": "示范生态安葬园", "owner_name": case.applicant.name, "phone": "0759-0000107"}
    made = projects.open_project(**told, unit=unit, specialist=specialist, by=chief, at=at)
    projects.add_case(made, case=case, by=specialist, at=at + 5 * MINUTE)
    for name, role, phone in (("孙示例", "项目经理", "13800000902"), ("周范例", "设计单位", "13800000903")):
        projects.add_contact(made, name=name, role=role, phone=phone, by=specialist, at=at + 10 * MINUTE)
    at = yield play.days.at(ago - 1, "09:20")
    text = "规划意见还差一个章，问几时能补。"
    issue = projects.raise_issue(made, text=text, raised_by_name="孙示例", by=specialist, at=at)
    at = yield play.days.at(ago - 1, "15:45")
    projects.answer_issue(issue, text="与资源部门电话商定，明天上午十点到窗口取。", by=specialist, at=at)
    at = yield play.days.recently(70)
    projects.raise_issue(made, text="进场道路要与村里一起看一次。", raised_by_name="周范例", by=specialist, at=at)


# 提前服务：申请之前的，不是办件 -------------------------------------------


def begins(days: Days, codes: tuple[str, str]) -> Iterator[Callable[[], Script]]:
    if Advance.objects.exists():
        return
    for code, play in zip(codes, (visited, advised), strict=True):
        guide = item(code)
        if guide and guide.window:
            yield partial(play, days, guide, guide.window)


def _looked_at(guide: Guide) -> dict[str, str]:
    notes = ("样本看过，写法对。", "还差一个签名，签好再来。", "要换成今年的版本。")
    keys = guide.materials.order_by("position").values_list("key", flat=True)
    return dict(zip(keys, notes, strict=False))


def visited(days: Days, guide: Guide, unit: Unit) -> Script:
    """到现场去看过、指导过。"""
    at = yield days.at(5, "15:20")
    clerk = people.on_duty(unit, Role.CLERK, at)
    told: dict[str, Any] = {"name": "示范善堂筹备组", "phone": "13800000904", "looked_at": _looked_at(guide)}
    told["advice"] = "先定好选址，再做设计，可以少改一次图。"
    made = advances.begin(guide=guide, unit=unit, **told, by=clerk, at=at)
    at = yield days.at(3, "16:50")
    clerk = people.on_duty(unit, Role.CLERK, at)
    said = "现场看了拟选的位置，离最近的住户不到规定的距离，建议往北移。"
    where = {"place": "示范村北坡", "said": said, "signer": "陈示例"}
    advances.visit(made, visited_at=at - 2 * HOUR, **where, by=clerk, at=at)


def advised(days: Days, guide: Guide, unit: Unit) -> Script:
    """窗口先看了一遍材料。"""
    at = yield days.at(1, "10:50")
    clerk = people.on_duty(unit, Role.CLERK, at)
    told: dict[str, Any] = {"name": "示范读书会", "phone": "13800000905", "looked_at": _looked_at(guide)}
    told["advice"] = "会员名册补齐签名以后就可以交。"
    advances.begin(guide=guide, unit=unit, **told, by=clerk, at=at)
