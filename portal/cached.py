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


def counted(key: str, seconds: int) -> int | None:
    """数一次，返回 seconds 秒内第几次；几个请求一齐来也一个一个数。缓存坏了数不了，是 None。"""
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):  # ValueError：恰好在两步之间到期
        logger.warning("缓存不应答，没有计次 %s", key.partition(":")[0])
        return None


def within_limit(key: str, limit: int, seconds: int) -> bool:
    """数一次；seconds 秒内不超过 limit 次为真。缓存坏了就放行：查询码有四十位随机数，限次只是多一道门。"""
    times = counted(key, seconds)
    return times is None or times <= limit


def known_since(key: str, mark: str, now: int) -> int:
    """这份内容从什么时候(秒)起就是这样；内容一变、缓存一丢，就从现在算起：宁可让人多取一次。"""
    try:
        known: Any = cache.get(key)
        if known and known[0] == mark:
            return int(known[1])
        cache.set(key, (mark, now), 24 * 3600)
    except RedisError:
        logger.warning("缓存不应答，不知道内容何时变过")
    return now
