"""戏：没有办到决定就了结的。一件窗口录了两次，当天作废一件；一件申请人去世，科室报请、领导审定终止。"""

from dataclasses import replace

from django.core.files.base import ContentFile

from agencies.states import Role
from approvals.actions import terminating, voiding
from approvals.states import TerminationGround, VoidWhy
from portal.demonstration import people
from portal.demonstration.joined import sheet
from portal.demonstration.scripts import MINUTE, Play
from portal.demonstration.stage import Script


def entered_twice(play: Play, ago: int) -> Script:
    at = yield play.days.at(ago, "10:40")
    person = play.crowd.next_for(play.guide)
    kept = play.receive(at, person=person)
    again = replace(play, key=f"{play.key}-again").receive(at + 5 * MINUTE, person=person)
    clerk = people.on_duty(again.intake_unit, Role.CLERK, at)
    at = yield at + 20 * MINUTE
    text = "保存以后页面没有反应，又录了一次。"
    voiding.void(again, why=VoidWhy.TWICE, text=text, replaced_by=kept.number, by=clerk, at=at)


def died(play: Play, ago: int) -> Script:
    at = yield play.days.at(ago, "09:15")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(max(ago - 2, 0), "10:00")
    case.refresh_from_db()
    chief = people.on_duty(case.section, Role.CHIEF, at)
    asked = terminating.ask(
        case, ground=TerminationGround.DIED, facts="申请人去世，户籍已经注销；一人户，没有接着申请的人（示范）。",
        basis="参照《中华人民共和国行政复议法》第四十一条", proof=[("户籍注销证明.pdf", ContentFile(sheet()))],
        by=chief, at=at,
    )  # fmt: skip
    at = yield play.days.at(max(ago - 2, 0), "15:30")
    text = "同意终止。请把决定书送到他的近亲属。"
    terminating.sanction(asked, text=text, by=people.deputy(case.section, at), at=at)
