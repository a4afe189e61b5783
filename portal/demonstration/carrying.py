"""送件：列清单、签出、送到、全部签收，都由岗位上此刻有职责的人做。"""

import datetime

from agencies.models import Unit, User
from agencies.rules import DESKS
from agencies.states import Role
from approvals.actions import handover
from approvals.models import Batch, Case
from office.workdays.rules import local
from portal.demonstration import people

MINUTE = datetime.timedelta(minutes=1)


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
    """送一站。"""
    batch = listed(case, at)
    handover.sign_out(batch, by=hand(batch.from_unit, at), at=at + 5 * MINUTE)
    handover.sign_in_all(batch, by=hand(batch.to_unit, at), at=at + 50 * MINUTE)


def all_the_way(case: Case, at: datetime.datetime) -> None:
    """一站一站送到该在的地方；不必送的什么也不做。"""
    while case.transfers.in_passage().exists():
        carried(case, at)
        at += 60 * MINUTE
    case.refresh_from_db()
