"""戏：收回已经准予的决定。一件告知送到了、正在听取陈述申辩；一件上报了、等领导审定；一件持有人终止了，证照注销。"""

import datetime
from collections.abc import Generator

from agencies.states import Role
from approvals.actions import cancelling, retractions
from approvals.actions.letters import certificate_of
from approvals.models import Case, Retraction
from approvals.models.delivery import Sent
from approvals.states import CancelGround, RetractionGround, RetractionKind
from office.workdays.rules import local
from portal.demonstration import handing, people
from portal.demonstration.scripts import Play, closed
from portal.demonstration.stage import Script

WHY = retractions.Grounds(
    kind=RetractionKind.WITHDRAWN,
    ground=RetractionGround.FACTS_CHANGED,
    facts="所在片区的规划调整，原来核准的场所划入了饮用水水源保护区（示范）。",
    reasons="在原场所继续开展活动，会影响水源保护；准予所依据的客观情况发生重大变化。",
    basis="《中华人民共和国行政许可法》第八条第二款",
    public_interest="保护饮用水水源。",
    redress="搬迁、装修的损失照票据评估补偿，另行书面协商。",
)


def listening(play: Play, ago: int) -> Script:
    """告知书送到了，五个工作日里等他陈述申辩。"""
    yield from closed(play, ago)
    yield from _told(play, 1)


def waiting(play: Play, ago: int) -> Script:
    """期限过了，没有人提出，科室负责人上报，等领导审定。"""
    yield from closed(play, ago)
    one = yield from _told(play, 7)
    at = yield play.days.at(1, "09:10")
    chief = people.on_duty(one.case.section, Role.CHIEF, at)
    retractions.ask(one, heard="告知书送达以后，没有人提出陈述、申辩。", by=chief, at=at)


def _told(play: Play, ago: int) -> Generator[datetime.datetime, datetime.datetime, Retraction]:
    """提出、窗口送达告知书。"""
    at = yield play.days.at(ago, "10:05")
    case = Case.objects.get(submission_key=play.key)
    reviewer = people.on_duty(case.section, Role.REVIEWER, at)
    one = retractions.propose(case, WHY, by=reviewer, at=at)
    at = yield at + datetime.timedelta(hours=1)
    handing.hand_out(case, at, Sent(retraction=one, of_notice=True))
    found: Retraction = Retraction.objects.select_related("case").get(pk=one.pk)
    return found


def cancelled(play: Play, ago: int) -> Script:
    """持有人终止了，证照注销；结果不是证照的不演。"""
    yield from closed(play, ago)
    at = yield play.days.at(1, "15:20")
    case = Case.objects.get(submission_key=play.key)
    if certificate_of(case) is None:
        return
    cancelling.cancel(
        case, ground=CancelGround.DISSOLVED, cancelled_on=local(at).date(), basis="示范：清算报告、终止的决议",
        facts="清算完毕，理事会决议终止，证照正本、副本已经交回（示范）。",
        by=people.on_duty(case.section, Role.CHIEF, at), at=at,
    )  # fmt: skip
