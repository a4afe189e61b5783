"""费用对申请人怎么说：收什么、多少、凭什么、缴了没有、能减免什么。"""

from collections.abc import Iterable
from typing import Any

from approvals.models import Fee
from approvals.rules.fees import grounds
from approvals.states import FeeState
from office.journal.models import Entry

AROSE = "approvals.case.fee_arise"
WAITING = (FeeState.DUE, FeeState.REFUNDING)


def fee_of(case: Any, entries: Iterable[Entry]) -> dict[str, Any] | None:
    """这一件的费用；经过里没有“产生费用”的就不问库。"""
    if not any(entry.verb == AROSE for entry in entries):
        return None
    row = Fee.objects.select_related("case__guide").get(case=case)
    guide = row.case.guide
    return {"row": row, "grounds": grounds(guide.fee), "complaint": guide.complaint, "waiting": row.state in WAITING}
