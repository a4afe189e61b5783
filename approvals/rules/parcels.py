"""邮件的规矩：什么时候在等申请人的材料。"""

from collections.abc import Iterable
from typing import Any

from approvals.states import CaseState, Channel

DEFERRED = "deferred:"


def awaits(case: Any, kinds: Iterable[str]) -> bool:
    """待补正；网上来的、还没有受理（纸质的一并寄来）；容缺的还没有补。kinds 是还在走的时钟的种类。"""
    if case.state == CaseState.CORRECTING:
        return True
    if case.state == CaseState.RECEIVED:
        return bool(case.channel != Channel.WINDOW)
    return any(kind.startswith(DEFERRED) for kind in kinds)
