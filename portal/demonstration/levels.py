"""三级受理的戏：村里收的件，一站一站送到县里，办好了再送回来。"""

import datetime

from agencies.models import Unit
from agencies.states import UnitKind
from approvals.actions import differences, handover
from approvals.models import Case
from approvals.states import TransferState
from portal.demonstration import examining
from portal.demonstration.carrying import all_the_way, carried, hand, listed
from portal.demonstration.scripts import HOUR, MINUTE, Play, grant_at_section
from portal.demonstration.stage import Script


def village(play: Play) -> Unit | None:
    """一个上送要走路的村：它的镇不设在县中心。"""
    points = Unit.objects.filter(agency=play.guide.item.agency, kind=UnitKind.VILLAGE_DESK, parent__hosted_by=None)
    return points.order_by("path").first()


def taken_in(play: Play, at: datetime.datetime) -> Case | None:
    desk = village(play)
    if desk is None:
        return None
    case = play.receive(at, unit=desk)
    play.accept_here(case, at + 10 * MINUTE)
    return case


def in_town(case: Case, at: datetime.datetime) -> None:
    """送到镇上；指南要镇上先审的，镇上看过了提意见，再等着送县。"""
    carried(case, at)
    case.refresh_from_db()
    if case.examiner_id:
        examining.begun(case, at + 51 * MINUTE)
        examining.this_level(case, at + 55 * MINUTE, text="入户调查属实，邻里也这样说，符合条件。")


def in_the_village(play: Play, ago: int) -> Script:
    """村里收了，等着下一次送镇。"""
    at = yield play.days.at(ago, "09:25")
    taken_in(play, at)


def on_the_road(play: Play, ago: int) -> Script:
    """镇里签出，正在送县的路上。"""
    at = yield play.days.at(ago + 1, "09:15")
    if (case := taken_in(play, at)) is None:
        return
    at = yield play.days.at(ago + 1, "10:40")
    in_town(case, at)
    batch = listed(case, at + HOUR)  # 到了镇上就列好，第二天一早签出
    at = yield play.days.at(ago, "08:50")
    handover.sign_out(batch, by=hand(batch.from_unit, at), at=at + 5 * MINUTE)


def missing(play: Play, ago: int) -> Script:
    """县里签收时少了一件，记了差异。"""
    at = yield play.days.at(ago + 2, "09:45")
    if (case := taken_in(play, at)) is None:
        return
    at = yield play.days.at(ago + 2, "11:20")
    in_town(case, at)
    batch = listed(case, at + HOUR)
    at = yield play.days.at(ago, "09:05")
    handover.sign_out(batch, by=hand(batch.from_unit, at), at=at + 5 * MINUTE)
    at = yield at + HOUR
    for passage in batch.transfers.filter(state=TransferState.SENT).exclude(case=case):
        handover.sign_in(passage, by=hand(batch.to_unit, at), at=at)
    differences.finish(batch, by=hand(batch.to_unit, at), at=at + 5 * MINUTE)


def there_and_back(play: Play, ago: int) -> Script:
    """村 → 镇 → 县，办好了原路送回，在村里领取。"""
    at = yield play.days.at(ago, "09:35")
    if (case := taken_in(play, at)) is None:
        return
    at = yield play.days.at(ago - 1, "10:20")
    all_the_way(case, at)
    at = yield play.days.at(ago - 3, "09:50")
    grant_at_section(play, case, at)
    at = yield play.days.at(ago - 4, "10:35")
    all_the_way(case, at)
