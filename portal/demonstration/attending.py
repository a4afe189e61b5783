"""直办类的到场：个人来窗口，单位的两个人到现场去看。"""

import datetime

from agencies.models import User
from approvals.actions import attendances
from approvals.actions.attendances import Came, Visit
from approvals.models import Case
from approvals.states import ApplicantKind

SEEN = "现场与申请材料写的一致，负责人在场。"


def attend(case: Case, clerk: User, at: datetime.datetime) -> None:
    """受理以前登记到场；不是直办类的、登记过的不动。"""
    if not attendances.lacking(case):
        return
    who = case.applicant
    if who.kind == ApplicantKind.PERSON:
        attendances.came(case, Came(who.name, who.id_number, who.id_kind), happened_at=at, by=clerk, at=at)
        return
    one, two = attendances.officers(case)[:2]
    attendances.visited(case, Visit((one, two), who.address, SEEN), happened_at=at, by=clerk, at=at)
