"""收进：认签名、认时间、一次性数只用一次；同一编号同一版本答同一张回执。

能收的只有两样：对方对我们报文的回执；再就是上面的房间说能收的(申办等)，由它去办。
文件随报文一起来，照摘要放在 files 里；我们不照别人给的网址去取。内容认过摘要，交给办的人，报文存档里只留说明。
"""

import base64
import binascii
import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, transaction

from office.exchange import signing
from office.exchange.adapters import Answer
from office.exchange.models import ExchangeArrival, ExchangeMessage, ExchangeNonce, ExchangePeer
from office.exchange.sending import settle
from office.exchange.states import RECEIPT, SCHEMA, Verdict
from office.vault import digest
from office.workdays.rules import local

MOST_TEXT = 512 * 1024  # 文件以外的正文
MOST_CARRIED = 10 * 1024 * 1024  # 一条报文带来的文件，解开以后合计
MOST_FILES = 50
MOST_BODY = MOST_TEXT + MOST_CARRIED * 4 // 3
NUMBER = re.compile(r"[0-9A-Za-z_.:-]{1,60}")


class Refused(Exception):
    """不收：HTTP 状态、给程序认的代号、给人看的一句话。没有留下任何东西，改好可以再来。"""

    def __init__(self, status: int, code: str, why: str) -> None:
        self.status, self.code, self.why = status, code, why
        super().__init__(why)


class NotTaken(Exception):
    """看懂了，办不了：记成“退回”的回执；str() 说为什么。"""


@dataclass(frozen=True)
class Post:
    """一次来件的原样。"""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Arrived:
    """看懂了的一条。"""

    peer: ExchangePeer
    number: str
    version: int
    kind: str
    body: dict[str, Any]
    packed: Mapping[str, str] = field(default_factory=dict)  # SM3 摘要 → base64
    files: Mapping[str, bytes] = field(default_factory=dict)  # 解开、认过摘要的


@dataclass(frozen=True)
class Done:
    """收下的结果：关系到哪一件，要告诉对方的。"""

    reference: str = ""
    said: dict[str, Any] = field(default_factory=dict)


Taker = Callable[[Arrived, datetime.datetime], Done]
WRONG = {
    "bad_algorithm": "签名算法不是约定的那一种。",
    "bad_time": f"时间不对：双方的钟最多差 {signing.WINDOW} 秒。",
    "bad_nonce": "一次性数要 16 到 64 位字母数字。",
    "bad_signature": "签名不对。",
}


def receive(post: Post, *, at: datetime.datetime, takers: Mapping[str, Taker]) -> dict[str, Any]:
    """收一条，答回执。Raises: Refused。"""
    peer = _who(post, at)
    with transaction.atomic():
        ExchangePeer.objects.select_for_update(no_key=True).get(pk=peer.pk)  # 一家的来件一条一条收
        _use_nonce(peer, post, at)
        arrived = _understand(peer, post.body)
        mark = digest(post.body)
        known = ExchangeArrival.objects.filter(peer=peer, number=arrived.number, version=arrived.version).first()
        if known is None:
            return _take(arrived, mark, takers, at)
    if known.digest != mark:
        raise Refused(409, "same_number", "这个编号和版本收过了，内容却不一样；内容改了，请把版本号加一。")
    return dict(known.receipt)


def _who(post: Post, at: datetime.datetime) -> ExchangePeer:
    """是谁，签名对不对。不认识的和签名不对的，同样的答法，不让人试出有哪些接入方。"""
    told = post.headers
    envelope = signing.Envelope(
        told.get(signing.SENDER, ""), post.method, post.target, told.get(signing.TIME, ""),
        told.get(signing.NONCE, ""), post.body,
    )  # fmt: skip
    peer = ExchangePeer.objects.filter(code=envelope.sender, active=True).first()
    if peer is None:
        raise Refused(401, "unknown_sender", "不认识的发送方，或者签名不对。")
    wrong = signing.fault(envelope, told, key=peer.key, algorithm=peer.algorithm, now=int(at.timestamp()))
    if wrong:
        raise Refused(401, wrong, WRONG[wrong])
    return peer


def _use_nonce(peer: ExchangePeer, post: Post, at: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            ExchangeNonce.objects.create(peer=peer, nonce=post.headers[signing.NONCE], at=at)
    except IntegrityError as error:
        raise Refused(401, "replayed", "这个一次性数用过了：重发请换一个，重新签名。") from error


def _understand(peer: ExchangePeer, raw: bytes) -> Arrived:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not_json", "正文不是 JSON。") from error
    if not isinstance(told, dict) or not isinstance(told.get("body"), dict):
        raise Refused(400, "bad_message", "报文要有 schema、number、version、kind、body。")
    number, kind = told.get("number"), told.get("kind")
    version: Any = told.get("version")
    good = isinstance(number, str) and NUMBER.fullmatch(number) and type(version) is int and 0 < version < 10_000
    if not good or not isinstance(kind, str):
        raise Refused(400, "bad_message", "number 是 60 位以内的字母数字，version 是正整数，kind 是文字。")
    if told.get("schema") != SCHEMA:
        raise Refused(400, "bad_schema", f"报文结构的版本是 {SCHEMA}。")
    if b"\\u0000" in raw:
        raise Refused(400, "bad_message", "报文里有空字符。")
    return Arrived(peer, str(number), version, kind, told["body"], _packed(told.get("files") or {}, len(raw)))


def _packed(files: Any, length: int) -> dict[str, str]:
    """随报文来的文件，还没有解开。Raises: Refused(样子不对、正文太长)。"""
    if not isinstance(files, dict) or not all(isinstance(one, str) for one in files.values()):
        raise Refused(400, "bad_message", "files 是文件的 SM3 摘要和它的 base64。")
    if length - sum(map(len, files.values())) > MOST_TEXT:
        raise Refused(413, "too_large", f"文件以外的正文最多 {MOST_TEXT // 1024} KB。")
    return files


def _unpacked(arrived: Arrived) -> Arrived:
    """解开文件，大小有限，摘要逐个核对。Raises: NotTaken。"""
    packed = arrived.packed
    if len(packed) > MOST_FILES or sum(map(len, packed.values())) > (MOST_CARRIED + 2) * 4 // 3:
        raise NotTaken(f"一条报文最多带 {MOST_FILES} 个文件，合计 {MOST_CARRIED // (1024 * 1024)} MB。")
    files = {}
    for mark, text in packed.items():
        try:
            files[mark] = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotTaken(f"文件 {mark[:16]} 的 base64 解不开。") from error
        if digest(files[mark]) != mark:
            raise NotTaken(f"文件 {mark[:16]} 的内容和 SM3 摘要对不上。")
    return replace(arrived, packed={}, files=files)


def _take(arrived: Arrived, mark: str, takers: Mapping[str, Taker], at: datetime.datetime) -> dict[str, Any]:
    """办，记下，答回执；办不了的记成退回。没有料到的错照样抛出去：什么也不留，对方再送。"""
    done, verdict, reason = Done(), Verdict.ACCEPTED, ""
    try:
        with transaction.atomic():
            newer = ExchangeArrival.objects.filter(peer=arrived.peer, number=arrived.number)
            if newer.filter(version__gt=arrived.version).exists():
                raise NotTaken("已经收过更新的版本。")
            taker = _receipt if arrived.kind == RECEIPT else takers.get(arrived.kind)
            if taker is None:
                raise NotTaken("不收这一种报文。")
            if arrived.packed and arrived.kind not in takers:
                raise NotTaken("这一种报文不带文件。")
            done = taker(_unpacked(arrived), at)
    except NotTaken as refusal:
        verdict, reason = Verdict.REJECTED, str(refusal)
    receipt = {
        "number": arrived.number, "version": arrived.version, "verdict": verdict.value, "reason": reason,
        "received_at": local(at).strftime("%Y%m%dT%H%M%S"), **done.said,
    }  # fmt: skip
    row: dict[str, Any] = {"peer": arrived.peer, "number": arrived.number, "version": arrived.version}
    row |= {"kind": arrived.kind[:20], "digest": mark, "payload": arrived.body}
    ExchangeArrival.objects.create(**row, receipt=receipt, reference=done.reference, arrived_at=at)
    return receipt


def _receipt(arrived: Arrived, at: datetime.datetime) -> Done:
    """对方的回执：说的是我们发给它的哪一条、哪一版。旧版的回执不算数。Raises: NotTaken。"""
    told = arrived.body
    message = ExchangeMessage.objects.filter(peer=arrived.peer, number=str(told.get("for", ""))[:40]).first()
    if message is None:
        raise NotTaken("没有发给你们这个编号的报文。")
    try:
        verdict = Verdict(str(told.get("verdict")))
    except ValueError as error:
        raise NotTaken("verdict 是 received、accepted、rejected 之一。") from error
    if told.get("version") != message.version:
        raise NotTaken(f"这条报文现在是第 {message.version} 版。")
    reason = str(told.get("reason") or ("对方没有说为什么" if verdict == Verdict.REJECTED else ""))[:400]
    changed = settle(message, Answer(verdict, reason), at=at)
    return Done(message.reference, {"changed": changed})
