"""委托测试用的委托:文书齐全,一看就是编的。"""

import datetime

from delegation.actions import granting
from tests.makers import MONDAY

START, END = datetime.date(2026, 4, 1), datetime.date(2026, 10, 1)


def terms(b, **changes):
    told = {
        "item": b.item,
        "from_agency": b.agency,
        "to_agency": b.county,
        "seal": b.own_seal if changes.get("kind") == "transferred" else b.seal,
        "instrument_number": "湛民委〔2026〕1号(示范)",
        "instrument_date": datetime.date(2026, 3, 1),
        "promise": "2026-03-01 签署",
        "agreement": "2026-03-01 签署",
        "valid_from": START,
        "valid_to": END,
    }
    return granting.Terms(**{**told, **changes})


def drafted(b, **changes):
    return granting.propose(terms=terms(b, **changes), by=b.editor, at=MONDAY)


def live(b, **changes):
    return granting.grant(drafted(b, **changes), by=b.editor, at=MONDAY)
