"""三级受理的戏：村里收的件，一站一站送到县里，办好了再送回来。"""

import datetime

from agencies.models import Unit, User
from agencies.rules import DESKS
from agencies.states import Role, UnitKind
from approvals.actions import differences, handover
from approvals.models import Batch, Case
from approvals.states import TransferState
from office.workdays.rules import local
from portal.demonstration import people
from portal.demonstration.scripts import HOUR, MINUTE, Play, grant_at_section
from portal.demonstration.stage import Script


def village(play: Play) -> Unit | None:
    """一个上送要走路的村：它的镇不设在县中心。"""
    points = Unit.objects.filter(agency=play.guide.item.agency, kind=UnitKind.VILLAGE_DESK, parent__hosted_by=None)
    return points.order_by("path").first()


def hand(unit: Unit, at: datetime.datetime) -> User:
    """此刻替这个单位交接的人。"""
    return people.on_duty(unit, Role.CLERK if unit.kind in DESKS else Role.REVIEWER, at)


def listed(case: Case, at: datetime.datetime) -> Batch:
    """把这一件（连同同路的）列成清单；别的戏已经列了的，用那一张。"""
    passage = case.transfers.in_passage().select_related("from_unit", "to_unit", "batch").get()
    if passage.batch is not None:
        return passage.batch
    ends = {"from_unit": passage.from_unit, "to_unit": passage.to_unit}
    return handover.draw_up(**ends, day=local(at).date(), by=hand(passage.from_unit, at), at=at)


def carried(case: Case, at: datetime.datetime) -> None:
    """送一站：签出、送到、全部签收。"""
    batch = listed(case, at)
    handover.sign_out(batch, by=hand(batch.from_unit, at), at=at + 5 * MINUTE)
    handover.sign_in_all(batch, by=hand(batch.to_unit, at), at=at + 50 * MINUTE)


def taken_in(play: Play, at: datetime.datetime) -> Case | None:
    desk = village(play)
    if desk is None:
        return None
    case = play.receive(at, unit=desk)
    play.accept(case, at + 10 * MINUTE)
    return case


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
    carried(case, at)
    at = yield play.days.at(ago, "08:50")
    handover.sign_out(batch := listed(case, at), by=hand(batch.from_unit, at), at=at + 5 * MINUTE)


def missing(play: Play, ago: int) -> Script:
    """县里签收时少了一件，记了差异。"""
    at = yield play.days.at(ago + 2, "09:45")
    if (case := taken_in(play, at)) is None:
        return
    at = yield play.days.at(ago + 2, "11:20")
    carried(case, at)
    at = yield play.days.at(ago, "09:05")
    handover.sign_out(batch := listed(case, at), by=hand(batch.from_unit, at), at=at + 5 * MINUTE)
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
    carried(case, at)
    at = yield play.days.at(ago - 2, "15:05")
    carried(case, at)
    at = yield play.days.at(ago - 3, "09:50")
    case.refresh_from_db()
    grant_at_section(play, case, at)
    for step, clock in ((4, "15:35"), (5, "10:35")):
        at = yield play.days.at(ago - step, clock)
        carried(case, at)
