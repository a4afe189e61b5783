"""几样收回同时碰上一件准予的决定：撤回、撤销，承诺不实的撤销。一样没有了结，另一样、注销、换发、移交档案都等它。"""

from approvals.models import Case
from approvals.states import PledgeState, RetractionState


def under_way(case: Case) -> str:
    """正在怎样收回，还没有了结；没有是空串。没有提出过、没有用过承诺的不查库。"""
    return retracting(case) or revoking(case)


def retracting(case: Case) -> str:
    """依职权的撤回、撤销提出了，还没有了结的。"""
    found = case.retractions.open().first() if case.has_retractions else None
    return f"{found.get_kind_display()}还没有了结（{found.get_state_display()}）" if found else ""


def revoking(case: Case) -> str:
    """承诺不实，报请了撤销，或者撤销了、决定书没有送到的。"""
    if not case.has_pledges:
        return ""
    states = (PledgeState.ASKED, PledgeState.REVOKED)
    found = case.pledges.under_way().filter(state__in=states).exists()
    return "承诺不实的撤销还没有了结" if found else ""


def decided(case: Case) -> str:
    """已经决定收回，只等决定书送达的：写明是哪一样；没有是空串。没有提出过、没有用过承诺的不查库。"""
    found = case.retractions.filter(state=RetractionState.DECIDED).first() if case.has_retractions else None
    if found is not None:
        return f"已经决定{found.get_kind_display()}，决定书等送达"
    if case.has_pledges and case.pledges.under_way().filter(state=PledgeState.REVOKED).exists():
        return "已经照承诺不实决定撤销，决定书等送达"
    return ""
