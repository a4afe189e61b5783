"""戏：公示、听证、核查与征求意见、报请延期，此刻都在走。"""

import datetime
from decimal import Decimal
from typing import Any

from agencies.models import User
from agencies.states import Role
from approvals.actions import extension, hearing, inspection, procedures, publication
from approvals.models import Case
from portal.demonstration import examining, people
from portal.demonstration.scripts import HOUR, Play
from portal.demonstration.stage import Script


def _accepted(play: Play, at: datetime.datetime) -> tuple[Case, User]:
    """受理了的一件，和它的审查人。"""
    case = play.receive(at)
    play.accept(case, at + HOUR / 6)
    return case, examining.reviewer(case, at)


def published(play: Play, ago: int) -> Script:
    """正在公示，有一条异议等答复。"""
    at = yield play.days.at(ago, "09:15")
    case, reviewer = _accepted(play, at)
    shown = publication.Shown(members=3, amount=Decimal("1280"), place="示范村公示栏")
    told: dict[str, Any] = {"reason": "入户调查、信息核对已经完成，拟确认。", "shown": shown}
    procedure = publication.publish(case, key="publicity", **told, by=reviewer, at=at + HOUR)
    text = "他家去年买了一辆小货车，请核实。"
    publication.object_to(procedure.publication, text=text, by=User.objects.system(), at=at + 2 * HOUR)


def heard(play: Play, ago: int) -> Script:
    """申请人要求了听证，等定时间地点。"""
    at = yield play.days.at(ago, "09:25")
    case, reviewer = _accepted(play, at)
    reason = "拟建设施与周边住户有重大利益关系。"
    told = hearing.tell(case, key="hearing", reason=reason, by=reviewer, at=at + HOUR)
    at = yield play.days.at(max(ago - 1, 0), "10:05")
    hearing.request(told.hearing, text="要求当面说明选址的理由。", by=User.objects.system(), at=at)


def inspected(play: Play, ago: int) -> Script:
    """两人去看过，笔录一人写好、等另一人签；同时在征求意见。"""
    at = yield play.days.at(ago, "14:35")
    case, reviewer = _accepted(play, at)
    told: dict[str, Any] = {"by": reviewer, "at": at + HOUR}
    procedures.start(case, key="consult", reason="需要征求业务主管单位的意见。", **told)
    officers = (reviewer, people.on_duty(case.section, Role.CHIEF, at))
    visit: dict[str, Any] = {"visits_at": at + 2 * HOUR, "place": "申请人住所", "officers": officers}
    visited = inspection.assign(case, key="visit", reason="核实住所和内部治理情况。", **visit, **told)
    found = {"found": "住所固定，账册齐全。", "conclusion": "与材料一致。", "present": "申请人代表在场，没有异议。"}
    inspection.record(visited.inspection, **found, by=reviewer, at=at + 3 * HOUR)


def extending(play: Play, ago: int) -> Script:
    """报请延期，等局长批准。"""
    at = yield play.days.at(ago, "09:45")
    case, reviewer = _accepted(play, at)
    reason = "章程修改涉及行业主管部门，意见尚未返回。"
    extension.ask(case, value=5, reason=reason, by=reviewer, at=at + HOUR)
