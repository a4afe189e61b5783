"""戏：叫回重新研究。一件叫回了、科室正在研究；一件送达以后改正，另收一件，告知书等着另行送达。"""

import datetime

from agencies.models import User
from agencies.states import Role
from approvals.actions import mandates, messages
from approvals.models import Case
from denials.actions import recalls
from denials.models import Recall, RegisterEntry
from office.workdays.rules import local
from portal.demonstration import people
from portal.demonstration.scripts import MINUTE, Play, hand_out, refused_by_rule
from portal.demonstration.stage import Script

WHY = "会员名册第二页没有计入，请重新核对人数。"
MONTH = datetime.timedelta(days=30)


def _called_back(play: Play, at: datetime.datetime) -> Recall:
    entry = RegisterEntry.objects.get(case__submission_key=play.key)
    return recalls.call_back(entry, reason=WHY, by=people.deputy(entry.section, at), at=at)


def studying(play: Play, ago: int) -> Script:
    """叫回了，承办科室正在研究。"""
    yield from refused_by_rule(play, ago)
    at = yield play.days.at(ago - 1, "09:15")
    _called_back(play, at)


def corrected(play: Play, ago: int) -> Script:
    """送达了的不予受理，改正：撤销，照原来交的另收一件；委托代办、留言随着过来。"""
    yield from refused_by_rule(play, ago)
    at = yield play.days.at(ago, "15:10")
    case = Case.objects.get(submission_key=play.key)
    _helped(case, at)
    yield from hand_out(play, case, at + 20 * MINUTE, "")
    at = yield play.days.at(ago - 1, "10:20")
    recall = _called_back(play, at)
    at = yield play.days.at(ago - 2, "09:30")
    chief = people.on_duty(case.section, Role.CHIEF, at)
    recalls.answer(recall, opinion="correct", text="第二页还有九人，合计五十三人，够了。", by=chief, at=at)
    at = yield play.days.at(ago - 2, "11:05")
    recalls.set_aside(
        recall, text="名册第二页的九人没有计入，实为五十三人，符合规定。", basis=str(play.guide.bases.first()),
        by=people.deputy(case.section, at), at=at,
    )  # fmt: skip


def _helped(case: Case, at: datetime.datetime) -> None:
    """申请人委托一个人替他补材料、联系，又留了一句话。"""
    clerk = people.on_duty(case.intake_unit, Role.CLERK, at)
    messages.write(case, text="名册有两页，请把第二页也看一下。", by=User.objects.system(), at=at)
    agent = mandates.Agent(None, "孙代办", people.fake_id(900), "13800000900", "秘书")
    terms = mandates.Terms(("supplement", "contact"), local(at + MONTH).date())
    mandates.appoint(case, agent=agent, terms=terms, by=clerk, at=at, signed=True)
