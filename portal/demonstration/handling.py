"""承办人的戏：负责人指定的，换了人的；审查的人领办的，见 examining.begun。"""

import datetime

from agencies.models import User
from agencies.states import Role
from approvals.actions import handlers
from approvals.models import Case
from office.sure import sure
from portal.demonstration import people
from portal.demonstration.scripts import MINUTE, Play
from portal.demonstration.stage import Script


def assigned(play: Play, ago: int) -> Script:
    """负责人定了承办人，还没有开始审查。"""
    at = yield play.days.at(ago, "09:50")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago, "14:20")
    _named(case, at)


def moved(play: Play, ago: int) -> Script:
    """定了承办人，第二天他下乡，负责人换了一个人。"""
    at = yield play.days.at(ago, "10:40")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago, "15:10")
    first = _named(case, at)
    at = yield play.days.at(max(ago - 1, 0), "09:05")
    others = [one.user for one in handlers.candidates(case, at) if one.user != first]
    chief = people.on_duty(case.section, Role.CHIEF, at)
    handlers.assign(case, to=others[0], by=chief, at=at, reason="原承办人下乡调查三天，赶不上承诺的日子。")


def _named(case: Case, at: datetime.datetime) -> User:
    """负责人照建议指定。"""
    suggestion = handlers.suggested(case, handlers.candidates(case, at), at)
    to, _role = sure(suggestion)
    handlers.assign(case, to=to, by=people.on_duty(case.section, Role.CHIEF, at), at=at)
    return to
