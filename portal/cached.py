"""缓存：记住算过的，数着来过几次。缓存坏了，页面照样能用。"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

T = TypeVar("T")
logger = logging.getLogger(__name__)


def remember(key: str, seconds: int, compute: Callable[[], T]) -> T:
    """记住 compute() 的结果；缓存坏了就每次现算。"""
    try:
        known: Any = cache.get(key)
        if known is None:
            known = compute()
            cache.set(key, known, seconds)
    except RedisError:
        logger.warning("缓存不应答，现算 %s", key)
        return compute()
    return known


def within_limit(key: str, limit: int, seconds: int) -> bool:
    """数一次；seconds 秒内不超过 limit 次为真。缓存坏了就放行：查询码有四十位随机数，限次只是多一道门。"""
    try:
        cache.add(key, 0, seconds)
        return bool(cache.incr(key) <= limit)
    except (RedisError, ValueError):  # ValueError：恰好在两步之间到期
        logger.warning("缓存不应答，没有限次 %s", key.partition(":")[0])
        return True
