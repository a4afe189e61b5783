"""谁代申请人办：把委托说成话。"""

import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from approvals.states import MandateKind, MandateScope, MandateState
from portal.language import said


def scope_words(scope: list[str]) -> str:
    labels = dict(MandateScope.choices)
    return "、".join(said(labels[one]) for one in scope)


def agents_of(case: Any, at: datetime.datetime) -> list[dict[str, Any]]:
    """等同意的和此刻有效的委托；case 由 access.case_of 取来，不另问库。"""
    running = [one for one in case.agents if (parse_datetime(one["to_at"]) or at) > at]
    return [
        {
            "name": one["name"],
            "kind": MandateKind(one["kind"]).label,
            "scope": scope_words(one["scope"]),
            "asked": one["state"] == MandateState.ASKED,
        }
        for one in running
    ]
