"""送出：事件组成报文，一件之内按先后送，送不通就歇，一再不成就搁下、找负责人；重送、不再送。"""

import datetime
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F

from office.exchange import adapters
from office.exchange.models import ExchangeMessage, ExchangeNonce, ExchangePeer
from office.exchange.signing import WINDOW
from office.exchange.states import NUMBERS, SCHEMA, Directed, Identity, MessageKind, MessageState, Verdict
from office.notices import actions as notices
from office.notices import channels
from office.outbox import OutboxEvent
from office.steps import NotNow, take
from office.vault import digest
from office.workdays.rules import local

log = logging.getLogger(__name__)
MINUTE = datetime.timedelta(minutes=1)
REST = tuple(MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32, 60))  # 成倍地歇，最多一小时
MOST_ATTEMPTS = 8
CLAIM = MINUTE  # 一次送的时限以外的余地：工人中途没了，过一分钟别人接着送
PATIENCE = datetime.timedelta(hours=24)  # 等回执；过了就再送一次，对方按编号认重


@dataclass(frozen=True)
class Told:
    """一件事说给外面听：办件编号、哪个机关的、内容；只给一家的写明给谁(to)，带文件的写摘要和存放的名字(files)。"""

    reference: str
    scope: str
    body: dict[str, Any]
    to: str = ""
    files: dict[str, str] = field(default_factory=dict)


# 说什么由上面的房间定：给事件和身份信息的给法，答 Told；没有什么可说的答 None。
Speaker = Callable[[OutboxEvent, str], Told | None]


def compose(*, at: datetime.datetime, speak: Speaker, limit: int = 500) -> int:
    """组报文：每个订了这一种的接入方一条；一件事一个事务，组不成的留着、记下，不耽误别的。返回组了几件事。"""
    peers = list(ExchangePeer.objects.filter(active=True).order_by("pk"))
    done = 0
    for key in list(OutboxEvent.objects.fresh().values_list("pk", flat=True)[:limit]):
        try:
            done += _compose_one(key, peers, at=at, speak=speak)
        except Exception:
            log.exception("对外事件 %s 没有组成报文", key)
    return done


def _compose_one(key: int, peers: list[ExchangePeer], *, at: datetime.datetime, speak: Speaker) -> int:
    with transaction.atomic():
        event = OutboxEvent.objects.fresh().select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
        if event is None:
            return 0
        for peer in peers:
            _message_for(event, peer, at=at, speak=speak)
        OutboxEvent.objects.filter(pk=key).update(composed_at=at)
    return 1


def _message_for(
    event: OutboxEvent, peer: ExchangePeer, *, at: datetime.datetime, speak: Speaker
) -> ExchangeMessage | None:
    """这件事给这个接入方的一条；没有订的、别的机关的，没有。"""
    directed = event.kind in Directed.values
    if not directed and event.kind not in peer.kinds:
        return None
    told = speak(event, peer.identity)
    if told is None or (directed and told.to != peer.code):
        return None
    if peer.scopes and told.scope not in peer.scopes:
        return None
    payload = _payload(event, peer, told)
    made: ExchangeMessage = ExchangeMessage.objects.create(
        number=_number(peer, at), peer=peer, event=event, kind=event.kind, subject_type=event.subject_type,
        subject_key=event.subject_key, reference=told.reference, payload=payload, digest=_digest(payload),
        composed_at=at, next_try_at=at,
    )  # fmt: skip
    return made


def _payload(event: OutboxEvent, peer: ExchangePeer, told: Told) -> dict[str, Any]:
    kind: Any = Directed(event.kind) if event.kind in Directed.values else MessageKind(event.kind)
    payload = {
        "schema": SCHEMA,
        "kind": kind.value,
        "kind_number": NUMBERS.get(kind),  # 十种以外的没有编号
        "kind_name": str(kind.label),
        "sender": peer.our_code,
        "occurred_at": local(event.at).strftime("%Y%m%dT%H%M%S"),
        "identity": Identity(peer.identity).value,
        "body": told.body,
        "reserved": "",
    }
    return {**payload, adapters.CARRIED: told.files} if told.files else payload


def _digest(payload: dict[str, Any]) -> str:
    return digest(adapters.written(payload))


def _number(peer: ExchangePeer, at: datetime.datetime) -> str:
    """报文编号：代号、年月日、流水，全系统不重。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('office_exchange_number')")
        return f"{peer.code[:20]}-{local(at):%Y%m%d}-{cursor.fetchone()[0]:08d}"


# 送 -------------------------------------------------------------------------


def deliver(*, at: datetime.datetime, limit: int = 100, seconds: float = 40.0) -> int:
    """送出该送的，返回送到的条数。不通的接入方歇一会儿，不占着别家的时间；一轮最多 seconds 秒。"""
    sent, started = 0, time.monotonic()
    for _ in range(limit):
        if time.monotonic() - started > seconds:
            break
        message = _claim(at)
        if message is None:
            break
        sent += _send(message, at=at)
    return sent


def _claim(at: datetime.datetime) -> ExchangeMessage | None:
    """领一条：先记下再送，送的时候不锁着行；没有送完就没了的，过了 CLAIM 别人接着送。"""
    with transaction.atomic():
        due = ExchangeMessage.objects.due(at).select_for_update(skip_locked=True, of=("self",))
        message: ExchangeMessage | None = due.select_related("peer__keeper").first()
        if message is not None:
            message.attempts += 1
            message.next_try_at = at + CLAIM
            message.save(update_fields=["attempts", "next_try_at"])
    return message


def _send(message: ExchangeMessage, *, at: datetime.datetime) -> bool:
    peer = message.peer
    try:
        answer = adapters.ADAPTERS[peer.adapter].send(peer, message, now=int(at.timestamp()))
    except adapters.NotAllowed as refusal:
        _failed(message, str(refusal), last=True, at=at)
        return False
    except Exception as error:
        said = str(error) if isinstance(error, adapters.Failed) else f"出错：{type(error).__name__}"
        log.warning("报文 %s 没有送到 %s：%s", message.number, peer.code, said)
        _failed(message, said, last=message.attempts >= MOST_ATTEMPTS, at=at)
        return False
    with transaction.atomic():
        ExchangePeer.objects.filter(pk=peer.pk, failures__gt=0).update(failures=0, rests_until=None)
        settle(message, answer, at=at)
    return True


def _failed(message: ExchangeMessage, error: str, *, last: bool, at: datetime.datetime) -> None:
    """这一次没有送到：接入方歇着，成倍地等；试满了就搁下，告诉负责人。"""
    with transaction.atomic():
        peer = ExchangePeer.objects.select_for_update(no_key=True).get(pk=message.peer_id)
        rest = REST[min(peer.failures, len(REST) - 1)]
        ExchangePeer.objects.filter(pk=peer.pk).update(failures=F("failures") + 1, rests_until=at + rest)
        message.lock()
        if message.state not in (MessageState.QUEUED, MessageState.SENT):
            return
        if last:
            take(message, "park", by=get_user_model().objects.system(), at=at, error=error)
            _tell(message, "报文送不出去", error, at=at)
        else:
            ExchangeMessage.objects.filter(pk=message.pk).update(next_try_at=at + rest, last_error=error)


def settle(message: ExchangeMessage, answer: adapters.Answer, *, at: datetime.datetime) -> bool:
    """照回执了结；已经了结的不再动(回执来两次、次序颠倒，都只算一次)。返回动了没有。在事务里调用。"""
    system = get_user_model().objects.system()
    message.lock()
    done = message.state in (MessageState.ACCEPTED, MessageState.REJECTED, MessageState.DROPPED)
    if done or (answer.verdict == Verdict.RECEIVED and message.state != MessageState.QUEUED):
        return False
    reason = channels.masked(answer.reason)
    receipt = {"verdict": answer.verdict.value, "reason": reason, "at": local(at).isoformat()}
    if answer.verdict == Verdict.RECEIVED:
        take(message, "arrive", by=system, at=at, receipt=receipt, ask_again_at=at + PATIENCE)
    elif answer.verdict == Verdict.ACCEPTED:
        take(message, "be_accepted", by=system, at=at, receipt=receipt)
    else:
        take(message, "be_rejected", by=system, at=at, receipt=receipt, reason=reason[:500])
        _tell(message, "报文被对方退回", reason, at=at)
    return True


def _tell(message: ExchangeMessage, what: str, why: str, *, at: datetime.datetime) -> None:
    """告诉接入方的负责人；这一件后面的报文都等着。"""
    peer = message.peer
    body = (
        f"给{peer.name}的“{message.get_kind_display()}”({message.reference}，{message.number})：{why}"
        "。这一件后面的报文都等着；请处理后重送，或者不再送。办件不受影响。"
    )
    notices.queue(
        "exchange.stuck", about=message, to=peer.keeper, subject=f"{what}：{peer.name}"[:120], body=body,
        responsible=peer.keeper, by=get_user_model().objects.system(), at=at,
    )  # fmt: skip


# 人来处理 -------------------------------------------------------------------


def resend(message: ExchangeMessage, *, by: Any, at: datetime.datetime, speak: Speaker) -> ExchangeMessage:
    """重送：送不出去搁下的照原样送；别的照现在的情况重新组，内容变了版本号加一。

    Raises: NotNow(正在等着送)、PermissionDenied(不是负责人)。
    """
    with transaction.atomic():
        message.lock()
        event, peer = message.event, message.peer
        told = speak(event, peer.identity)
        payload = message.payload if told is None else _payload(event, peer, told)
        mark = _digest(payload)
        same = mark == message.digest and message.state == MessageState.PARKED
        version = message.version if same else message.version + 1
        take(message, "send_again", by=by, at=at, version=version, payload_digest=mark)
        ExchangeMessage.objects.filter(pk=message.pk).update(payload=payload)  # 内容有个人信息，不进日志
        message.payload = payload
    return message


def resend_subject(
    subject_type: str, subject_key: str, *, peer: ExchangePeer, by: Any, at: datetime.datetime, speak: Speaker
) -> int:
    """重送一整件：从头到尾每一种，按先后；还在等着送的不动，当时没有组的(后来才接入的)补上。返回几条。

    Raises: PermissionDenied(不是负责人)。
    """
    if by.kind != "system" and by.pk != peer.keeper_id:
        raise PermissionDenied("只有这个接入方的负责人可以重送。")
    done = 0
    with transaction.atomic():
        events = OutboxEvent.objects.filter(subject_type=subject_type, subject_key=subject_key).order_by("pk")
        for event in events.select_for_update(of=("self",)):
            known = ExchangeMessage.objects.filter(peer=peer, event=event).select_related("peer").first()
            if known is None:
                done += _message_for(event, peer, at=at, speak=speak) is not None
            elif known.state != MessageState.QUEUED:
                resend(known, by=by, at=at, speak=speak)
                done += 1
    return done


def drop(message: ExchangeMessage, *, reason: str, by: Any, at: datetime.datetime) -> ExchangeMessage:
    """不再送：写明为什么，后面的接着送。Raises: NotNow、PermissionDenied。"""
    if not reason.strip():
        raise NotNow("请写明为什么不再送。")
    take(message, "drop", by=by, at=at, reason=reason[:500])
    return message


def tidy(*, at: datetime.datetime) -> int:
    """清掉过了时间窗的一次性数；返回清了几个。"""
    return int(ExchangeNonce.objects.filter(at__lt=at - datetime.timedelta(seconds=2 * WINDOW)).delete()[0])
