"""由上一级决定的戏：科室审、负责人审核，分管副局长、局长决定。

自带的目录里没有一项写了由上一级决定，演示另发布一版指南写上，注明“示范”、待核实；以前收的件仍照原来的一版。
"""

import datetime

from agencies.models import User
from agencies.states import Role
from approvals.actions import decision, endorsing
from catalog.actions import publishing
from catalog.models import Guide
from catalog.states import Decider
from office.workdays.rules import local
from portal.demonstration import examining, people
from portal.demonstration.certified import invented
from portal.demonstration.scripts import MINUTE, Play
from portal.demonstration.stage import Script

SHOWN = "示范：演示由上一级决定用，不是本局的规定"
ABOVE = {Decider.DEPUTY: people.deputy, Decider.DIRECTOR: people.director}


def decided(play: Play, ago: int, *, decider: Decider) -> Script:
    """收下、审完，负责人审核报上去，第二天上面定了。"""
    at = yield play.days.at(ago + 1, "08:40")
    play.guide = _published(play.guide, decider, at)
    at = yield play.days.at(ago, "09:15")
    case = play.receive(at)
    play.accept(case, at + 10 * MINUTE)
    at = yield play.days.at(ago - 1, "10:25")
    examining.begun(case, at)
    examining.examined(case, at + 30 * MINUTE, text="经审查，材料真实完整，符合条件。")
    at = yield play.days.at(ago - 1, "15:30")
    chief = people.on_duty(case.section, Role.CHIEF, at)
    endorsing.endorse(case, text="审核同意，请领导决定。", by=chief, at=at)
    at = yield play.days.at(ago - 2, "09:40")
    by = ABOVE[decider](case.section, at)
    decision.grant(case, decision=f"准予{play.guide.name}。", by=by, at=at, certificate=invented(case, at))


def _published(guide: Guide, decider: Decider, at: datetime.datetime) -> Guide:
    """现行的一版抄一份，写上由哪一级决定；照目录文件发布的，由系统发布。"""
    system = User.objects.system()
    draft = publishing.draft_from(item=guide.item, by=system, at=at, guide=guide)
    draft.decider = decider
    draft.needs_check = {**draft.needs_check, "decider": SHOWN}
    draft.save()
    return publishing.publish(guide=draft, by=system, at=at, effective_from=local(at).date())
