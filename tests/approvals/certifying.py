"""发证的做法：结果是证照的事项，准予一件。"""

import datetime
from types import SimpleNamespace

from approvals.actions import decision
from approvals.actions.certifying import Told
from approvals.models import Case
from tests import casework

NAME, NUMBER = "示例登记证书", "示范证字第0001号"
SINCE, UNTIL = datetime.date(2026, 3, 2), datetime.date(2030, 3, 1)


def issuing(b, result: str = NAME, **fields) -> SimpleNamespace:
    """一个发证照的事项；b 原来的事项不动。"""
    return casework.item_with_guide(SimpleNamespace(**vars(b)), f"cert-{len(result)}", result_name=result, **fields)


def told(number: str = NUMBER, **fields) -> Told:
    return Told(**{"name": NAME, "number": number, "valid_from": SINCE, "valid_until": UNTIL, **fields})


def granted(c, certificate: Told | None = None, **fields) -> Case:
    case = reviewed(c, **fields)
    return decision.grant(case, decision="准予登记。", by=c.chief, at=c.at, certificate=certificate or told())


def reviewed(c, **fields) -> Case:
    case = casework.accepted(c, c.at, **fields)
    casework.review.begin(case, by=c.reviewer, at=c.at)
    return casework.review.give_opinion(case, opinion="pass", text="符合条件。", by=c.reviewer, at=c.at)


def shown(b, at: datetime.datetime) -> SimpleNamespace:
    """一件等着决定，一件发了证照。"""
    c = issuing(SimpleNamespace(**{**vars(b), "at": at}))
    return SimpleNamespace(to_decide=reviewed(c), case=granted(c))
