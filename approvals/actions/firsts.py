"""机关撤销自己说的“不”、照原来交的另收的一件：按时没有、算不算再次、谁在前，都照原来那一件，不让申请人替机关的错晚了。"""

import datetime

from approvals.models import Case


def first_of(case: Case) -> Case:
    """最初的那一件：另收的又被撤销、又另收的，一直追到头；不是另收的就是它自己。"""
    while (recall := getattr(case, "redoes", None)) is not None:
        case = recall.case
    return case


def applied_at(case: Case) -> datetime.datetime:
    """原来申请的那一刻。"""
    return first_of(case).received_at


def accepted_at(case: Case) -> datetime.datetime | None:
    """原来受理的那一刻；原来错在不予受理的，是作出不予受理的那一刻。没有受理、也不是另收的是 None。"""
    first = first_of(case)
    return case.accepted_at if first is case else first.accepted_at or first.decided_at
