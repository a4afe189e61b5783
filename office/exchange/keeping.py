"""接入方的登记：谁改了什么进日志，密钥只记换没换。"""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from office.exchange.models import ExchangePeer
from office.journal import actions as journal
from office.stateful import NotNow

SHORTEST_KEY = 16


def keep(peer: ExchangePeer, *, by: Any, at: datetime.datetime) -> ExchangePeer:
    """登记或改一个接入方：只由维护账户。Raises: PermissionDenied、NotNow(密钥太短)。"""
    if not (by.is_active and (by.is_superuser or by.kind == "system")):
        raise PermissionDenied("接入方由维护账户登记。")
    if len(peer.key) < SHORTEST_KEY:
        raise NotNow(f"密钥至少 {SHORTEST_KEY} 个字符。")
    with transaction.atomic():
        known = ExchangePeer.objects.select_for_update().filter(pk=peer.pk).first()
        names = [f.attname for f in peer._meta.concrete_fields if f.editable and f.attname != "key"]
        facts = {
            name: getattr(peer, name) for name in names if known is None or getattr(known, name) != getattr(peer, name)
        }
        facts["key_changed"] = known is None or known.key != peer.key
        peer.save()
        journal.record(f"office.exchange.{'change' if known else 'add'}_peer", about=peer, by=by, at=at, facts=facts)
    return peer
