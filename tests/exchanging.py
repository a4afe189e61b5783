"""交换与归档的做法：一个接入方，发出一条，收到一条；一件归集了的。"""

from approvals.actions import archiving, decision, outgoing
from approvals.models import Archive
from catalog.actions import recording
from catalog.models import Retention
from office.exchange import sending
from office.exchange.models import ExchangeArrival, ExchangePeer
from office.outbox import OutboxEvent
from office.papers import actions as papers
from tests import casework


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


def archived(b) -> Archive:
    """撤回了的一件，归集、检测过，还没有移交。"""
    told = {"period": "10", "basis": "示例保管期限表第3条", "document_number": "示例档〔2026〕1号"}
    recording.set_retention(retention=Retention(item=b.item, **told), by=b.editor, at=b.at)
    case = decision.withdraw(casework.received(b, b.at), reason="不办了。", by=b.citizen, at=b.at)
    papers.empty_tray(at=b.at, limit=100)
    archiving.make_due(at=b.at)
    return Archive.objects.get(case=case)
