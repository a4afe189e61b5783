"""费用对申请人怎么说：收什么、多少、凭什么、缴了没有、能减免什么。"""

from typing import Any

from approvals.models import Fee
from approvals.rules.fees import grounds
from approvals.states import FeeState
from portal.hall.telling import revived

WAITING = (FeeState.DUE, FeeState.REFUNDING)


def fee_of(case: Any) -> dict[str, Any] | None:
    """这一件的费用；没有的是 None。case 由 telling 取来，不另问库。"""
    told = case.fee_told
    if told is None:
        return None
    row = revived(Fee, told["row"])
    waiting = row.state in WAITING
    return {"row": row, "grounds": grounds(told["rules"]), "complaint": told["complaint"], "waiting": waiting}
