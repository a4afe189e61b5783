"""签名：谁发的、发给哪个网址、什么时候、一字没改。纯函数，不碰库、不读钟。

签的是六行：发送方、方法、网址(路径和问号后面)、时间、一次性数、正文的 SM3 摘要。算法写在头里，双方按约定的认。
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from office.exchange.states import Algorithm
from office.vault import digest

WINDOW = 300  # 秒：双方的钟最多差这么多
ENGINES = {Algorithm.SM3: "sm3", Algorithm.SHA256: "sha256"}
SENDER, TIME, NONCE, ALGORITHM, SIGNATURE = (
    f"X-Exchange-{name}" for name in ("Sender", "Time", "Nonce", "Algorithm", "Signature")
)


@dataclass(frozen=True)
class Envelope:
    """一次请求里要签的。"""

    sender: str
    method: str
    target: str
    time: str
    nonce: str
    body: bytes

    def text(self) -> bytes:
        lines = (self.sender, self.method, self.target, self.time, self.nonce, digest(self.body))
        return "\n".join(lines).encode()


def sign(envelope: Envelope, *, key: str, algorithm: str) -> str:
    return hmac.new(key.encode(), envelope.text(), ENGINES[Algorithm(algorithm)]).hexdigest()


def headers(envelope: Envelope, *, key: str, algorithm: str) -> dict[str, str]:
    return {
        SENDER: envelope.sender,
        TIME: envelope.time,
        NONCE: envelope.nonce,
        ALGORITHM: str(algorithm),
        SIGNATURE: sign(envelope, key=key, algorithm=algorithm),
    }


def fault(envelope: Envelope, told: Mapping[str, str], *, key: str, algorithm: str, now: int) -> str:
    """哪里不对：bad_algorithm、bad_time、bad_nonce、bad_signature；都对是空串。"""
    if told.get(ALGORITHM) != algorithm:
        return "bad_algorithm"
    if not (envelope.time.isascii() and envelope.time.isdigit() and len(envelope.time) <= 12):
        return "bad_time"
    if abs(int(envelope.time) - now) > WINDOW:
        return "bad_time"
    if not (16 <= len(envelope.nonce) <= 64 and envelope.nonce.isascii() and envelope.nonce.isalnum()):
        return "bad_nonce"
    signed = sign(envelope, key=key, algorithm=algorithm)
    return "" if hmac.compare_digest(signed.encode(), told.get(SIGNATURE, "").encode()) else "bad_signature"
