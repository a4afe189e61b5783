"""保险柜:个人信息落库前加密,查找用带钥的盲索引,摘要用 SM3。

令牌写明算法和钥匙编号("aes:3f2a:…"),换算法、换钥匙时旧令牌仍能打开。
依据:个人信息保护法 51 条;等保 2.0 三级 8.1.4 数据保密性。
"""

import base64
import hashlib
import hmac
import json
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

ALGORITHM = "aes"
NONCE_BYTES = 12


class CannotOpen(Exception):
    """没有能打开这段密文的钥匙,或密文被改动过。"""


@lru_cache(maxsize=64)
def _derived(master: str, purpose: str) -> bytes:
    """每种用途一把分钥:主钥从不直接使用。"""
    return hmac.new(base64.urlsafe_b64decode(master), f"hall/{purpose}".encode(), hashlib.sha256).digest()


def _key_id(master: str) -> str:
    return _derived(master, "key-id").hex()[:8]


def lock_up(text: str) -> str:
    """加密一段文字,返回 "算法:钥匙编号:密文"。"""
    master = settings.VAULT_KEYS[0]
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_derived(master, "aes")).encrypt(nonce, text.encode(), None)
    return f"{ALGORITHM}:{_key_id(master)}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def open_up(token: str) -> str:
    """解密;打不开时抛 CannotOpen。"""
    algorithm, _, rest = token.partition(":")
    key_id, _, body = rest.partition(":")
    for master in settings.VAULT_KEYS:
        if algorithm == ALGORITHM and _key_id(master) == key_id:
            raw = base64.urlsafe_b64decode(body)
            try:
                return AESGCM(_derived(master, "aes")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None).decode()
            except Exception as error:
                raise CannotOpen("密文已损坏") from error
    raise CannotOpen(f"没有编号为 {key_id} 的钥匙")


def blind_index(text: str, *, purpose: str) -> str:
    """盲索引:同一内容同一用途得同一串(64 位十六进制),没有钥匙算不出来。"""
    master = settings.VAULT_KEYS[-1]  # 索引钥匙用最早的一把,换加密钥匙时索引不变
    return hmac.new(_derived(master, f"index/{purpose}"), text.strip().upper().encode(), "sm3").hexdigest()


def digest(content: str | bytes) -> str:
    """SM3 摘要(GB/T 32905),64 位十六进制。"""
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.new("sm3", raw).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """库里是密文、对象上是明文的文字栏。不能按内容查询:查询用盲索引。"""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return open_up(value) if value else value

    def get_prep_value(self, value: Any) -> Any:
        return lock_up(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("加密栏不能按内容查询，请用盲索引。")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """库里是密文、对象上是普通 JSON 值(字典、列表)的栏:整张申请表都可能有个人信息。"""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        text = super().from_db_value(value, expression, connection)
        return json.loads(text) if text else {}

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(json.dumps(value, ensure_ascii=False) if value else "")

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value
