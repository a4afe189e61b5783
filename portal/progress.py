"""做到第几个：一个大事务里面的进度别人看不见，写在缓存里；缓存坏了就没有进度条，活照做。"""

from django.core.cache import cache
from redis.exceptions import RedisError

KEPT = 600  # 秒


def tell(key: int, done: int, total: int) -> None:
    try:
        cache.set(f"intake:{key}", (done, total), KEPT)
    except RedisError:
        return


def told(key: int) -> tuple[int, int] | None:
    try:
        found: tuple[int, int] | None = cache.get(f"intake:{key}")
    except RedisError:
        return None
    return found
