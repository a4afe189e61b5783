"""适配器：把一条报文送到对方手里，拿回回执。换一种对接的规矩，就在这里添一个。"""

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.core.files.storage import default_storage

from office.exchange import signing
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.exchange.states import AdapterKind, Verdict

CONNECT, READ, WHOLE = 3.0, 5.0, 8.0  # 秒：接通、等一段、全程
MOST_ANSWER = 64 * 1024
CARRIED = "carried"  # 报文里要带的文件：摘要 → 存放的名字；存档里只有名字，内容到送的时候才读
REFUSALS = (400, 409, 413, 422)  # 对方看过、说不行的；401、403 是密钥或许可没有配好，改好再送


class Failed(Exception):
    """没有送成：不通、太慢、答得不像话；过一会儿再送。"""


class NotAllowed(Exception):
    """这个网址不许去；str() 说为什么。"""


@dataclass(frozen=True)
class Answer:
    """对方的回执。"""

    verdict: Verdict
    reason: str = ""
    said: dict[str, Any] = field(default_factory=dict)


class Adapter(Protocol):
    """送一条。Raises: Failed(再试)、NotAllowed(网址不许去)。"""

    def send(self, peer: ExchangePeer, message: ExchangeMessage, *, now: int) -> Answer: ...


def allowed(url: str) -> None:
    """只去部署时许可的主机；生产环境只走 https；网址里不带口令。Raises: NotAllowed。"""
    try:
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError as error:
        raise NotAllowed("网址写得不对。") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.EXCHANGE_PLAIN_HTTP):
        raise NotAllowed("只许用 https 的网址。")
    if parts.username or parts.password or parts.fragment:
        raise NotAllowed("网址里不能带用户名、口令和 # 后面的部分。")
    if place not in settings.EXCHANGE_HOSTS:
        raise NotAllowed(f"{place} 不在部署时许可的主机名单(EXCHANGE_HOSTS)里。")


def document(message: ExchangeMessage) -> dict[str, Any]:
    """送出去的整张报文；带文件的(CARRIED)这时才读出来，照摘要放进 files，与我们收的是同一个样子。Raises: Failed。"""
    told = {"number": message.number, "version": message.version, **message.payload}
    if carried := told.pop(CARRIED, None):
        told["files"] = {mark: _encoded(name) for mark, name in sorted(carried.items())}
    return told


def _encoded(name: str) -> str:
    try:
        with default_storage.open(name, "rb") as stored:
            return base64.b64encode(stored.read()).decode()
    except OSError as error:
        raise Failed("要带的文件不见了。") from error


def written(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class SignedJson:
    """签名的 HTTP POST 与 JSON：不跟着跳转，不重试(重试归托盘)，答复最多读 64 KB，全程有时限。"""

    def __init__(self) -> None:
        self.pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ), num_pools=10, maxsize=1
        )

    def send(self, peer: ExchangePeer, message: ExchangeMessage, *, now: int) -> Answer:
        allowed(peer.url)
        body = written(document(message))
        parts = urlsplit(peer.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        envelope = signing.Envelope(peer.our_code, "POST", target, str(now), secrets.token_hex(16), body)
        told = signing.headers(envelope, key=peer.key, algorithm=peer.algorithm)
        status, answer = self._post(peer.url, body, {**told, "Content-Type": "application/json; charset=utf-8"})
        return read(status, answer, message)

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        deadline = time.monotonic() + WHOLE
        try:
            response = self.pool.request(
                "POST", url, body=body, headers=headers, redirect=False, preload_content=False, retries=False
            )
            try:
                return response.status, _read_all(lambda: response.read1(8192), deadline)
            finally:
                response.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Failed(f"送不到：{type(error).__name__}") from error


def _read_all(read_some: Callable[[], bytes], deadline: float) -> bytes:
    """一段一段读：一个字节一个字节挤的，也有到头的时候。"""
    found = b""
    while piece := read_some():
        found += piece
        if len(found) > MOST_ANSWER:
            raise Failed("对方的答复太长。")
        if time.monotonic() > deadline:
            raise Failed("对方答得太慢。")
    return found


def read(status: int, body: bytes, message: ExchangeMessage) -> Answer:
    """看懂答复。Raises: Failed。"""
    if not (200 <= status < 300 or status in REFUSALS):
        raise Failed(f"对方答 {status}。")
    try:
        told = json.loads(body)
        verdict = Verdict(told["verdict"])
        same = (told["number"], told["version"]) == (message.number, message.version)
        reason = str(told.get("reason", ""))[:400]
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(f"对方答 {status}，看不懂回执。") from error
    if not same:
        raise Failed("对方的回执说的不是这一条。")
    if verdict == Verdict.REJECTED or status in REFUSALS:
        return Answer(Verdict.REJECTED, reason or "对方没有说为什么", told)
    return Answer(verdict, reason, told)


ADAPTERS: Mapping[str, Adapter] = {AdapterKind.SIGNED_JSON: SignedJson()}
