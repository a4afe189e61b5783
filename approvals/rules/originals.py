"""哪些文书要有签名页。"""

from typing import Any

from approvals.states import Channel, LastWay
from catalog.states import DeliveryWay

COLLECTED_LATER = "公告期满以后领取"
# 当面签收的才有收件人签名；邮寄的是邮政回执
SIGNED_FOR = (DeliveryWay.WINDOW.label, LastWay.DOOR.label, COLLECTED_LATER)


def may_be_signed(paper: Any) -> bool:
    """这种文书有手写签名的地方，这一份没有作废。"""
    return bool(paper.spec.hand_signed and paper.state != "voided")


def wants_signature(paper: Any, case: Any) -> bool:
    """该有签名页：当面办的、由工作人员出的。在网上同意、网上签的，不另签名；送达回证看怎样送的。"""
    if not may_be_signed(paper) or paper.ordered_by.kind != "staff":
        return False
    if paper.kind == "acceptance":  # 谁收下的由窗口登记(handing)，签了名的存根存不存都可以
        return False
    if paper.kind == "delivery":
        return paper.context.get("way") in SIGNED_FOR
    return bool(paper.kind != "correction" or case.channel == Channel.WINDOW)
