"""交换的做法：一个接入方，发出一条，收到一条。"""

from approvals.actions import outgoing
from office.exchange import sending
from office.exchange.models import ExchangeArrival, ExchangePeer
from office.outbox import OutboxEvent


def exchanged(b) -> ExchangeArrival:
    """科长负责的一个接入方，最后一件事发给了它，它来过一条回执。"""
    peer = ExchangePeer.objects.create(
        code="sample", name="示例接入系统", our_code="HALL", url="https://peer.example.invalid/in", keeper=b.chief,
        key="only-for-tests-0123456789", kinds=["application"],
    )  # fmt: skip
    event = OutboxEvent.objects.filter(kind="application").latest("pk")
    sending._message_for(event, peer, at=event.at, speak=outgoing.speak)
    receipt = {"number": "R-1", "version": 1, "verdict": "rejected", "reason": "不收这一种报文。"}
    return ExchangeArrival.objects.create(
        peer=peer, number="R-1", version=1, kind="gossip", digest="0" * 64, receipt=receipt, arrived_at=event.at
    )
